import {show} from '../../base/errors';
import type {Damage} from '../disk/damage';
import {realFileSystem} from '../disk/file-system';
import {type DataTable, readDataFile} from '../data-file/reader';
import {idText} from './identified-rows';
import {inferKey} from './infer-key';
import {getOwn, type Row} from '../../value/copy';
import {parsePointer} from '../data-file/pointer';
import {parseTableTypes} from '../data-file/typed-rows';
import {sightingOf, type ValueType} from '../data-file/value-types';

/**
 * What is wrong with the rows of a sound data file beyond its form: ids that two
 * rows have, and values that are not of the type that the file says. O(rows).
 */
export function rowDamages(file: string): Damage[] {
  const damages: Damage[] = [];
  for (const [name, table] of readDataFile(file, realFileSystem, () => true)
    ?.tables ?? []) {
    for (const problem of problemsOf(name, table)) {
      damages.push({file, problem});
    }
  }
  return damages;
}

function* problemsOf(name: string, table: DataTable): Generator<string> {
  yield* duplicates(name, table);
  if (table.types !== undefined) yield* mistyped(name, table);
}

function* duplicates(name: string, {keys, rows}: DataTable): Generator<string> {
  const [property, ...others] = inferKey(keys, rows);
  if (property === undefined || others.length > 0) return;
  const seen = new Map<string, string>();
  for (const [i, row] of rows.entries()) {
    const id = getOwn(row, property) ?? keys[i];
    const text = `${typeof id} ${idText(id)}`;
    const first = seen.get(text);
    if (first === undefined) seen.set(text, keys[i]!);
    else {
      yield (
        `${name}: the rows ${first} and ${keys[i]} have the same ` +
        `${property} ${show(id)}`
      );
    }
  }
}

function* mistyped(name: string, table: DataTable): Generator<string> {
  const types = parseTableTypes(JSON.parse(table.types!));
  if (typeof types === 'string' || types.rows.size === 0) return;
  const keys = table.keys;
  for (const [i, key] of keys.entries()) {
    for (const [pointer, type] of types.rows.get(key) ?? []) {
      const value = valueAt(table.rows[i]!, pointer);
      if (value === undefined || isOf(value, type)) continue;
      yield `${name}: row ${key} has at ${pointer} no ${type}, as "types" says`;
    }
  }
}

function isOf(value: unknown, type: ValueType): boolean {
  return type === 'json' || sightingOf(value) === type;
}

function valueAt(row: Row, pointer: string): unknown {
  let value: unknown = row;
  for (const name of parsePointer(pointer)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = getOwn(value, name);
  }
  return value;
}
