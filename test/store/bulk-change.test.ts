import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {InMemoryError} from '../../lib/base/errors';
import {runAtOnce} from '../../lib/base/slices';
import type {TableSchema} from '../../lib/schema/schema';
import type {RowChange} from '../../lib/store/table';
import {apply, applying, verify, type Version} from '../../lib/store/version';
import type {Row} from '../../lib/value/copy';
import {tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  entriesOf,
  insert,
  rowChange,
  rowsOf,
  tableOf,
  versionWith,
} from '../support/store/example';

const schema: TableSchema = schemaOf({
  indexes: [
    indexOn('code', {isUnique: true}),
    indexOn('size'),
    indexOn(['kind', '-size']),
    indexOn('tags'),
    indexOn(['kind', 'code'], {isUnique: true}),
  ],
});

const properties = {
  size: fc.constantFrom<unknown>(0, -0, 1, 1n, 2.5, Number.NaN, null, 'x'),
  kind: fc.constantFrom('x', 'y', undefined),
  tags: fc.constantFrom<unknown>(['a', 'b'], ['a'], 'a', 'b', null),
};

/** What is done to one of the ids there are, or to a new one. */
const step = fc.record({
  id: fc.nat(999),
  does: fc.constantFrom('insert', 'update', 'delete'),
  code: fc.oneof(
    {weight: 150, arbitrary: fc.constant('own')},
    {weight: 50, arbitrary: fc.constant(null)},
    {weight: 1, arbitrary: fc.nat(999)},
  ),
  ...properties,
});

const scene = fc.record({
  start: fc
    .uniqueArray(fc.record({id: fc.nat(999), ...properties}), {
      maxLength: 600,
      selector: ({id}) => id,
    })
    .map(rows => rows.map(row => ({...row, code: `c${row.id}`}))),
  steps: fc.uniqueArray(step, {
    minLength: 64,
    maxLength: 500,
    selector: ({id}) => id,
  }),
  areSorted: fc.boolean(),
  isCut: fc.boolean(),
  mayMeet: fc.boolean(),
});

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

/** Changes that fit the rows that are there, as far as ids go. */
function changesOf({areSorted, mayMeet, start, steps}: Scene): RowChange[] {
  const ids = new Set(start.map(({id}) => id));
  const ordered = areSorted ? steps.toSorted((a, b) => a.id - b.id) : steps;
  return ordered.flatMap(({id, does, code, ...rest}): RowChange[] => {
    const own = typeof code === 'number' ? `c${code}` : `c${id}`;
    const row = {...rest, id, code: code === null ? null : own};
    const isThere = ids.has(id);
    if (does === 'insert') return isThere && !mayMeet ? [] : [insert(row)];
    if (!isThere) return [];
    return does === 'update' ? [{kind: does, id, row}] : [{kind: 'delete', id}];
  });
}

/** As a statement of one row after the other: all that goes, then all that comes. */
function oneByOne(version: Version, changes: readonly RowChange[]): Version {
  const going = changes.flatMap((change): RowChange[] =>
    change.kind === 'insert' ? [] : [{kind: 'delete', id: change.id}],
  );
  const coming = changes.flatMap(change =>
    change.kind === 'delete' ? [] : [insert(change.row)],
  );
  return [...going, ...coming].reduce(
    (before, change) => apply(before, [rowChange('City', change)]),
    version,
  );
}

/** Rows, entries and counters; or the error. */
function outcomeOf(make: () => Version) {
  try {
    const version = make();
    const table = tableOf(version);
    assert.deepEqual(verify(version), []);
    return {
      rows: rowsOf(version),
      nextSequence: table.nextSequence,
      indexes: table.indexes.map(({keys, inexactRows, multiValuedRows}) => ({
        entries: inOneForm(entriesOf(table, keys.definition.name)),
        inexactRows,
        multiValuedRows,
      })),
    };
  } catch (error) {
    if (!(error instanceof InMemoryError)) throw error;
    return {message: error.message, details: error.details};
  }
}

/** Entries with 0 for -0, which it equals: of which row the key of an entry is, is not said. */
function inOneForm(entries: unknown): unknown {
  if (Array.isArray(entries)) return entries.map(inOneForm);
  return Object.is(entries, -0) ? 0 : entries;
}

function madeIn(isCut: boolean, before: Version, changes: RowChange[]) {
  const all = [rowChange('City', ...changes)];
  return runAtOnce(applying(before, all, isCut));
}

describe('changes of many rows at once', () => {
  it('make the trees, or fail with the error, that they do one by one', () => {
    tryOften(
      fc.property(scene, given => {
        const before = versionWith(schema, given.start);
        const kept = outcomeOf(() => before);
        const changes = changesOf(given);
        const many = outcomeOf(() => madeIn(given.isCut, before, changes));
        assert.deepEqual(
          many,
          outcomeOf(() => oneByOne(before, changes)),
        );
        assert.deepEqual(
          outcomeOf(() => before),
          kept,
        );
      }),
      60,
    );
  });

  const rows: Row[] = Array.from({length: 10_000}, (_, i) => ({
    id: i,
    code: `c${i}`,
    size: i % 3,
    kind: i % 2 === 0 ? 'x' : 'y',
  }));

  for (const isCut of [false, true]) {
    const how = isCut ? 'cut into slices' : 'in one go';

    it(`may swap unique keys, ${how}`, () => {
      const before = versionWith(schema, rows);
      const changes = rows.map((row, i): RowChange => ({
        kind: 'update',
        id: i,
        row: {...row, code: `c${9_999 - i}`},
      }));
      const after = madeIn(isCut, before, changes);
      assert.deepEqual(verify(after), []);
      assert.equal(rowsOf(after)[0]!['code'], 'c9999');
      assert.deepEqual(rowsOf(before), rows);
    });

    it(`change the many rows of a key, ${how}`, () => {
      const before = versionWith(schema, rows);
      const some = rows.filter(({size}) => size === 1);
      const changes = [
        ...some.map(({id}): RowChange => ({kind: 'delete', id})),
        ...some.map(row =>
          insert({...row, id: 20_000 + (row['id'] as number), size: 7}),
        ),
      ];
      const after = madeIn(isCut, before, changes);
      assert.deepEqual(verify(after), []);
      const bySize = entriesOf(tableOf(after), 'by_size');
      assert.equal(bySize.filter(([size]) => size === 1).length, 0);
      assert.equal(bySize.filter(([size]) => size === 7).length, some.length);
    });

    it(`put rows of one new key into a table that is empty, ${how}`, () => {
      const before = versionWith(schema);
      const changes = rows.map(row => insert({...row, size: 5}));
      const after = madeIn(isCut, before, changes);
      assert.deepEqual(verify(after), []);
      assert.equal(rowsOf(after).length, rows.length);
    });
  }

  it('leave an index as it is whose keys they do not change', () => {
    const before = versionWith(schema, rows);
    const changes = rows.map((row): RowChange => ({
      kind: 'update',
      id: row['id'],
      row: {...row, size: 9},
    }));
    const after = madeIn(false, before, changes);
    const [byCode, bySize] = tableOf(after).indexes;
    assert.equal(byCode, tableOf(before).indexes[0]);
    assert.notEqual(bySize, tableOf(before).indexes[1]);
  });
});
