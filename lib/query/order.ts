import {InMemoryError, show} from '../base/errors';
import {refuseUnknownPath} from '../schema/property-names';
import type {TableSchema} from '../schema/schema';
import {compareValues} from '../value/compare';
import type {Row} from '../value/copy';
import {compileValueAt, parsePath} from '../value/path';
import {RenamedOrder} from '../value/renamed-order';
import {KeyedOrder, type ValueOrder} from '../value/value-order';

/** One key of an `order`. */
export interface OrderKey {
  /** The property or nested path as the filter names it. */
  readonly path: string;
  readonly direction: 1 | -1;
  /** Where it is not the one order of values. */
  readonly by?: ValueOrder;
}

/** Negative, zero or positive as row `a` comes before, with or after `b`. */
export type RowOrder = (a: Row, b: Row) => number;

/**
 * LoopBack's `order` as keys: `'a'`, `'a DESC'`, `'a ASC, b DESC'` or an array
 * of these; without keys that decide nothing. Fails with INVALID_FILTER.
 */
export function parseOrder(given: unknown, schema: TableSchema): OrderKey[] {
  const isRenamed = given instanceof RenamedOrder;
  const order = isRenamed ? given.order : given;
  if (order === undefined || order === null || order === '') return [];
  if (order instanceof KeyedOrder) {
    const columnOf = isRenamed ? given.columnOf : asItIs;
    const keys = order.keys.map(key => ({...key, path: columnOf(key.path)}));
    return keys.length > 1 ? decisive(keys, schema) : keys;
  }
  const list: unknown[] = Array.isArray(order) ? order : [order];
  const keys = list.flatMap(item => {
    if (typeof item !== 'string') throw refused(item, schema.name);
    return item
      .split(',')
      .map(part => part.trim())
      .filter(part => part !== '')
      .map(part => parseKey(part, schema, isRenamed ? given : undefined));
  });
  return keys.length > 1 ? decisive(keys, schema) : keys;
}

function asItIs(path: string): string {
  return path;
}

/** Each key costs a comparison for each pair of rows that is sorted. */
const maxKeys = 32;

/** The keys that decide: none that repeats another one or is behind the id. */
function decisive(keys: readonly OrderKey[], schema: TableSchema): OrderKey[] {
  const byPath = new Map<string, OrderKey>();
  for (const key of keys) {
    if (!byPath.has(key.path)) byPath.set(key.path, key);
  }
  const ids = new Set(schema.primaryKey);
  const decisive: OrderKey[] = [];
  let idsLeft = ids.size;
  for (const key of byPath.values()) {
    decisive.push(key);
    if (ids.has(key.path) && --idsLeft === 0) break;
  }
  if (decisive.length <= maxKeys) return decisive;
  throw new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${schema.name}: the order has ${decisive.length} keys, ` +
      `more than ${maxKeys}.`,
    {table: schema.name, value: decisive.length},
  );
}

function parseKey(
  text: string,
  schema: TableSchema,
  renamed: RenamedOrder | undefined,
): OrderKey {
  const [name, direction = 'ASC', ...rest] = text.split(/\s+/);
  const upper = direction.toUpperCase();
  if (rest.length > 0 || (upper !== 'ASC' && upper !== 'DESC')) {
    throw refused(text, schema.name);
  }
  const path = renamed === undefined ? name! : renamed.columnOf(name!);
  refuseUnknownPath(path, 'order', schema);
  return {path, direction: upper === 'ASC' ? 1 : -1};
}

function refused(item: unknown, table: string): InMemoryError {
  return new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${table}: the order ${show(item)} is not of the form ` +
      `"property ASC" or "property DESC".`,
    {table, value: item},
  );
}

/** Compares rows by the keys; 0 when all tie. */
export function compileOrder(keys: readonly OrderKey[]): RowOrder {
  const comparisons = keys.map(({path, direction, by}): RowOrder => {
    const get = compileValueAt(parsePath(path));
    const compare = by === undefined ? compareValues : by.compare;
    return (a, b) => compare(get(a), get(b)) * direction;
  });
  const [only] = comparisons;
  if (comparisons.length === 1 && only !== undefined) return only;
  return (a, b) => {
    for (const compare of comparisons) {
      const difference = compare(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

/** First by one order, then by another. */
export function thenBy(first: RowOrder, second: RowOrder): RowOrder {
  return (a, b) => first(a, b) || second(a, b);
}
