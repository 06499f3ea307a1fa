import {types} from 'node:util';
import {copyValueIn} from './copy';

/** What a column is declared to hold. `any` declares nothing. */
export type ColumnType =
  | 'number'
  | 'string'
  | 'boolean'
  | 'date'
  | 'bytes'
  | 'point'
  | 'array'
  | 'object'
  | 'any';

/** Types whose values have no inner structure to compare with. */
export function isScalar(type: ColumnType): boolean {
  return (
    type === 'number' ||
    type === 'string' ||
    type === 'boolean' ||
    type === 'date'
  );
}

/**
 * `value` as the declared type holds it, when the cast is exact; else `value`
 * itself. Null and missing stay as they are.
 */
export function coerce(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return value;
  switch (type) {
    case 'number':
      return typeof value === 'string' ? numberOf(value) : value;
    case 'boolean':
      return booleanOf(value);
    case 'date':
      return dateOf(value);
    case 'string':
      return typeof value === 'object' ? textOf(value) : value;
    default:
      return value;
  }
}

/**
 * An operand of a condition: a copy in the form in which values are stored,
 * cast to the column's type as {@link coerce} does. A number or boolean against
 * a string column is its text.
 */
export function coerceOperand(value: unknown, type: ColumnType): unknown {
  const stored = copyValueIn(value, 'operand');
  if (type === 'string' && isTextual(stored)) return String(stored);
  return coerce(stored, type);
}

function isTextual(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  );
}

function numberOf(text: string): unknown {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) return text;
  return /^[+-]?\d{16,}$/.test(text) && !isExact(text, number) ? text : number;
}

/** Whether a long integer is a number exactly, or is how the number is written. */
function isExact(text: string, number: number): boolean {
  if (String(number) === text) return true;
  return Number.isFinite(number) && BigInt(number) === BigInt(text);
}

function booleanOf(value: unknown): unknown {
  if (value === 'true' || value === '1' || value === 1) return true;
  if (value === 'false' || value === '0' || value === 0) return false;
  return value;
}

function dateOf(value: unknown): unknown {
  if (types.isDate(value)) return value;
  // Other texts are dates to one engine and none to another.
  const isIso = typeof value === 'string' && /^[+-]?\d{4,6}-\d\d/.test(value);
  if (!isIso && typeof value !== 'number') return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

function textOf(value: object): unknown {
  const {toHexString} = value as {toHexString?: () => string};
  return typeof toHexString === 'function' ? toHexString.call(value) : value;
}
