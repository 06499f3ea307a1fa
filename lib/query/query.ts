import {InMemoryError, show} from '../base/errors';
import type {TableSchema} from '../schema/schema';
import type {Dialect} from '../value/dialect';
import type {Condition} from './condition';
import {type Fields, parseFields} from './fields';
import {type OrderKey, parseOrder} from './order';
import {parseWhere} from './parse-where';

/** The parts of a LoopBack filter that a database answers, as they come. */
export interface Filter {
  readonly where?: unknown;
  readonly order?: unknown;
  readonly fields?: unknown;
  readonly limit?: unknown;
  readonly skip?: unknown;
  readonly offset?: unknown;
}

/** A filter, checked and understood. */
export interface Query {
  readonly condition: Condition;
  readonly order: readonly OrderKey[];
  /** The greatest number of rows wanted; Infinity for all. */
  readonly limit: number;
  readonly skip: number;
  readonly fields: Fields;
}

/** Understands a filter. Fails with INVALID_FILTER. */
export function parseFilter(
  filter: Filter | null | undefined,
  schema: TableSchema,
  dialect: Dialect,
): Query {
  const {where, order, fields, limit, skip, offset} = filter ?? {};
  const table = schema.name;
  return {
    condition: parseWhere(where, schema, dialect),
    order: parseOrder(order, schema),
    // LoopBack: a limit of 0 is no limit.
    limit: parseCount('limit', limit, table) || Infinity,
    skip:
      parseCount('skip', skip, table) || parseCount('offset', offset, table),
    fields: parseFields(fields, schema),
  };
}

function parseCount(name: string, value: unknown, table: string): number {
  if (value === undefined || value === null) return 0;
  if (value === Infinity && name === 'limit') return Infinity;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) {
    return number;
  }
  throw new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${table}: ${name} must be an integer that is not ` +
      `negative, not ${show(value)}.`,
    {table, value},
  );
}
