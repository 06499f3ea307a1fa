import {unreachable} from '../base/assert';

/**
 * The one order of values, which indexes, ranges, `order`, `inq` and unique
 * keys share. Values of different kinds are ordered by kind and never equal.
 *
 *   missing = null < invalid < booleans < numbers < strings < dates < bytes
 *     < arrays < objects
 *
 * "Invalid" is NaN and the invalid date: they have a place in the order so that
 * it is total, but no condition matches them.
 */
export const Kind = {
  null: 0,
  invalid: 1,
  boolean: 2,
  number: 3,
  string: 4,
  date: 5,
  bytes: 6,
  array: 7,
  object: 8,
} as const;

/** One of the values of {@link Kind}. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/** The kind of a value. Functions and symbols cannot be stored: invalid. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? Kind.invalid : Kind.number;
    case 'string':
      return Kind.string;
    case 'boolean':
      return Kind.boolean;
    case 'bigint':
      return Kind.number;
    case 'undefined':
      return Kind.null;
    case 'object':
      return value === null ? Kind.null : kindOfObject(value);
    default:
      return Kind.invalid;
  }
}

function kindOfObject(value: object): Kind {
  if (Array.isArray(value)) return Kind.array;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? Kind.invalid : Kind.date;
  }
  return value instanceof Uint8Array ? Kind.bytes : Kind.object;
}

/**
 * Negative, zero or positive as `a` comes before, with or after `b`. A total
 * order: zero means equal, null and missing being the same.
 */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a < b) return -1;
    if (a > b) return 1;
    if (a === b) return 0;
  } else if (typeof a === 'string' && typeof b === 'string') {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const kind = kindOf(a);
  const difference = kind - kindOf(b);
  return difference === 0 ? compareWithin(kind, a, b) : difference;
}

/** Whether two values are equal in the one order of values. */
export function equalValues(a: unknown, b: unknown): boolean {
  return a === b || compareValues(a, b) === 0;
}

/** Compares two values of one kind. */
function compareWithin(kind: Kind, a: unknown, b: unknown): number {
  switch (kind) {
    case Kind.null:
    case Kind.invalid:
      return 0;
    case Kind.boolean:
    case Kind.number:
    case Kind.string:
      return comparePrimitives(a as number, b as number);
    case Kind.date:
      return (a as Date).getTime() - (b as Date).getTime();
    case Kind.bytes:
      return Buffer.compare(a as Uint8Array, b as Uint8Array);
    case Kind.array:
      return compareArrays(a as unknown[], b as unknown[]);
    case Kind.object:
      return compareObjects(a as object, b as object);
    default:
      return unreachable(kind);
  }
}

/** JavaScript compares numbers with bigints exactly, whatever their size. */
function comparePrimitives(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = compareValues(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareObjects(a: object, b: object): number {
  const keysOfA = Object.keys(a).sort();
  const keysOfB = Object.keys(b).sort();
  const difference = compareArrays(keysOfA, keysOfB);
  if (difference !== 0) return difference;
  return compareArrays(
    keysOfA.map(key => a[key as keyof typeof a]),
    keysOfA.map(key => b[key as keyof typeof b]),
  );
}

/**
 * The least value of a kind: where its values begin and those of the kind
 * before end. Ranges over an index use it as their bound.
 */
export function firstOfKind(kind: Kind): unknown {
  switch (kind) {
    case Kind.null:
      return null;
    case Kind.invalid:
      return Number.NaN;
    case Kind.boolean:
      return false;
    case Kind.number:
      return -Infinity;
    case Kind.string:
      return '';
    case Kind.date:
      return new Date(-8.64e15);
    case Kind.bytes:
      return new Uint8Array();
    case Kind.array:
      return [];
    case Kind.object:
      return {};
    default:
      return unreachable(kind);
  }
}
