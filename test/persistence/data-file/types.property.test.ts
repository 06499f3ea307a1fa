import assert from 'node:assert/strict';
import {inspect} from 'node:util';
import * as fc from 'fast-check';
import {parseDataFile} from '../../../lib/persistence/data-file/reader';
import {dataFileText} from '../../../lib/persistence/data-file/text';
import {rowKeys} from '../../../lib/persistence/data-file/row-keys';
import {noRules} from '../../../lib/schema/rules';
import type {TableSchema} from '../../../lib/schema/schema';
import {versionWith} from '../../support/store/example';
import {storedValue, tryOften} from '../../support/random';
import type {Row} from '../../../lib/value/copy';
import {compareValues} from '../../../lib/value/compare';
import {rowsOf, tableOf} from '../../support/store/example';

/** Values that are easily taken for others, next to the stored ones. */
const treacherous = fc.oneof(
  {arbitrary: storedValue, weight: 3},
  fc.constantFrom<unknown>(
    '1970-01-01T00:00:00.000Z',
    '12',
    '-0',
    Number.NaN,
    new Date(Number.NaN),
    {type: 'Buffer', data: [1, 2]},
    {type: 'Buffer', data: [-0]},
    [new Date(0), '1970-01-01'],
    {'-': new Date(0), 0: 1n},
    {'0': new Date(0), '~/': new Date(1), '': 5n},
  ),
);

const row = fc.dictionary(
  fc.constantFrom('a', 'b', 'c/~', '__proto__', 'constructor', '-', '0'),
  treacherous,
  {maxKeys: 4, noNullPrototype: true},
);

function schema(...primaryKey: string[]): TableSchema {
  const columns = {};
  return {
    name: 'T',
    primaryKey,
    idGeneration: 'none',
    columns,
    indexes: [],
    foreignKeys: [],
    ...noRules,
  };
}

/** The rows without those whose id is taken. */
function distinct(rows: Row[], ids: readonly string[]): Row[] {
  const idOf = (row: Row): unknown[] => ids.map(name => row[name]);
  return rows.filter(
    (row, i) =>
      rows.findIndex(other => compareValues(idOf(other), idOf(row)) === 0) ===
      i,
  );
}

/** A text that differs for values of other types; invalid dates are equal. */
function shown(rows: readonly Row[]): string {
  const all = {depth: null, maxArrayLength: null, maxStringLength: null};
  return inspect(rows, all);
}

function assertComesBack(rows: Row[], ids: readonly string[]): void {
  const version = versionWith(schema(...ids), distinct(rows, ids));
  const pieces = [...dataFileText({version})].map(String);
  const content = parseDataFile('x', Buffer.from(pieces.join('')));
  const table = tableOf(version, 'T');
  const {keys, rows: read, nextSequence} = content.tables.get('T')!;
  assert.equal(shown(read), shown(rowsOf(version, 'T')));
  assert.equal(nextSequence, table.nextSequence);
  assert.equal(new Set(keys).size, keys.length);
  const keyOf = rowKeys(table);
  const expected: string[] = [];
  table.rows.forEach((_, id) => void expected.push(keyOf(id)));
  assert.deepEqual(keys, expected);
}

describe('What a data file has of a version', () => {
  const rows = fc.array(row, {maxLength: 12});
  const id = fc.oneof(storedValue, fc.constantFrom<unknown>('1', 1, '1#'));

  it('is every row, every value with its type', () => {
    tryOften(
      fc.property(rows, rows => {
        const numbered = rows.map((row, i) => ({...row, id: i + 1}));
        assertComesBack(numbered, ['id']);
      }),
      1000,
    );
  });

  it('is every row, whatever its id', () => {
    tryOften(
      fc.property(fc.array(id, {maxLength: 12}), ids => {
        assertComesBack(
          ids.map(id => ({id})),
          ['id'],
        );
      }),
      500,
    );
  });

  it('is every row, whatever the parts of its id', () => {
    const pair = fc.record({a: id, b: id}, {noNullPrototype: true});
    tryOften(
      fc.property(fc.array(pair, {maxLength: 12}), rows => {
        assertComesBack(rows, ['a', 'b']);
      }),
      500,
    );
  });
});
