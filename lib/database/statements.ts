import {InMemoryError} from '../base/errors';
import {mapInSlices, runAtOnce, type Sliced} from '../base/slices';
import {count, execute} from '../query/execute';
import {countInSlices} from '../query/execute-in-slices';
import {type Explanation, explain} from '../query/explain';
import {plan, planCount} from '../query/planner';
import type {Filter} from '../query/query';
import type {Key} from '../store/key-order';
import type {RowChange, Table} from '../store/table';
import {copyOut, type Row} from '../value/copy';

import type {ReadView} from '../transaction/statement';
import {
  candidates,
  find,
  pointIn,
  requiredRow,
  rowOfId,
  rowOfProperties,
  tableIn,
  understand,
} from './lookup';
import {isWhereOnly} from './point-lookup';
import type {Writer} from './writer';
import {
  newRow,
  patchedRow,
  replacedRow,
  storable,
  storableForAll,
} from './rows';

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
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): RowCopy[] {
  const point = pointOf(view, name, filter);
  if (point !== undefined) return point.map(copyOut);
  const {query, table} = understand(view, name, filter);
  return execute(plan(query, table), table).rows.map(query.project);
}

/** As {@link pointIn} for a filter that is nothing but a `where`. */
function pointOf(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): readonly Row[] | undefined {
  return filter && isWhereOnly(filter)
    ? pointIn(view, name, filter.where)
    : undefined;
}

/** As {@link select}, as work that can be cut. */
export function* selectInSlices(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): Sliced<RowCopy[]> {
  if (!view.isCut) return select(view, name, filter);
  const point = pointOf(view, name, filter);
  if (point !== undefined) return point.map(copyOut);
  const {query, rows} = yield* find(view, name, filter);
  return yield* mapInSlices(rows, query.project);
}

/** The number of rows that meet a `where`. */
export function countRows(
  view: ReadView,
  name: string,
  where: unknown,
): number {
  return runAtOnce(countRowsInSlices(view, name, where));
}

/** As {@link countRows}, as work that can be cut. */
export function* countRowsInSlices(
  view: ReadView,
  name: string,
  where: unknown,
): Sliced<number> {
  const {query, table} = understand(view, name, {where});
  const chosen = planCount(query, table);
  return view.isCut
    ? yield* countInSlices(chosen, table)
    : count(chosen, table);
}

/** Runs a query for the sake of its plan. */
export function explainQuery(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): Explanation {
  const {query, table} = understand(view, name, filter);
  const chosen = plan(query, table);
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
  return runAtOnce(insertInSlices(writer, name, rows));
}

/** As {@link insert}, as work that can be cut. */
export function* insertInSlices(
  writer: Writer,
  name: string,
  rows: readonly object[],
): Sliced<readonly Row[]> {
  const table = tableIn(writer, name);
  const changes = yield* mapInSlices(rows, properties => ({
    kind: 'insert' as const,
    row: newRow(properties, table, writer),
  }));
  yield* writer.change(name, changes);
  return yield* mapInSlices(changes, ({row}) => row);
}

/** Inserts rows as {@link insertInSlices} does. Returns copies of them. */
export function* insertAndCopy(
  writer: Writer,
  name: string,
  rows: readonly object[],
): Sliced<RowCopy[]> {
  const inserted = yield* insertInSlices(writer, name, rows);
  return yield* mapInSlices(inserted, copyOut);
}

/** Changes properties of all rows that meet a `where`. Returns their number. */
export function updateWhere(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): number {
  return runAtOnce(updateInSlices(writer, name, where, properties));
}

/** As {@link updateWhere}, as work that can be cut. */
export function* updateInSlices(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): Sliced<number> {
  const table = tableIn(writer, name);
  const rows = yield* candidates(writer, name, where);
  const patch = storableForAll(properties, where, table);
  const changes = yield* mapInSlices(rows, row =>
    update(row, patchedRow(row, patch, table), table),
  );
  yield* writer.change(name, changes);
  return rows.length;
}

/** Deletes all rows that meet a `where`. Returns their number. */
export function deleteWhere(
  writer: Writer,
  name: string,
  where: unknown,
): number {
  return runAtOnce(deleteInSlices(writer, name, where));
}

