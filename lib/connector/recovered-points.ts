import type {Row} from '../value/copy';
import type {ModelDefinition} from './loopback';

type Point = new (place: object) => object;

/**
 * What gives the points in a row of a data file their class again, as rows have
 * them that were written since; undefined for models without points.
 */
export function pointMender({
  properties,
}: ModelDefinition): ((row: Record<string, unknown>) => void) | undefined {
  const points = Object.entries(properties).flatMap(([name, {type}]) =>
    isPointClass(type) ? [[name, type] as const] : [],
  );
  if (points.length === 0) return undefined;
  return row => {
    for (const [name, GeoPoint] of points) {
      const value = row[name];
      if (isPlace(value)) row[name] = new GeoPoint(value);
    }
  };
}

/** LoopBack's class is not ours to import: each juggler has its own. */
function isPointClass(type: unknown): type is Point {
  return typeof type === 'function' && type.name === 'GeoPoint';
}

/** Whether the class takes the value, and leaves nothing out. */
function isPlace(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const {lat, lng} = value as Row;
  return (
    Object.keys(value).length === 2 && isWithin(lat, 90) && isWithin(lng, 180)
  );
}

function isWithin(value: unknown, limit: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= limit;
}
