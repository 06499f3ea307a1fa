import assert from 'node:assert/strict';
import {diff} from '../../../lib/schema/diff';
import type {TableSchema} from '../../../lib/schema/schema';
import {forEachId} from '../../../lib/store/posting';
import type {RowChange, Table} from '../../../lib/store/table';
import {
  apply,
  type Change,
  emptyVersion,
  findTable,
  type Version,
} from '../../../lib/store/version';
import type {Row} from '../../../lib/value/copy';
import {defaultDialect} from '../../../lib/value/dialect';

/** The change that leads from a version's table to `schema`. */
export function schemaChange(version: Version, schema: TableSchema): Change {
  const previous = findTable(version, schema.name)?.schema;
  const steps = diff(previous, schema);
  return {kind: 'schema', table: schema.name, steps};
}

export function rowChange(
  table: string,
  ...changes: readonly RowChange[]
): Change {
  return {kind: 'rows', table, changes};
}

export function insert(row: Row): RowChange {
  return {kind: 'insert', row};
}

/** A version with one table and its rows. */
export function versionWith(
  schema: TableSchema,
  rows: readonly Row[] = [],
): Version {
  const empty = emptyVersion(defaultDialect);
  return apply(empty, [
    schemaChange(empty, schema),
    rowChange(schema.name, ...rows.map(insert)),
  ]);
}

export function tableOf(version: Version, name = 'City'): Table {
  const table = findTable(version, name);
  assert.ok(table, `there is a table ${name}`);
  return table;
}

/** All rows of a table by id. */
export function rowsOf(version: Version, name = 'City'): Row[] {
  const rows: Row[] = [];
  tableOf(version, name).rows.forEach(row => void rows.push(row));
  return rows;
}

/** One row's place in an index. */
export type Entry = readonly [key: unknown, id: unknown];

/** All entries of an index, by key and id. */
export function entriesOf(table: Table, index: string): Entry[] {
  const entries: Entry[] = [];
  const found = table.indexes.find(({keys}) => keys.definition.name === index);
  assert.ok(found, `there is an index ${index}`);
  found.entries.forEach((posting, key) => {
    forEachId(posting, id => void entries.push([key, id]));
  });
  return entries;
}
