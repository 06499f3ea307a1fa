import {andThen, type Cuttable, inPieces, mapped} from '../base/cuttable';
import {planFields} from '../query/cover';
import {count, execute} from '../query/execute';
import type {Explanation} from '../query/explain';
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
  pointCount,
  pointOf,
  rowOfId,
  tableIn,
  understand,
} from './lookup';
import {loadExplaining} from './on-demand';
import {patchedRow, replacedRow, storableForAll} from './rows';
import type {Writer} from './writer';

/*
 * The statements. One that may take long, be it because foreign keys change many
 * other rows, gives its result, or the work that leads to it where the view is of
 * somebody who cuts it (`base/cuttable.ts`).
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
): Cuttable<RowCopy[]> {
  const point = pointOf(view, name, filter);
  if (point !== undefined) return point.map(tableIn(view, name).code.copyOut);
  const {query, table} = understand(view, name, filter);
  const {project = table.code.copyOut} = query.fields;
  const found = execute(planFields(query, table), table, view.isCut);
  return andThen(found, ({rows, areCopies}) =>
    areCopies ? (rows as RowCopy[]) : copied(rows, project, view.isCut),
  );
}

function copied(
  rows: readonly Row[],
  copy: (row: Row) => RowCopy,
  isCut: boolean,
): Cuttable<RowCopy[]> {
  if (!isCut) return copyAll(rows, copy);
  const copies: RowCopy[] = [];
  const copying = inPieces(isCut, most => {
    const start = copies.length;
    for (const each of copyAll(rows.slice(start, start + most), copy)) {
      copies.push(each);
    }
    return copies.length === rows.length;
  });
  return andThen(copying, () => copies);
}

/** The number of rows that meet a `where`. */
export function countRows(
  view: ReadView,
  name: string,
  where: unknown,
): Cuttable<number> {
  const point = pointCount(view, name, where);
  if (point !== undefined) return point;
  const {query, table} = understand(view, name, {where});
  return count(planCount(query, table), table, view.isCut);
}

/** Runs a query for the sake of its plan. */
export function explainQuery(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): Cuttable<Explanation> {
  const {query, table} = understand(view, name, filter);
  const chosen = planFields(query, table);
  const executed = execute(chosen, table, view.isCut);
  return andThen(executed, result =>
    loadExplaining().explain(chosen, result, table.schema),
  );
}

/** How a query would be answered, as text, without answering it. */
export function planText(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): string {
  const {query, table} = understand(view, name, filter);
  return loadExplaining().planText(planFields(query, table), table.schema);
}

/** A copy of the row with that id, or undefined. */
export function findById(
  view: ReadView,
  name: string,
  id: unknown,
): RowCopy | undefined {
  const table = tableIn(view, name);
  const row = rowOfId(view, table, id);
  return row && table.code.copyOut(row);
}

/** Whether there is a row with that id. */
export function hasId(view: ReadView, name: string, id: unknown): boolean {
  return rowOfId(view, tableIn(view, name), id) !== undefined;
}

/** Inserts rows, all or none. Gives them as they are stored. */
export function insert(
  writer: Writer,
  name: string,
  rows: readonly object[],
): Cuttable<readonly Row[]> {
  const {isCut} = writer;
  const table = tableIn(writer, name);
  const insertionOf = (properties: object) =>
    insertion(properties, table, writer);
  return andThen(mapped(rows, insertionOf, isCut), changes =>
    andThen(writer.change(name, changes), () =>
      mapped(changes, ({row}) => row, isCut),
    ),
  );
}

/** Inserts rows as {@link insert} does. Gives copies of them. */
export function insertAndCopy(
  writer: Writer,
  name: string,
  rows: readonly object[],
): Cuttable<RowCopy[]> {
  return andThen(insert(writer, name, rows), inserted =>
    mapped(inserted, tableIn(writer, name).code.copyOut, writer.isCut),
  );
}

