import {isUtf8} from 'node:buffer';
import {isObject} from '../../base/objects';
import {roundedDecimal} from '../decimals';
import {invalidSyntax, pgError} from './errors';
import {jsonMistake} from './json-syntax';

/*
 * How PostgreSQL reads texts as values of its types: every parameter arrives as
 * one. Texts of errors are those of PostgreSQL 15.
 */

/** A value as `pg` sends it, which is a text: a lone surrogate as U+FFFD. */
export function parameter(value: unknown): string {
  if (typeof value === 'string') return wellFormed(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return arrayLiteral(value);
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return isObject(value) ? JSON.stringify(value) : String(value);
}

/** `{"1","2"}` */
function arrayLiteral(values: readonly unknown[]): string {
  const elements = values.map(value => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value)) return arrayLiteral(value);
    const text = parameter(value).replace(/[\\"]/g, '\\$&');
    return `"${text}"`;
  });
  return `{${elements.join(',')}}`;
}

interface IntegerType {
  readonly name: string;
  readonly min: bigint;
  readonly max: bigint;
}

function integerType(name: string, bits: bigint): IntegerType {
  const max = 2n ** (bits - 1n) - 1n;
  return {name, min: -max - 1n, max};
}

export const smallint = integerType('smallint', 16n);
export const integer = integerType('integer', 32n);
export const bigint = integerType('bigint', 64n);

/** 22P02 and 22003. Integers beyond 2^53 are bigints. */
export function readInteger(
  value: unknown,
  {name, min, max}: IntegerType,
): number | bigint {
  if (Number.isInteger(value) && name === 'integer') {
    const number = value as number;
    if (number >= Number(min) && number <= Number(max)) return number + 0;
  }
  const text = parameter(value);
  // It counts while it reads: what is too great is so before another letter is met.
  const [, digits, rest] = /^\s*([+-]?\d+)\s*(.*)$/s.exec(text) ?? [];
  if (digits === undefined) throw invalidSyntax(name, text);
  const number = BigInt(digits.replace('+', ''));
  if (number < min || number > max) {
    throw pgError('22003', `value "${text}" is out of range for type ${name}`);
  }
  if (rest !== '') throw invalidSyntax(name, text);
  const isSafe = number >= -9007199254740991n && number <= 9007199254740991n;
  return isSafe ? Number(number) : number;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The numbers that are written in letters. */
function specialNumber(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity === null) return undefined;
  return infinity[1] === '-' ? -Infinity : Infinity;
}

/** 22P02 of `double precision` and `real`; real is rounded to 4 bytes. */
export function readFloat(value: unknown, name: string): number {
  const text = parameter(value).trim();
  const special = specialNumber(text);
  if (special !== undefined) return special;
  if (!decimal.test(text)) throw invalidSyntax(name, parameter(value));
  const number = Number(text);
  if (name !== 'real') {
    if (!Number.isFinite(number)) throw outOfRange(text, name);
    return number;
  }
  const rounded = Math.fround(number);
  if (!Number.isFinite(rounded) || (rounded === 0 && number !== 0)) {
    throw outOfRange(text, name);
  }
  // What is read back are the shortest digits that mean the same.
  return Number(shortestFloat(rounded));
}

function outOfRange(text: string, name: string): Error {
  return pgError('22003', `"${text}" is out of range for type ${name}`);
}

function shortestFloat(number: number): string {
  for (let digits = 6; digits < 10; digits++) {
    const text = number.toPrecision(digits);
    if (Math.fround(Number(text)) === number) return text;
  }
  return String(number);
}

/**
 * As PostgreSQL writes doubles, and those of 4 bytes: with an exponent where the
 * number has more digits than the type is sure of.
 */
export function floatText(stored: unknown, name: string): string {
  const number = stored as number;
  if (!Number.isFinite(number)) return String(number);
  if (Object.is(number, -0)) return '-0';
  const [digits = '', exponent = '0'] = number.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < (name === 'real' ? 6 : 15)) return String(number);
  const sign = power < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A numeric: NaN, or rounded half away from zero to its scale. 22P02, 22003. */
export function readNumeric(
  value: unknown,
  precision: number | undefined,
  scale = 0,
): number | bigint {
  const text = parameter(value).trim();
  const special = specialNumber(text);
  if (special !== undefined) {
    if (precision === undefined || Number.isNaN(special)) return special;
    throw infiniteNumeric(precision, scale);
  }
  if (!decimal.test(text)) throw invalidSyntax('numeric', parameter(value));
  if (precision === undefined) return exactNumber(text);
  const rounded = roundedDecimal(text, scale);
  const limit = 10 ** (precision - scale);
  if (Math.abs(Number(rounded)) >= limit) {
    throw pgError('22003', 'numeric field overflow', {
      detail:
        `A field with precision ${precision}, scale ${scale} must round to ` +
        `an absolute value less than ${limit === 1 ? '1' : `10^${precision - scale}`}.`,
    });
  }
  return exactNumber(rounded);
}

function infiniteNumeric(precision: number, scale = 0): Error {
  return pgError('22003', 'numeric field overflow', {
    detail:
      `A field with precision ${precision}, scale ${scale} cannot hold an ` +
      'infinite value.',
  });
}

