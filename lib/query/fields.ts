import {isObject} from '../base/objects';
import {InMemoryError, show} from '../base/errors';
import {refuseUnknownProperty} from '../schema/property-names';
import type {TableSchema} from '../schema/schema';
import {copyValueOut, getOwn, type Row, setOwn} from '../value/copy';

/** Makes the copy of a stored row that a caller gets. */
export type Projection = (row: Row) => Record<string, unknown>;

/** What a caller gets of a stored row. */
export interface Fields {
  /** The properties wanted; undefined when only others are not, or all are. */
  readonly wanted: readonly string[] | undefined;
  /** Undefined where a copy of the whole row is wanted. */
  readonly project: Projection | undefined;
}

const allFields: Fields = {wanted: undefined, project: undefined};

/**
 * LoopBack's `fields` as a projection: an array of the names wanted,
 * `{name: true}` for the names wanted, or `{name: false}` for those not wanted.
 * Fails with INVALID_FILTER.
 */
export function parseFields(fields: unknown, schema: TableSchema): Fields {
  if (fields === undefined || fields === null) return allFields;
  const named = typeof fields === 'string' ? [fields] : fields;
  const isNamed =
    typeof named === 'object' &&
    !(Array.isArray(named) && named.some(isObject));
  if (!isNamed) {
    const {name: table} = schema;
    throw new InMemoryError(
      'INVALID_FILTER',
      `Invalid filter on ${table}: fields must be an array or an object, ` +
        `not ${show(fields)}.`,
      {table, value: fields},
    );
  }
  const entries: [string, unknown][] = Array.isArray(named)
    ? named.map(name => [String(name), true])
    : Object.entries(named);
  for (const [name] of entries) refuseUnknownProperty(name, 'fields', schema);
  const wanted = entries.filter(([, value]) => value).map(([name]) => name);
  if (wanted.length > 0) return {wanted, project: picking(wanted)};
  if (entries.length === 0) return allFields;
  const unwanted = new Set(entries.map(([name]) => name));
  return {wanted: undefined, project: copying(name => !unwanted.has(name))};
}

/** So many names are looked up in a row one by one. */
const maxPicked = 100;

/** Copies the properties with these names. */
export function picking(names: readonly string[]): Projection {
  if (names.length > maxPicked) {
    const wanted = new Set(names);
    return copying(name => wanted.has(name));
  }
  return row => {
    const copy: Record<string, unknown> = {};
    for (const name of names) {
      const value = getOwn(row, name);
      if (value !== undefined) setOwn(copy, name, copyValueOut(value));
    }
    return copy;
  };
}

/** Copies the properties of a row whose names are wanted. */
function copying(isWanted: (name: string) => boolean): Projection {
  return row => {
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(row)) {
      if (!isWanted(name)) continue;
      const value = copyValueOut(row[name]);
      if (value !== undefined) setOwn(copy, name, value);
    }
    return copy;
  };
}
