import {columnWord} from '../base/column-words';
import {InMemoryError} from '../base/errors';
import {nearest} from '../base/nearest';
import {asList, isPlainObject} from '../base/objects';
import type {TableSchema} from '../schema/schema';
import {isOperator} from '../value/operators';

/** The keys of a `where` that are not properties. */
const logicalOperators = ['and', 'or', 'nor', 'not'];

/**
 * Fails with INVALID_FILTER when a key of a `where` is not declared, and its
 * value is a list of conditions: `{orr: [{a: 1}, {b: 2}]}` was meant as an
 * operator, and as a property it would find nothing.
 *
 * An undeclared property may hold a list of objects, and such a list can be asked
 * for. So one is taken for conditions only if the key is nearly an operator, or
 * there are operators in it; `{eq: [...]}` says that it is to be equalled all
 * the same.
 */
export function refuseMistakenOperator(
  key: string,
  value: unknown,
  schema: TableSchema,
): void {
  if (typeof value !== 'object' || value === null) return;
  const list = asList(value);
  if (!Array.isArray(list) || list.length === 0) return;
  if (isDeclared(key, schema) || !list.every(isPlainObject)) return;
  const meant = nearest(key, logicalOperators);
  const isNear = meant !== undefined && key.length > 1;
  if (!isNear && !list.some(hasOperators)) return;
  const hint = isNear
    ? `did you mean "${meant}"?`
    : `the operators are ${logicalOperators.join(', ')}.`;
  const {name: table} = schema;
  const word = columnWord(table, key);
  throw new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${table}: "${word}" has a list of conditions, and is ` +
      `neither an operator nor a declared property; ${hint} To find a ` +
      `property by a list of objects, write {"${word}": {"eq": [...]}}.`,
    {table, property: key},
  );
}

/** Whether a property is declared, or that into which a path leads. */
function isDeclared(path: string, {columns}: TableSchema): boolean {
  const [head = ''] = path.split('.', 1);
  return Object.hasOwn(columns, path) || Object.hasOwn(columns, head);
}

function hasOperators(object: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(object).some(
    ([key, value]) =>
      logicalOperators.includes(key) ||
      (isPlainObject(value) && Object.keys(value).some(isOperator)),
  );
}
