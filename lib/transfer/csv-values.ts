import {types} from 'node:util';
import {InMemoryError} from '../base/errors';
import {rowText} from '../persistence/data-file/value-types';
import {type ColumnType, isArrayType} from '../value/coerce';
import {toPoint} from '../value/geo';
import {type CsvCell, type CsvText, needsQuotes} from './csv';

/** What a cell can be read as. */
type CellType = 'number' | 'boolean' | 'date' | 'bytes' | 'json' | 'text';

/** What a cell means, or undefined where it does not have the form. */
type Reader = (text: string) => unknown;

/** The types that are told from the cells themselves, the first that fits. */
const guessed: readonly (readonly [CellType, Reader])[] = [
  ['number', plainNumber],
  ['boolean', text => booleans.get(/^(?:true|false)$/.test(text) ? text : '')],
  ['date', isoDate],
  ['bytes', bytes],
  ['json', compoundJson],
];

/** A value as it stands in CSV; null is no value. Fails with INVALID_VALUE. */
export function csvText(value: unknown, place: () => string): CsvText | null {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'string':
      return {text: value, isQuoted: isMistakable(value)};
    case 'number':
      return plain(Object.is(value, -0) ? '-0' : String(value));
    case 'object':
      return value === null ? null : plain(objectText(value, place));
    default:
      return plain(String(value));
  }
}

function plain(text: string): CsvText {
  return {text, isQuoted: false};
}

function objectText(value: object, place: () => string): string {
  if (types.isUint8Array(value)) {
    return String.raw`\x${Buffer.from(value).toString('hex')}`;
  }
  if (!types.isDate(value)) return rowText([value]).slice(1, -1);
  if (!Number.isNaN(value.getTime())) return value.toISOString();
  throw new InMemoryError(
    'INVALID_VALUE',
    `${place()} is an invalid date, which CSV cannot tell. Mend the row first.`,
  );
}

/** Whether a text would be taken for another type if it stood without quotes. */
function isMistakable(text: string): boolean {
  return guessed.some(([, read]) => read(text) !== undefined);
}

/**
 * What reads the cells of a column of a declared type: the value, or undefined
 * where a cell cannot be one.
 */
export function declaredReader(type: ColumnType): Reader {
  switch (type) {
    case 'number':
      return anyNumber;
    case 'boolean':
      return text => booleans.get(text.toLowerCase());
    case 'date':
      return anyDate;
    case 'bytes':
      return bytes;
    case 'point':
      return point;
    case 'string':
    case 'any':
      return text => text;
    default:
      return isArrayType(type) ? jsonArray : json;
  }
}

/**
 * What reads the cells of a column of no declared type: as numbers, booleans,
 * dates, bytes or JSON where all of them have the form, else as texts. A cell in
 * quotes that needs none is a text, unless `quotesAll`.
 */
export function guessedReader(
  cells: readonly CsvCell[],
  quotesAll: boolean,
): Reader {
  const isText = cells.some(
    ({isQuoted, text}) => isQuoted && !quotesAll && !needsQuotes(text),
  );
  const found = isText
    ? undefined
    : guessed.find(([, read]) =>
        cells.every(({text}) => read(text) !== undefined),
      );
  return found?.[1] ?? (text => text);
}

/** A number as programs write one: no `007`, and with no more digits than it keeps. */
function plainNumber(text: string): unknown {
  if (!/^-?(?:\d|Infinity$)|^NaN$/.test(text)) return undefined;
  const number = Number(text);
  if (String(number) === text || text === '-0') return number;
  if (decimalForm.test(text) && text.length <= 16) return number;
  return wholeNumber(text);
}

/** SQLite writes `468.0`, others `1.50`. */
const decimalForm = /^-?(?:0|[1-9]\d*)\.\d+$/;

function wholeNumber(text: string): unknown {
  if (!/^-?[1-9]\d{15,}$/.test(text)) return undefined;
  const whole = BigInt(text);
  return BigInt(Number(text)) === whole ? Number(text) : whole;
}

const numberForm = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

function anyNumber(text: string): unknown {
  const known = plainNumber(text.trim());
  if (known !== undefined) return known;
  return numberForm.test(text) ? Number(text) : undefined;
}

/** As they are written by JavaScript, by PostgreSQL, and by SQLite and MySQL. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['t', true],
  ['f', false],
  ['1', true],
  ['0', false],
]);

const isoForm =
  /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

function isoDate(text: string): unknown {
  return isoForm.test(text) ? dateOf(text) : undefined;
}

const sqlForm =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** A date as databases write it; without a zone it is in UTC. */
function anyDate(text: string): unknown {
  if (isoForm.test(text)) return dateOf(text);
  const [, day, time = '00:00', zone = 'Z'] = sqlForm.exec(text.trim()) ?? [];
  if (day === undefined) return undefined;
  const digits = zone.replace(':', '').slice(1);
  const offset =
    zone === 'Z'
      ? zone
      : `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2) || '00'}`;
  return dateOf(`${day}T${time}${offset}`);
}

function dateOf(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function bytes(text: string): unknown {
  return /^\\x(?:[\da-f]{2})*$/i.test(text)
    ? Buffer.from(text.slice(2), 'hex')
    : undefined;
}

/** PostgreSQL writes `(lng,lat)`. */
function point(text: string): unknown {
  const [, lng, lat] = /^\(([^,]+),([^,]+)\)$/.exec(text) ?? [];
  const parsed = lat === undefined ? json(text) : undefined;
  return toPoint(lat === undefined ? (parsed ?? text) : [lat, lng]);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function jsonArray(text: string): unknown {
  const value = json(text);
  return Array.isArray(value) ? value : undefined;
}

function compoundJson(text: string): unknown {
  return /^(?:\{[^]*\}|\[[^]*\])$/.test(text) ? json(text) : undefined;
}
