import assert from 'node:assert/strict';

/** Strict deep equality, in which invalid dates are equal (to Node 20 not). */
export function assertSame(actual: unknown, expected: unknown): void {
  assert.deepStrictEqual(withMarks(actual), withMarks(expected));
}

const invalidDate = Symbol('invalid date');

function withMarks(value: unknown): unknown {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? invalidDate : value;
  }
  if (Array.isArray(value)) return value.map(withMarks);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withMarks(part)]),
  );
}
