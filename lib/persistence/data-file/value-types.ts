import {types} from 'node:util';

/**
 * The types of values that JSON cannot tell, by the names that they have in a
 * data file, and `json` for a value that is what it looks like.
 */
export type ValueType =
  | 'date'
  | 'buffer'
  | 'bytes'
  | 'bigint'
  | 'invalid date'
  | 'NaN'
  | 'Infinity'
  | '-Infinity'
  | '-0'
  | 'json';

/** Types of which a whole column is likely to be. */
export type ColumnValueType = 'date' | 'buffer' | 'bytes' | 'bigint';

/** What a JSON value could be taken for although it is what it looks like. */
export type Resemblance = 'like date' | 'like bytes' | 'like bigint';

/** The plain values that would be taken for a type where it is expected. */
export const resemblanceOf: Readonly<Record<ColumnValueType, Resemblance>> = {
  date: 'like date',
  buffer: 'like bytes',
  bytes: 'like bytes',
  bigint: 'like bigint',
};

/**
 * The type of a value if JSON cannot tell it, what it resembles if it could be
 * taken for one, and undefined for all others.
 */
export function sightingOf(
  value: unknown,
): Exclude<ValueType, 'json'> | Resemblance | undefined {
  switch (typeof value) {
    case 'number':
      return typeOfNumber(value);
    case 'string':
      if (dateOf(value) !== undefined) return 'like date';
      return bigintOf(value) === undefined ? undefined : 'like bigint';
    case 'bigint':
      return 'bigint';
    case 'object':
      return value === null ? undefined : typeOfObject(value);
    default:
      return undefined;
  }
}

function typeOfNumber(
  value: number,
): 'NaN' | 'Infinity' | '-Infinity' | '-0' | undefined {
  if (value === 0) return Object.is(value, -0) ? '-0' : undefined;
  if (Number.isFinite(value)) return undefined;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

function typeOfObject(
  value: object,
): 'date' | 'invalid date' | 'buffer' | 'bytes' | 'like bytes' | undefined {
  if (types.isDate(value)) {
    return Number.isNaN(value.getTime()) ? 'invalid date' : 'date';
  }
  if (types.isUint8Array(value)) {
    return Buffer.isBuffer(value) ? 'buffer' : 'bytes';
  }
  return bytesOf(value) === undefined ? undefined : 'like bytes';
}

/** Whether a name in a file is that of a type. */
export function isValueType(name: unknown): name is ValueType {
  return typeof name === 'string' && Object.hasOwn(decoders, name);
}

/**
 * The value of a type that JSON shows as `json`; undefined if it cannot be one,
 * because somebody edited the file.
 */
export function decodeAs(type: ValueType, json: unknown): unknown {
  return decoders[type](json);
}

const decoders: Readonly<Record<ValueType, (json: unknown) => unknown>> = {
  date: dateOf,
  buffer: json => {
    const bytes = bytesOf(json);
    return bytes && Buffer.from(bytes);
  },
  bytes: json => {
    const bytes = bytesOf(json);
    return bytes && Uint8Array.from(bytes);
  },
  bigint: bigintOf,
  'invalid date': json => (json === null ? new Date(Number.NaN) : undefined),
  NaN: json => (json === null ? Number.NaN : undefined),
  Infinity: json => (json === null ? Infinity : undefined),
  '-Infinity': json => (json === null ? -Infinity : undefined),
  '-0': json => (json === 0 ? -0 : undefined),
  json: json => json,
};

function dateOf(json: unknown): Date | undefined {
  // A short form is what a person may write in place of a date.
  if (typeof json !== 'string') return undefined;
  const time = timeOf(json);
  if (time !== undefined) return new Date(time);
  if (!/^[+-]?\d{4,6}-\d\d/.test(json)) return undefined;
  const date = new Date(json);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const isoForm = '0000-00-00T00:00:00.000Z';
const zero = 0x30;

/**
 * The time that a text of the form of `toISOString` says, in half the time that
 * `Date` takes; undefined for other forms, and where `Date` must tell whether
 * there is such a day.
 */
function timeOf(text: string): number | undefined {
  if (!hasIsoForm(text)) return undefined;
  const year = wholeNumber(text, 0, 4);
  const month = wholeNumber(text, 5, 7);
  const day = wholeNumber(text, 8, 10);
  const hour = wholeNumber(text, 11, 13);
  const minute = wholeNumber(text, 14, 16);
  const second = wholeNumber(text, 17, 19);
  // `Date.UTC` takes 99 for 1999.
  const isDay =
    year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  const isSure = isDay && hour < 24 && minute < 60 && second < 60;
  if (!isSure) return undefined;
  const millisecond = wholeNumber(text, 20, 23);
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
}

function hasIsoForm(text: string): boolean {
  if (text.length !== isoForm.length) return false;
  for (let i = 0; i < isoForm.length; i++) {
    const expected = isoForm.charCodeAt(i);
    const code = text.charCodeAt(i);
    const fits =
      expected === zero ? code >= zero && code <= zero + 9 : code === expected;
    if (!fits) return false;
  }
  return true;
}

/** The number of the digits from `start` to before `end`. */
function wholeNumber(text: string, start: number, end: number): number {
  let number = 0;
  for (let i = start; i < end; i++) {
    number = 10 * number + text.charCodeAt(i) - zero;
  }
  return number;
}

function bigintOf(json: unknown): bigint | undefined {
  return typeof json === 'string' && /^-?\d+$/.test(json)
    ? BigInt(json)
    : undefined;
}

/** The bytes that Node's JSON form of a Buffer holds. */
function bytesOf(json: unknown): number[] | undefined {
  const {type, data} = (json ?? {}) as {type?: unknown; data?: unknown};
  const isForm =
    type === 'Buffer' &&
    Array.isArray(data) &&
    Object.keys(json as object).length === 2 &&
    data.every(item => Number.isInteger(item) && item >= 0 && item <= 255);
  return isForm ? (data as number[]) : undefined;
}

/**
 * A row as the JSON text that the file has of it: dates as ISO text, Buffers in
 * Node's form, bigints as digits, and null for the numbers that JSON lacks.
 */
export function rowText(row: object): string {
  return JSON.stringify(needsForm(row) ? formOf(row) : row);
}

/** Whether `JSON.stringify` would fail, or write bytes as an object. */
function needsForm(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (types.isUint8Array(value)) return !Buffer.isBuffer(value);
  if (types.isDate(value)) return false;
  for (const key in value) {
    if (needsForm(value[key as keyof typeof value])) return true;
  }
  return false;
}

function formOf(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (types.isUint8Array(value)) {
    return {type: 'Buffer', data: Array.from(value)};
  }
  if (types.isDate(value)) return value;
  if (Array.isArray(value)) return value.map(formOf);
  // Entries make own properties, also of the name `__proto__`.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, formOf(item)]),
  );
}
