import {
  coerce,
  coerceOperand,
  type ColumnType,
  isCoerced,
} from '../value/coerce';
import {type Cast, compileNestedCasts} from './nested-casts';
import type {DeclaredType, NestedTypes, Shape} from './schema';

const castsByTypes = new WeakMap<NestedTypes, ReadonlyMap<Shape, Cast>>();

/**
 * An operand of a condition on values that are so declared: a copy in the form
 * in which values are stored, cast as they are, also inside.
 */
export function castOperand(
  operand: unknown,
  {type, shape}: DeclaredType,
  nested: NestedTypes | undefined,
): unknown {
  const own = coerceOperand(operand, type);
  if (shape === undefined || nested === undefined) return own;
  let casts = castsByTypes.get(nested);
  if (casts === undefined) {
    casts = compileNestedCasts(nested, castOf);
    castsByTypes.set(nested, casts);
  }
  return casts.get(shape)?.(own, '') ?? own;
}

function castOf(type: ColumnType): Cast | undefined {
  return isCoerced(type) ? value => coerce(value, type) : undefined;
}
