/** A place on the earth in degrees. */
export interface Point {
  readonly lat: number;
  readonly lng: number;
}

/**
 * The earth's radius in each unit. These are the numbers of LoopBack's own
 * GeoPoint, so distances agree with `GeoPoint.distanceBetween`.
 */
const earthRadius = {
  kilometers: 6370.99056,
  meters: 6370990.56,
  miles: 3958.75,
  feet: 20902200,
  radians: 1,
  degrees: 57.29577951308,
} as const;

/** The units in which LoopBack measures distances. */
export type DistanceUnit = keyof typeof earthRadius;

/** All units, for messages. */
export const distanceUnits = Object.keys(earthRadius) as DistanceUnit[];

/** LoopBack's factor, kept for equal distances. */
const radiansPerDegree = 0.01745329252;

/**
 * The point that a value stands for, or undefined: `{lat, lng}`,
 * `[lat, lng]` or `'lat,lng'`, within ±90 and ±180 degrees.
 */
export function toPoint(value: unknown): Point | undefined {
  if (typeof value === 'string') return pointOfPair(value.split(','));
  if (Array.isArray(value)) return pointOfPair(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const {lat, lng} = value as {lat?: unknown; lng?: unknown};
  if (typeof lat === 'number' && typeof lng === 'number') {
    return isOnEarth(lat, lng) ? (value as Point) : undefined;
  }
  return pointOfPair([lat, lng]);
}

function pointOfPair(pair: readonly unknown[]): Point | undefined {
  if (pair.length !== 2) return undefined;
  const [lat, lng] = pair.map(toDegrees) as [number, number];
  return isOnEarth(lat, lng) ? {lat, lng} : undefined;
}

function isOnEarth(lat: number, lng: number): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
}

function toDegrees(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== ''
    ? Number(value)
    : Number.NaN;
}

/** A distance as an angle at the earth's centre, in radians. */
export function toRadians(distance: number, unit: DistanceUnit): number {
  return distance / earthRadius[unit];
}

/**
 * The distance of two points in `unit`, by the haversine formula
 * (https://en.wikipedia.org/wiki/Haversine_formula) as LoopBack computes it.
 */
export function distanceBetween(
  a: Point,
  b: Point,
  unit: DistanceUnit,
): number {
  const lat1 = a.lat * radiansPerDegree;
  const lat2 = b.lat * radiansPerDegree;
  const sinLat = Math.sin((lat2 - lat1) / 2);
  const sinLng = Math.sin(((b.lng - a.lng) * radiansPerDegree) / 2);
  const square =
    sinLat * sinLat + Math.cos(lat1) * Math.cos(lat2) * sinLng * sinLng;
  return 2 * Math.asin(Math.min(1, Math.sqrt(square))) * earthRadius[unit];
}

/** Half the earth's circumference as an angle: no distance is greater. */
export const maxAngle = Math.PI;

