import {isPlainObject} from '../base/objects';
import {Kind, kindOf} from '../value/compare';
import {getOwn, type Row} from '../value/copy';

/** What a value is, as far as columns of SQL tell it apart. */
export type ValueKind =
  | 'boolean'
  | 'integer'
  | 'double'
  | 'bigint'
  | 'text'
  | 'date'
  | 'bytes'
  | 'point'
  | 'json';

/** What the values of a column are; nulls are none. */
export interface ColumnSurvey {
  readonly kinds: ReadonlySet<ValueKind>;
  /** The most UTF-16 units of a text; no fewer than its characters. */
  readonly maxLength: number;
  /** The most bytes of a value of bytes. */
  readonly maxBytes: number;
  /** The least and the greatest of the integers. */
  readonly min: bigint;
  readonly max: bigint;
}

interface Counts {
  kinds: Set<ValueKind>;
  maxLength: number;
  maxBytes: number;
  least: number;
  greatest: number;
  min: bigint;
  max: bigint;
}

/** The properties of rows in the order in which they are met, each with its values. */
export function surveyColumns(rows: readonly Row[]): Map<string, ColumnSurvey> {
  const columns = new Map<string, Counts>();
  for (const row of rows) {
    for (const name of Object.keys(row)) {
      let counts = columns.get(name);
      if (counts === undefined) {
        counts = noCounts();
        columns.set(name, counts);
      }
      note(counts, getOwn(row, name));
    }
  }
  return new Map(
    [...columns].map(([name, counts]) => [name, surveyOf(counts)]),
  );
}

/** What a column without any value is. */
export const emptySurvey: ColumnSurvey = surveyOf(noCounts());

/** What two columns are together, of which one refers to the other. */
export function mergedSurvey(a: ColumnSurvey, b: ColumnSurvey): ColumnSurvey {
  return {
    kinds: new Set([...a.kinds, ...b.kinds]),
    maxLength: Math.max(a.maxLength, b.maxLength),
    maxBytes: Math.max(a.maxBytes, b.maxBytes),
    min: a.min < b.min ? a.min : b.min,
    max: a.max > b.max ? a.max : b.max,
  };
}

function noCounts(): Counts {
  return {
    kinds: new Set(),
    maxLength: 0,
    maxBytes: 0,
    least: 0,
    greatest: 0,
    min: 0n,
    max: 0n,
  };
}

function surveyOf(counts: Counts): ColumnSurvey {
  const {kinds, maxLength, maxBytes, least, greatest, min, max} = counts;
  const lowest = BigInt(least);
  const highest = BigInt(greatest);
  return {
    kinds,
    maxLength,
    maxBytes,
    min: lowest < min ? lowest : min,
    max: highest > max ? highest : max,
  };
}

function note(counts: Counts, value: unknown): void {
  if (value === null || value === undefined) return;
  counts.kinds.add(noted(counts, value));
}

function noted(counts: Counts, value: unknown): ValueKind {
  switch (typeof value) {
    case 'string':
      if (value.length > counts.maxLength) counts.maxLength = value.length;
      return 'text';
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 'double';
      if (value < counts.least) counts.least = value;
      if (value > counts.greatest) counts.greatest = value;
      return 'integer';
    case 'bigint':
      if (value < counts.min) counts.min = value;
      if (value > counts.max) counts.max = value;
      return 'bigint';
    case 'boolean':
      return 'boolean';
    default:
      return notedObject(counts, value as object);
  }
}

function notedObject(counts: Counts, value: object): ValueKind {
  if (value instanceof Date) return 'date';
  if (kindOf(value) !== Kind.bytes) return isPoint(value) ? 'point' : 'json';
  const {length} = value as Uint8Array;
  if (length > counts.maxBytes) counts.maxBytes = length;
  return 'bytes';
}

/** Whether a value is a latitude and a longitude, and nothing else. */
export function isPoint(value: unknown): value is {lat: number; lng: number} {
  const {lat, lng} = value as {lat?: unknown; lng?: unknown};
  const isOfNumbers = Number.isFinite(lat) && Number.isFinite(lng);
  if (!isOfNumbers || Array.isArray(value)) return false;
  return isPlainObject(value)
    ? Object.keys(value).length === 2
    : (value as object).constructor.name === 'GeoPoint';
}
