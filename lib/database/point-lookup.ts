import type {Filter} from '../query/query';
import {columnType} from '../schema/schema';
import type {Index} from '../store/index-tree';
import {forEachId} from '../store/posting';
import type {Table} from '../store/table';
import type {Row} from '../value/copy';

/** Names that a `where` does not take for properties, or for more than one. */
const notProperties = /^(?:and|or|nor|not)$|\./;

/**
 * The row, if there is one, for a `where` that is nothing but an id or a unique
 * key with a number or a text, as declared; undefined for any other `where`. A
 * server asks little else. The planner finds the same row in the same way, so
 * `explain` holds, but planning takes longer than the lookup.
 */
export function lookUpPoint(
  where: unknown,
  table: Table,
): readonly Row[] | undefined {
  if (typeof where !== 'object' || where === null) return undefined;
  const names = Object.keys(where);
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  const value = (where as Row)[name];
  if (!isKey(value, name, table)) return undefined;
  const {primaryKey} = table.schema;
  if (primaryKey.length === 1 && primaryKey[0] === name) {
    const row = table.rows.get(value);
    return row === undefined ? [] : [row];
  }
  const index = table.indexes.find(each => isUniqueOn(each, name));
  return index && rowsUnder(index, value, table);
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

function rowsUnder({entries}: Index, key: unknown, {rows}: Table): Row[] {
  const found: Row[] = [];
  const posting = entries.get(key);
  if (posting === undefined) return found;
  forEachId(posting, id => void found.push(rows.get(id)!));
  return found;
}

/** Whether an index on one property can tell which row has a value of it. */
function isUniqueOn(
  {keys: {definition}, multiValuedRows}: Index,
  name: string,
): boolean {
  const {isUnique, keys, kind} = definition;
  return (
    isUnique &&
    keys.length === 1 &&
    keys[0]!.path === name &&
    kind === 'ordered' &&
    multiValuedRows === 0
  );
}

/** Whether a filter asks for whole rows, and the first that its `where` finds. */
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
