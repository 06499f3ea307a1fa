import {types} from 'node:util';
import {assert} from '../base/assert';
import {columnWord} from '../base/column-words';
import {InMemoryError} from '../base/errors';
import type {RowShapes} from './row-shapes';

/** A stored row: never changed after it was stored. */
export type Row = Readonly<Record<string, unknown>>;

/** Values nested deeper than this are refused; it also stops cycles. */
export const maxDepth = 200;

/**
 * A deep copy of what a caller handed in, in the form in which it is stored.
 * Properties that are undefined or functions are left out. Class instances
 * keep their prototype, except those that say how they want to be written:
 * what has `toHexString` (an ObjectID) becomes its string, what has `toJSON`
 * becomes what that returns; `new Number(1)` becomes `1`.
 *
 * Fails with INVALID_VALUE on values that cannot be stored: symbols, what
 * JavaScript and Node make and keep the contents of inside (RegExp, Error, Promise,
 * Map, Float64Array, ...) and nesting deeper than 200 (which a cycle is).
 */
export function copyIn(properties: object): Record<string, unknown> {
  return copyDefined(plainForm(properties) as object);
}

/**
 * A shallow copy that takes more properties, an id for one, at little cost. To
 * a copy by `{...source}` V8 adds them at twice the memory of the whole row.
 */
export function extensibleCopy(source: Row): Record<string, unknown> {
  // Only the spread makes an own property of that name.
  return Object.hasOwn(source, '__proto__')
    ? {...source}
    : // eslint-disable-next-line prefer-object-spread -- the reason is above
      Object.assign({}, source);
}

/**
 * As {@link copyIn}, for a row: it has the properties too that the shapes of its
 * table add, as null, and takes little memory.
 */
export function copyRowIn(
  properties: object,
  shapes: RowShapes,
): Record<string, unknown> {
  const source = plainForm(properties) as Record<string, unknown>;
  const names = shapes.allNames(source);
  const row = shapes.blank(names);
  for (const name of names) {
    if (!Object.hasOwn(source, name)) continue;
    const copy = copyValueIn(source[name], name, 1);
    if (copy === undefined) {
      return patchedCopy(copyDefined(source), {}, shapes);
    }
    setOwn(row, name, copy);
  }
  return row;
}

/**
 * A row with some properties changed, as shapes of its table want it. What is
 * undefined in the patch it no longer has.
 */
export function patchedCopy(
  row: Row,
  patch: Row,
  shapes: RowShapes,
): Record<string, unknown> {
  const names = shapes.allNames(row, patch);
  const next = shapes.blank(names);
  for (const name of names) {
    if (Object.hasOwn(patch, name)) {
      const value = patch[name];
      if (value === undefined) return rebuiltCopy(row, patch, shapes);
      setOwn(next, name, value);
    } else if (Object.hasOwn(row, name)) setOwn(next, name, row[name]);
  }
  return next;
}

/** As {@link patchedCopy} where properties go. */
function rebuiltCopy(
  row: Row,
  patch: Row,
  shapes: RowShapes,
): Record<string, unknown> {
  const left = extensibleCopy(row);
  const set: Record<string, unknown> = {};
  for (const name of Object.keys(patch)) {
    if (patch[name] === undefined) delete left[name];
    else setOwn(set, name, patch[name]);
  }
  return patchedCopy(left, set, shapes);
}

/**
 * As {@link copyIn}, for what an update changes: properties that are undefined
 * stay in it, as such.
 */
export function copyPatchIn(properties: object): Record<string, unknown> {
  const patch = copyIn(properties);
  // A class may leave them out of the form in which it is written.
  for (const name in properties) {
    if (
      (properties as Record<string, unknown>)[name] === undefined &&
      Object.hasOwn(properties, name)
    ) {
      setOwn(patch, name, undefined);
    }
  }
  return patch;
}

/** A deep copy of the properties that are stored, without those that are not. */
function copyDefined(source: object, path = '', depth = 0): Row & object {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(source)) {
    const place = path === '' ? key : `${path}.${key}`;
    const stored = copyValueIn(value, place, depth + 1);
    if (stored !== undefined) setOwn(copy, key, stored);
  }
  return copy;
}

/**
 * A deep copy of one value as it is stored; undefined when it is left out.
 * `path` names it in errors.
 */
export function copyValueIn(value: unknown, path: string, depth = 0): unknown {
  if (typeof value === 'function') return undefined;
  if (!isCompound(value)) return value;
  if (typeof value === 'symbol') throw cannotStore(path, 'a symbol');
  if (depth > maxDepth) {
    throw cannotStore(path, `nested deeper than ${maxDepth} or circular`);
  }
  const plain = plainForm(value as object);
  if (typeof plain === 'function') return undefined;
  if (typeof plain === 'symbol') throw cannotStore(path, 'a symbol');
  return isCompound(plain) ? copyObject(plain as object, path, depth) : plain;
}

function copyObject(plain: object, path: string, depth: number): unknown {
  if (types.isDate(plain)) return new Date(plain.getTime());
  if (Buffer.isBuffer(plain)) return Buffer.from(plain);
  if (types.isUint8Array(plain)) return Uint8Array.from(plain);
  if (Array.isArray(plain)) {
    return Array.from(
      plain,
      (element, i) => copyValueIn(element, `${path}.${i}`, depth + 1) ?? null,
    );
  }
  const prototype: unknown = Object.getPrototypeOf(plain);
  if (prototype !== Object.prototype && prototype !== null) {
    refuseOpaque(plain, path);
  }
  return withPrototypeOf(plain, copyDefined(plain, path, depth));
}

