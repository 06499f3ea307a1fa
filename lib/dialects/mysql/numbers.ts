import {roundedDecimal} from '../decimals';
import {mysqlError, parseError, shownText, unknownColumn} from './errors';
import type {Clause, Place, Server} from './flavour';

/*
 * How numbers are written to columns, in the server's strict mode: rounded to
 * what the column has, refused where they are out of its range.
 */

/** A number as it is sent, and what is not one refused. */
export function sentNumber(
  value: unknown,
  clause: Clause,
  server: Server,
): number | bigint | string {
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return Number(value);
  // The driver writes out a list.
  if (Array.isArray(value)) {
    if (value.length === 1) return sentNumber(value[0], clause, server);
    throw parseError(server, ` ${value.slice(1).join(', ')}`);
  }
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  throw unknownColumn(server, String(number), clause);
}

/** A number or its digits; a text that is none is refused. */
function digitsOf(value: unknown, place: Place, kind: string): string {
  const {clause, column, server, table} = place;
  const sent = sentNumber(value, clause, server);
  if (typeof sent !== 'string') return String(sent);
  const text = sent.trim();
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(text)?.[0];
  if (number === undefined) {
    throw mysqlError(
      'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
      `Incorrect ${kind} value: '${shownText(sent)}' for column ` +
        `\`${server.schema}\`.\`${table}\`.\`${column}\` at row 1`,
    );
  }
  if (number !== text) throw truncated(column);
  return number;
}

/** 1265 */
export function truncated(column: string): Error {
  return mysqlError(
    'WARN_DATA_TRUNCATED',
    `Data truncated for column '${column}' at row 1`,
  );
}

/** 1264 */
export function outOfRange(column: string): Error {
  return mysqlError(
    'ER_WARN_DATA_OUT_OF_RANGE',
    `Out of range value for column '${column}' at row 1`,
  );
}

/** The least and the greatest integer of a type. */
export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
}

/** The range of an integer of so many bits. */
export function rangeOfBits(bits: bigint, isUnsigned: boolean): IntegerRange {
  if (isUnsigned) return {min: 0n, max: 2n ** bits - 1n};
  const max = 2n ** (bits - 1n) - 1n;
  return {min: -max - 1n, max};
}

/** Rounded half away from zero. Integers beyond 2^53 are bigints. */
export function writtenInteger(
  value: unknown,
  {max, min}: IntegerRange,
  place: Place,
): number | bigint {
  const isQuick = Number.isSafeInteger(value);
  const number = isQuick
    ? BigInt(value as number)
    : BigInt(roundedDecimal(digitsOf(value, place, 'integer'), 0));
  if (number < min || number > max) throw outOfRange(place.column);
  const safe = BigInt(Number.MAX_SAFE_INTEGER);
  return number >= -safe && number <= safe ? Number(number) : number;
}

/** Rounded to so many digits behind the point. */
export function writtenDecimal(
  value: unknown,
  precision: number,
  scale: number,
  place: Place,
): number {
  const rounded = Number(
    roundedDecimal(digitsOf(value, place, 'decimal'), scale),
  );
  if (Math.abs(rounded) >= 10 ** (precision - scale)) {
    throw outOfRange(place.column);
  }
  return rounded + 0;
}

/** How a floating-point number is kept. */
export interface FloatForm {
  readonly isSingle: boolean;
  /** Of `float(precision, scale)`: the digits in all, and behind the point. */
  readonly precision: number | undefined;
  readonly scale: number | undefined;
}

/** Of 4 or 8 bytes; with a scale rounded to it, and as large as its digits. */
export function writtenFloat(
  value: unknown,
  {isSingle, precision, scale}: FloatForm,
  place: Place,
): number {
  const number = Number(digitsOf(value, place, 'double'));
  const {column} = place;
  if (scale !== undefined) {
    // By its bits: 99999.995 is a little less.
    const rounded = Number(number.toFixed(scale));
    const limit = 10 ** (precision! - scale);
    if (Math.abs(rounded) >= limit) throw outOfRange(column);
    return rounded + 0;
  }
  const stored = isSingle ? Math.fround(number) : number;
  if (!Number.isFinite(stored)) throw outOfRange(column);
  return stored + 0;
}

/** Four bytes are read with six digits. */
export function readSingle(stored: unknown): number {
  return Number((stored as number).toPrecision(6));
}

/** A number as the server writes it; without an exponent down to 1e-15. */
export function floatText(stored: unknown): string {
  const text = String(stored);
  const [digits = '', exponent] = text.split('e');
  if (exponent === undefined || Math.abs(Number(exponent)) > 15) {
    return text.replace('e+', 'e');
  }
  const [, fraction = ''] = digits.split('.');
  return roundedDecimal(text, Math.max(0, fraction.length - Number(exponent)));
}

/** A text that is compared with an integer: exactly, where it is one itself. */
export function comparedInteger(value: number | bigint | string): unknown {
  const digits =
    typeof value === 'string' && /^\s*\+?(-?\d+)\s*$/.exec(value)?.[1];
  if (typeof digits !== 'string') return comparedNumber(value);
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

/** A text that is compared with a number, by what it begins with. */
export function comparedNumber(value: number | bigint | string): unknown {
  if (typeof value !== 'string') return value;
  const number = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(value);
  return Number(number?.[0] ?? 0);
}
