import {columnWord} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import {columnType, type TableSchema} from '../schema/schema';
import {isArrayType} from '../value/coerce';
import type {Row} from '../value/copy';
import {holds} from '../value/holds';
import {compileValueAt} from '../value/path';
import {compileLimits, type LimitCheck, ofElements} from './limit-check';
import {compileNestedCheck, type Misfit} from './nested-check';

/** Tells how a row breaks the rules of its table, by the first that it breaks. */
export type RowCheck = (row: Row) => InMemoryError | undefined;

/**
 * The rules of a table that concern each row by itself (required values, types
 * and limits) as one check; undefined when there are none.
 */
export function compileRowCheck(schema: TableSchema): RowCheck | undefined {
  const checks = [...checkedColumns(schema)].map(name =>
    compileColumnCheck(name, schema),
  );
  if (checks.length === 0) return undefined;
  return row => {
    for (const check of checks) {
      const violation = check(row);
      if (violation !== undefined) return violation;
    }
    return undefined;
  };
}

function checkedColumns(schema: TableSchema): Set<string> {
  const {notNull, limits, typeChecks, columns} = schema;
  const typed = typeChecks === 'strict' ? Object.keys(columns) : [];
  return new Set([...notNull, ...Object.keys(limits), ...typed]);
}

function compileColumnCheck(name: string, schema: TableSchema): RowCheck {
  // A column's name is one property, dots and all.
  const get = compileValueAt([name]);
  const isRequired = schema.notNull.includes(name);
  const isStrict = schema.typeChecks === 'strict';
  const type = isStrict ? columnType(schema, name) : 'any';
  const nestedCheck = isStrict ? compileNestedCheck(schema, name) : undefined;
  const check = limitCheck(name, schema);
  return row => {
    const value = get(row);
    if (value === undefined || value === null) {
      return isRequired ? missing(name, value, schema) : undefined;
    }
    if (type !== 'any' && !holds(type, value)) {
      return misfit({path: name, value, type}, schema);
    }
    const inside = nestedCheck?.(value);
    if (inside !== undefined) return misfit(inside, schema);
    const broken = check?.(value);
    if (broken === undefined) return undefined;
    const {constraint, reason} = broken;
    return new InMemoryError(
      'VALUE_OUT_OF_RANGE',
      `${schema.name}.${columnWord(schema.name, name)} cannot be ` +
        `${show(value)}: ` +
        `it must be ${reason} (${constraint}).`,
      {table: schema.name, property: name, value, constraint},
    );
  };
}

function limitCheck(name: string, schema: TableSchema): LimitCheck | undefined {
  if (!Object.hasOwn(schema.limits, name)) return undefined;
  const check = compileLimits(schema.limits[name]!);
  return isArrayType(columnType(schema, name)) ? ofElements(check) : check;
}

function misfit({path, value, type}: Misfit, {name}: TableSchema) {
  return new InMemoryError(
    'INVALID_VALUE',
    `${name}.${columnWord(name, path)} cannot be ${show(value)}: ` +
      `it is declared as ${type}.`,
    {table: name, property: path, value, constraint: 'type'},
  );
}

function missing(
  property: string,
  value: unknown,
  {name}: TableSchema,
): InMemoryError {
  return new InMemoryError(
    'NOT_NULL_VIOLATION',
    `${name}.${columnWord(name, property)} cannot be ${show(value)}: ` +
      'it is required.',
    {table: name, property, value, constraint: 'notNull'},
  );
}
