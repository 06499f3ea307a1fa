import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {runAtOnce} from '../../lib/base/slices';
import type {RowChange} from '../../lib/store/table';
import {apply, type Version} from '../../lib/store/version';
import {WriteSet} from '../../lib/transaction/write-set';
import type {Row} from '../../lib/value/copy';
import {tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  insert,
  rowsOf,
  schemaChange,
  versionWith,
} from '../support/store/example';

const old = {id: 1, name: 'old'};
const start = versionWith(schemaOf(), [old]);

function update(row: Row): RowChange {
  return {kind: 'update', id: row['id'], row};
}

const remove: RowChange = {kind: 'delete', id: 1};

/** A write set after statements of one change each, and what they lead to. */
function written(...changes: readonly RowChange[]): [WriteSet, Version] {
  const writes = new WriteSet();
  let version = start;
  for (const change of changes) {
    runAtOnce(writes.note(version, 'City', [change]));
    version = apply(version, [
      {kind: 'rows', table: 'City', changes: [change]},
    ]);
  }
  return [writes, version];
}

describe('a write set', () => {
  const [a, b] = [
    {id: 2, name: 'a'},
    {id: 2, name: 'b'},
  ];
  const renamed = {id: 1, name: 'new'};
  const cases: readonly [what: string, RowChange[], RowChange[]][] = [
    ['no change', [], []],
    ['an inserted row', [insert(a)], [insert(a)]],
    ['an inserted row that was changed', [insert(a), update(b)], [insert(b)]],
    [
      'an inserted row that was deleted',
      [insert(a), {kind: 'delete', id: 2}],
      [],
    ],
    [
      'a row inserted, deleted and inserted again',
      [insert(a), {kind: 'delete', id: 2}, insert(b)],
      [insert(b)],
    ],
    ['a changed row', [update(renamed)], [update(renamed)]],
    [
      'a row changed twice',
      [update({...old, name: 'between'}), update(renamed)],
      [update(renamed)],
    ],
    ['a deleted row', [remove], [remove]],
    [
      'a row that was given another id',
      [{kind: 'update', id: 1, row: a}],
      [remove, insert(a)],
    ],
    [
      'a row that was given another id and changed again',
      [{kind: 'update', id: 1, row: a}, update(b)],
      [remove, insert(b)],
    ],
    [
      'a row that was given another id and its own again',
      [
        {kind: 'update', id: 1, row: a},
        {kind: 'update', id: 2, row: renamed},
      ],
      [update(renamed)],
    ],
    ['a changed row that was deleted', [update(renamed), remove], [remove]],
    [
      'a row deleted and inserted again',
      [remove, insert(renamed)],
      [update(renamed)],
    ],
  ];
  for (const [what, changes, expected] of cases) {
    it(`sums up ${what}`, () => {
      const [writes, version] = written(...changes);
      assert.deepEqual(
        runAtOnce(writes.changes()),
        expected.length === 0
          ? []
          : [{kind: 'rows', table: 'City', changes: expected}],
      );
      assert.deepEqual(
        rowsOf(apply(start, runAtOnce(writes.changes()))),
        rowsOf(version),
      );
    });
  }

  it('sums up each table by itself', () => {
    const country = schemaOf({name: 'Country', primaryKey: ['code']});
    const version = apply(start, [schemaChange(start, country)]);
    const writes = new WriteSet();
    runAtOnce(writes.note(version, 'City', [remove]));
    runAtOnce(writes.note(version, 'Country', [insert({code: 'DE'})]));
    assert.deepEqual(runAtOnce(writes.changes()), [
      {kind: 'rows', table: 'City', changes: [remove]},
      {kind: 'rows', table: 'Country', changes: [insert({code: 'DE'})]},
    ]);
    assert.equal(writes.size, 2);
    assert.equal(writes.has('City', 1), true);
    assert.equal(writes.has('Country', 1), false);
    assert.equal(writes.has('Country', 'DE'), true);
  });

  const tests: readonly [what: string, RowChange[], name: string][] = [
    ['the committed state of a changed row', [update(renamed)], 'old'],
    ['the last state of a changed row', [update(renamed)], 'new'],
    ['the committed state of a deleted row', [remove], 'old'],
    ['an inserted row', [insert(a)], 'a'],
  ];
  for (const [what, changes, name] of tests) {
    it(`lets a test see ${what}`, () => {
      const [writes] = written(...changes);
      const isNamed = (row: Row): boolean => row['name'] === name;
      assert.notEqual(writes.find('City', isNamed), undefined);
      assert.equal(writes.find('Country', isNamed), undefined);
    });
  }

  it('does not let a test see a state in between', () => {
    const [writes] = written(
      update({...old, name: 'between'}),
      update(renamed),
    );
    assert.equal(
      writes.find('City', row => row['name'] === 'between'),
      undefined,
    );
  });

  it('and its copy do not notice what is noted in the other', () => {
    const [writes] = written(update(renamed));
    const copy = writes.copy();
    runAtOnce(writes.note(start, 'City', [insert(a)]));
    runAtOnce(copy.note(start, 'City', [remove]));
    const own = [update(renamed), insert(a)];
    assert.deepEqual(
      [runAtOnce(writes.changes()), runAtOnce(copy.changes())],
      [
        [{kind: 'rows', table: 'City', changes: own}],
        [{kind: 'rows', table: 'City', changes: [remove]}],
      ],
    );
  });
});

/** A statement on the rows 0 to 99, or a copy of a write set made before. */
const step = fc.oneof(
  {
    arbitrary: fc.record({
      place: fc.nat(),
      name: fc.constantFrom('a', 'b', 'c'),
      action: fc.constantFrom('put', 'put', 'delete'),
    }),
    weight: 6,
  },
  fc.record({goBackTo: fc.nat()}),
);

/** What a transaction has come to: with its write set, and in full. */
interface Place {
  readonly writes: WriteSet;
  readonly version: Version;
}

describe('a write set and its naive twin, the version that was changed itself,', () => {
  const committed = versionWith(
    schemaOf({indexes: [indexOn('name')]}),
    Array.from({length: 50}, (_, i) => ({id: 2 * i, name: 'old'})),
  );

  it('lead to the same rows, also after going back to copies', () => {
    tryOften(
      fc.property(fc.array(step, {size: 'large'}), steps => {
        let now: Place = {writes: new WriteSet(), version: committed};
        const places: Place[] = [];
        for (const each of steps) {
          if ('goBackTo' in each) {
            places.push({...now, writes: now.writes.copy()});
            const {writes, version} = places[each.goBackTo % places.length]!;
            now = {writes: writes.copy(), version};
          } else now = after(now, each);
        }
        for (const {writes, version} of [...places, now]) {
          const summedUp = apply(committed, runAtOnce(writes.changes()));
          assert.deepEqual(rowsOf(summedUp), rowsOf(version));
        }
      }),
      50,
    );
  });

  function after(
    {writes, version}: Place,
    {place, name, action}: {place: number; name: string; action: string},
  ): Place {
    const id = place % 100;
    const isThere = rowsOf(version).some(row => row['id'] === id);
    if (action === 'delete' && !isThere) return {writes, version};
    const row = {id, name};
    const change: RowChange =
      action === 'delete'
        ? {kind: 'delete', id}
        : isThere
          ? update(row)
          : insert(row);
    runAtOnce(writes.note(version, 'City', [change]));
    const changes = [{kind: 'rows', table: 'City', changes: [change]}] as const;
    return {writes, version: apply(version, changes)};
  }
});
