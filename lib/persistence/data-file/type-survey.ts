import type {Row} from '../../value/copy';
import {childPointer, everyElement} from './pointer';
import {
  type ColumnValueType,
  type Resemblance,
  resemblanceOf,
  sightingOf,
  type ValueType,
} from './value-types';

type Sighting = Exclude<ValueType, 'json'> | Resemblance;

/** A survey keeps counts for so many columns; others are told row by row. */
const maxColumns = 1_000;

const columnTypes = Object.keys(resemblanceOf) as ColumnValueType[];

/**
 * Finds out which columns of a table are of a type that JSON cannot tell, so
 * that a data file says it once and not in every row. All rows are seen first;
 * then {@link columns} and {@link exceptions} have the answers.
 */
export class TypeSurvey {
  private readonly counts = new Map<string, Map<Sighting, number>>();
  private uncounted = 0;

  /** Takes the row into account. O(its values). */
  see(row: Row): void {
    eachSighting(row, {pointer: '', column: ''}, ({column}, sighting) => {
      let counts = this.counts.get(column);
      if (counts === undefined) {
        if (this.counts.size >= maxColumns) {
          if (isType(sighting)) this.uncounted++;
          return;
        }
        counts = new Map();
        this.counts.set(column, counts);
      }
      counts.set(sighting, (counts.get(sighting) ?? 0) + 1);
    });
  }

  /** What the rows that were seen have in common. */
  finish(): ColumnTypes {
    const all = new Map<string, ColumnValueType>();
    let exceptions = this.uncounted;
    for (const [column, counts] of this.counts) {
      const type = bestType(counts);
      if (type !== undefined) all.set(column, type);
      for (const [sighting, count] of counts) {
        if (exceptionFor(sighting, type) !== undefined) exceptions += count;
      }
    }
    return new ColumnTypes(all, exceptions > 0);
  }
}

/** The types of a table's columns, and what deviates from them. */
export class ColumnTypes {
  constructor(
    readonly all: ReadonlyMap<string, ColumnValueType>,
    readonly hasExceptions: boolean,
  ) {}

  /** The types in a row that its columns do not tell, by JSON pointer. */
  exceptions(row: Row): Record<string, ValueType> | undefined {
    let found: Record<string, ValueType> | undefined;
    eachSighting(row, {pointer: '', column: ''}, (place, sighting) => {
      const type = exceptionFor(sighting, this.all.get(place.column));
      if (type !== undefined) (found ??= {})[place.pointer] = type;
    });
    return found;
  }
}

/** The type that saves most exceptions, if any saves more than it causes. */
function bestType(
  counts: ReadonlyMap<Sighting, number>,
): ColumnValueType | undefined {
  let best: ColumnValueType | undefined;
  let mostSaved = 0;
  for (const type of columnTypes) {
    const saved =
      (counts.get(type) ?? 0) - (counts.get(resemblanceOf[type]) ?? 0);
    if (saved > mostSaved) {
      mostSaved = saved;
      best = type;
    }
  }
  return best;
}

/** What must be said of a value in a column of the type, if anything. */
function exceptionFor(
  sighting: Sighting,
  columnType: ColumnValueType | undefined,
): ValueType | undefined {
  if (isType(sighting)) return sighting === columnType ? undefined : sighting;
  const isMistaken =
    columnType !== undefined && resemblanceOf[columnType] === sighting;
  return isMistaken ? 'json' : undefined;
}

function isType(sighting: Sighting): sighting is Exclude<ValueType, 'json'> {
  return !sighting.startsWith('like ');
}

interface Place {
  readonly pointer: string;
  /** The pointer with `-` in place of the indexes of arrays. */
  readonly column: string;
}

/** Visits the values in a row that are not, or not surely, what JSON says. */
function eachSighting(
  holder: object,
  place: Place,
  visit: (place: Place, sighting: Sighting) => void,
): void {
  const isArray = Array.isArray(holder);
  for (const key of Object.keys(holder)) {
    const value: unknown = holder[key as keyof typeof holder];
    const sighting = sightingOf(value);
    const isPlainObject =
      typeof value === 'object' &&
      value !== null &&
      (sighting === undefined || sighting === 'like bytes');
    if (sighting === undefined && !isPlainObject) continue;
    const child = {
      pointer: childPointer(place.pointer, key),
      column: childPointer(place.column, isArray ? everyElement : key),
    };
    if (sighting !== undefined) visit(child, sighting);
    if (isPlainObject) eachSighting(value, child, visit);
  }
}
