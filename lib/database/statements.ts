import {count, execute} from '../query/execute';
import {type Explanation, explain} from '../query/explain';
import {planFields} from '../query/cover';
import {planCount} from '../query/planner';
import type {Filter} from '../query/query';
import type {ReadView} from '../transaction/statement';
import {copyAll, copyOut, type Row} from '../value/copy';
import {
  deletion,
  deletionById,
  type Entry,
  insertion,
  modificationById,
  update,
  type UpsertMode,
  upsertion,
  upsertionOf,
} from './changes';
import {
  candidates,
  find,
  pointOf,
  rowOfId,
  tableIn,
  understand,
} from './lookup';
import {patchedRow, storableForAll} from './rows';
import type {Writer} from './writer';

/*
 * The statements, in one go. Those that may take long are in
 * `statements-in-slices.ts`, too, under the same names.
 */

export type {UpsertMode} from './changes';

/** A copy of a row, which belongs to the caller. */
export type RowCopy = Record<string, unknown>;

/** A row that was written, and whether it is new. */
export interface Written {
  readonly row: RowCopy;
  readonly isNew: boolean;
}

/** Copies of the rows that a filter finds. */
export function select(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): RowCopy[] {
  const point = pointOf(view, name, filter);
  if (point !== undefined) return point.map(copyOut);
  const {query, rows} = find(view, name, filter);
  return copyAll(rows, query.fields.project);
}

/** The number of rows that meet a `where`. */
export function countRows(
  view: ReadView,
  name: string,
  where: unknown,
): number {
  const {query, table} = understand(view, name, {where});
  return count(planCount(query, table), table);
}

/** Runs a query for the sake of its plan. */
export function explainQuery(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): Explanation {
  const {query, table} = understand(view, name, filter);
  const chosen = planFields(query, table);
  return explain(chosen, execute(chosen, table), table.schema);
}

/** A copy of the row with that id, or undefined. */
export function findById(
  view: ReadView,
  name: string,
  id: unknown,
): RowCopy | undefined {
  const row = rowOfId(view, tableIn(view, name), id);
  return row && copyOut(row);
}

/** Whether there is a row with that id. */
export function hasId(view: ReadView, name: string, id: unknown): boolean {
  return rowOfId(view, tableIn(view, name), id) !== undefined;
}

/** Inserts rows, all or none. Returns them as they are stored. */
export function insert(
  writer: Writer,
  name: string,
  rows: readonly object[],
): readonly Row[] {
  const table = tableIn(writer, name);
  const changes = rows.map(properties => insertion(properties, table, writer));
  writer.changeAtOnce(name, changes);
  return changes.map(({row}) => row);
}

/** Inserts rows as {@link insert} does. Returns copies of them. */
export function insertAndCopy(
  writer: Writer,
  name: string,
  rows: readonly object[],
): RowCopy[] {
  return insert(writer, name, rows).map(copyOut);
}

/** Changes properties of all rows that meet a `where`. Returns their number. */
export function updateWhere(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): number {
  const table = tableIn(writer, name);
  const rows = candidates(writer, name, where);
  const patch = storableForAll(properties, where, table);
  const changes = rows.map(row =>
    update(row, patchedRow(row, patch, table), table),
  );
  writer.changeAtOnce(name, changes);
  return rows.length;
}

/** Deletes all rows that meet a `where`. Returns their number. */
export function deleteWhere(
  writer: Writer,
  name: string,
  where: unknown,
): number {
  const table = tableIn(writer, name);
  const rows = candidates(writer, name, where);
  if (rows.length === table.rows.size) writer.truncateAtOnce(name);
  else {
    const changes = rows.map(row => deletion(row, table));
    writer.changeAtOnce(name, changes);
  }
  return rows.length;
}

/** Deletes the row with that id. Tells whether there was one. */
export function deleteById(writer: Writer, name: string, id: unknown): boolean {
  const change = deletionById(writer, name, id);
  if (change === undefined) return false;
  writer.changeAtOnce(name, [change]);
  return true;
}

/** Changes properties of the row with that id. Fails with ROW_NOT_FOUND. */
export function updateById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): RowCopy {
  const change = modificationById(writer, name, {id, properties}, 'patch');
  return enter(writer, name, change).row;
}

/** Replaces the row with that id. Fails with ROW_NOT_FOUND. */
export function replaceById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): RowCopy {
  const change = modificationById(writer, name, {id, properties}, 'replace');
  return enter(writer, name, change).row;
}

/** Changes or replaces the row with the id in `properties`, or inserts it. */
export function upsert(
  writer: Writer,
  name: string,
  properties: object,
  mode: UpsertMode,
): Written {
  return enter(writer, name, upsertion(writer, name, properties, mode));
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
  const {rows: found} = find(writer, name, {where, limit: 2});
  const change = upsertionOf(writer, name, {found, where}, properties);
  return enter(writer, name, change);
}

/** The first row that a filter finds, or a new one with `properties`. */
export function findOrInsert(
  writer: Writer,
  name: string,
  filter: Filter | null | undefined,
  properties: object,
): Written {
  const [row] = select(writer, name, {...filter, limit: 1});
  if (row !== undefined) return {row, isNew: false};
  const table = tableIn(writer, name);
  return enter(writer, name, insertion(properties, table, writer));
}

/** Makes a change, and returns a copy of the row that it leaves. */
function enter(writer: Writer, name: string, change: Entry): Written {
  writer.changeAtOnce(name, [change]);
  return {row: copyOut(change.row), isNew: change.kind === 'insert'};
}
