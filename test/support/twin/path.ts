import type {Row} from './value';

/**
 * What stands at the end of a path: one value, or one for every element of
 * each array on the way. `undefined` stands for a missing value.
 */
export function valuesAt(value: unknown, path: string): unknown[] {
  return follow(value, path.split('.'));
}

/** The value at a path; missing where the path goes on into an array. */
export function singleValueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const part of path.split('.')) {
    const goesOnInside = Array.isArray(found) && !/^\d+$/.test(part);
    found = goesOnInside ? undefined : follow(found, [part])[0];
  }
  return found;
}

/** The values that a comparison looks at: arrays are replaced by elements. */
export function elementsAt(value: unknown, path: string): unknown[] {
  return valuesAt(value, path).flat();
}

function follow(value: unknown, parts: string[]): unknown[] {
  if (parts.length === 0) return [value];
  const [part, ...rest] = parts as [string, ...string[]];
  if (Array.isArray(value)) {
    return /^\d+$/.test(part)
      ? follow(value[Number(part)], rest)
      : value.flatMap(element => follow(element, parts));
  }
  const inside = isObject(value) && Object.hasOwn(value, part);
  return inside ? follow(value[part], rest) : [undefined];
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
