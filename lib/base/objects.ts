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