/** A rectangle in degrees; `west` may exceed `east`: it crosses 180. */
interface Box {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/**
 * The smallest rectangle that holds every point within `angle` radians of
 * `center`, a hair wider against rounding
 * (http://janmatuschek.de/LatitudeLongitudeBoundingCoordinates).
 */
function boundingBox(center: Point, angle: number): Box {
  const margin = 1e-9 + angle * 1e-9;
  const reach = (angle + margin) / radiansPerDegree;
  const south = center.lat - reach;
  const north = center.lat + reach;
  if (south <= -90 || north >= 90 || reach >= 90) {
    return {
      south: Math.max(-90, south),
      north: Math.min(90, north),
      west: -180,
      east: 180,
    };
  }
  const cosine = Math.cos(center.lat * radiansPerDegree);
  const width =
    Math.asin(Math.min(1, Math.sin(angle + margin) / cosine)) /
    radiansPerDegree;
  if (width >= 180) return {south, north, west: -180, east: 180};
  return {
    south,
    north,
    west: wrapLongitude(center.lng - width),
    east: wrapLongitude(center.lng + width),
  };
}

function wrapLongitude(lng: number): number {
  return lng < -180 ? lng + 360 : lng > 180 ? lng - 360 : lng;
}

/*
 * Cells. The earth is cut into 2^26 by 2^26 cells, numbered along a Z-order
 * curve: the bits of the column and of the row alternate, as in a geohash. A
 * square of 2^k by 2^k cells aligned on its size is then one run of numbers, so
 * an ordered index over the cell numbers answers "what lies in this
 * rectangle?" with a few ranges:
 *
 *        lng ->            the square of columns 2-3 and rows 0-1
 *      0  1 | 4  5         is the run 4..7
 *      2  3 | 6  7
 *      ------------
 *      8  9 |12 13
 *     10 11 |14 15
 */
const bitsPerAxis = 26;
const cellsPerAxis = 2 ** bitsPerAxis;

/** The number of the cell in which a point lies; an integer below 2^52. */
export function cellOf(point: Point): number {
  return interleave(columnOf(point.lng), rowOf(point.lat));
}

function columnOf(lng: number): number {
  return toCell((lng + 180) / 360);
}

function rowOf(lat: number): number {
  return toCell((lat + 90) / 180);
}

function toCell(fraction: number): number {
  const cell = Math.floor(fraction * cellsPerAxis);
  return Math.min(cellsPerAxis - 1, Math.max(0, cell));
}

/** Bits of `column` at odd places, of `row` at even ones, 13 at a time. */
function interleave(column: number, row: number): number {
  const high = spread(column >>> 13) * 2 + spread(row >>> 13);
  const low = spread(column & 0x1fff) * 2 + spread(row & 0x1fff);
  return high * 2 ** 26 + low;
}

/** Puts a zero between the 13 bits of a number. */
function spread(bits: number): number {
  let x = bits;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  x = (x | (x << 1)) & 0x55555555;
  return x;
}

/** A run of cell numbers, `first` to `last`, both included. */
export interface CellRange {
  readonly first: number;
  readonly last: number;
}

/** Enough squares to follow a circle, few enough to look up. */
const maxSquares = 24;

/**
 * Runs of cells, in ascending order, that together hold every point within
 * `angle` radians of `center` (and some points besides).
 */
export function cellsAround(center: Point, angle: number): CellRange[] {
  const box = boundingBox(center, angle);
  const rows = [rowOf(box.south), rowOf(box.north)] as const;
  const parts =
    box.west <= box.east
      ? [[columnOf(box.west), columnOf(box.east)] as const]
      : [
          [columnOf(box.west), cellsPerAxis - 1] as const,
          [0, columnOf(box.east)] as const,
        ];
  const ranges = parts.flatMap(columns => coverRectangle(columns, rows));
  return mergeRanges(ranges.sort((a, b) => a.first - b.first));
}

type Span = readonly [first: number, last: number];

/** The squares of the largest size of which a few cover the rectangle. */
function coverRectangle(columns: Span, rows: Span): CellRange[] {
  let size = 1;
  while (squareCount(columns, size) * squareCount(rows, size) > maxSquares) {
    size *= 2;
  }
  const ranges: CellRange[] = [];
  for (let row = align(rows[0], size); row <= rows[1]; row += size) {
    for (let col = align(columns[0], size); col <= columns[1]; col += size) {
      const first = interleave(col, row);
      ranges.push({first, last: first + size * size - 1});
    }
  }
  return ranges;
}

function squareCount(span: Span, size: number): number {
  return Math.floor(span[1] / size) - Math.floor(span[0] / size) + 1;
}

function align(cell: number, size: number): number {
  return Math.floor(cell / size) * size;
}

function mergeRanges(sorted: readonly CellRange[]): CellRange[] {
  const merged: CellRange[] = [];
  for (const range of sorted) {
    const previous = merged[merged.length - 1];
    if (previous && range.first <= previous.last + 1) {
      merged[merged.length - 1] = {
        first: previous.first,
        last: Math.max(previous.last, range.last),
      };
    } else merged.push(range);
  }
  return merged;
}
