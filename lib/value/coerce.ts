import {types} from 'node:util';
import {unreachable} from '../base/assert';
import {copyValueIn} from './copy';

/** Types whose values have no inner structure to compare with. */
export type ScalarType = 'number' | 'string' | 'boolean' | 'date';

/** Types of which arrays can be declared. */
type ElementType = ScalarType | 'bytes' | 'point';

/**
 * What a column is declared to hold; `number[]` is an array of numbers. `json`
 * is any value: a text that is JSON stands for what it says, as LoopBack reads
 * it. `any` declares nothing.
 */
export type ColumnType =
  ElementType | `${ElementType}[]` | 'array' | 'object' | 'json' | 'any';

/** Whether values of the type have no inner structure. */
export function isScalar(type: ColumnType | undefined): type is ScalarType {
  return (
    type === 'number' ||
    type === 'string' ||
    type === 'boolean' ||
    type === 'date'
  );
}

/** Whether a text names a type of columns. */
export function isColumnType(text: string): text is ColumnType {
  const type = text as ColumnType;
  const element = elementType(type);
  return element === undefined
    ? isElementType(type) || plainTypes.has(text)
    : isElementType(element);
}

const plainTypes: ReadonlySet<string> = new Set([
  'array',
  'object',
  'json',
  'any',
] satisfies ColumnType[]);

/** Whether {@link coerce} makes something else of some values of the type. */
export function isCoerced(type: ColumnType): boolean {
  return (
    isScalar(type) ||
    isScalar(elementType(type)) ||
    type === 'json' ||
    type === 'object'
  );
}

/** Whether arrays of such values can be declared. */
export function isElementType(type: ColumnType): type is ElementType {
  return isScalar(type) || type === 'bytes' || type === 'point';
}

/** Whether arrays are declared. */
export function isArrayType(type: ColumnType): boolean {
  return type === 'array' || type.endsWith('[]');
}

/** The declared type of an array's elements, where there is one. */
export function elementType(type: ColumnType): ElementType | undefined {
  return type.endsWith('[]') ? (type.slice(0, -2) as ElementType) : undefined;
}

/**
 * `value` as the declared type holds it, when the cast is exact; else `value`
 * itself. Null and missing stay as they are. Of an array with declared elements
 * each element is cast, and so is a value that stands for one.
 */
export function coerce(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return value;
  if (isScalar(type)) return coerceScalar(value, type);
  if (type === 'json' || type === 'object') return parsed(value);
  const element = elementType(type);
  if (!isScalar(element)) return value;
  return Array.isArray(value)
    ? value.map(item => coerceScalar(item, element))
    : coerceScalar(value, element);
}

/**
 * An operand of a condition: a copy in the form in which values are stored,
 * cast to the column's type as {@link coerce} does.
 */
export function coerceOperand(value: unknown, type: ColumnType): unknown {
  return coerce(copyValueIn(value, 'operand'), type);
}

/**
 * What a text that is JSON says, and that again as long as it is such a text;
 * else the value itself. LoopBack parses the text of a property without a scalar
 * type whenever it makes an instance, so none is ever read back as it was. Fails
 * with INVALID_VALUE when it is nested too deep for a row.
 */
export function parsed(value: unknown): unknown {
  let result = value;
  while (typeof result === 'string' && looksLikeJson.test(result)) {
    try {
      result = JSON.parse(result);
    } catch {
      break;
    }
  }
  // A copy of what came out, to hold it to the depth of rows.
  return result === value ? value : copyValueIn(result, 'JSON');
}

/** Most texts are no JSON, and to find that out by an exception takes long. */
const looksLikeJson =
  /^\s*(?:\{[^]*\}|\[[^]*\]|"[^]*"|-?\d[\d.eE+-]*|true|false|null)\s*$/;

function coerceScalar(value: unknown, type: ScalarType): unknown {
  if (value === null || value === undefined) return value;
  switch (type) {
    case 'number':
      return typeof value === 'string' ? numberOf(value) : value;
    case 'boolean':
      return booleanOf(value);
    case 'date':
      return dateOf(value);
    case 'string':
      return textOf(value);
    default:
      return unreachable(type);
  }
}

function numberOf(text: string): unknown {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) return text;
  return /^[+-]?\d{16,}$/.test(text) && !isExact(text, number) ? text : number;
}

/** Whether a long integer is a number exactly, or is how the number is written. */
function isExact(text: string, number: number): boolean {
  if (String(number) === text) return true;
  return Number.isFinite(number) && BigInt(number) === BigInt(text);
}

function booleanOf(value: unknown): unknown {
  if (value === 'true' || value === '1' || value === 1) return true;
  if (value === 'false' || value === '0' || value === 0) return false;
  return value;
}

function dateOf(value: unknown): unknown {
  if (types.isDate(value)) return value;
  // Other texts are dates to one engine and none to another.
  const isIso = typeof value === 'string' && /^[+-]?\d{4,6}-\d\d/.test(value);
  if (!isIso && typeof value !== 'number') return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

function textOf(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object': {
      const {toHexString} = value as {toHexString?: () => string};
      return typeof toHexString === 'function'
        ? toHexString.call(value)
        : value;
    }
    default:
      return value;
  }
}
