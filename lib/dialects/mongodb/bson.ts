import {compareValues, equalValues} from '../../value/compare';
import {codePoints} from '../collation';
import {isStoredId} from './object-id';

/*
 * The order of values of all types, and which of them a comparison takes for of
 * one type. From MongoDB's manual, "Comparison/Sort Order".
 */

/** Places of types in the order; values of one place compare by value. */
const places = {
  emptyArray: 0,
  null: 1,
  number: 2,
  string: 3,
  object: 4,
  array: 5,
  bytes: 6,
  objectId: 7,
  boolean: 8,
  date: 9,
} as const;

/** By what an empty array is sorted: it comes before null. */
const emptyArray = Symbol('an empty array');

/** The place of a value's type; missing is null. */
export function placeOf(value: unknown): number {
  if (value === null || value === undefined) return places.null;
  if (value === emptyArray) return places.emptyArray;
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return places.number;
    case 'string':
      return places.string;
    case 'boolean':
      return places.boolean;
    default:
      return placeOfObject(value);
  }
}

function placeOfObject(value: object): number {
  if (Array.isArray(value)) return places.array;
  if (value instanceof Date) return places.date;
  if (isStoredId(value)) return places.objectId;
  return value instanceof Uint8Array ? places.bytes : places.object;
}

/** Negative, zero or positive as `a` comes before, with or after `b`. */
export function compareBson(a: unknown, b: unknown): number {
  const place = placeOf(a);
  const difference = place - placeOf(b);
  if (difference !== 0) return difference;
  switch (place) {
    case places.emptyArray:
      return 0;
    case places.number:
      return compareNumbers(a as number, b as number);
    case places.string:
      return codePoints.compare(a as string, b as string);
    case places.array:
      return compareLists(a as unknown[], b as unknown[]);
    case places.object:
      return compareObjects(a as object, b as object);
    case places.bytes: {
      const [x, y] = [a as Uint8Array, b as Uint8Array];
      return x.length - y.length || Buffer.compare(x, y);
    }
    default:
      return compareValues(a, b);
  }
}

/** NaN is before all numbers, and equals itself. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  }
  return equalValues(a, b) ? 0 : compareValues(a, b);
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = compareBson(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Key by key as they stand: by type, by name, by value. */
function compareObjects(a: object, b: object): number {
  const [x, y] = [Object.entries(a), Object.entries(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [nameA, valueA] = x[i]!;
    const [nameB, valueB] = y[i]!;
    const difference =
      placeOf(valueA) - placeOf(valueB) ||
      codePoints.compare(nameA, nameB) ||
      compareBson(valueA, valueB);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

/**
 * The value by which an array is sorted: its least element upwards, its greatest
 * one downwards. An empty array comes before null.
 */
export function sortKey(value: unknown, direction: 1 | -1): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return emptyArray;
  const [first, ...rest] = value as unknown[];
  return rest.reduce(
    (best, each) => (compareBson(each, best) * direction < 0 ? each : best),
    first,
  );
}