function exactNumber(text: string): number | bigint {
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number)
    ? BigInt(roundedDecimal(text, 0))
    : number;
}

/** 22021 of NUL. */
export function readText(value: unknown): string {
  if (Buffer.isBuffer(value)) return readBytes(value);
  const text = parameter(value);
  if (text.includes('\0')) {
    throw pgError('22021', 'invalid byte sequence for encoding "UTF8": 0x00');
  }
  return text;
}

/** Bytes in a text column are those of a text. */
function readBytes(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  const end = zero === -1 ? bytes.length : zero;
  const invalid = invalidByte(bytes.subarray(0, end));
  if (invalid === undefined && zero === -1) return bytes.toString();
  const byte = bytes[invalid ?? zero]!.toString(16).padStart(2, '0');
  throw pgError(
    '22021',
    `invalid byte sequence for encoding "UTF8": 0x${byte}`,
  );
}

/** Where bytes that are no UTF-8 begin. */
function invalidByte(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  let start = 0;
  while (start < bytes.length) {
    let length = 1;
    while (length < 4 && !isUtf8(bytes.subarray(start, start + length)))
      length++;
    if (!isUtf8(bytes.subarray(start, start + length))) return start;
    start += length;
  }
  return undefined;
}

const loneSurrogate =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function wellFormed(text: string): string {
  return text.replaceAll(loneSurrogate, '\ufffd');
}

/** 22001 where a text is too long; blanks that are too many are cut. */
export function readVarchar(
  value: unknown,
  length: number | undefined,
): string {
  const text = readText(value);
  const letters = Array.from(text);
  if (length === undefined || letters.length <= length) return text;
  if (letters.slice(length).every(letter => letter === ' ')) {
    return letters.slice(0, length).join('');
  }
  throw pgError(
    '22001',
    `value too long for type character varying(${length})`,
  );
}

/** A moment from the ISO text that LoopBack sends; rounded to `digits` of a second. */
export function readTimestamp(value: unknown, digits: number): Date {
  const text = toISOString(value);
  if (text.startsWith('+')) {
    throw pgError('22009', `time zone displacement out of range: "${text}"`);
  }
  if (text.startsWith('-')) {
    throw pgError(
      '22007',
      `invalid input syntax for type timestamp with time zone: "${text}"`,
    );
  }
  const unit = 10 ** Math.max(0, 3 - digits);
  return new Date(Math.round(new Date(text).getTime() / unit) * unit);
}

/** As LoopBack's connector: a RangeError where it is no date. */
function toISOString(value: unknown): string {
  const date =
    isObject(value) && 'toISOString' in value
      ? value
      : new Date(value as string);
  return (date as Date).toISOString();
}

const clock =
  /^\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d*)?)?\s*(?:z|[+-]\d{1,2}(?::?\d\d)?)?\s*$/i;

/**
 * A time of day, `10:20:30.5`, rounded to `digits` of a second; a zone behind it
 * does not count. 22007 of another form, 22008 where there is no such time.
 */
export function readTime(value: unknown, digits: number): string {
  const text = parameter(value);
  const match = clock.exec(text);
  if (match === null) throw invalidSyntax('time', text, '22007');
  const [hours, minutes, seconds] = match.slice(1, 4).map(Number) as [
    number,
    number,
    number,
  ];
  const unit = 10 ** digits;
  const whole = (hours * 60 + minutes) * 60 + (seconds || 0);
  const parts = Math.round(Number(`0${match[4] ?? ''}`) * unit);
  const units = whole * unit + parts;
  const isTime = minutes < 60 && !(seconds > 60) && units <= 86_400 * unit;
  if (!isTime) {
    throw pgError('22008', `date/time field value out of range: "${text}"`);
  }
  const pad = (part: number) => String(Math.floor(part)).padStart(2, '0');
  const total = Math.floor(units / unit);
  const fraction = String(units % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  const clockText = [total / 3600, (total / 60) % 60, total % 60].map(pad);
  return `${clockText.join(':')}${fraction === '' ? '' : `.${fraction}`}`;
}

/** 22P02; in the form in which PostgreSQL gives it back. */
export function readUuid(value: unknown): string {
  const text = parameter(value);
  const digits = text
    .replace(/^\{|\}$/g, '')
    .replaceAll('-', '')
    .toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) throw invalidSyntax('uuid', text);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** 22P02; keys as jsonb keeps them: the last of those of one name, by length. */
export function readJson(value: unknown, isBinary: boolean): unknown {
  const text = parameter(value);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw pgError('22P02', 'invalid input syntax for type json', {
      detail: jsonMistake(text),
    });
  }
  return isBinary ? withSortedKeys(parsed) : parsed;
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort((a, b) => {
    const [x, y] = [Buffer.from(a), Buffer.from(b)];
    return x.length - y.length || Buffer.compare(x, y);
  });
  return Object.fromEntries(
    keys.map(key => [
      key,
      withSortedKeys((value as Record<string, unknown>)[key]),
    ]),
  );
}
