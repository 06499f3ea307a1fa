import {mapInSlices, type Sliced} from '../base/slices';
import {countInSlices} from '../query/execute-in-slices';
import {planCount} from '../query/planner';
import type {Filter} from '../query/query';
import type {ReadView} from '../transaction/statement';
import {copyOut, type Row} from '../value/copy';
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
  candidatesInSlices,
  findInSlices,
  pointOf,
  tableIn,
  understand,
} from './lookup';
import {patchedRow, storableForAll} from './rows';
import type {RowCopy, Written} from './statements';
import type {Writer} from './writer';

/*
 * The statements that may take long, as work that can be cut; each does what
 * that of the same name in `statements.ts` does. One of a single row may take
 * long because foreign keys may change many others.
 */

/** Copies of the rows that a filter finds. */
export function* select(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): Sliced<RowCopy[]> {
  const point = pointOf(view, name, filter);
  if (point !== undefined) return point.map(copyOut);
  const {query, rows} = yield* findInSlices(view, name, filter);
  return yield* mapInSlices(rows, query.fields.project);
}

/** The number of rows that meet a `where`. */
export function* countRows(
  view: ReadView,
  name: string,
  where: unknown,
): Sliced<number> {
  const {query, table} = understand(view, name, {where});
  return yield* countInSlices(planCount(query, table), table);
}

/** Inserts rows, all or none. Returns them as they are stored. */
export function* insert(
  writer: Writer,
  name: string,
  rows: readonly object[],
): Sliced<readonly Row[]> {
  const table = tableIn(writer, name);
  const changes = yield* mapInSlices(rows, properties =>
    insertion(properties, table, writer),
  );
  yield* writer.change(name, changes);
  return yield* mapInSlices(changes, ({row}) => row);
}

/** Inserts rows as {@link insert} does. Returns copies of them. */
export function* insertAndCopy(
  writer: Writer,
  name: string,
  rows: readonly object[],
): Sliced<RowCopy[]> {
  const inserted = yield* insert(writer, name, rows);
  return yield* mapInSlices(inserted, copyOut);
}

/** Changes properties of all rows that meet a `where`. Returns their number. */
export function* updateWhere(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): Sliced<number> {
  const table = tableIn(writer, name);
  const rows = yield* candidatesInSlices(writer, name, where);
  const patch = storableForAll(properties, where, table);
  const changes = yield* mapInSlices(rows, row =>
    update(row, patchedRow(row, patch, table), table),
  );
  yield* writer.change(name, changes);
  return rows.length;
}

/** Deletes all rows that meet a `where`. Returns their number. */
export function* deleteWhere(
  writer: Writer,
  name: string,
  where: unknown,
): Sliced<number> {
  const table = tableIn(writer, name);
  const rows = yield* candidatesInSlices(writer, name, where);
  if (rows.length === table.rows.size) yield* writer.truncate(name);
  else {
    const changes = yield* mapInSlices(rows, row => deletion(row, table));
    yield* writer.change(name, changes);
  }
  return rows.length;
}

/** Deletes the row with that id. Tells whether there was one. */
export function* deleteById(
  writer: Writer,
  name: string,
  id: unknown,
): Sliced<boolean> {
  const change = deletionById(writer, name, id);
  if (change === undefined) return false;
  yield* writer.change(name, [change]);
  return true;
}

/** Changes properties of the row with that id. Fails with ROW_NOT_FOUND. */
export function* updateById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): Sliced<RowCopy> {
  const change = modificationById(writer, name, {id, properties}, 'patch');
  return (yield* enter(writer, name, change)).row;
}

/** Replaces the row with that id. Fails with ROW_NOT_FOUND. */
export function* replaceById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): Sliced<RowCopy> {
  const change = modificationById(writer, name, {id, properties}, 'replace');
  return (yield* enter(writer, name, change)).row;
}

/** Changes or replaces the row with the id in `properties`, or inserts it. */
export function upsert(
  writer: Writer,
  name: string,
  properties: object,
  mode: UpsertMode,
): Sliced<Written> {
  return enter(writer, name, upsertion(writer, name, properties, mode));
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
  const {rows: found} = yield* findInSlices(writer, name, {where, limit: 2});
  const change = upsertionOf(writer, name, {found, where}, properties);
  return yield* enter(writer, name, change);
}

/** The first row that a filter finds, or a new one with `properties`. */
export function* findOrInsert(
  writer: Writer,
  name: string,
  filter: Filter | null | undefined,
  properties: object,
): Sliced<Written> {
  const [row] = yield* select(writer, name, {...filter, limit: 1});
  if (row !== undefined) return {row, isNew: false};
  const table = tableIn(writer, name);
  return yield* enter(writer, name, insertion(properties, table, writer));
}

/** Makes a change, and returns a copy of the row that it leaves. */
function* enter(writer: Writer, name: string, change: Entry): Sliced<Written> {
  yield* writer.change(name, [change]);
  return {row: copyOut(change.row), isNew: change.kind === 'insert'};
}
