import {primaryKeyName} from '../schema/schema';
import type {Table} from '../store/table';
import type {Condition} from './condition';
import {
  type IndexView,
  isUniqueKey,
  rowsInRange,
  rowsUnder,
} from './index-view';
import type {IndexMatch} from './match-index';
import type {OrderKey} from './order';
import type {Access} from './plan';

/** One way to reach the rows, with what it is worth. */
export interface Candidate {
  readonly access: Access;
  readonly answered: ReadonlySet<Condition>;
  readonly isOrdered: boolean;
  /** Rows reached when nothing stops the access early; a guess. */
  readonly rows: number;
}

/** What candidates are found for. */
export interface Goal {
  readonly table: Table;
  /** The table itself, and its indexes. */
  readonly views: readonly IndexView[];
  readonly parts: readonly Condition[];
  /** Undefined when any order will do. */
  readonly order: readonly OrderKey[] | undefined;
  /** After so many rows in order the rest are not looked at. */
  readonly wanted: number;
}

/** Answered by an access that answers no part of a condition. */
export const nothing: ReadonlySet<Condition> = new Set();

/** Where no row can match. */
export const noAccess: Candidate = {
  access: {kind: 'none'},
  answered: nothing,
  isOrdered: true,
  rows: 0,
};

/** Keys and ranges looked at for an estimate; the rest are taken as alike. */
const maxProbes = 16;

/** A guess of the rows under some keys. */
export function estimateKeys(
  view: IndexView,
  keys: readonly unknown[],
): number {
  if (view.kind === 'primary') return keys.length;
  let rows = 0;
  const probes = Math.min(keys.length, maxProbes);
  for (let i = 0; i < probes; i++) {
    // What is looked up here is looked up again: not where it is known anyway.
    rows += isUniqueKey(view, keys[i]) ? 1 : rowsUnder(view, keys[i]);
  }
  return rows * (keys.length / Math.max(1, probes));
}

/** A guess of the rows in the ranges of a match. */
export function estimateRanges({view, ranges}: IndexMatch): number {
  const probed = ranges.slice(0, maxProbes);
  const rows = probed.reduce((sum, range) => sum + rowsInRange(view, range), 0);
  return rows * (ranges.length / probed.length);
}

/*
 * Costs are counted in rows that a scan tests, about 50 ns each. What was measured
 * is in docs/benchmarks.md ("The cost model"); `npm run bench:costs` does it again.
 */

/**
 * What a row costs that an index leads to, and that is looked up by its id. As
 * much as a scan takes for a row depends on what it tests and on where rows lie in
 * memory, no number is right for all; this one is about right for texts.
 */
export const lookupCost = 4;

/** So small tables use an index that fits: where that is wrong, it costs microseconds. */
export const scanStartCost = 1_000;

/** The candidate that is guessed to look at the fewest rows. */
export function cheapest(
  candidates: readonly Candidate[],
  goal: Goal,
): Candidate {
  if (candidates.length === 1) return candidates[0]!;
  const matching = fewestRows(candidates);
  let best = candidates[0]!;
  let bestCost = Infinity;
  for (const candidate of candidates) {
    const cost = costOf(candidate, goal, matching);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}

/** The rows that any of the candidates reaches at least: at most so many match. */
export function fewestRows(candidates: readonly Candidate[]): number {
  let fewest = Infinity;
  for (const {rows} of candidates) fewest = Math.min(fewest, rows);
  return fewest;
}

/** What a candidate costs, in rows that a scan tests, if so many rows match. */
export function costOf(
  candidate: Candidate,
  goal: Goal,
  matching: number,
): number {
  return goal.order === undefined
    ? costOfAll(candidate, goal.parts)
    : costInOrder(candidate, goal, matching);
}

/** The cost of all rows in any order. */
function costOfAll(candidate: Candidate, parts: readonly Condition[]): number {
  const {access, rows} = candidate;
  return startCostOf(access) + rows * rowCostOf(candidate, parts);
}

function costInOrder(
  candidate: Candidate,
  {order, parts, wanted}: Goal,
  matching: number,
): number {
  const {access, answered, isOrdered, rows} = candidate;
  const startCost = startCostOf(access);
  const rowCost = rowCostOf(candidate, parts);
  if (!isOrdered) {
    // Sorting compares each matching row some times; by id they are fetched.
    const isById = order?.length === 0;
    const sortCost = isById ? 0 : matching * Math.log2(Math.max(2, matching));
    return startCost + rows * rowCost + sortCost;
  }
  // Where rows must be tested, twice as many are taken to be walked over as if
  // those that match lay evenly: they may all come last.
  const isExact = answered.size === parts.length;
  const share = isExact ? 1 : Math.max(1, matching) / Math.max(1, rows * 2);
  return startCost + Math.min(rows, wanted / Math.min(1, share)) * rowCost;
}

function startCostOf({kind}: Access): number {
  return kind === 'scan' ? scanStartCost : 0;
}

/**
 * The table's own tree has its rows, so they are not looked up. In a range they
 * are tested one by one if they must be, and many at a time in a scan.
 */
function rowCostOf(
  {access, answered}: Candidate,
  parts: readonly Condition[],
): number {
  switch (access.kind) {
    case 'scan':
      return 1;
    case 'keys':
      return access.index === primaryKeyName ? 1 : lookupCost;
    case 'ranges': {
      const isTested = answered.size < parts.length;
      return access.index === primaryKeyName && !isTested ? 1 : lookupCost;
    }
    default:
      return lookupCost;
  }
}
