import {isRecord} from '../../base/objects';
import {getOwn, setOwn} from '../../value/copy';
import {compileValueAt} from '../../value/path';
import {Kind} from '../../value/compare';
import {childPointer, everyElement, parsePointer} from './pointer';
import type {KeyedRows} from './row-reader';
import {decodeAs, isValueType, type ValueType} from './value-types';

/**
 * The types of one model's values that JSON cannot tell, as a data file says
 * them: of whole columns, and of single values by the key of their row. What is
 * said of a single value goes before what is said of its column.
 */
export interface TableTypes {
  readonly all: ReadonlyMap<string, ValueType>;
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, ValueType>>;
}

/** The types that parsed JSON says, or what is wrong with it in words. */
export function parseTableTypes(json: unknown): TableTypes | string {
  if (!isRecord(json)) return 'is not an object';
  const all = parsePaths(getOwn(json, 'all') ?? {});
  if (typeof all === 'string') return `has in "all" ${all}`;
  const rows = new Map<string, ReadonlyMap<string, ValueType>>();
  const rowsJson = getOwn(json, 'rows') ?? {};
  if (!isRecord(rowsJson)) return 'has "rows" that are not an object';
  for (const [key, value] of Object.entries(rowsJson)) {
    const paths = parsePaths(value);
    if (typeof paths === 'string') return `has for row ${key} ${paths}`;
    rows.set(key, paths);
  }
  return {all, rows};
}

/** No type but those that JSON tells. */
export const noTypes: TableTypes = {all: new Map(), rows: new Map()};

/**
 * The properties of each model that are dates, as the last part of a data file
 * says where it is as this package writes it. That may be wrong: only what
 * {@link restoreTypes} is given counts.
 */
export function likelyDates(
  bytes: Buffer,
): ReadonlyMap<string, ReadonlySet<string>> {
  const dates = new Map<string, ReadonlySet<string>>();
  const end = bytes.subarray(-maxEndBytes);
  const start = end.lastIndexOf(typesLine);
  if (start === -1) return dates;
  let json: unknown;
  try {
    json = JSON.parse(`{${end.toString('utf8', start)}`);
  } catch {
    return dates;
  }
  const byModel = getOwn(json as Container, 'types');
  if (!isRecord(byModel)) return dates;
  for (const [model, own] of Object.entries(byModel)) {
    const types = parseTableTypes(own);
    if (typeof types === 'string') continue;
    const pointers = [...types.all].flatMap(([pointer, type]) =>
      type === 'date' ? [parsePointer(pointer)] : [],
    );
    const names = pointers.filter(({length}) => length === 1).flat();
    dates.set(model, new Set(names));
  }
  return dates;
}

/** How the types begin, see text.ts. */
const typesLine = '\n  "types": {';
const maxEndBytes = 1024 * 1024;

function parsePaths(json: unknown): Map<string, ValueType> | string {
  if (!isRecord(json)) return 'no object of types';
  const paths = new Map<string, ValueType>();
  for (const [pointer, type] of Object.entries(json)) {
    if (!pointer.startsWith('/')) return `no path: ${JSON.stringify(pointer)}`;
    if (!isValueType(type)) return `no type it knows: ${JSON.stringify(type)}`;
    paths.set(pointer, type);
  }
  return paths;
}

type Container = Record<string, unknown>;

/** Rows of which some values may be dates already. */
interface ReadRows extends Pick<KeyedRows, 'kinds' | 'rows'> {
  /** See `KeyedRows`. */
  readonly keys: () => readonly string[];
  /** The properties whose texts became dates where they have the form. */
  readonly dates: ReadonlySet<string>;
}

/**
 * Gives the values of rows their types, in place, and takes those values out of
 * the kinds that are known which are not what was seen of them.
 */
