import type {Filter} from '../query/query';
import {columnType} from '../schema/schema';
import type {Index} from '../store/index-tree';
import {fewIds, postingSize} from '../store/posting';
import {rowsOfEntries, type Table} from '../store/table';
import type {Key} from '../store/tree/key-order';
import type {Row} from '../value/copy';

/*
 * A server asks little else than equality: a `where` that is nothing but an id, or
 * numbers and texts for all properties of an index, as declared, or an `or` of these.
 * The planner finds the same rows in the same way, so `explain` holds, but planning
 * takes longer than the lookup.
 */

/** Names that a `where` does not take for properties, or for more than one. */
const notProperties = /^(?:and|or|nor|not)$|\./;

/** So many alternatives are looked up one after the other. */
const maxAlternatives = 8;

/** One key of an index, or of the table's own tree where that is undefined. */
interface Point {
  readonly index: Index | undefined;
  readonly key: Key;
}

/**
 * The rows, by id, for a `where` that is equality by an id or an index, or an `or`
 * of these; undefined for any other, and for an index that has many rows for it.
 */
export function lookUpPoint(
  where: unknown,
  table: Table,
): readonly Row[] | undefined {
  if (typeof where !== 'object' || where === null) return undefined;
  const names = Object.keys(where);
  if (names.length === 1 && names[0] === 'or') {
    return lookUpAny((where as Row)['or'], table);
  }
  const point = pointOf(where as Row, names, table);
  return point && rowsAt(point, table);
}

/** The number of rows with a `where` that is equality by an id or an index. */
export function countPoint(where: unknown, table: Table): number | undefined {
  if (typeof where !== 'object' || where === null) return undefined;
  const point = pointOf(where as Row, Object.keys(where), table);
  if (point === undefined) return undefined;
  const {index, key} = point;
  if (index === undefined) return table.rows.has(key) ? 1 : 0;
  const posting = index.entries.get(key);
  return posting === undefined ? 0 : postingSize(posting);
}

/** The rows that meet one of some alternatives, by id. */
function lookUpAny(alternatives: unknown, table: Table): Row[] | undefined {
  if (!Array.isArray(alternatives)) return undefined;
  if (alternatives.length > maxAlternatives) return undefined;
  const found = new Set<Row>();
  for (const where of alternatives as unknown[]) {
    if (typeof where !== 'object' || where === null) return undefined;
    const point = pointOf(where as Row, Object.keys(where), table);
    const rows = point && rowsAt(point, table);
    if (rows === undefined) return undefined;
    for (const row of rows) found.add(row);
  }
  const {keyOf, order} = table.ids;
  return [...found].sort((a, b) => order(keyOf(a), keyOf(b)));
}

/** The key that a `where` names by its equalities, if it does no more. */
function pointOf(
  where: Row,
  names: readonly string[],
  table: Table,
): Point | undefined {
  for (const name of names) {
    if (!isKey(where[name], name, table)) return undefined;
  }
  const [name] = names;
  if (name === undefined) return undefined;
  const {primaryKey} = table.schema;
  const isOne = names.length === 1;
  if (isOne && primaryKey.length === 1 && primaryKey[0] === name) {
    return {index: undefined, key: where[name]};
  }
  const index = table.indexes.find(each => isOn(each, names));
  if (index === undefined) return undefined;
  const {keys} = index.keys.definition;
  const key = isOne ? where[name] : keys.map(({path}) => where[path]);
  return {index, key};
}

/** Whether a value is a number or a text, as the property is declared. */
function isKey(value: unknown, name: string, {schema}: Table): boolean {
  const isPlain = typeof value === 'string' || Number.isFinite(value);
  return (
    isPlain &&
    columnType(schema, name) === typeof value &&
    !notProperties.test(name)
  );
}

/** Whether an index on just these properties can tell which rows have values of them. */
function isOn(
  {keys: {definition}, multiValuedRows}: Index,
  names: readonly string[],
): boolean {
  const {keys, kind} = definition;
  return (
    keys.length === names.length &&
    kind === 'ordered' &&
    multiValuedRows === 0 &&
    keys.every(({path}) => names.includes(path))
  );
}

/** The rows at a point, by id; undefined where they are many. */
function rowsAt({index, key}: Point, table: Table): readonly Row[] | undefined {
  const {rows} = table;
  if (index === undefined) {
    const row = rows.get(key);
    return row === undefined ? [] : [row];
  }
  const posting = index.entries.get(key);
  if (posting === undefined) return [];
  const ids = fewIds(posting);
  if (ids === undefined) return undefined;
  return ids.length === 1 ? [rows.get(ids[0])!] : rowsOfEntries(table, ids);
}

/** Whether a filter asks for whole rows that its `where` finds: all, or the first. */
export function isWhereOnly(filter: Filter): boolean {
  const {order, fields, limit = 1, skip = 0, offset = 0} = filter;
  return (
    order === undefined &&
    fields === undefined &&
    limit === 1 &&
    skip === 0 &&
    offset === 0
  );
}
