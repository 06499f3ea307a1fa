import assert from 'node:assert/strict';
import {
  mergeHints,
  type MigrationHints,
  noHints,
  RowConversion,
} from '../../lib/database/row-conversion';
import {differences} from '../../lib/schema/diff';
import type {TableSchema} from '../../lib/schema/schema';
import {schemaOf} from '../support/schema/example';

describe('RowConversion', () => {
  const before = schemaOf({columns: {id: 'number', a: 'string', b: 'any'}});

  function conversion(
    after: TableSchema['columns'],
    hints: Partial<MigrationHints> = {},
  ): RowConversion {
    const next = schemaOf({columns: after});
    const all = {...noHints, ...hints};
    const columns = all.formerColumns;
    const steps = differences(before, next, {columns});
    return new RowConversion(before, next, all, steps);
  }

  it('returns the very row where it stays', () => {
    const row = {id: 1, b: 5, more: {}};
    const same = conversion({id: 'number', a: 'number', b: 'any'});
    assert.equal(
      same.convert(row, 1, () => assert.fail('refused')),
      row,
    );
  });

  it('does not change the row that it is given', () => {
    const row = {id: 1, a: '5', b: {deep: [1]}};
    const copy = structuredClone(row);
    const next = conversion({id: 'number', a: 'number', b: 'string'}).convert(
      row,
      1,
      () => assert.fail('refused'),
    );
    assert.deepEqual({...next}, {id: 1, a: 5, b: '{"deep":[1]}'});
    assert.deepEqual(row, copy);
  });

  it('takes the values of dropped columns away, null or not', () => {
    const dropping = conversion({id: 'number', a: 'string'});
    for (const b of [1, null, 0]) {
      const next = dropping.convert({id: 1, b}, 1, () =>
        assert.fail('refused'),
      );
      assert.deepEqual({...next}, {id: 1});
    }
  });

  it('tells all that it refuses, and leaves that as it was', () => {
    const row = {id: 1, a: 'x', b: {}};
    const refused: string[] = [];
    const next = conversion({id: 'number', a: 'number', b: 'date'}).convert(
      row,
      1,
      ({property}) => refused.push(property),
    );
    assert.deepEqual(refused, ['a', 'b']);
    assert.deepEqual({...next}, row);
  });

  it('makes defaults anew only for rows that need one of their own', () => {
    let calls = 0;
    const make = () => ({c: ++calls, d: calls});
    const columns = {
      id: 'number',
      a: 'string',
      c: 'number',
      d: 'number',
    } as const;
    const defaults = {perRow: new Set(['c']), make};
    const adding = conversion(columns, {defaults});
    const refuse = () => assert.fail('refused');
    assert.equal(calls, 0);
    assert.deepEqual(
      {...adding.convert({id: 1}, 1, refuse)},
      {
        id: 1,
        c: 2,
        d: 1,
      },
    );
    assert.deepEqual(
      {...adding.convert({id: 2, c: 9}, 2, refuse)},
      {
        id: 2,
        c: 9,
        d: 1,
      },
    );
    assert.equal(calls, 2);
  });

  it('gives a default to a row that has null, too', () => {
    const defaults = {perRow: new Set<string>(), make: () => ({c: 7})};
    const columns = {id: 'number', a: 'string', c: 'number'} as const;
    const adding = conversion(columns, {defaults});
    const next = adding.convert({id: 1, c: null}, 1, () => assert.fail());
    assert.deepEqual({...next}, {id: 1, c: 7});
  });
});

describe('mergeHints', () => {
  it('takes what any of the models of a table tells, and the first one first', () => {
    const merged = mergeHints([
      {...noHints, formerTable: 'A', lossy: new Set(['a'])},
      {
        formerTable: 'B',
        formerColumns: {x: 'y'},
        lossy: new Set(['b']),
        defaults: {perRow: new Set(['a']), make: () => ({a: 1, b: 1})},
      },
      {
        ...noHints,
        formerColumns: {x: 'z'},
        defaults: {perRow: new Set(['c']), make: () => ({b: 2, c: 2})},
      },
    ]);
    assert.equal(merged.formerTable, 'A');
    assert.deepEqual(merged.formerColumns, {x: 'y'});
    assert.deepEqual([...merged.lossy], ['a', 'b']);
    assert.deepEqual([...merged.defaults!.perRow], ['a', 'c']);
    assert.deepEqual(merged.defaults?.make(), {a: 1, b: 1, c: 2});
  });

  it('tells nothing where no model does', () => {
    const {defaults, formerColumns, formerTable, lossy} = mergeHints([
      noHints,
      noHints,
    ]);
    assert.deepEqual([defaults, formerTable], [undefined, undefined]);
    assert.deepEqual([formerColumns, lossy.size], [{}, 0]);
  });
});
