import {columnWord, columnWords} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import {isPlainObject} from '../base/objects';
import {andThen, atOnce, type Cuttable} from '../base/cuttable';
import {execute, type Result} from '../query/execute';
import {plan} from '../query/planner';
import {compilePredicate, type Predicate} from '../query/predicate';
import {type Filter, parseFilter, type Query} from '../query/query';
import type {Key} from '../store/tree/key-order';
import type {Table} from '../store/table';
import {findTable} from '../store/version';
import type {ReadView, WriteView} from '../transaction/statement';
import type {Row} from '../value/copy';
import {countPoint, isWhereOnly, lookUpPoint} from './point-lookup';
import {keyOfId, partsOfId} from './rows';

/** The table of that name. Fails with UNKNOWN_MODEL. */
export function tableIn(view: ReadView, name: string): Table {
  const table = findTable(view.version, name);
  if (table !== undefined) return table;
  throw new InMemoryError(
    'UNKNOWN_MODEL',
    `There is no model ${name} on this datasource; define it first.`,
    {table: name},
  );
}

/** A filter, understood, and the table that it is for; notes what is read. */
export function understand(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): {query: Query; table: Table} {
  const table = tableIn(view, name);
  const query = parseFilter(filter, table.schema, view.version.dialect);
  if (view.notesReads) view.noteRead(name, compilePredicate(query.condition));
  return {query, table};
}

/** The stored rows that a filter finds; to be read only. */
export function find(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): Cuttable<readonly Row[]> {
  const {query, table} = understand(view, name, filter);
  return andThen(execute(plan(query, table), table, view.isCut), rowsOf);
}

function rowsOf({rows}: Result): readonly Row[] {
  return rows;
}

/** As {@link lookUpPoint}; undefined also where somebody notes what is read. */
function pointIn(
  view: ReadView,
  name: string,
  where: unknown,
): readonly Row[] | undefined {
  if (view.notesReads) return undefined;
  return lookUpPoint(where, tableIn(view, name));
}

/** As {@link pointIn} for a filter that asks for the whole rows of a `where`. */
export function pointOf(
  view: ReadView,
  name: string,
  filter: Filter | null | undefined,
): readonly Row[] | undefined {
  if (!filter || !isWhereOnly(filter)) return undefined;
  const rows = pointIn(view, name, filter.where);
  return filter.limit === 1 && rows !== undefined && rows.length > 1
    ? rows.slice(0, 1)
    : rows;
}

/** The number of rows, where it takes no plan to tell. */
export function pointCount(
  view: ReadView,
  name: string,
  where: unknown,
): number | undefined {
  return view.notesReads ? undefined : countPoint(where, tableIn(view, name));
}

/** The stored rows that meet a `where`, to be changed by the statement. */
export function candidates(
  view: WriteView,
  name: string,
  where: unknown,
): Cuttable<readonly Row[]> {
  const point = pointIn(view, name, where);
  if (point !== undefined) {
    const test = testLater(view, name, where);
    return view.candidates(name, () => point, test);
  }
  if (asksForAll(where) && !view.isCut && !view.notesReads) {
    const {rows} = tableIn(view, name);
    return view.candidates(
      name,
      () => allOf(rows),
      () => true,
    );
  }
  const {query, table} = understand(view, name, {where});
  const findRows = (): Cuttable<readonly Row[]> =>
    andThen(execute(plan(query, table), table, view.isCut), rowsOf);
  return view.candidates(name, findRows, testOf(query));
}

/** Whether a `where` is none, as that of `destroyAll()`. */
function asksForAll(where: unknown): boolean {
  if (where === undefined || where === null) return true;
  return isPlainObject(where) && Object.keys(where).length === 0;
}

function allOf(rows: Table['rows']): Row[] {
  const all: Row[] = [];
  rows.forEach(row => void all.push(row));
  return all;
}

/** A test by a `where` that is hardly ever asked, so it is compiled then. */
function testLater(view: WriteView, name: string, where: unknown): Predicate {
  return row =>
    compilePredicate(understand(view, name, {where}).query.condition)(row);
}

/** A test by a query's condition, which is compiled when it is first asked. */
function testOf({condition}: Query): Predicate {
  let test: Predicate | undefined;
  return row => (test ??= compilePredicate(condition))(row);
}

/** The row with that id, or undefined. */
export function rowOfId(
  view: ReadView,
  table: Table,
  id: unknown,
): Row | undefined {
  const key = keyOfId(id, table);
  if (key !== undefined) return rowUnder(view, table, key);
  return table.schema.primaryKey.length > 1
    ? rowOfFirstIdPart(view, table, id)
    : undefined;
}

function rowUnder(view: ReadView, table: Table, key: Key): Row | undefined {
  if (view.notesReads) {
    const {keyOf, order} = table.ids;
    view.noteRead(table.schema.name, row => order(keyOf(row), key) === 0);
  }
  return table.rows.get(key);
}

/**
 * LoopBack hands a connector only the first of several id properties. It stands
 * for a row as long as one row has it. Fails with MULTIPLE_ROWS otherwise.
 */
function rowOfFirstIdPart(
  view: ReadView,
  table: Table,
  id: unknown,
): Row | undefined {
  if (id === undefined || id === null || typeof id === 'object') {
    return undefined;
  }
  const {name, primaryKey} = table.schema;
  const [first] = primaryKey;
  // The id begins with it, so that does not take long.
  const rows = atOnce(find(view, name, {where: {[first!]: id}, limit: 2}));
  if (rows.length <= 1) return rows[0];
  throw new InMemoryError(
    'MULTIPLE_ROWS',
    `Several rows of ${name} have ${columnWord(name, first!)} ${show(id)}; ` +
      `give all of ${columnWords(name, primaryKey)}.`,
    {table: name, property: first!, value: id},
  );
}

/** The row whose id is among the properties. */
export function rowOfProperties(
  view: ReadView,
  table: Table,
  properties: object,
): Row | undefined {
  const {primaryKey} = table.schema;
  if (primaryKey.length === 0) return undefined;
  const values = properties as Readonly<Record<string, unknown>>;
  const id =
    primaryKey.length === 1
      ? values[primaryKey[0]!]
      : primaryKey.map(property => values[property]);
  const key = keyOfId(id, table);
  return key === undefined ? undefined : rowUnder(view, table, key);
}

/** The row with that id, or with the id in `properties`. Fails with ROW_NOT_FOUND. */
export function requiredRow(
  view: ReadView,
  table: Table,
  id: unknown,
  properties: object,
): Row {
  const {name, primaryKey} = table.schema;
  const isComposite = primaryKey.length > 1;
  const row =
    (isComposite && rowOfProperties(view, table, properties)) ||
    rowOfId(view, table, id);
  if (row !== undefined) return row;
  throw new InMemoryError(
    'ROW_NOT_FOUND',
    `There is no ${name} with ${columnWords(name, primaryKey) || 'id'} ` +
      `${show((isComposite && partsOfId(id, primaryKey)) || id)}.`,
    {table: name, property: columnWords(name, primaryKey), value: id},
  );
}
