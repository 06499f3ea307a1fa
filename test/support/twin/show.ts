import {kindOf} from './value';

/** A value as text: properties are sorted, undefined ones left out. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime())
      ? 'Date(invalid)'
      : `Date(${value.toISOString()})`;
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof Uint8Array) return `bytes(${[...value].join(' ')})`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  const properties = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${showKey(key)}: ${show(inner)}`);
  return `{${properties.join(', ')}}`;
}

/**
 * Whether a caller cannot tell two values apart. A property that is undefined
 * is as good as none; `-0` is 0.
 */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!isObject(a) || !isObject(b) || kindOf(a) !== kindOf(b)) return false;
  if (a instanceof Date) return isSame(a.getTime(), Number(b));
  if (Array.isArray(a) && a.length !== b['length']) return false;
  return haveSameProperties(a, b);
}

/** By loops, for much of the time of the twin's tests is spent here. */
function haveSameProperties(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
): boolean {
  for (const key of Object.keys(a)) {
    if (!isSame(a[key], b[key])) return false;
  }
  for (const key of Object.keys(b)) {
    if (b[key] !== undefined && !(key in a)) return false;
  }
  return true;
}

/** A copy that shares nothing with the value. */
export function copyValue<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return new Date(value) as T;
  if (value instanceof RegExp) return new RegExp(value) as T;
  if (value instanceof Uint8Array) return Buffer.from(value) as T;
  if (Array.isArray(value)) return value.map(copyValue) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, copyValue(inner)]),
  ) as T;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function showKey(key: string): string {
  return /^\w+$/.test(key) ? key : JSON.stringify(key);
}
