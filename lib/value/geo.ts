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
  if (typeof value === 'string') return pointOfPair(value.split(',', 3));
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

/** The greatest number of a cell. */
export const lastCell = 2 ** (2 * bitsPerAxis) - 1;

/** Takes out the bits between those that {@link spread} made of 13. */
function gather(bits: number): number {
  let x = bits & 0x55555555;
  x = (x | (x >> 1)) & 0x33333333;
  x = (x | (x >> 2)) & 0x0f0f0f0f;
  x = (x | (x >> 4)) & 0x00ff00ff;
  return (x | (x >> 8)) & 0xffff;
}

/** The column of a cell. */
function columnIn(cell: number): number {
  const high = Math.trunc(cell / 2 ** 26);
  const low = cell - high * 2 ** 26;
  return (gather(high >>> 1) << 13) | gather(low >>> 1);
}

/** The row of a cell. */
function rowIn(cell: number): number {
  const high = Math.trunc(cell / 2 ** 26);
  const low = cell - high * 2 ** 26;
  return (gather(high) << 13) | gather(low);
}

/** What a run of cells, `first` to `last`, both included, is away at least. */
export type RunDistance = (first: number, last: number) => number;

/**
 * Measures how far runs of cells are from a point: no point in one of them is
 * nearer by {@link distanceBetween}. For a single cell it is about the distance,
 * except at the poles and where the chord is clearly shorter than the arc.
 *
 * A run is cut in two where the bits of its first and its last number begin to
 * differ: it is the end of one half of a rectangle and the beginning of the
 * other. The boxes around those two hold little else. So of the run 3..8, whose
 * halves are the upper and the lower one, 3..7 are in a box of four columns and
 * two rows, and 8 in one of its own:
 *
 *      .  . | 4  5
 *      .  3 | 6  7
 *      ------------
 *      8  . | .  .
 */
export function compileRunDistance(
  center: Point,
  unit: DistanceUnit,
): RunDistance {
  const toBox = compileBoxDistance(center, unit);
  return (first, last) => {
    const [west, south] = [columnIn(first), rowIn(first)];
    if (first === last) return toBox(west, west, south, south);
    const [east, north] = [columnIn(last), rowIn(last)];
    // The bits that are free within a half; of a pair the column's comes first.
    const across = bitsUpTo(west ^ east);
    const up = bitsUpTo(south ^ north);
    const columns = Math.max(across, up) >>> 1;
    const rows = across >= up ? across : columns;
    return Math.min(
      // A 0 stands for cells with a 1 there, and anything in the bits after it.
      toBox(
        west & ~(bitsUpTo(~south & rows) >>> 1),
        west | columns,
        south & ~bitsUpTo(~west & columns),
        south | rows,
      ),
      // And a 1 for cells with a 0 there.
      toBox(
        east & ~columns,
        east | (bitsUpTo(north & rows) >>> 1),
        north & ~rows,
        north | bitsUpTo(east & columns),
      ),
    );
  };
}

/** Rounding moves nothing by so much of a cell, a finger's breadth. */
const cellMargin = 0.01;

/** Nor a distance by such a part of it. */
const distanceMargin = 1e-12;

const radiansPerColumn = (360 / cellsPerAxis) * radiansPerDegree;
const radiansPerRow = (180 / cellsPerAxis) * radiansPerDegree;

/** What a box of cells, its ends included, is away at least. */
type BoxDistance = (
  west: number,
  east: number,
  south: number,
  north: number,
) => number;

function compileBoxDistance(
  {lat, lng}: Point,
  unit: DistanceUnit,
): BoxDistance {
  const column = ((lng + 180) / 360) * cellsPerAxis;
  const row = ((lat + 90) / 180) * cellsPerAxis;
  const cosine = Math.max(0, Math.cos(lat * radiansPerDegree));
  const diameter = 2 * earthRadius[unit] * (1 - distanceMargin);
  // The haversine formula with each of its parts at its least in the box.
  return (west, east, south, north) => {
    const rows = Math.max(0, south - row, row - (north + 1)) - cellMargin;
    const columns = columnsTo(column, west, east + 1) - cellMargin;
    const sinLat = leastSine((Math.max(0, rows) * radiansPerRow) / 2);
    const sinLng = leastSine((Math.max(0, columns) * radiansPerColumn) / 2);
    const equator = cellsPerAxis / 2;
    const farthest = Math.max(equator - south, north + 1 - equator);
    const least = leastCosine(farthest * radiansPerRow);
    const square = sinLat * sinLat + cosine * least * sinLng * sinLng;
    return Math.sqrt(square) * diameter;
  };
}

/*
 * Taylor polynomials that end with a term that takes away: up to a right angle
 * they are never more than the function, and next to it where distances are short;
 * they take a quarter of its time.
 */

function leastSine(angle: number): number {
  const square = angle * angle;
  return angle * (1 - (square / 6) * (1 - (square / 20) * (1 - square / 42)));
}

function leastCosine(angle: number): number {
  const x = angle * angle;
  const rest = 1 - (x / 30) * (1 - (x / 56) * (1 - x / 90));
  return Math.max(0, 1 - (x / 2) * (1 - (x / 12) * rest));
}

/** The highest bit of a number and all below it. */
function bitsUpTo(number: number): number {
  return number === 0 ? 0 : (2 << (31 - Math.clz32(number))) - 1;
}

/** How far a column is from those between two, the shorter way round. */
function columnsTo(column: number, west: number, east: number): number {
  if (column >= west && column <= east) return 0;
  const eastward = column < west ? west - column : west + cellsPerAxis - column;
  return Math.min(eastward, cellsPerAxis - (east - west) - eastward);
}
