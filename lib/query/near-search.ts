import {mapInSlices, type Sliced, sortInSlices} from '../base/slices';
import {Cut} from '../store/key-order';
import {forEachId, idsInSlices} from '../store/posting';
import type {Index} from '../store/index-tree';
import {indexNamed, type Table} from '../store/table';
import type {KeyRange} from '../store/tree';
import type {Row} from '../value/copy';
import {cellsAround, maxAngle, toRadians} from '../value/geo';
import type {Near} from './condition';
import {compileDistance, type Predicate} from './predicate';

/** Where to search, and how many rows are wanted. */
interface Extent {
  readonly table: Table;
  readonly limit: number;
  readonly skip: number;
}

interface Found {
  readonly row: Row;
  readonly distance: number;
}

/** The first ring holds about a sixteenth of the points wanted, if evenly. */
const firstRingShare = 1 / 16;

/** How much wider each circle is than the one before: twice its area. */
const growth = Math.SQRT2;

/**
 * The rows around a point, nearest first, ties by id, from a geo index. The
 * circle that is searched grows until it holds enough rows that match, or
 * reaches `maxDistance`; each round looks at the ring that was added.
 */
export function nearestRows(
  access: {readonly index: string; readonly near: Near},
  matches: Predicate | undefined,
  {table, limit, skip}: Extent,
): {rows: Row[]; rowsExamined: number} {
  const wanted = limit + skip;
  const search = new RingSearch(access, table, matches);
  const last = lastAngle(access.near);
  let angle = firstAngle(search, wanted, last);
  for (;;) {
    search.extendTo(angle);
    if (search.found.length >= wanted || angle >= last) break;
    angle = Math.min(last, angle * growth);
  }
  const rows = search.found
    .sort(nearestFirst(table))
    .slice(skip, wanted)
    .map(({row}) => row);
  return {rows, rowsExamined: search.rowsExamined};
}

/** The rows of {@link nearestRows}, in slices. */
export function* nearestRowsInSlices(
  access: {readonly index: string; readonly near: Near},
  matches: Predicate | undefined,
  {table, limit, skip}: Extent,
): Sliced<Row[]> {
  const wanted = limit + skip;
  const search = new RingSearch(access, table, matches);
  const last = lastAngle(access.near);
  let angle = firstAngle(search, wanted, last);
  for (;;) {
    yield* search.extendInSlices(angle);
    if (search.found.length >= wanted || angle >= last) break;
    angle = Math.min(last, angle * growth);
  }
  const found = yield* sortInSlices(search.found, nearestFirst(table));
  return yield* mapInSlices(found.slice(skip, wanted), ({row}) => row);
}

function nearestFirst({ids}: Table): (a: Found, b: Found) => number {
  const {keyOf, order} = ids;
  return (a, b) => a.distance - b.distance || order(keyOf(a.row), keyOf(b.row));
}

function lastAngle(near: Near): number {
  const angle = toRadians(near.maxDistance, near.unit);
  return Math.min(maxAngle, angle);
}

/** The radius of a circle that holds a share of the rows wanted. */
function firstAngle(search: RingSearch, wanted: number, last: number): number {
  const rowCount = search.table.rows.size;
  if (wanted === Infinity || rowCount === 0) return last;
  // A cap of angle a covers about a^2 / 4 of the sphere.
  const share = (wanted * firstRingShare) / rowCount;
  let angle = Math.min(last, 2 * Math.sqrt(share));
  // Where there is little around, the index tells so before any row is read.
  while (angle < last && search.pointsIn(angle) < wanted) {
    angle = Math.min(last, angle * growth);
  }
  return angle;
}

/** A circle around a point that grows, and the matching rows inside it. */
class RingSearch {
  readonly found: Found[] = [];
  rowsExamined = 0;
  private readonly index: Index;
  private inner = -1;
  private readonly distanceOf: (row: Row) => number | undefined;

  constructor(
    private readonly access: {readonly index: string; readonly near: Near},
    readonly table: Table,
    private readonly matches: Predicate | undefined,
  ) {
    this.index = indexNamed(table, access.index);
    this.distanceOf = compileDistance(access.near);
  }

  /** Adds the rows between the circle so far and the one of `angle`. */
  extendTo(angle: number): void {
    const {inner, outer} = this.circle(angle);
    for (const range of this.rangesIn(angle)) {
      this.index.entries.scan(range, false, posting => {
        forEachId(posting, id => {
          this.consider(this.table.rows.get(id)!, outer);
        });
      });
    }
    this.inner = inner;
  }

  /** As {@link extendTo}, in slices. */
  *extendInSlices(angle: number): Sliced<void> {
    const {inner, outer} = this.circle(angle);
    for (const range of this.rangesIn(angle)) {
      for (const ids of idsInSlices(this.index.entries, range)) {
        for (const id of ids) this.consider(this.table.rows.get(id)!, outer);
        yield;
      }
    }
    this.inner = inner;
  }

  /** How far rows may be for the next circle, and where the one after begins. */
  private circle(angle: number): {inner: number; outer: number} {
    const {near} = this.access;
    const inner = angle / toRadians(1, near.unit);
    return {inner, outer: angle >= lastAngle(near) ? Infinity : inner};
  }

  /** The number of points in the cells that cover a circle, or some more. */
  pointsIn(angle: number): number {
    return this.rangesIn(angle).reduce(
      (sum, range) => sum + this.index.entries.weightBetween(range),
      0,
    );
  }

  private rangesIn(angle: number): readonly KeyRange[] {
    return cellsAround(this.access.near.center, angle).map(({first, last}) => ({
      low: new Cut([first], 'before'),
      high: new Cut([last], 'after'),
    }));
  }

  private consider(row: Row, outer: number): void {
    const distance = this.distanceOf(row);
    if (distance === undefined) return;
    if (distance <= this.inner || distance > outer) return;
    this.rowsExamined++;
    if (this.matches === undefined || this.matches(row)) {
      this.found.push({row, distance});
    }
  }
}
