import {getOwn, maxDepth} from './copy';

/** A property path such as `address.city`, split at its dots. */
export type Path = readonly string[];

/** Splits `'a.b.c'` into its parts. */
export function parsePath(text: string): Path {
  return text.includes('.') ? text.split('.') : [text];
}

/**
 * Paths of more parts lead nowhere, as values are nested no deeper; who takes one
 * from a caller refuses them.
 */
export const maxPathParts = maxDepth;

/** Whether a path has more than {@link maxPathParts} parts. */
export function isPathTooDeep(text: string): boolean {
  let parts = 1;
  for (let at = text.indexOf('.'); at !== -1; at = text.indexOf('.', at + 1)) {
    if (++parts > maxPathParts) return true;
  }
  return false;
}

/**
 * The value at the end of a path: what an index stores and `order` compares.
 * An array on the way is entered by a numeric part only; else the value is
 * undefined.
 */
export function valueAt(row: object, path: Path): unknown {
  let value: unknown = getOwn(row, path[0]!);
  for (let i = 1; i < path.length && value !== undefined; i++) {
    value = step(value, path[i]!);
  }
  return value;
}

/** A {@link valueAt} with the path built in, for use on many rows. */
export function compileValueAt(path: Path): (row: object) => unknown {
  const name = path[0]!;
  if (path.length > 1 || isInherited(name)) return row => valueAt(row, path);
  return row => (row as Record<string, unknown>)[name];
}

/** A {@link meetsArray} with the path built in, for use on many rows. */
export function compileMeetsArray(path: Path): (row: object) => boolean {
  if (path.length > 1) return row => meetsArray(row, path);
  const get = compileValueAt(path);
  return row => Array.isArray(get(row));
}

/** True when the path meets an array, so that one row has many values at it. */
export function meetsArray(row: object, path: Path): boolean {
  let value: unknown = getOwn(row, path[0]!);
  for (let i = 1; i < path.length && value !== undefined; i++) {
    if (Array.isArray(value) && !isArrayIndex(path[i]!)) return true;
    value = step(value, path[i]!);
  }
  return Array.isArray(value);
}

/**
 * A test of a row that holds when any value which the path reaches passes
 * `test`. Arrays on the way and at the end are searched element by element;
 * when no value is reached because they are all empty, the answer is
 * `whenEmpty`.
 */
export function compileAny(
  path: Path,
  test: (value: unknown) => boolean,
  whenEmpty: boolean,
): (row: object) => boolean {
  if (path.length === 1) {
    const get = compileValueAt(path);
    return row => {
      const value = get(row);
      if (!Array.isArray(value)) return test(value);
      return value.length === 0 ? whenEmpty : value.some(test);
    };
  }
  return row => {
    let isReached = false;
    const isFound = reach(getOwn(row, path[0]!), path, 1, end => {
      if (Array.isArray(end)) {
        if (end.length > 0) isReached = true;
        return end.some(test);
      }
      isReached = true;
      return test(end);
    });
    return isFound || (whenEmpty && !isReached);
  };
}

/**
 * A test of a row that holds when any value at the end of the path passes
 * `test`. Arrays on the way are searched; one at the end is a value as a whole.
 */
export function compileAnyWhole(
  path: Path,
  test: (value: unknown) => boolean,
): (row: object) => boolean {
  if (path.length > 1) {
    return row => reach(getOwn(row, path[0]!), path, 1, test);
  }
  const get = compileValueAt(path);
  return row => test(get(row));
}

/** Whether any of the values at the end of a path passes a test. */
function reach(
  value: unknown,
  path: Path,
  position: number,
  test: (value: unknown) => boolean,
): boolean {
  if (position === path.length || value === undefined) return test(value);
  const part = path[position]!;
  if (!Array.isArray(value) || isArrayIndex(part)) {
    return reach(step(value, part), path, position + 1, test);
  }
  return value.some(element => reach(element, path, position, test));
}

function step(value: unknown, part: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Date || value instanceof Uint8Array) return undefined;
  if (Array.isArray(value) && !isArrayIndex(part)) return undefined;
  return getOwn(value, part);
}

/** Whether a part of a path is the place of an element in an array. */
export function isArrayIndex(part: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(part);
}

function isInherited(name: string): boolean {
  return name in Object.prototype;
}
