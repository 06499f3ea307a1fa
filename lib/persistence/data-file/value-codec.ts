import {types as kinds} from 'node:util';
import {InMemoryError, show} from '../../base/errors';
import {getOwn, type Row, setOwn} from '../../value/copy';

/** What JSON cannot tell, by the name that stands in a file. */
export type TypeName = 'number' | 'bigint' | 'Date' | 'Buffer' | 'Uint8Array';

/**
 * The types of the values inside a value, by their place as a JSON pointer
 * (RFC 6901); the pointer `''` is the value itself.
 */
export type Types = Readonly<Record<string, TypeName>>;

/** A value in the form in which JSON can hold it. */
export interface EncodedValue {
  readonly value: unknown;
  /** Only where JSON cannot tell the type. */
  readonly types?: Types;
}

/** A row in the form in which JSON can hold it. */
export interface EncodedRow {
  readonly row: Readonly<Record<string, unknown>>;
  /** Only where JSON cannot tell the type. */
  readonly types?: Types;
}

/**
 * A stored row as plain JSON, with the types that JSON cannot tell beside it:
 *
 *   {name: 'Ada', born: new Date(0), debt: 12n}
 *   -> row    {"name": "Ada", "born": "1970-01-01T00:00:00.000Z", "debt": "12"}
 *      types  {"/born": "Date", "/debt": "bigint"}
 *
 * A row that JSON can hold as it is comes back itself; none is changed. Class
 * instances become plain objects and properties that are undefined are left out.
 */
export function encodeRow(row: Row): EncodedRow {
  const {value, types} = encodeValue(row);
  const encoded = value as Row;
  return types === undefined ? {row: encoded} : {row: encoded, types};
}

/** As {@link encodeRow} for any stored value. */
export function encodeValue(value: unknown): EncodedValue {
  const types: Record<string, TypeName> = {};
  const encoded = isJson(value) ? value : toJson(value, '', types);
  return Object.keys(types).length === 0
    ? {value: encoded}
    : {value: encoded, types};
}

/**
 * The row that {@link encodeRow} was given. `row` must be fresh from
 * `JSON.parse`: it becomes the result. Fails with DATA_DAMAGED when the types do
 * not fit the row.
 */
export function decodeRow(row: Row, types?: Types): Row {
  return decodeValue(row, types) as Row;
}

/** As {@link decodeRow} for any stored value. */
export function decodeValue(value: unknown, types: Types = {}): unknown {
  let decoded = value;
  for (const [pointer, type] of Object.entries(types)) {
    if (pointer === '') decoded = fromJson(decoded, type, pointer);
    else decodeAt(decoded, pointer, type);
  }
  return decoded;
}

/** Whether JSON holds a value exactly and without looking inside. */
function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'bigint':
      return false;
    case 'object':
      return value === null;
    default:
      return true;
  }
}

type MutableTypes = Record<string, TypeName>;

function toJson(value: unknown, pointer: string, types: MutableTypes): unknown {
  const type = typeOf(value);
  if (type !== undefined) {
    types[pointer] = type;
    return textOf(value);
  }
  return Array.isArray(value)
    ? arrayToJson(value, pointer, types)
    : objectToJson(value as Row, pointer, types);
}

function typeOf(value: unknown): TypeName | undefined {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'bigint') return 'bigint';
  if (kinds.isDate(value)) return 'Date';
  if (Buffer.isBuffer(value)) return 'Buffer';
  return kinds.isUint8Array(value) ? 'Uint8Array' : undefined;
}

function textOf(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (kinds.isDate(value)) {
    const isValid = !Number.isNaN(value.getTime());
    return isValid ? value.toISOString() : invalidDate;
  }
  if (kinds.isUint8Array(value)) {
    const {buffer, byteOffset, byteLength} = value;
    return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  }
  return String(value);
}

const invalidDate = 'Invalid Date';

function arrayToJson(
  array: readonly unknown[],
  pointer: string,
  types: MutableTypes,
): unknown {
  let copy: unknown[] | undefined;
  for (const [i, element] of array.entries()) {
    if (isJson(element)) continue;
    const part = toJson(element, `${pointer}/${i}`, types);
    if (part !== element) (copy ??= [...array])[i] = part;
  }
  return copy ?? array;
}

function objectToJson(
  object: Row,
  pointer: string,
  types: MutableTypes,
): unknown {
  // JSON.stringify asks a class for toJSON; a plain copy has none.
  const isPlain = Object.getPrototypeOf(object) === Object.prototype;
  let copy: Record<string, unknown> | undefined = isPlain
    ? undefined
    : {...object};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (isJson(value)) continue;
    const part = toJson(value, pointer + pointerTo(key), types);
    if (part !== value) setOwn((copy ??= {...object}), key, part);
  }
  return copy ?? object;
}

/** The JSON pointer to a property of a row. */
export function pointerTo(key: string): string {
  return `/${escapeKey(key)}`;
}

function escapeKey(key: string): string {
  return /[~/]/.test(key)
    ? key.replaceAll('~', '~0').replaceAll('/', '~1')
    : key;
}

function unescapeKey(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function decodeAt(root: unknown, pointer: string, type: TypeName): void {
  const keys = pointer.split('/').slice(1).map(unescapeKey);
  const last = keys.pop();
  let parent = root;
  for (const key of keys) parent = partOf(parent, key, pointer);
  if (last === undefined) throw doesNotFit(pointer);
  const value = fromJson(partOf(parent, last, pointer), type, pointer);
  setOwn(parent as Record<string, unknown>, last, value);
}

function partOf(parent: unknown, key: string, pointer: string): unknown {
  if (typeof parent !== 'object' || parent === null) throw doesNotFit(pointer);
  return getOwn(parent, key);
}

function fromJson(text: unknown, type: TypeName, pointer: string): unknown {
  if (typeof text !== 'string') throw doesNotFit(pointer);
  const value = fromText(text, type);
  // Whatever is not written as we write it was not written by us.
  if (value === undefined || textOf(value) !== text) throw doesNotFit(pointer);
  return value;
}

function fromText(text: string, type: TypeName): unknown {
  switch (type) {
    case 'number':
      return Number(text);
    case 'bigint':
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
    case 'Date':
      return new Date(text);
    case 'Buffer':
      return Buffer.from(text, 'base64');
    case 'Uint8Array':
      return Uint8Array.from(Buffer.from(text, 'base64'));
    default:
      return undefined;
  }
}

function doesNotFit(pointer: string): InMemoryError {
  return new InMemoryError(
    'DATA_DAMAGED',
    `The type that is noted for ${show(pointer)} does not fit the value.`,
  );
}
