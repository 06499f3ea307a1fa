import {isObject} from '../base/objects';
import type {Row} from '../value/copy';
import type {ModelDefinition} from './loopback';

/** Gives a value its class again, if it is what that class becomes in JSON. */
type Mend = (value: unknown) => unknown;

/**
 * What gives the points and bytes in a row of a data file their class again, as
 * rows have them that were written since; undefined for models without any.
 */
export function rowMender({
  properties,
}: ModelDefinition): ((row: Record<string, unknown>) => void) | undefined {
  const mends = Object.entries(properties).flatMap(([name, {type}]) => {
    const mend = mendOf(type);
    return mend === undefined ? [] : [[name, mend] as const];
  });
  if (mends.length === 0) return undefined;
  return row => {
    for (const [name, mend] of mends) {
      const value = row[name];
      if (isObject(value)) row[name] = mend(value);
    }
  };
}

function mendOf(type: unknown): Mend | undefined {
  if (type === Buffer) return asBytes;
  if (!isPointClass(type)) return undefined;
  return value => (isPlace(value) ? new type(value) : value);
}

/** The built-in connector writes bytes as `{type: 'Buffer', data: [...]}`. */
function asBytes(value: unknown): unknown {
  const {type, data} = value as Row;
  const isWhole =
    type === 'Buffer' &&
    Array.isArray(data) &&
    data.every(isByte) &&
    Object.keys(value as Row).length === 2;
  return isWhole ? Buffer.from(data) : value;
}

function isByte(value: unknown): value is number {
  return (
    Number.isInteger(value) && (value as number) >= 0 && Number(value) < 256
  );
}

type Point = new (place: object) => object;

/** LoopBack's class is not ours to import: each juggler has its own. */
function isPointClass(type: unknown): type is Point {
  return typeof type === 'function' && type.name === 'GeoPoint';
}

/** Whether the class takes the value, and leaves nothing out. */
function isPlace(value: unknown): value is object {
  const {lat, lng} = value as Row;
  return (
    Object.keys(value as Row).length === 2 &&
    isWithin(lat, 90) &&
    isWithin(lng, 180)
  );
}

function isWithin(value: unknown, limit: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= limit;
}
