import type {NativeColumn} from '../../schema/schema';
import {dateIn, incorrect, sentDate, zeroDate} from './dates';
import {mysqlError, shownText} from './errors';
import type {Flavour, Place, Server} from './flavour';
import {NativeError} from '../native-error';
import {shownType} from './type-names';
import {type Type, typeNamed} from './types';
import {tooLong} from './texts';

type Cast = (stored: unknown) => unknown;

/** Both sides of a cast. */
interface Sides {
  readonly from: Side;
  readonly to: Side;
  readonly place: Place;
}

interface Side extends Type {
  /** `int`, `varchar` */
  readonly name: string;
  /** With its sizes. */
  readonly shown: string;
}

/**
 * What ALTER TABLE makes of the values of a column whose type changes, in strict
 * mode. Fails where there is no such cast; the function does for a value that the
 * new type cannot have.
 */
export function castOf(
  from: NativeColumn,
  to: NativeColumn,
  {server, table}: {readonly server: Server; readonly table: string},
): Cast {
  const {flavour} = server;
  const place: Place = {server, table, column: to.name, clause: 'update'};
  const sides = {from: sideOf(from, flavour), to: sideOf(to, flavour), place};
  if (sides.from.shown === sides.to.shown) return stored => stored;
  requireCast(sides);
  switch (sides.to.kind) {
    case 'number':
      return stored => numberOf(stored, sides);
    case 'date':
      return stored => dateOf(stored, sides);
    case 'bytes':
      return stored => sides.to.write(bytesOf(stored, sides), place);
    case 'point':
      throw geometryError();
    default:
      return stored => writtenText(stored, sides);
  }
}

function sideOf({type}: NativeColumn, flavour: Flavour): Side {
  const {name, text: shown} = shownType(type, flavour)!;
  return {...typeNamed(type), name, shown};
}

/** MariaDB has no cast between points and what is no text; MySQL finds a value wrong. */
function requireCast({from, place, to}: Sides): void {
  const {column, server, table} = place;
  if ((from.kind === 'point') === (to.kind === 'point')) return;
  const isText = (side: Side) =>
    (side.kind === 'text' && side.name !== 'time') || side.kind === 'bytes';
  if (isText(from) || isText(to)) return;
  if (!server.flavour.castsWholeTexts) throw geometryError();
  throw mysqlError(
    'ER_REGEXP_MISSING_FILE',
    `Cannot cast '${from.name}' as '${to.name}' in assignment of ` +
      `\`${server.schema}\`.\`${table}\`.\`${column}\``,
  );
}

/** 1416 */
export function geometryError(): Error {
  return mysqlError(
    'ER_CANT_CREATE_GEOMETRY_OBJECT',
    'Cannot get geometry object from data you send to the GEOMETRY field',
  );
}

function textOf(stored: unknown, {text = String}: Side): string {
  return text(stored);
}

function numberOf(stored: unknown, sides: Sides): unknown {
  const {from, place, to} = sides;
  switch (from.kind) {
    case 'number':
      return toNumber(from.name === 'bit' ? Number(stored) : stored, sides);
    case 'date':
      return toNumber(digitsIn(textOf(stored, from)), sides);
    default:
      if (from.values) {
        return toNumber(from.values.indexOf(stored as string) + 1, sides);
      }
      if (from.name === 'time') {
        return toNumber(digitsIn(stored as string), sides);
      }
      return place.server.flavour.castsWholeTexts
        ? toNumber(wholeNumber(textOf(stored, from), to), sides)
        : to.write(textOf(stored, from), place);
  }
}

/** The digits of a date, without what stands between them. */
function digitsIn(text: string): string {
  return text.replaceAll(/[-: ]/g, '');
}

function toNumber(value: unknown, sides: Sides): unknown {
  const {from, place, to} = sides;
  if (to.name === 'bit') {
    const bit = Number(value);
    if (bit !== 0 && bit !== 1) throw tooLong(place.column);
    return bit;
  }
  if (typeof value !== 'number') return to.write(value, place);
  const isFloat = from.name === 'float' || from.name === 'double';
  return to.write(isFloat ? rounded(value, sides) : value, place);
}

/** A float as another number: where that is an integer rounded to the even one. */
function rounded(value: number, {from, place, to}: Sides): number {
  const stored = from.name === 'float' ? Math.fround(value) : value;
  if (!/int$|^year$/.test(to.name)) return stored;
  const {castsWholeTexts} = place.server.flavour;
  if (castsWholeTexts && !isOf64Bits(stored)) {
    throw overflow(textOf(value, from));
  }
  const whole = Math.round(stored);
  const isHalf = Math.abs(stored % 1) === 0.5;
  return isHalf && whole % 2 !== 0 ? whole - 1 : whole;
}

const wholeNumbers: Readonly<Record<string, RegExp>> = {
  INTEGER: /^[+-]?\d+$/,
  DECIMAL: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i,
  DOUBLE: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i,
};

