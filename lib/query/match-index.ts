import {compareValues, firstOfKind, Kind, kindOf} from '../value/compare';
import {Cut, type Key} from '../store/tree/key-order';
import type {KeyRange} from '../store/tree/tree';
import type {Condition, Leaf} from './condition';
import type {IndexView} from './index-view';

/** How far an index answers the parts of a condition. */
export interface IndexMatch {
  readonly view: IndexView;
  /** Whole keys to look up, in index order; undefined when there are ranges. */
  readonly keys: readonly Key[] | undefined;
  /** Ranges to walk, in index order; empty when there are keys. */
  readonly ranges: readonly KeyRange[];
  /** The parts that need no further test. */
  readonly answered: ReadonlySet<Condition>;
  /** Index keys that have one value throughout, so they do not order rows. */
  readonly fixedPaths: readonly string[];
}

/** More combinations of `inq` lists than this are not looked up one by one. */
const maxCombinations = 10_000;

/**
 * Matches an index's keys, from the first on, with the parts of a condition:
 * equalities and lists as long as there are any, then at most one range. Returns
 * undefined when the index answers no part.
 */
export function matchIndex(
  view: IndexView,
  parts: readonly Condition[],
): IndexMatch | undefined {
  if (!view.isSearchable) return undefined;
  const [firstKey] = view.keys;
  if (!parts.some(part => isAt(part, firstKey!.path))) return undefined;
  const answered = new Set<Condition>();
  const fixedPaths: string[] = [];
  let prefixes: unknown[][] = [[]];
  for (const {path, direction} of view.keys) {
    const leaves = leavesAt(path, parts);
    const point = pointAmong(leaves, prefixes.length);
    if (point === undefined) {
      const bounds = boundsOf(leaves, answered);
      if (answered.size === 0 && bounds.low === undefined) return undefined;
      const ranges = rangesUnder(prefixes, bounds, direction);
      return {view, keys: undefined, ranges, answered, fixedPaths};
    }
    answered.add(point);
    if (point.kind === 'eq') fixedPaths.push(path);
    prefixes = extended(prefixes, point, direction);
  }
  const keys =
    view.keys.length === 1 ? prefixes.map(prefix => prefix[0]) : prefixes;
  return {view, keys, ranges: [], answered, fixedPaths};
}

function leavesAt(path: string, parts: readonly Condition[]): Leaf[] {
  const leaves: Leaf[] = [];
  for (const part of parts) {
    if (isAt(part, path)) leaves.push(part);
  }
  return leaves;
}

function isAt(part: Condition, path: string): part is Leaf {
  if (!isRangeable(part)) return false;
  return part.path.length === 1
    ? part.path[0] === path
    : part.path.join('.') === path;
}

function isRangeable(part: Condition): part is Leaf {
  switch (part.kind) {
    case 'eq':
    case 'in':
    case 'sameText':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
    case 'between':
      return true;
    case 'like':
      return part.pattern.prefix !== '';
    default:
      return false;
  }
}

type Point = Extract<Leaf, {kind: 'eq' | 'in' | 'sameText'}>;

/** The equality among the leaves, or the list if it is not too long. */
function pointAmong(
  leaves: readonly Leaf[],
  combinations: number,
): Point | undefined {
  let list: Point | undefined;
  for (const leaf of leaves) {
    if (leaf.kind === 'eq') return leaf;
    if (leaf.kind !== 'in' && leaf.kind !== 'sameText') continue;
    const isAlone = combinations === 1;
    if (isAlone || valuesOf(leaf).length * combinations <= maxCombinations) {
      list = leaf;
    }
  }
  return list;
}

function valuesOf(list: Exclude<Point, {kind: 'eq'}>): readonly unknown[] {
  return list.kind === 'in' ? list.values : list.texts.texts;
}

function extended(
  prefixes: readonly unknown[][],
  point: Point,
  direction: 1 | -1,
): unknown[][] {
  if (point.kind === 'eq') {
    return prefixes.map(prefix => [...prefix, point.value]);
  }
  const ascending = valuesOf(point);
  const values = direction === 1 ? ascending : ascending.toReversed();
  return prefixes.flatMap(prefix => values.map(value => [...prefix, value]));
}

