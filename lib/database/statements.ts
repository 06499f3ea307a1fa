import {InMemoryError, show} from '../base/errors';
import {count, execute, type Result} from '../query/execute';
import {type Explanation, explain} from '../query/explain';
import {plan} from '../query/planner';
import {type Filter, parseFilter} from '../query/query';
import type {Key} from '../store/key-order';
import type {RowChange, Table} from '../store/table';
import {findTable, type Version} from '../store/version';
import {copyOut, type Row} from '../value/copy';

import type {Writer} from './database';
import {keyOfId, newRow, patchedRow, replacedRow, storable} from './rows';

export {copyOut};

/** A copy of a row, which belongs to the caller. */
export type RowCopy = Record<string, unknown>;

/** A row that was written, and whether it is new. */
export interface Written {
  readonly row: RowCopy;
  readonly isNew: boolean;
}

/** Copies of the rows that a filter finds. */
export function select(
  version: Version,
  name: string,
  filter: Filter | null | undefined,
): RowCopy[] {
  const table = tableOf(version, name);
  const query = parseFilter(filter, table.schema, version.dialect);
  return execute(plan(query, table), table).rows.map(query.project);
}

/** The number of rows that meet a `where`. */
export function countRows(
  version: Version,
  name: string,
  where: unknown,
): number {
  const table = tableOf(version, name);
  const query = parseFilter({where}, table.schema, version.dialect);
  return count(plan(query, table), table);
}

/** Runs a query for the sake of its plan. */
export function explainQuery(
  version: Version,
  name: string,
  filter: Filter | null | undefined,
): Explanation {
  const table = tableOf(version, name);
  const query = parseFilter(filter, table.schema, version.dialect);
  const chosen = plan(query, table);
  return explain(chosen, execute(chosen, table), table.schema);
}

/** A copy of the row with that id, or undefined. */
export function findById(
  version: Version,
  name: string,
  id: unknown,
): RowCopy | undefined {
  const row = rowOfId(tableOf(version, name), id);
  return row && copyOut(row);
}

/** Whether there is a row with that id. */
export function hasId(version: Version, name: string, id: unknown): boolean {
  return rowOfId(tableOf(version, name), id) !== undefined;
}

/** Inserts rows, all or none. Returns them as they are stored. */
export function insert(
  writer: Writer,
  name: string,
  rows: readonly object[],
): readonly Row[] {
  const table = tableOf(writer.version, name);
  const inserted = rows.map(properties => newRow(properties, table, writer));
  writer.writeLast(
    name,
    inserted.map(row => ({kind: 'insert', row})),
  );
  return inserted;
}

/** Changes properties of all rows that meet a `where`. Returns their number. */
export function updateWhere(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): number {
  const table = tableOf(writer.version, name);
  const {rows} = find(writer.version, table, {where});
  const patch = storable(properties, table);
  writer.writeLast(
    name,
    rows.map(row => update(row, patchedRow(row, patch, table), table)),
  );
  return rows.length;
}

/** Deletes all rows that meet a `where`. Returns their number. */
export function deleteWhere(
  writer: Writer,
  name: string,
  where: unknown,
): number {
  const table = tableOf(writer.version, name);
  const {rows} = find(writer.version, table, {where});
  if (rows.length === table.rows.size) {
    writer.write([{kind: 'truncate', table: name, restartsIds: false}]);
  } else {
    writer.writeLast(
      name,
      rows.map(row => ({kind: 'delete', id: table.ids.keyOf(row)})),
    );
  }
  return rows.length;
}

/** Deletes the row with that id. Tells whether there was one. */
export function deleteById(writer: Writer, name: string, id: unknown): boolean {
  const table = tableOf(writer.version, name);
  const row = rowOfId(table, id);
  if (row === undefined) return false;
  writer.writeLast(name, [{kind: 'delete', id: table.ids.keyOf(row)}]);
  return true;
}

/**
 * Changes properties of the row with that id. Fails with ROW_NOT_FOUND.
 */
export function updateById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): RowCopy {
  const table = tableOf(writer.version, name);
  const row = requiredRow(table, id, properties);
  const patch = storable(properties, table);
  return writeUpdate(writer, table, row, patchedRow(row, patch, table));
}

/** Replaces the row with that id. Fails with ROW_NOT_FOUND. */
export function replaceById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): RowCopy {
  const table = tableOf(writer.version, name);
  const row = requiredRow(table, id, properties);
  return writeUpdate(writer, table, row, replacedRow(row, properties, table));
}

/** How {@link upsert} treats a row that is there already. */
export type UpsertMode = 'patch' | 'replace';

