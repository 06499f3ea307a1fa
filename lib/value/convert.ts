import {InMemoryError} from '../base/errors';
import {isObject, isRecord} from '../base/objects';
import {coerce, type ColumnType, elementType, isArrayType} from './coerce';
import {equalValues, Kind, kindOf} from './compare';
import {isSameNumber} from './decimal';
import {toPoint} from './geo';
import {holds} from './holds';
import {isReadWhole} from './json-text';

/*
 * What becomes of a stored value when its column gets another type. Casts of
 * statements are narrower (coerce.ts): there a caller can be refused.
 */

/** A value of another type, and whether it says all that the old one said. */
export interface Conversion {
  readonly value: unknown;
  readonly isExact: boolean;
}

/**
 * A value as a column of the type holds it. Where there is none that says the
 * same it is the nearest: what a text begins with, the instant of a text that any
 * engine reads, the first element of an array; null where nothing is near.
 */
export function convert(value: unknown, type: ColumnType): Conversion {
  if (value === undefined || value === null) return exactly(value);
  const exact = exactValue(value, type);
  return exact === undefined
    ? {value: nearest(value, type), isExact: false}
    : exactly(exact);
}

function exactly(value: unknown): Conversion {
  return {value, isExact: true};
}

/** Undefined where no value of the type says the same. */
function exactValue(value: unknown, type: ColumnType): unknown {
  if (isArrayType(type)) return listOf(value, type);
  switch (type) {
    case 'any':
      return value;
    case 'string':
      return textOf(value);
    case 'number':
      return numberOf(value);
    case 'date':
      return dateOf(value);
    case 'bytes':
      return bytesOf(value);
    case 'point':
      return toPoint(value) ?? toPoint(wholeJson(value));
    case 'json':
    case 'object':
      return ifHeld(wholeJson(value), type);
    default:
      return ifHeld(coerce(value, type), type);
  }
}

function ifHeld(value: unknown, type: ColumnType): unknown {
  return holds(type, value) ? value : undefined;
}

/** What a text that is JSON says; undefined where it cannot be read whole. */
function wholeJson(value: unknown): unknown {
  const json = readJson(value);
  if (json === undefined || json === value) return json;
  return typeof value !== 'string' || isReadWhole(value) ? json : undefined;
}

/** What a text that is JSON says; undefined where it is nested too deep. */
function readJson(value: unknown): unknown {
  try {
    return coerce(value, 'json');
  } catch (error) {
    if (error instanceof InMemoryError) return undefined;
    throw error;
  }
}

function textOf(value: unknown): string | undefined {
  const cast = coerce(value, 'string');
  if (typeof cast === 'string') return cast;
  if (kindOf(value) === Kind.date) return (value as Date).toISOString();
  if (!isObject(value) || kindOf(value) === Kind.bytes) return undefined;
  const text = jsonOf(value);
  return equalValues(JSON.parse(text), value) ? text : undefined;
}

function jsonOf(value: object): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'bigint' ? String(each) : each,
  );
}

function numberOf(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (kindOf(value) === Kind.date) return (value as Date).getTime();
  const cast = coerce(value, 'number');
  if (kindOf(cast) !== Kind.number) return undefined;
  const isSame = typeof value !== 'string' || isSameNumber(value, cast);
  return isSame ? cast : undefined;
}

function dateOf(value: unknown): unknown {
  if (typeof value === 'string' && !isExactInstant(value)) return undefined;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isInteger(number)) return undefined;
  const cast = coerce(number, 'date');
  return kindOf(cast) === Kind.date ? cast : undefined;
}

/** Whether a text has a day that there is, no part of a millisecond, and no remark. */
function isExactInstant(text: string): boolean {
  // An engine reads over what is in parentheses.
  if (text.includes('(')) return false;
  const [, fraction = ''] = /\.(\d+)/.exec(text) ?? [];
  if (/[1-9]/.test(fraction.slice(3))) return false;
  const [, day, number] = /^([+-]?\d{4,6}-\d\d-(\d\d))/.exec(text) ?? [];
  if (day === undefined) return true;
  const date = new Date(`${day}T00:00:00Z`);
  return date.getUTCDate() === Number(number);
}

function bytesOf(value: unknown): unknown {
  if (typeof value !== 'string') {
    return kindOf(value) === Kind.bytes ? value : undefined;
  }
  const bytes = Buffer.from(value);
  return bytes.toString() === value ? bytes : undefined;
}

function listOf(value: unknown, type: ColumnType): unknown[] | undefined {
  const list = elementsOf(value);
  if (Array.isArray(readJson(value)) && wholeJson(value) === undefined) {
    return undefined;
  }
  const element = elementType(type);
  if (element === undefined) return list;
  const converted = list.map(item => convert(item, element));
  return converted.every(({isExact}) => isExact)
    ? converted.map(each => each.value)
    : undefined;
}

/** The elements of the array that a value is, has as JSON, or stands for. */
function elementsOf(value: unknown): unknown[] {
  const parsed = typeof value === 'string' ? readJson(value) : value;
  return Array.isArray(parsed) ? parsed : [value];
}

function nearest(value: unknown, type: ColumnType): unknown {
  const element = elementType(type);
  if (element !== undefined) {
    return elementsOf(value).map(item => convert(item, element).value);
  }
  if (type === 'array') return elementsOf(value);
  if (Array.isArray(value) && type !== 'string') {
    return value.length === 0 ? null : convert(value[0], type).value;
  }
  if (type === 'point') return toPoint(readJson(value)) ?? null;
  if (type === 'json' || type === 'object') {
    return ifHeld(readJson(value), type) ?? null;
  }
  return nearestScalar(value, type);
}

function nearestScalar(value: unknown, type: ColumnType): unknown {
  switch (type) {
    case 'number':
      return leadingNumber(value);
    case 'string':
      return nearestText(value);
    case 'boolean':
      return kindOf(value) === Kind.number ? Number(value) !== 0 : null;
    case 'date':
      return nearestDate(value);
    case 'bytes':
      return typeof value === 'string' ? Buffer.from(value) : null;
    default:
      return null;
  }
}

function leadingNumber(value: unknown): number | null {
  const number = typeof value === 'string' ? parseFloat(value) : Number.NaN;
  return Number.isNaN(number) ? null : number;
}

function nearestText(value: unknown): string | null {
  if (kindOf(value) === Kind.invalid) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return isObject(value) ? jsonOf(value) : String(value);
}

function nearestDate(value: unknown): Date | null {
  if (isRecord(value) || typeof value === 'boolean') return null;
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const date = new Date(isNumber ? Number(value) : String(value));
  return Number.isNaN(date.getTime()) ? null : date;
}
