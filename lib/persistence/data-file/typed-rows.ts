import {isRecord} from '../../base/objects';
import {getOwn, setOwn} from '../../value/copy';
import {compileValueAt} from '../../value/path';
import {everyElement, parsePointer} from './pointer';
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

/** Gives the values of rows their types, in place. */
export function restoreTypes(
  table: {
    readonly keys: readonly string[];
    readonly rows: readonly Container[];
  },
  types: TableTypes,
): void {
  const columns = [...types.all].map(([pointer, type]) =>
    compileRestore(parsePointer(pointer), type),
  );
  const keys = types.rows.size > 0 ? table.keys : [];
  table.rows.forEach((row, i) => {
    const exceptions = types.rows.get(keys[i]!);
    const originals = exceptions && readAll(row, exceptions);
    for (const restore of columns) restore(row);
    if (originals !== undefined) restoreSingles(row, originals);
  });
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
    const json = holder && getOwn(holder, names.at(-1)!);
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