/** Changes or replaces the row with the id in `properties`, or inserts it. */
export function upsert(
  writer: Writer,
  name: string,
  properties: object,
  mode: UpsertMode,
): Written {
  const table = tableOf(writer.version, name);
  const row = rowOfProperties(table, properties);
  if (row === undefined) return insertOne(writer, name, properties);
  const next =
    mode === 'replace'
      ? replacedRow(row, properties, table)
      : patchedRow(row, storable(properties, table), table);
  return {row: writeUpdate(writer, table, row, next), isNew: false};
}

/**
 * Changes the one row that meets a `where`, or inserts `properties` when there
 * is none. Fails with MULTIPLE_ROWS when there are several.
 */
export function upsertWhere(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): Written {
  const table = tableOf(writer.version, name);
  const {rows} = find(writer.version, table, {where, limit: 2});
  const [row] = rows;
  if (row === undefined) return insertOne(writer, name, properties);
  if (rows.length > 1) {
    throw new InMemoryError(
      'MULTIPLE_ROWS',
      // LoopBack's published tests ask for this text, letter by letter.
      'There are multiple instances found.' +
        'Upsert Operation will not be performed!',
      {table: name, value: where},
    );
  }
  const next = patchedRow(row, storable(properties, table), table);
  return {row: writeUpdate(writer, table, row, next), isNew: false};
}

/** The first row that a filter finds, or a new one with `properties`. */
export function findOrInsert(
  writer: Writer,
  name: string,
  filter: Filter | null | undefined,
  properties: object,
): Written {
  const [row] = select(writer.version, name, {...filter, limit: 1});
  return row === undefined
    ? insertOne(writer, name, properties)
    : {row, isNew: false};
}

function tableOf(version: Version, name: string): Table {
  const table = findTable(version, name);
  if (table !== undefined) return table;
  throw new InMemoryError(
    'UNKNOWN_MODEL',
    `There is no model ${name} on this datasource; define it first.`,
    {table: name},
  );
}

function find(version: Version, table: Table, filter: Filter): Result {
  const query = parseFilter(filter, table.schema, version.dialect);
  return execute(plan(query, table), table);
}

function rowOfId(table: Table, id: unknown): Row | undefined {
  const key = keyOfId(id, table);
  if (key !== undefined) return table.rows.get(key);
  return table.schema.primaryKey.length > 1
    ? rowOfFirstIdPart(table, id)
    : undefined;
}

/**
 * LoopBack hands a connector only the first of several id properties. It stands
 * for a row as long as one row has it. Fails with MULTIPLE_ROWS otherwise.
 */
function rowOfFirstIdPart(table: Table, id: unknown): Row | undefined {
  if (id === undefined || id === null || typeof id === 'object') {
    return undefined;
  }
  const rows: Row[] = [];
  const [first] = table.schema.primaryKey;
  table.rows.forEach(row => {
    if (row[first!] === id) rows.push(row);
  });
  if (rows.length <= 1) return rows[0];
  const {name, primaryKey} = table.schema;
  throw new InMemoryError(
    'MULTIPLE_ROWS',
    `Several rows of ${name} have ${first} ${show(id)}; give all of ` +
      `${primaryKey.join(', ')}.`,
    {table: name, property: first!, value: id},
  );
}

/** The row whose id is among the properties. */
function rowOfProperties(table: Table, properties: object): Row | undefined {
  const {primaryKey} = table.schema;
  if (primaryKey.length === 0) return undefined;
  const values = properties as Readonly<Record<string, unknown>>;
  const id =
    primaryKey.length === 1
      ? values[primaryKey[0]!]
      : primaryKey.map(property => values[property]);
  const key = keyOfId(id, table);
  return key === undefined ? undefined : table.rows.get(key);
}

function requiredRow(table: Table, id: unknown, properties: object): Row {
  const {name, primaryKey} = table.schema;
  const isComposite = primaryKey.length > 1;
  const row =
    (isComposite && rowOfProperties(table, properties)) || rowOfId(table, id);
  if (row !== undefined) return row;
  throw new InMemoryError(
    'ROW_NOT_FOUND',
    `There is no ${name} with ${primaryKey.join(', ') || 'id'} ${show(id)}.`,
    {table: name, property: primaryKey.join(', '), value: id},
  );
}

function update(old: Row, row: Row, table: Table): RowChange {
  const id: Key = table.ids.keyOf(old);
  return {kind: 'update', id, row};
}

function writeUpdate(
  writer: Writer,
  table: Table,
  old: Row,
  row: Row,
): RowCopy {
  writer.writeLast(table.schema.name, [update(old, row, table)]);
  return copyOut(row);
}

function insertOne(writer: Writer, name: string, properties: object): Written {
  const [row] = insert(writer, name, [properties]);
  return {row: copyOut(row!), isNew: true};
}
