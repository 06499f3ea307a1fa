import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {InMemoryError} from '../../lib/base/errors';
import type {TableSchema} from '../../lib/schema/schema';
import {minBulkRows} from '../../lib/store/bulk-load';
import {
  apply,
  emptyVersion,
  verify,
  type Version,
} from '../../lib/store/version';
import {compareValues} from '../../lib/value/compare';
import type {Row} from '../../lib/value/copy';
import {defaultDialect} from '../../lib/value/dialect';
import {tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  entriesOf,
  insert,
  rowChange,
  rowsOf,
  schemaChange,
  tableOf,
} from '../support/store/example';

const indexes = [
  indexOn('code', {isUnique: true}),
  indexOn('size'),
  indexOn(['kind', 'size']),
  indexOn('-size', {name: 'falling'}),
  indexOn(['-place.town', 'size', '-code']),
  indexOn(['town', 'code'], {isUnique: true}),
];
const withIndexes: TableSchema = schemaOf({indexes});
const withoutIndexes: TableSchema = schemaOf({indexes: []});

/** Values of one kind or of several, of which many are equal. */
const size = fc.oneof(
  fc.integer({min: -5, max: 5}),
  fc.constantFrom(0.5, Infinity, Number.MAX_SAFE_INTEGER, Number.NaN),
  fc.constantFrom('a', 'ä', '𝄞', '', null, undefined, true),
);
const kind = fc.constantFrom('x', 'y', 'z', ['x', 'y']);
/** Texts that are alike where the sort without comparing looks at them. */
const longText = fc.constantFrom(
  'a town of that name, a',
  'a town of that name, b',
  'a town of another name',
  null,
  undefined,
);
const allRows = fc
  .tuple(
    fc.constantFrom(
      size,
      fc.integer(),
      fc.integer({min: 0, max: 3}),
      fc.string(),
    ),
    fc.boolean(),
  )
  .chain(([sizeOfTable, isSorted]) =>
    fc
      .uniqueArray(fc.oneof(fc.integer(), fc.string()), {
        minLength: minBulkRows,
        maxLength: 3 * minBulkRows,
      })
      .chain(ids =>
        fc.tuple(
          ...(isSorted ? ids.toSorted(compareValues) : ids).map((id, i) =>
            fc.record({
              id: fc.constant(id),
              code: fc.constantFrom(`c${i}`, null),
              size: sizeOfTable,
              kind,
              town: longText,
              place: fc.option(fc.record({town: fc.oneof(longText, kind)})),
            }),
          ),
        ),
      ),
  );

function start(schema: TableSchema): Version {
  const empty = emptyVersion(defaultDialect);
  return apply(empty, [schemaChange(empty, schema)]);
}

function atOnce(rows: readonly Row[]): Version {
  return apply(start(withIndexes), [rowChange('City', ...rows.map(insert))]);
}

/** One after the other, as a table that is not empty takes them. */
function oneByOne(rows: readonly Row[]): Version {
  return rows.reduce(
    (version, row) => apply(version, [rowChange('City', insert(row))]),
    start(withIndexes),
  );
}

describe('rows that come into an empty table at once', () => {
  it('make the trees that they make one after the other', () => {
    tryOften(
      fc.property(allRows, rows => {
        const expected = oneByOne(rows);
        const later = apply(start(withoutIndexes), [
          rowChange('City', ...rows.map(insert)),
        ]);
        for (const version of [
          atOnce(rows),
          apply(later, [schemaChange(later, withIndexes)]),
        ]) {
          assert.deepEqual(verify(version), []);
          assert.deepEqual(rowsOf(version), rowsOf(expected));
          const table = tableOf(version);
          assert.equal(table.nextSequence, tableOf(expected).nextSequence);
          for (const {keys} of table.indexes) {
            const {name} = keys.definition;
            assert.deepEqual(
              entriesOf(table, name),
              entriesOf(tableOf(expected), name),
            );
          }
        }
      }),
      50,
    );
  });

  const rows: Row[] = Array.from({length: minBulkRows}, (_, i) => ({
    id: i,
    code: `c${i}`,
  }));

  it('can be changed afterwards, and the version before stays', () => {
    const loaded = atOnce(rows);
    const next = apply(loaded, [
      rowChange(
        'City',
        {kind: 'delete', id: 5},
        {kind: 'update', id: 6, row: {id: 6, code: 'c5'}},
        insert({id: 1000, code: 'new'}),
      ),
    ]);
    assert.deepEqual(verify(next), []);
    assert.deepEqual(rowsOf(loaded), rows);
    assert.equal(rowsOf(next).length, rows.length);
  });

  for (const [what, extra] of [
    ['an id', {id: 7, code: 'other'}],
    ['a unique key', {id: 1000, code: 'c7'}],
  ] as const) {
    it(`are refused with ${what} that is there twice, as one by one`, () => {
      const errors = [atOnce, oneByOne].map(make => {
        try {
          make([...rows, extra]);
        } catch (error) {
          return error;
        }
        return undefined;
      });
      const [inBulk, alone] = errors as InMemoryError[];
      assert.ok(inBulk instanceof InMemoryError);
      assert.equal(inBulk.code, 'DUPLICATE_KEY');
      assert.equal(inBulk.message, alone!.message);
      assert.deepEqual(inBulk.details, alone!.details);
    });
  }
});