/** MariaDB reads a text as the kind of number that the column has, to its end. */
function wholeNumber(text: string, {name}: Side): string {
  const isFloat = name === 'float' || name === 'double';
  const kind = isFloat ? 'DOUBLE' : name === 'decimal' ? 'DECIMAL' : 'INTEGER';
  const digits = text.trim();
  const isWhole =
    wholeNumbers[kind]!.test(digits) &&
    (kind !== 'INTEGER' || isOf64Bits(BigInt(digits))) &&
    (kind !== 'DOUBLE' || Number.isFinite(Number(digits)));
  if (isWhole) return digits;
  throw mysqlError(
    'ER_TRUNCATED_WRONG_VALUE',
    `Truncated incorrect ${kind} value: '${shownText(text)}'`,
  );
}

function isOf64Bits(value: bigint | number): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

/** 1916, for which the driver has no name. */
function overflow(text: string): Error {
  const message = `Got overflow when converting '${text}' to INT. Value truncated`;
  return new NativeError(message, {
    code: undefined,
    errno: 1916,
    sqlState: '22003',
    sqlMessage: message,
    statusCode: 500,
  });
}

function dateOf(stored: unknown, {from, place, to}: Sides): unknown {
  const given = textOf(stored, from);
  const text =
    from.name === 'time'
      ? `${new Date().toISOString().slice(0, 10)} ${given}`
      : given;
  if (text.startsWith('0000-00-00')) return zeroDate;
  const isNumber = from.kind === 'number' || /^\d+$/.test(text.trim());
  if (isNumber && Number(text) === 0) return zeroDate;
  const moment = isNumber
    ? dateOfDigits(text.trim())
    : text.endsWith('Z')
      ? undefined
      : dateIn(text);
  if (moment === undefined) throw incorrect(given, place);
  try {
    return to.write(moment, place);
  } catch {
    throw incorrect(given, place);
  }
}

/** `YYMMDD` or `YYYYMMDD`, with or without `hhmmss`. */
function dateOfDigits(text: string): Date | undefined {
  if (!/^\d{3,14}$/.test(text)) return undefined;
  const hasTime = text.length > 8;
  const day = hasTime ? text.slice(0, -6) : text;
  const parts = /^(\d*)(\d\d)(\d\d)$/.exec(day.padStart(6, '0'));
  if (parts === null) return undefined;
  const [, year = '', month, date] = parts;
  const century = Number(year) < 70 ? '20' : '19';
  const whole = year.length === 2 ? century + year : year.padStart(4, '0');
  const clock = hasTime
    ? text.slice(-6).replace(/(..)(..)(..)/, '$1:$2:$3')
    : '0:0:0';
  return dateIn(`${whole}-${month}-${date} ${clock}`);
}

/** A point as the server keeps it: its number of the system, and WKB. */
function bytesOfPoint(stored: unknown): Buffer {
  const {lat, lng} = stored as {lat: number; lng: number};
  const bytes = Buffer.alloc(25);
  bytes[4] = 1;
  bytes[5] = 1;
  bytes.writeDoubleLE(lng, 9);
  bytes.writeDoubleLE(lat, 17);
  return bytes;
}

function bytesOf(stored: unknown, {from}: Sides): Buffer {
  if (from.kind === 'point') return bytesOfPoint(stored);
  return Buffer.isBuffer(stored) ? stored : Buffer.from(textOf(stored, from));
}

function writtenText(stored: unknown, {from, place, to}: Sides): unknown {
  if (from.kind === 'point') return to.write(bytesOfPoint(stored), place);
  if (from.kind === 'bytes') return to.write(stored, place);
  const text = textOf(stored, from);
  if (to.name !== 'time') return to.write(text, place);
  // As many digits as a date has are one, which may have a time.
  const isDate = from.kind === 'number' && /^\d{8,14}$/.test(text);
  const moment = isDate ? dateOfDigits(text) : undefined;
  if (moment !== undefined) {
    return to.write(sentDate(moment).slice(11, 19), place);
  }
  return to.write(from.kind === 'date' ? text.slice(11) : text, place);
}

/** What rows that are there have in a column that is added without a default. */
export function emptyValue(
  {name, type}: NativeColumn,
  {server, table}: {readonly server: Server; readonly table: string},
): () => unknown {
  const {isCollated, kind, values} = typeNamed(type);
  switch (kind) {
    case 'number':
      return () => 0;
    case 'bytes':
      return () => Buffer.alloc(0);
    case 'date':
      return () => {
        if (server.flavour.hasEmptyDates) return zeroDate;
        const place: Place = {server, table, column: name, clause: 'update'};
        throw incorrect('0000-00-00 00:00:00', place);
      };
    case 'point':
      return () => {
        if (server.flavour.hasEmptyDates) return null;
        throw geometryError();
      };
    default: {
      const isTime = !isCollated && /^time/i.test(type);
      return () => values?.[0] ?? (isTime ? '00:00:00' : '');
    }
  }
}
