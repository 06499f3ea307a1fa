import {PriorityQueue} from '../base/priority-queue';
import {inSlices, sorted} from '../base/cuttable';
import {type Sliced, stepsBetweenCuts} from '../base/slices';
import type {Key} from '../store/tree/key-order';
import {idBatches, type Posting, PostingList} from '../store/posting';
import {indexNamed, rowsOfEntries, type Table} from '../store/table';
import {Branch, type Node} from '../store/tree/nodes';
import type {Row} from '../value/copy';
import {
  compileRunDistance,
  lastCell,
  type Point,
  type RunDistance,
  toPoint,
} from '../value/geo';
import {compileValueAt} from '../value/path';
import type {Near} from './condition';
import {compileDistance, type Predicate} from './predicate';

/** Where to search, and how many rows are wanted. */
interface Extent {
  readonly table: Table;
  readonly limit: number;
  readonly skip: number;
}

/** A geo index, and what is asked of it. */
interface NearAccess {
  readonly index: string;
  readonly near: Near;
}

/** What was found, and what it took. */
interface Nearest {
  readonly rows: Row[];
  readonly rowsExamined: number;
}

/** The rows around a point, nearest first, ties by id, from a geo index. */
export function* nearest(
  access: NearAccess,
  matches: Predicate | undefined,
  {table, limit, skip}: Extent,
  isCut: boolean,
): Sliced<Nearest> {
  const search = new NearSearch(access, matches, table);
  const found = yield* rowsAround(search, limit + skip);
  const inOrder = sorted(found, nearestFirst(table), isCut);
  return search.answer((yield* inSlices(inOrder)).slice(skip));
}

/** So many of the nearest rows, or all of them, in any order. */
function rowsAround(search: NearSearch, wanted: number): Sliced<Found[]> {
  return wanted < Infinity ? first(search, wanted) : all(search);
}

/**
 * So many of the nearest rows. Of all that lies ahead, at first the top node of
 * the index, the nearest is taken: a branch gives way to its children, a leaf to
 * its cells, a cell to its rows, and a row that is nearest of all is the next
 * one found. How far the others are at least, the numbers of the cells tell, so
 * hardly a row is read that is not wanted, in dense places and in empty ones
 * (https://en.wikipedia.org/wiki/Best-first_search).
 */
function* first(search: NearSearch, wanted: number): Sliced<Found[]> {
  const queue = new PriorityQueue<Ahead>(rowsLast(search.table));
  const found: Found[] = [];
  queue.push(0, search.top);
  for (let steps = 1; found.length < wanted; steps++) {
    const next = queue.pop();
    if (next === undefined) break;
    if (next instanceof Found) found.push(next);
    else if (next instanceof OpenNode) search.open(next, queue);
    else yield* readCell(search, next, queue);
    if (steps % stepsBetweenCuts === 0) yield;
  }
  return found;
}

function* readCell(
  search: NearSearch,
  posting: Posting,
  ahead: Places,
): Sliced<void> {
  for (const ids of batchesOf(posting)) {
    for (const row of search.read(ids)) ahead.push(row.distance, row);
    if (ids.length > 1) yield;
  }
}

/** All rows that are near enough: first their ids, then the rows. */
function* all(search: NearSearch): Sliced<Found[]> {
  const stack: Ahead[] = [search.top];
  const ahead = {push: (_: number, item: Ahead) => void stack.push(item)};
  const ids: Key[] = [];
  for (let steps = 1; stack.length > 0; steps++) {
    const next = stack.pop();
    if (next instanceof OpenNode) search.open(next, ahead);
    else for (const batch of batchesOf(next)) ids.push(...batch);
    if (steps % stepsBetweenCuts === 0) yield;
  }
  const found: Found[] = [];
  for (let start = 0; start < ids.length; start += stepsBetweenCuts) {
    const batch = ids.slice(start, start + stepsBetweenCuts);
    for (const row of search.read(batch)) found.push(row);
    yield;
  }
  return found;
}

