import {isDeepStrictEqual} from 'node:util';
import {show} from '../base/errors';
import type {FitRow, Misfit} from '../database/database';
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
): FitRow {
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
  if (!isSame(value, written)) {
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
