import {KeyedOrder, type ValueOrder} from '../../value/value-order';
import type {EmulatedTable} from '../dialect';
import {compareBson, sortKey} from './bson';

/**
 * How orders are read by loopback-connector-mongodb: `ASC` and `DESC` count in
 * capitals; else they belong to the name. From its mongodb.js: `buildSort`.
 */
export function orderIn(
  order: unknown,
  {settings}: EmulatedTable,
  idName: string,
): KeyedOrder | undefined {
  const isById = !order && !settings['disableDefaultSort'];
  const keys = isById ? [idName] : listOf(order);
  if (keys.length === 0) return undefined;
  return new KeyedOrder(
    keys.map(key => {
      const direction = /\s+DESC$/.test(key) ? -1 : 1;
      const name = key.replace(/\s+(A|DE)SC$/, '').trim();
      const path = name === '_id' ? idName : name;
      return path === idName
        ? {path, direction}
        : {path, direction, by: orders[direction]};
    }),
  );
}

function listOf(order: unknown): string[] {
  if (typeof order === 'string' && order !== '') return order.split(',');
  return Array.isArray(order) ? (order as string[]) : [];
}

/** By the order of BSON, upwards and downwards. */
const orders: Readonly<Record<1 | -1, ValueOrder>> = {
  [1]: orderBy(1),
  [-1]: orderBy(-1),
};

function orderBy(direction: 1 | -1): ValueOrder {
  return {
    name: 'BSON',
    compare: (a, b) =>
      compareBson(sortKey(a, direction), sortKey(b, direction)),
  };
}