export function restoreTypes(
  {dates, keys: allKeys, kinds, rows}: ReadRows,
  types: TableTypes,
): void {
  for (const name of dates) {
    if (types.all.get(childPointer('', name)) !== 'date') {
      kinds?.delete(name);
      for (const row of rows) takeDateBack(row, name);
    }
  }
  const columns = [...types.all].flatMap(([pointer, type]) => {
    const names = parsePointer(pointer);
    const seen = kinds?.get(names[0]!);
    const isRead = type === 'date' && seen !== undefined && areDates(seen);
    if (isRead && names.length === 1) return [];
    kinds?.delete(names[0]!);
    return [compileRestore(names, type)];
  });
  if (columns.length === 0 && types.rows.size === 0) return;
  const keys = types.rows.size > 0 ? allKeys() : [];
  rows.forEach((row, i) => {
    const exceptions = types.rows.get(keys[i]!);
    const originals = exceptions && readAll(row, exceptions);
    for (const restore of columns) restore(row);
    if (originals === undefined) return;
    restoreSingles(row, originals);
    for (const {names} of originals) kinds?.delete(names[0]!);
  });
}

function areDates(seen: ReadonlySet<Kind>): boolean {
  return [...seen].every(kind => kind === Kind.date || kind === Kind.null);
}

/** Makes a date the text again that the file has; there is one that gives it. */
function takeDateBack(row: Container, name: string): void {
  const value = getOwn(row, name);
  if (value instanceof Date) setOwn(row, name, value.toISOString());
}

interface Single {
  readonly names: readonly string[];
  readonly type: ValueType;
  readonly json: unknown;
}

/** What the file says at the places of single types, before columns change it. */
function readAll(
  row: Container,
  exceptions: ReadonlyMap<string, ValueType>,
): Single[] {
  return [...exceptions].map(([pointer, type]) => {
    const names = parsePointer(pointer);
    const holder = holderOf(row, names);
    const value = holder && getOwn(holder, names.at(-1)!);
    const json = value instanceof Date ? value.toISOString() : value;
    return {names, type, json};
  });
}

function restoreSingles(row: Container, singles: readonly Single[]): void {
  for (const {names, type, json} of singles) {
    const holder = holderOf(row, names);
    const value = json === undefined ? undefined : decodeAs(type, json);
    if (holder !== undefined && json !== undefined) {
      setOwn(holder, names.at(-1)!, value === undefined ? json : value);
    }
  }
}

/** The object or array in which the last name of a path is looked up. */
function holderOf(
  row: Container,
  names: readonly string[],
): Container | undefined {
  let holder: unknown = row;
  for (const name of names.slice(0, -1)) {
    if (!isContainer(holder)) return undefined;
    holder = getOwn(holder, name);
  }
  return isContainer(holder) ? holder : undefined;
}

/** Gives the values of a column in a row their type. */
function compileRestore(
  names: readonly string[],
  type: ValueType,
): (row: Container) => void {
  const [name, ...others] = names;
  if (others.length > 0) return row => restoreColumn(row, names, type);
  const valueOf = compileValueAt([name!]);
  return row => {
    const json = valueOf(row);
    const value = json === undefined ? undefined : decodeAs(type, json);
    if (value !== undefined) setOwn(row, name!, value);
  };
}

function restoreColumn(
  holder: unknown,
  names: readonly string[],
  type: ValueType,
  depth = 0,
): void {
  if (!isContainer(holder)) return;
  const name = names[depth]!;
  const isLast = depth === names.length - 1;
  const restore = (key: string): void => {
    const json = getOwn(holder, key);
    if (!isLast) restoreColumn(json, names, type, depth + 1);
    else if (json !== undefined) {
      const value = decodeAs(type, json);
      if (value !== undefined) setOwn(holder, key, value);
    }
  };
  if (!Array.isArray(holder)) restore(name);
  else if (name === everyElement) Object.keys(holder).forEach(restore);
}

/** Whether a value has places in it; a restored date or Buffer has none. */
function isContainer(value: unknown): value is Container {
  if (typeof value !== 'object' || value === null) return false;
  return !(value instanceof Date || value instanceof Uint8Array);
}
