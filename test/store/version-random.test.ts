import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {InMemoryError} from '../../lib/base/errors';
import {sequenceAfter} from '../../lib/schema/ids';
import type {Table} from '../../lib/store/table';
import {
  apply,
  applyInPlace,
  type Change,
  emptyVersion,
  type Version,
  verify,
} from '../../lib/store/version';
import {compareValues} from '../../lib/value/compare';
import {defaultDialect} from '../../lib/value/dialect';
import {tryOften} from '../support/random';
import {
  entriesOf,
  rowChange,
  rowsOf,
  schemaChange,
  tableOf,
} from '../support/store/example';
import {NaiveTable, type Violation} from '../support/store/naive-table';
import {
  anyOutline,
  anySchema,
  hiddenIdOf,
  type Outline,
  rowChanges,
} from '../support/store/random-statements';

type Outcome = readonly [Change, NaiveTable | Violation];

/** The change that an outline means, and what it must lead to. */
function outcome(
  version: Version,
  twin: NaiveTable,
  outline: Outline,
): Outcome {
  if (outline.kind === 'truncate') {
    const {restartsIds} = outline;
    return [{kind: 'truncate', table: 'City', restartsIds}, twin.truncate()];
  }
  if (outline.kind === 'schema') {
    const {schema} = outline;
    return [schemaChange(version, schema), twin.declare(schema)];
  }
  const {nextSequence} = tableOf(version);
  const changes = rowChanges(outline, twin, nextSequence);
  return [rowChange('City', ...changes), twin.change(changes, hiddenIdOf)];
}

/** The next version, made in place where the outline says so and it can be. */
function next(version: Version, change: Change, outline: Outline): Version {
  return isInPlace(change, outline)
    ? applyInPlace(version, change.table, change.changes[0]!)
    : apply(version, [change]);
}

function isInPlace(
  change: Change,
  outline: Outline,
): change is Change & {kind: 'rows'} {
  return (
    change.kind === 'rows' &&
    change.changes.length === 1 &&
    outline.kind === 'rows' &&
    outline.isInPlace
  );
}

/** The code of the error with which a statement fails. */
function failure(version: Version, change: Change, outline: Outline): string {
  try {
    next(version, change, outline);
  } catch (error) {
    if (error instanceof InMemoryError) return error.code;
    throw error;
  }
  return 'none';
}

function assertSame(version: Version, twin: NaiveTable): void {
  const table = tableOf(version);
  assert.deepEqual(verify(version), []);
  assert.deepEqual(table.schema, twin.schema);
  assert.deepEqual(rowsOf(version), twin.rows);
  assert.equal(table.rows.size, twin.rows.length);
  for (const index of twin.schema.indexes) {
    const entries = entriesOf(table, index.name);
    assert.equal(
      compareValues(entries, twin.entries(index)),
      0,
      `entries of ${index.name}`,
    );
  }
  assertCounts(table, twin);
}

function assertCounts(table: Table, twin: NaiveTable): void {
  for (const {keys, multiValuedRows, inexactRows} of table.indexes) {
    const {definition} = keys;
    assert.deepEqual(
      [multiValuedRows, inexactRows],
      [twin.multiValuedRows(definition), twin.inexactRows(definition)],
      definition.name,
    );
  }
  for (const {id} of twin.stored) {
    const first = Array.isArray(id) ? id[0] : id;
    const after = sequenceAfter(table.schema.idGeneration, first);
    assert.ok(table.nextSequence >= after, 'the next id is not taken');
  }
}

describe('a version', () => {
  it('is what naive arrays are after any statements, and stays so', () => {
    const outlines = fc.array(anyOutline, {maxLength: 25, size: 'max'});
    tryOften(
      fc.property(anySchema, outlines, (schema, statements) => {
        const empty = emptyVersion(defaultDialect);
        let version = apply(empty, [schemaChange(empty, schema)]);
        let twin = NaiveTable.create(schema);
        const kept: [Version, NaiveTable][] = [[version, twin]];
        for (const outline of statements) {
          const [change, expected] = outcome(version, twin, outline);
          if (typeof expected === 'string') {
            assert.equal(failure(version, change, outline), expected);
            assertSame(version, twin);
          } else {
            if (isInPlace(change, outline)) kept.pop();
            version = next(version, change, outline);
            twin = expected;
            assertSame(version, twin);
            kept.push([version, twin]);
          }
        }
        for (const [old, oldTwin] of kept) assertSame(old, oldTwin);
      }),
      80,
    );
  });
});
