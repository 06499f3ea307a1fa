import {isObject, isRecord} from '../base/objects';
import {coerce, type ColumnType, elementType, isArrayType} from './coerce';
import {equalValues, Kind, kindOf} from './compare';
import {toPoint} from './geo';
import {holds} from './holds';

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
      return toPoint(value) ?? toPoint(coerce(value, 'json'));
    default: {
      const cast = coerce(value, type);
      return holds(type, cast) ? cast : undefined;
    }
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

/** Whether a text has no more digits than the number that is made of it. */
function isSameNumber(text: string, number: unknown): boolean {
  const digits = digitsOf(text.trim());
  // Such as 0x1f, Infinity.
  if (digits === undefined && !/^[+-]?\d/.test(text.trim())) return true;
  return digits === undefined
    ? /^\s*0[box]/i.test(text) && Number.isSafeInteger(number)
    : digits === digitsOf(String(number));
}

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** A decimal number in its one form, `12e-1`; undefined where it is none. */
function digitsOf(text: string): string | undefined {
  const [, sign, whole, fraction, power = '0'] = decimal.exec(text) ?? [];
  if (whole === undefined || fraction === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const zeros = digits.length - significant.length;
  const exponent = Number(power) - fraction.length + zeros;
  return `${sign === '-' ? '-' : ''}${significant}e${exponent}`;
}

function dateOf(value: unknown): unknown {
  if (typeof value === 'string' && !isExactInstant(value)) return undefined;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isInteger(number)) return undefined;
  const cast = coerce(number, 'date');
  return kindOf(cast) === Kind.date ? cast : undefined;
}

/** Whether a text has a day that there is, and no part of a millisecond. */
function isExactInstant(text: string): boolean {
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
  const element = elementType(type);
  if (element === undefined) return list;
  const converted = list.map(item => convert(item, element));
  return converted.every(({isExact}) => isExact)
    ? converted.map(each => each.value)
    : undefined;
}

/** The elements of the array that a value is, has as JSON, or stands for. */
function elementsOf(value: unknown): unknown[] {
  const parsed = typeof value === 'string' ? coerce(value, 'json') : value;
  return Array.isArray(parsed) ? parsed : [value];
}

function nearest(value: unknown, type: ColumnType): unknown {
  const element = elementType(type);
  if (element !== undefined) {
    return elementsOf(value).map(item => convert(item, element).value);
  }
  if (Array.isArray(value) && type !== 'string') {
    return value.length === 0 ? null : convert(value[0], type).value;
  }
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
