import assert from 'node:assert/strict';
import {tableChanges} from '../../../lib/persistence/journal/table-changes';
import {diff} from '../../../lib/schema/diff';
import type {TableSchema} from '../../../lib/schema/schema';
import {
  apply,
  type Change,
  emptyVersion,
  findTable,
  type Version,
} from '../../../lib/store/version';
import {defaultDialect} from '../../../lib/value/dialect';
import {schemaOf} from '../../support/schema/example';

function creating(schema: TableSchema): Change {
  return {kind: 'schema', table: 'City', steps: diff(undefined, schema)};
}

function inserting(...rows: object[]): Change {
  const changes = rows.map(row => ({kind: 'insert', row: {...row}}) as const);
  return {kind: 'rows', table: 'City', changes};
}

/** What a journal gets of changes to a version. */
function journaled(version: Version, ...changes: Change[]) {
  const before = (name: string) => findTable(version, name);
  return tableChanges(before, changes, new Map());
}

describe('What a journal gets of a commit', () => {
  const declared = schemaOf();
  const empty = apply(emptyVersion(defaultDialect), [creating(declared)]);
  const rows = inserting({id: 1, name: 'a'});

  it('is nothing where a model is declared', () => {
    const next = schemaOf({notNull: ['name']});
    const steps = diff(declared, next);
    const change = {kind: 'schema', table: 'City', steps} as const;
    assert.deepEqual(journaled(empty, change), []);
  });

  it('is the declared schema with the first rows, and not with others', () => {
    const [first] = journaled(empty, rows);
    assert.equal(first!.schema, declared);
    const [second] = journaled(apply(empty, [rows]), inserting({id: 2}));
    assert.equal(second!.schema, undefined);
    assert.deepEqual(second!.put, [[2, {id: 2}]]);
  });

  it('is the schema of a migration, and rows under their new id', () => {
    const next = schemaOf({primaryKey: ['name'], idGeneration: 'none'});
    const create: Change = {
      kind: 'schema',
      table: 'City',
      steps: [...diff(undefined, next), {kind: 'keep', schema: next}],
    };
    const truncate = {
      kind: 'truncate',
      table: 'City',
      restartsIds: false,
    } as const;
    const version = apply(empty, [rows]);
    assert.deepEqual(journaled(version, truncate, create, rows), [
      {table: 'City', truncate: true},
      {table: 'City', key: ['name'], schema: next},
      {table: 'City', key: ['name'], put: [['a', {id: 1, name: 'a'}]]},
    ]);
  });

  it('is that generated ids have gone back', () => {
    const version = apply(empty, [rows]);
    const back = {kind: 'sequence', table: 'City', next: 1} as const;
    assert.deepEqual(journaled(version, back), [
      {table: 'City', next: 1, restartsIds: true},
    ]);
  });

  it('is that a table was dropped', () => {
    const version = apply(empty, [rows]);
    assert.deepEqual(journaled(version, {kind: 'drop', table: 'City'}), [
      {table: 'City', truncate: true, isDropped: true},
    ]);
  });
});
