import {InMemoryError, show} from '../base/errors';
import {asList} from '../base/objects';
import {refuseUnknownPath} from '../schema/property-names';
import {declaredType, type TableSchema} from '../schema/schema';
import {maxDepth} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {parsePath} from '../value/path';
import {always, and, type Condition, not, or} from './condition';
import {refuseMistakenOperator} from './mistaken-operator';
import {parseProperty} from './parse-property';
import {simplified} from './simplify';

/**
 * LoopBack's `where` as a condition. Operands are cast to the declared types of
 * their properties, when the cast is exact. Fails with INVALID_FILTER.
 */
export function parseWhere(
  where: unknown,
  schema: TableSchema,
  dialect: Dialect,
): Condition {
  if (where === undefined || where === null) return always;
  return simplified(parseObject(where, {schema, dialect}, 0));
}

interface WhereContext {
  readonly schema: TableSchema;
  readonly dialect: Dialect;
}

function parseObject(
  where: unknown,
  context: WhereContext,
  depth: number,
): Condition {
  const {schema, dialect} = context;
  if (depth > maxDepth) {
    throw refused(schema, `the where is nested deeper than ${maxDepth} levels`);
  }
  if (typeof where !== 'object' || where === null || Array.isArray(where)) {
    throw refused(schema, `the where ${show(where)} is not an object`);
  }
  const keys = Object.keys(where);
  const conditions = keys.map(key => {
    const value = (where as Record<string, unknown>)[key];
    switch (key) {
      case 'and':
        return and(parseClauses(key, value, context, depth));
      case 'or':
        return or(parseClauses(key, value, context, depth));
      case 'nor':
        return not(or(parseClauses(key, value, context, depth)));
      case 'not':
        return not(parseObject(value, context, depth + 1));
      default:
        refuseUnknownPath(key, 'where', schema);
        refuseMistakenOperator(key, value, schema);
        return parseProperty(value, {
          table: schema.name,
          property: key,
          path: parsePath(key),
          declared: declaredType(schema, key),
          nested: schema.nested,
          dialect,
          depth,
        });
    }
  });
  return conditions.length === 1 ? conditions[0]! : and(conditions);
}

function parseClauses(
  operator: string,
  clauses: unknown,
  context: WhereContext,
  depth: number,
): Condition[] {
  const list = asList(clauses);
  if (!Array.isArray(list)) {
    throw refused(
      context.schema,
      `${operator} needs an array of conditions, not ${show(clauses)}`,
    );
  }
  return list.map(clause => parseObject(clause, context, depth + 1));
}

function refused(schema: TableSchema, reason: string): InMemoryError {
  return new InMemoryError(
    'INVALID_FILTER',
    `Invalid filter on ${schema.name}: ${reason}.`,
    {table: schema.name},
  );
}
