import {isObject} from '../base/objects';
import {
  columnOf,
  declaredType,
  type NestedTypes,
  type Shape,
  type TableSchema,
} from '../schema/schema';
import type {ColumnType} from '../value/coerce';
import {getOwn} from '../value/copy';
import {holds} from '../value/holds';

/** A value inside of a column that its declared type does not hold. */
export interface Misfit {
  readonly path: string;
  readonly value: unknown;
  readonly type: ColumnType;
}

/**
 * Finds the first value inside of a column's value that is not of its declared
 * type; undefined where no types are declared inside of the column.
 */
export function compileNestedCheck(
  schema: TableSchema,
  column: string,
): ((value: unknown) => Misfit | undefined) | undefined {
  const {nested} = schema;
  const {shape} = declaredType(schema, column);
  if (nested === undefined || shape === undefined) return undefined;
  return value => misfitIn(value, shape, column, nested);
}

function misfitIn(
  value: unknown,
  shape: Shape,
  path: string,
  nested: NestedTypes,
): Misfit | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    return firstMisfit(value.keys(), i =>
      misfitIn(value[i], shape, `${path}.${i}`, nested),
    );
  }
  if (!isObject(value) || !holds('object', value)) {
    return {path, value, type: 'object'};
  }
  return firstMisfit(Object.keys(shape.columns), name => {
    const inner = getOwn(value, name);
    const {type, shape: innerShape} = columnOf(shape, name, nested);
    const place = `${path}.${name}`;
    if (!holds(type, inner)) return {path: place, value: inner, type};
    return innerShape && misfitIn(inner, innerShape, place, nested);
  });
}

function firstMisfit<T>(
  places: Iterable<T>,
  misfitAt: (place: T) => Misfit | undefined,
): Misfit | undefined {
  for (const place of places) {
    const misfit = misfitAt(place);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}
