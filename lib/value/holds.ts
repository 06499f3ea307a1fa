import {coerce, type ColumnType, elementType} from './coerce';
import {Kind, kindOf} from './compare';
import {toPoint} from './geo';

/**
 * Whether a column of the type holds the value, itself or after an exact cast.
 * NaN and invalid dates are neither numbers nor dates. Null and missing are
 * held by every type, and so are null elements of an array.
 */
export function holds(type: ColumnType, value: unknown): boolean {
  return isHeld(type, value) || isHeld(type, coerce(value, type));
}

/** The kinds of values of each type that is told by the kind alone. */
const kindsOf: Readonly<Partial<Record<ColumnType, readonly Kind[]>>> = {
  number: [Kind.number],
  string: [Kind.string],
  boolean: [Kind.boolean],
  date: [Kind.date],
  bytes: [Kind.bytes],
  array: [Kind.array],
  object: [Kind.object, Kind.array],
};

/** Whether a column of the type holds the value itself, without a cast. */
export function isHeld(type: ColumnType, value: unknown): boolean {
  const kind = kindOf(value);
  if (kind === Kind.null || type === 'any' || type === 'json') return true;
  if (type === 'point') return toPoint(value) !== undefined;
  const element = elementType(type);
  if (element === undefined) return kindsOf[type]!.includes(kind);
  return Array.isArray(value) && value.every(item => isHeld(element, item));
}
