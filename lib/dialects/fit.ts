import {isDeepStrictEqual} from 'node:util';
import {show} from '../base/errors';
import type {FitRows, Misfit} from '../database/database';
import {coerce, parsed} from '../value/coerce';
import {getOwn, setOwn} from '../value/copy';
import type {Column, EmulatedTable} from './table';

/**
 * Makes values that another dialect has stored those of the columns of a table,
 * where that loses nothing: objects become JSON. `nameOf` gives the name that rows
 * have for the column of a property.
 */
export function fitting(
  {columns}: EmulatedTable,
  nameOf: (property: string) => string,
): FitRows['write'] {
  return row => {
    const misfits: Misfit[] = [];
    for (const column of columns) {
      const name = nameOf(column.property);
      const value = getOwn(row, name) ?? null;
      if (value === null) {
        if (column.isNullable || column.isGenerated) continue;
        misfits.push({property: name, value, reason: 'it must not be null'});
        continue;
      }
      const reason = reasonAgainst(column, value, written =>
        setOwn(row, name, written),
      );
      if (reason !== undefined) misfits.push({property: name, value, reason});
    }
    return misfits;
  };
}

/**
 * Makes what the columns of a table have stored what applications read: by the
 * database, its driver and connector, and then as LoopBack's models take it.
 */
export function reading(
  {columns, properties}: EmulatedTable,
  nameOf: (property: string) => string,
): (row: Record<string, unknown>) => void {
  const types = new Map(properties.map(each => [each.name, each.typeName]));
  return row => {
    for (const {property, read} of columns) {
      const name = nameOf(property);
      const stored = getOwn(row, name) ?? null;
      if (stored === null) continue;
      const value = read ? read(stored) : stored;
      setOwn(row, name, taken(value, types.get(property)));
    }
  };
}

/** What a text becomes in a property of a type. */
function taken(value: unknown, typeName: string | undefined): unknown {
  if (typeof value !== 'string') return value;
  if (typeName === 'Object' || typeName === 'Array') return parsed(value);
  return typeName === 'Number' ? coerce(value, 'number') : value;
}

/** Why a column cannot hold a value; undefined where it can, in another form. */
function reasonAgainst(
  column: Column,
  value: unknown,
  take: (written: unknown) => void,
): string | undefined {
  let written: unknown;
  try {
    written = column.write(value, 'insert');
  } catch (error) {
    return (error as Error).message;
  }
  const isKept =
    isSame(value, written) ||
    isDeepStrictEqual(column.read?.(written) ?? written, value);
  if (!isKept) {
    return `${show(value)} would become ${show(written)}`;
  }
  take(written);
  return undefined;
}

function isSame(value: unknown, written: unknown): boolean {
  if (isDeepStrictEqual(value, written)) return true;
  if (typeof value === 'object' && typeof written === 'string') {
    return value instanceof Date
      ? new Date(written).getTime() === value.getTime()
      : isJsonOf(value, written);
  }
  return typeof value !== typeof written && String(value) === String(written);
}

function isJsonOf(value: unknown, text: string): boolean {
  try {
    const plain = JSON.parse(JSON.stringify(value)) as unknown;
    return isDeepStrictEqual(JSON.parse(text), plain);
  } catch {
    return false;
  }
}