function batchesOf(posting: Posting): Iterable<readonly Key[]> {
  return posting instanceof PostingList ? idBatches(posting) : [[posting]];
}

function nearestFirst({ids}: Table): (a: Found, b: Found) => number {
  const {keyOf, order} = ids;
  return (a, b) => a.distance - b.distance || order(keyOf(a.row), keyOf(b.row));
}

/** As near as a row may be another, of a lower id, that is not read yet. */
function rowsLast(table: Table): (a: Ahead, b: Ahead) => number {
  const order = nearestFirst(table);
  return (a, b) => {
    if (!(a instanceof Found)) return b instanceof Found ? -1 : 0;
    return b instanceof Found ? order(a, b) : 1;
  };
}

/**
 * What a search comes upon: an {@link OpenNode}, a {@link Found}, or else the
 * posting of a cell, which the compiler cannot tell from them.
 */
type Ahead = Posting;

/** Takes what lies ahead, and how far it is at least. */
interface Places {
  push(distance: number, item: Ahead): void;
}

/** A node of the index, and the cells that may be below it. */
class OpenNode {
  constructor(
    readonly node: Node<Posting>,
    readonly first: number,
    readonly last: number,
  ) {}
}

/** A row that matches. */
class Found {
  constructor(
    readonly row: Row,
    readonly distance: number,
  ) {}
}

/** What can be done on the way through an index. */
class NearSearch {
  readonly top: OpenNode;
  rowsExamined = 0;
  private readonly maxDistance: number;
  private readonly runDistance: RunDistance;
  private readonly valueOf: (row: Row) => unknown;
  private readonly distanceOf: (point: Point) => number | undefined;

  constructor(
    {index, near}: NearAccess,
    private readonly matches: Predicate | undefined,
    readonly table: Table,
  ) {
    const {root} = indexNamed(table, index).entries;
    this.top = new OpenNode(root, 0, lastCell);
    this.maxDistance = near.maxDistance;
    this.runDistance = compileRunDistance(near.center, near.unit);
    this.valueOf = compileValueAt(near.path);
    this.distanceOf = compileDistance(near);
  }

  /** What was found, as it is answered. */
  answer(found: readonly Found[]): Nearest {
    return {rows: found.map(({row}) => row), rowsExamined: this.rowsExamined};
  }

  /** Hands on what is below a node and may be near enough. */
  open({node, first, last}: OpenNode, ahead: Places): void {
    const {maxDistance, runDistance} = this;
    const {keys} = node;
    if (!(node instanceof Branch)) {
      for (let i = 0; i < keys.length; i++) {
        const cell = keys[i];
        if (!isCell(cell)) continue;
        const distance = runDistance(cell, cell);
        if (distance <= maxDistance) ahead.push(distance, node.values[i]);
      }
      return;
    }
    let from = first;
    for (let i = 0; i < node.children.length; i++) {
      const to = i < keys.length ? keys[i] : last;
      if (!isCell(to)) continue;
      const distance = runDistance(from, to);
      if (distance <= maxDistance) {
        ahead.push(distance, new OpenNode(node.children[i]!, from, to));
      }
      from = to;
    }
  }

  /**
   * The rows under some ids that match. One step is taken for all of them before
   * the next: they lie anywhere in memory, and a short loop has the processor
   * wait for many of them at once.
   */
  read(ids: readonly Key[]): Found[] {
    const {distanceOf, matches, table, valueOf} = this;
    const rows = rowsOfEntries(table, ids);
    const points = rows.map(valueOf).map(toPoint);
    const found: Found[] = [];
    points.forEach((point, i) => {
      const distance = point && distanceOf(point);
      if (distance === undefined) return;
      this.rowsExamined++;
      const row = rows[i]!;
      if (matches === undefined || matches(row)) {
        found.push(new Found(row, distance));
      }
    });
    return found;
  }
}

/** Rows without a point stand under null, before all others. */
function isCell(key: Key): key is number {
  return typeof key === 'number';
}
