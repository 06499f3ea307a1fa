type Properties = Record<string, unknown>;

/** Whether a value has properties: an object of any kind, an array too. */
export function isObject(value: unknown): value is Readonly<Properties> {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is an object of any kind but an array. */
export function isRecord(value: unknown): value is Properties {
  return isObject(value) && !Array.isArray(value);
}

/** Whether a value is an object that is an instance of no class. */
export function isPlainObject(value: unknown): value is Properties {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A value as a list, if it stands for one: an array, or a plain object with the
 * keys 0, 1, 2 and so on and no others, which is what `qs` makes of a long array
 * in a URL. Else the value itself.
 */
export function asList(value: unknown): unknown {
  if (!isPlainObject(value) || !Object.hasOwn(value, 0)) return value;
  const keys = Object.keys(value);
  // Keys that are such numbers come first, and in their order.
  return keys.every((key, i) => key === String(i))
    ? Object.values(value)
    : value;
}

/** Sets a value in a map within a map, which is replaced and never changed. */
export function setIn<T>(
  maps: Map<string, Map<string, T>>,
  outer: string,
  inner: string,
  value: T,
): void {
  maps.set(outer, new Map(maps.get(outer)).set(inner, value));
}