/** Changes properties of all rows that meet a `where`. Gives their number. */
export function updateWhere(
  writer: Writer,
  name: string,
  where: unknown,
  properties: object,
): Cuttable<number> {
  const table = tableIn(writer, name);
  return andThen(candidates(writer, name, where), rows => {
    const patch = storableForAll(properties, where, table);
    const updateOf = (row: Row): Entry =>
      update(row, patchedRow(row, patch, table), table);
    return andThen(mapped(rows, updateOf, writer.isCut), changes =>
      andThen(writer.change(name, changes), () => rows.length),
    );
  });
}

/**
 * Puts what `change` makes of a copy in the place of each row that meets a
 * `where`; ids stay. Gives their number.
 */
export function replaceWhere(
  writer: Writer,
  name: string,
  where: unknown,
  change: (row: RowCopy) => object,
): Cuttable<number> {
  const table = tableIn(writer, name);
  const replacementOf = (row: Row): Entry =>
    update(row, replacedRow(row, change(copyOut(row)), table), table);
  return andThen(candidates(writer, name, where), rows =>
    andThen(mapped(rows, replacementOf, writer.isCut), changes =>
      andThen(writer.change(name, changes), () => rows.length),
    ),
  );
}

/** Deletes all rows that meet a `where`. Gives their number. */
export function deleteWhere(
  writer: Writer,
  name: string,
  where: unknown,
): Cuttable<number> {
  const table = tableIn(writer, name);
  return andThen(candidates(writer, name, where), rows => {
    if (rows.length === 0) return 0;
    const deleted =
      rows.length === table.rows.size
        ? writer.truncate(name)
        : andThen(
            mapped(rows, row => deletion(row, table), writer.isCut),
            changes => writer.change(name, changes),
          );
    return andThen(deleted, () => rows.length);
  });
}

/** Deletes the row with that id. Tells whether there was one. */
export function deleteById(
  writer: Writer,
  name: string,
  id: unknown,
): Cuttable<boolean> {
  const change = deletionById(writer, name, id);
  if (change === undefined) return false;
  return andThen(writer.change(name, [change]), () => true);
}

/** Changes properties of the row with that id. Fails with ROW_NOT_FOUND. */
export function updateById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): Cuttable<RowCopy> {
  const change = modificationById(writer, name, {id, properties}, 'patch');
  return andThen(enter(writer, name, change), ({row}) => row);
}

/** Replaces the row with that id. Fails with ROW_NOT_FOUND. */
export function replaceById(
  writer: Writer,
  name: string,
  id: unknown,
  properties: object,
): Cuttable<RowCopy> {
  const change = modificationById(writer, name, {id, properties}, 'replace');
  return andThen(enter(writer, name, change), ({row}) => row);
}

/** Changes or replaces the row with the id in `properties`, or inserts it. */
export function upsert(
  writer: Writer,
  name: string,
  properties: object,
  mode: UpsertMode,
): Cuttable<Written> {
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
): Cuttable<Written> {
  return andThen(find(writer, name, {where, limit: 2}), found => {
    const change = upsertionOf(writer, name, {found, where}, properties);
    return enter(writer, name, change);
  });
}

/** The first row that a filter finds, or a new one with `properties`. */
export function findOrInsert(
  writer: Writer,
  name: string,
  filter: Filter | null | undefined,
  properties: object,
): Cuttable<Written> {
  const first = select(writer, name, {...filter, limit: 1});
  return andThen(first, ([row]): Cuttable<Written> => {
    if (row !== undefined) return {row, isNew: false};
    const table = tableIn(writer, name);
    return enter(writer, name, insertion(properties, table, writer));
  });
}

/** Makes a change, and gives a copy of the row that it leaves. */
function enter(writer: Writer, name: string, change: Entry): Cuttable<Written> {
  return andThen(writer.change(name, [change]), () => ({
    row: tableIn(writer, name).code.copyOut(change.row),
    isNew: change.kind === 'insert',
  }));
}