/**
 * Refuses an instance whose contents are not its properties: of it an object
 * without any would be stored.
 */
function refuseOpaque(instance: object, path: string): void {
  const isKnown =
    types.isNativeError(instance) ||
    types.isRegExp(instance) ||
    types.isMap(instance) ||
    types.isSet(instance) ||
    types.isPromise(instance) ||
    ArrayBuffer.isView(instance);
  const tag = Object.prototype.toString.call(instance).slice(8, -1);
  // A class may call itself as it likes, if it has properties.
  const isOpaque = tag !== 'Object' && Object.keys(instance).length === 0;
  if (!isKnown && !isOpaque) return;
  const name = nameOf(Object.getPrototypeOf(instance));
  const hint = Object.hasOwn(hints, tag) ? `; ${hints[tag]}` : '';
  throw cannotStore(
    path,
    `of the class ${typeof name === 'string' && name !== '' ? name : tag}${hint}`,
  );
}

/** What may be stored instead. */
const hints: Readonly<Record<string, string>> = {
  ArrayBuffer: 'make it a Buffer',
  SharedArrayBuffer: 'make it a Buffer',
  DataView: 'make it a Buffer',
  Error: 'store its message',
  Map: 'make it an object',
  Promise: 'wait for it',
  RegExp: 'store its source',
  Set: 'make it an array',
};

function cannotStore(path: string, what: string): InMemoryError {
  return new InMemoryError(
    'INVALID_VALUE',
    `Property ${columnWord('', shortened(path))} cannot be stored: it is ${what}.`,
    {property: path},
  );
}

/** A path that is too long for a message: its property, and the start of the rest. */
function shortened(path: string): string {
  const [first = ''] = path.split('.', 1);
  const end = first.length + 80;
  return path.length > end ? `${path.slice(0, end)}...` : path;
}

/** What an object asks to be written as; the object itself for most. */
export function plainForm(value: object): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return value;
  // isDate, unlike instanceof, knows the dates of other realms (Jest's).
  if (Array.isArray(value) || types.isDate(value)) return value;
  if (types.isUint8Array(value)) return value;
  if (types.isBoxedPrimitive(value)) return value.valueOf();
  const methods = value as {
    toHexString?: () => string;
    when?: string;
    toObject?: (onlySchema: boolean) => unknown;
    toJSON?: () => unknown;
  };
  if (typeof methods.toHexString === 'function') return methods.toHexString();
  // LoopBack's DateString writes JSON text inside JSON; its text is the value.
  if (nameOf(prototype) === 'DateString') return methods.when;
  if (typeof methods.toObject === 'function') return methods.toObject(false);
  if (typeof methods.toJSON === 'function') return methods.toJSON();
  return value;
}

function nameOf(prototype: unknown): unknown {
  const {constructor} = prototype as {constructor?: {name?: unknown}};
  return constructor?.name;
}

/**
 * A copy of a stored row that the caller may keep and change. Cost: the row's
 * properties, and the depth of those that are compound.
 */
export function copyOut(row: Row): Record<string, unknown> {
  const copy: Record<string, unknown> = {...row};
  for (const key in copy) {
    const value = copy[key];
    if (typeof value !== 'object' || value === null) continue;
    const own =
      value instanceof Date ? new Date(value.getTime()) : copyValueOut(value);
    if (key === '__proto__') defineOwn(copy, key, own);
    else copy[key] = own;
  }
  return copy;
}

/**
 * What `copy` makes of each of some rows. Rows lie apart in memory, and a copy
 * by itself waits for its row: here some at a time are read into the processor's
 * cache first, in a loop that does nothing else, so that it waits for several.
 */
export function copyAll<T>(rows: readonly Row[], copy: (row: Row) => T): T[] {
  const copies: T[] = [];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const end = Math.min(start + rowsAtOnce, rows.length);
    assert(areObjects(rows, start, end), 'rows are objects');
    for (let i = start; i < end; i++) copies.push(copy(rows[i]!));
  }
  return copies;
}

/** So many rows and their copies fit into the smallest cache. */
const rowsAtOnce = 64;

function areObjects(
  rows: readonly unknown[],
  start: number,
  end: number,
): boolean {
  let objects = 0;
  for (let i = start; i < end; i++) if (typeof rows[i] === 'object') objects++;
  return objects === end - start;
}

/** A deep copy of one stored value. */
export function copyValueOut(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return new Date(value.getTime());
  if (Array.isArray(value)) return value.map(copyValueOut);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array) return value.slice();
  return withPrototypeOf(value, copyOut(value as Row));
}

function withPrototypeOf(original: object, copy: Row): object {
  const prototype: unknown = Object.getPrototypeOf(original);
  if (prototype === Object.prototype || prototype === null) return copy;
  const instance = Object.create(prototype as object) as object;
  for (const key of Object.keys(copy)) {
    // Assigned it might end in a setter of the class.
    if (key in instance) defineOwn(instance, key, copy[key]);
    else (instance as Record<string, unknown>)[key] = copy[key];
  }
  return instance;
}

function isCompound(value: unknown): boolean {
  return (
    (typeof value === 'object' && value !== null) || typeof value === 'symbol'
  );
}

/** Sets an own property, also when its name is `__proto__`. */
export function setOwn(
  target: Record<string, unknown>,
  key: string,
  value: unknown,
): void {
  if (key === '__proto__') defineOwn(target, key, value);
  else target[key] = value;
}

function defineOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Reads an own property, never one of the prototype. */
export function getOwn(source: object, key: string): unknown {
  return Object.hasOwn(source, key)
    ? (source as Record<string, unknown>)[key]
    : undefined;
}
