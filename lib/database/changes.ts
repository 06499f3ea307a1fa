import type {Table, RowChange} from '../store/table';
import type {Row} from '../value/copy';
import {InMemoryError} from '../base/errors';
import {requiredRow, rowOfId, rowOfProperties, tableIn} from './lookup';
import {newRow, patchedRow, replacedRow, storable} from './rows';
import type {Writer} from './writer';

/*
 * What statements change, worked out and yet to be made.
 */

/** A change that inserts a row. */
export type Insertion = Extract<RowChange, {kind: 'insert'}>;

/** A change that leaves a row. */
export type Entry = Exclude<RowChange, {kind: 'delete'}>;

/** A change that deletes a row. */
export type Deletion = Extract<RowChange, {kind: 'delete'}>;

/** How an upsert treats a row that is there already. */
export type UpsertMode = 'patch' | 'replace';

/** The insertion of a row with these properties. */
export function insertion(
  properties: object,
  table: Table,
  writer: Writer,
): Insertion {
  return {kind: 'insert', row: newRow(properties, table, writer)};
}

/** The change of a row into another form of it. */
export function update(old: Row, row: Row, table: Table): Entry {
  return {kind: 'update', id: table.ids.keyOf(old), row};
}

/** The deletion of a row. */
export function deletion(row: Row, table: Table): Deletion {
  return {kind: 'delete', id: table.ids.keyOf(row)};
}

/** The deletion of the row with that id; undefined when there is none. */
export function deletionById(
  writer: Writer,
  name: string,
  id: unknown,
): Deletion | undefined {
  const table = tableIn(writer, name);
  const row = rowOfId(writer, table, id);
  return row && deletion(row, table);
}

/** The change of a row's properties, or of all of the row. */
function modification(
  row: Row,
  properties: object,
  table: Table,
  mode: UpsertMode,
): Entry {
  const next =
    mode === 'replace'
      ? replacedRow(row, properties, table)
      : patchedRow(row, storable(properties, table), table);
  return update(row, next, table);
}

/** The change of the row with that id. Fails with ROW_NOT_FOUND. */
export function modificationById(
  writer: Writer,
  name: string,
  {id, properties}: {readonly id: unknown; readonly properties: object},
  mode: UpsertMode,
): Entry {
  const table = tableIn(writer, name);
  const row = requiredRow(writer, table, id, properties);
  return modification(row, properties, table, mode);
}

/** The change of the row with the id in `properties`, or its insertion. */
export function upsertion(
  writer: Writer,
  name: string,
  properties: object,
  mode: UpsertMode,
): Entry {
  const table = tableIn(writer, name);
  const row = rowOfProperties(writer, table, properties);
  return row === undefined
    ? insertion(properties, table, writer)
    : modification(row, properties, table, mode);
}

/**
 * The change of the one row that was found for a `where`, or the insertion of
 * `properties` when there is none. Fails with MULTIPLE_ROWS.
 */
export function upsertionOf(
  writer: Writer,
  name: string,
  {found, where}: {readonly found: readonly Row[]; readonly where: unknown},
  properties: object,
): Entry {
  const table = tableIn(writer, name);
  const [row] = found;
  if (row === undefined) return insertion(properties, table, writer);
  if (found.length > 1) {
    throw new InMemoryError(
      'MULTIPLE_ROWS',
      // LoopBack's published tests ask for this text, letter by letter.
      'There are multiple instances found.' +
        'Upsert Operation will not be performed!',
      {table: name, value: where},
    );
  }
  return modification(row, properties, table, 'patch');
}