/** A bound in the order of values; the cut of the same side is its place. */
interface Bound {
  readonly value: unknown;
  readonly side: 'before' | 'after';
}

interface Bounds {
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
  /** True when no value lies between. */
  readonly isEmpty: boolean;
}

/**
 * The narrowest bounds that the leaves set; whichever sets any, sets a low one.
 * Notes in `answered` those that say no more than their bounds.
 */
function boundsOf(leaves: readonly Leaf[], answered: Set<Condition>): Bounds {
  let low: Bound | undefined;
  let high: Bound | undefined;
  for (const leaf of leaves) {
    const bounds = boundsOfLeaf(leaf);
    if (bounds === undefined) continue;
    if (isExact(leaf)) answered.add(leaf);
    low = low && compareBounds(low, bounds.low) > 0 ? low : bounds.low;
    high =
      high && bounds.high && compareBounds(high, bounds.high) < 0
        ? high
        : (bounds.high ?? high);
  }
  const isEmpty =
    low !== undefined && high !== undefined && compareBounds(low, high) >= 0;
  return {low, high, isEmpty};
}

/** A `like` has more to say than its prefix, unless it ends there. */
function isExact(leaf: Leaf): boolean {
  return leaf.kind !== 'like' || leaf.pattern.isPrefixOnly;
}

function boundsOfLeaf(
  leaf: Leaf,
): {low: Bound; high: Bound | undefined} | undefined {
  switch (leaf.kind) {
    case 'gt':
      return {low: after(leaf.value), high: endOfKind(leaf.value)};
    case 'gte':
      return {low: before(leaf.value), high: endOfKind(leaf.value)};
    case 'lt':
      return {low: startOfKind(leaf.value), high: before(leaf.value)};
    case 'lte':
      return {low: startOfKind(leaf.value), high: after(leaf.value)};
    case 'between':
      return {low: before(leaf.low), high: after(leaf.high)};
    case 'like': {
      const {prefix} = leaf.pattern;
      return {low: before(prefix), high: endOfPrefix(prefix)};
    }
    default:
      return undefined;
  }
}

function before(value: unknown): Bound {
  return {value, side: 'before'};
}

function after(value: unknown): Bound {
  return {value, side: 'after'};
}

function startOfKind(value: unknown): Bound {
  return before(firstOfKind(kindOf(value)));
}

function endOfKind(value: unknown): Bound | undefined {
  const kind = kindOf(value);
  return kind === Kind.object
    ? undefined
    : before(firstOfKind((kind + 1) as Kind));
}

/** The first string after all that begin with the prefix. */
function endOfPrefix(prefix: string): Bound | undefined {
  for (let end = prefix.length; end > 0; end--) {
    const unit = prefix.charCodeAt(end - 1);
    if (unit < 0xffff) {
      return before(prefix.slice(0, end - 1) + String.fromCharCode(unit + 1));
    }
  }
  return endOfKind(prefix);
}

function compareBounds(a: Bound, b: Bound): number {
  const difference = compareValues(a.value, b.value);
  if (difference !== 0 || a.side === b.side) return difference;
  return a.side === 'before' ? -1 : 1;
}

/** Below each prefix the part of the index between the bounds. */
function rangesUnder(
  prefixes: readonly unknown[][],
  bounds: Bounds,
  direction: 1 | -1,
): KeyRange[] {
  if (bounds.isEmpty) return [];
  const isUp = direction === 1;
  const [first, last] = isUp
    ? [bounds.low, bounds.high]
    : [bounds.high, bounds.low];
  return prefixes.map(prefix => ({
    low: first ? cut(prefix, first, isUp) : edge(prefix, 'before'),
    high: last ? cut(prefix, last, isUp) : edge(prefix, 'after'),
  }));
}

/** Where keys descend, what is before a value in order comes after it. */
function cut(prefix: readonly unknown[], bound: Bound, isUp: boolean): Cut {
  const opposite = bound.side === 'before' ? 'after' : 'before';
  return new Cut([...prefix, bound.value], isUp ? bound.side : opposite);
}

function edge(
  prefix: readonly unknown[],
  side: 'before' | 'after',
): Cut | undefined {
  return prefix.length === 0 ? undefined : new Cut(prefix, side);
}