/** As {@link deleteWhere}, as work that can be cut. */
export function* deleteInSlices(
  writer: Writer,
  name: string,
  where: unknown,
): Sliced<number> {
  const table = tableIn(writer, name);
  const rows = yield* candidates(writer, name, where);
  if (rows.length === table.rows.size) yield* writer.truncate(name);
  else {
    const changes = yield* mapInSlices(rows, row => ({
      kind: 'delete' as const,
      id: table.ids.keyOf(row),
    }));
    yield* writer.change(name, changes);
  }
  return rows.length;
}

/** Deletes the row with that id. Tells whether there was one. */
export function deleteById(writer: Writer, name: string, id: unknown): boolean {
  return runAtOnce(deleteByIdInSlices(writer, name, id));
}

/**
 * As {@link deleteById}, as work that can be cut: foreign keys may delete many
 * rows more.
 */
export function* deleteByIdInSlices(
  writer: Writer,
  name: string,
  id: unknown,
): Sliced<boolean> {
  const table = tableIn(writer, name);
  const row = rowOfId(writer, table, id);
  if (row === undefined) return false;
  yield* writer.change(name, [{kind: 'delete', id: table.ids.keyOf(row)}]);
  return true;
}

/**
 * Changes properties of the row with that id. Fails with ROW_NOT_FOUND.
 */
export function* updateById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): Sliced<RowCopy> {
  const table = tableIn(writer, name);
  const row = requiredRow(writer, table, id, properties);
  const patch = storable(properties, table);
  return yield* writeUpdate(writer, table, row, patchedRow(row, patch, table));
}

/** Replaces the row with that id. Fails with ROW_NOT_FOUND. */
export function* replaceById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): Sliced<RowCopy> {
  const table = tableIn(writer, name);
  const row = requiredRow(writer, table, id, properties);
  const next = replacedRow(row, properties, table);
  return yield* writeUpdate(writer, table, row, next);
}

/** How {@link upsert} treats a row that is there already. */
export type UpsertMode = 'patch' | 'replace';

/** Changes or replaces the row with the id in `properties`, or inserts it. */
export function* upsert(
  writer: Writer,
  name: string,
  properties: object,
  mode: UpsertMode,
): Sliced<Written> {
  const table = tableIn(writer, name);
  const row = rowOfProperties(writer, table, properties);
  if (row === undefined) return yield* insertOne(writer, name, properties);
  const next =
    mode === 'replace'
      ? replacedRow(row, properties, table)
      : patchedRow(row, storable(properties, table), table);
  return {row: yield* writeUpdate(writer, table, row, next), isNew: false};
}

/**
 * Changes the one row that meets a `where`, or inserts `properties` when there
 * is none. Fails with MULTIPLE_ROWS when there are several.
 */
export function* upsertWhere(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): Sliced<Written> {
  const table = tableIn(writer, name);
  const {rows} = yield* find(writer, name, {where, limit: 2});
  const [row] = rows;
  if (row === undefined) return yield* insertOne(writer, name, properties);
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
  return {row: yield* writeUpdate(writer, table, row, next), isNew: false};
}

/** The first row that a filter finds, or a new one with `properties`. */
export function* findOrInsert(
  writer: Writer,
  name: string,
  filter: Filter | null | undefined,
  properties: object,
): Sliced<Written> {
  const [row] = yield* selectInSlices(writer, name, {...filter, limit: 1});
  return row === undefined
    ? yield* insertOne(writer, name, properties)
    : {row, isNew: false};
}

function update(old: Row, row: Row, table: Table): RowChange {
  const id: Key = table.ids.keyOf(old);
  return {kind: 'update', id, row};
}

function* writeUpdate(
  writer: Writer,
  table: Table,
  old: Row,
  row: Row,
): Sliced<RowCopy> {
  yield* writer.change(table.schema.name, [update(old, row, table)]);
  return copyOut(row);
}

function* insertOne(
  writer: Writer,
  name: string,
  properties: object,
): Sliced<Written> {
  const [row] = yield* insertInSlices(writer, name, [properties]);
  return {row: copyOut(row!), isNew: true};
}
