import type {Table} from '../store/table';
import {maxAngle, toRadians} from '../value/geo';
import {and, type Condition, conjuncts, type Near} from './condition';
import {
  type IndexView,
  indexView,
  primaryView,
  rowsInRange,
  rowsUnder,
} from './index-view';
import {type Direction, directionFor} from './index-order';
import {type IndexMatch, matchIndex} from './match-index';
import type {OrderKey} from './order';
import {orderingNears} from './ordering-nears';
import type {Access, Ordering, OrderingNear, Plan} from './plan';
import type {Query} from './query';

/*
 * How a plan is found
 *
 * The condition is taken as a list of parts that must all hold. Every index,
 * the table's own order by id included, is a candidate if it answers some of
 * the parts (match-index.ts) or gives the order that is asked for; an `or` whose
 * branches all have an index is one more. The candidate that is guessed to look
 * at the fewest rows wins. Whatever parts it does not answer are tested on
 * each row it reaches.
 *
 *   where: {country: 'DE', population: {gt: 1e5}}, order: 'population DESC',
 *   limit: 10
 *
 *   index (country, population DESC)   keys DE, range > 1e5, in order: 10 rows
 *   index (country)                    8,000 rows, test, sort
 *   index (population)                 4,500 rows, in order, test: about 170
 *   scan                               135,233 rows, test, sort
 */

/** One way to reach the rows, with what it is worth. */
interface Candidate {
  readonly access: Access;
  readonly answered: ReadonlySet<Condition>;
  readonly isOrdered: boolean;
  /** Rows reached when nothing stops the access early; a guess. */
  readonly rows: number;
}

/** What candidates are found for. */
interface Goal {
  readonly table: Table;
  readonly parts: readonly Condition[];
  /** Undefined when any order will do. */
  readonly order: readonly OrderKey[] | undefined;
  /** After so many rows in order the rest are not looked at. */
  readonly wanted: number;
}

const nothing: ReadonlySet<Condition> = new Set();

/** A lookup by id after the index costs about as much as testing some rows. */
const lookupCost = 4;

/** So an index that fits is used, unless a scan is clearly cheaper. */
const scanStartCost = 1_000;

/** Chooses how to answer a query. Cost: a few index lookups. */
export function plan(query: Query, table: Table): Plan {
  const {condition, limit, skip} = query;
  const parts = conjuncts(condition);
  if (condition.kind === 'never') {
    return finish(query, parts, noAccess, {kind: 'access'});
  }
  const single = singleRow(parts, table);
  if (single !== undefined) {
    return finish(query, parts, single, {kind: 'access'});
  }
  const nears = orderingNears(parts);
  if (nears !== undefined) {
    const goal: Goal = {table, parts, order: undefined, wanted: Infinity};
    const candidates = candidatesFor(goal);
    const best = bestForNear(candidates, nears, table, limit + skip);
    const ordering: Ordering = best.isOrdered
      ? {kind: 'access'}
      : {kind: 'distance', nears};
    return finish(query, parts, best, ordering);
  }
  const {order} = query;
  const goal: Goal = {table, parts, order, wanted: limit + skip};
  const best = cheapest(candidatesFor(goal), goal);
  const ordering: Ordering = best.isOrdered
    ? {kind: 'access'}
    : {kind: 'sort', keys: order};
  return finish(query, parts, best, ordering);
}

/**
 * Chooses how to count the rows that meet a condition: from an index alone if
 * one answers all of it.
 */
export function planCount(query: Query, table: Table): Plan {
  const parts = conjuncts(query.condition);
  const goal: Goal = {table, parts, order: undefined, wanted: Infinity};
  const candidates = candidatesFor(goal);
  const isCounted = ({access: {kind}, answered}: Candidate): boolean =>
    answered.size === parts.length && kind !== 'union' && kind !== 'near';
  const best =
    query.condition.kind === 'never'
      ? noAccess
      : (candidates.find(isCounted) ?? cheapest(candidates, goal));
  return finish(query, parts, best, {kind: 'access'});
}

/** A lookup by id or by a unique key, which no other access can beat. */
function singleRow(
  parts: readonly Condition[],
  table: Table,
): Candidate | undefined {
  for (const view of uniqueViews(table)) {
    const match = matchIndex(view, parts);
    if (match?.keys?.length !== 1) continue;
    const goal: Goal = {table, parts, order: [], wanted: Infinity};
    const candidate = ofMatch(match, goal);
    if (candidate.rows <= 1) return candidate;
  }
  return undefined;
}

function* uniqueViews(table: Table): Generator<IndexView> {
  yield primaryView(table);
  for (const index of table.indexes) {
    if (index.keys.definition.isUnique) yield indexView(index);
  }
}

const noAccess: Candidate = {
  access: {kind: 'none'},
  answered: nothing,
  isOrdered: true,
  rows: 0,
};

function finish(
  query: Query,
  parts: readonly Condition[],
  candidate: Candidate,
  ordering: Ordering,
): Plan {
  const residual = parts.filter(part => !candidate.answered.has(part));
  return {
    access: candidate.access,
    residual: and(residual),
    ordering,
    limit: query.limit,
    skip: query.skip,
    estimatedRows: candidate.rows,
  };
}

/** All ways to reach the rows; without an `order` any order will do. */
function candidatesFor(goal: Goal): Candidate[] {
  const {order, parts, table} = goal;
  const candidates: Candidate[] = [];
  const primary = primaryView(table);
  const views = [primary, ...table.indexes.map(indexView)];
  for (const view of views) {
    const match = matchIndex(view, parts);
    if (match !== undefined) candidates.push(ofMatch(match, goal));
    else if (order !== undefined && view !== primary) {
      const direction = directionFor(view, order, new Set(), table);
      if (direction !== undefined) {
        candidates.push(wholeIndex(view, direction, table));
      }
    }
  }
  for (const part of parts) {
    const candidate =
      part.kind === 'or'
        ? ofUnion(part.conditions, table)
        : part.kind === 'near'
          ? ofNear(part, table)
          : undefined;
    if (candidate) candidates.push(candidate);
  }
  candidates.push(scan(primary, order, table));
  return candidates;
}

function scan(
  primary: IndexView,
  order: readonly OrderKey[] | undefined,
  table: Table,
): Candidate {
  const direction = directionFor(primary, order ?? [], new Set(), table);
  return {
    access: {kind: 'scan', isReverse: direction === 'backward'},
    answered: nothing,
    isOrdered: direction !== undefined,
    rows: table.rows.size,
  };
}

function wholeIndex(
  view: IndexView,
  direction: Direction,
  table: Table,
): Candidate {
  const isReverse = direction === 'backward';
  return {
    access: {kind: 'ranges', index: view.name, ranges: [{}], isReverse},
    answered: nothing,
    isOrdered: true,
    rows: table.rows.size,
  };
}

function ofMatch(match: IndexMatch, goal: Goal): Candidate {
  const {order, parts, table, wanted} = goal;
  const {view, keys, ranges, answered, fixedPaths} = match;
  const direction = directionFor(view, order ?? [], fixedPaths, table);
  const isReverse = direction === 'backward';
  const isOrdered = direction !== undefined;
  const index = view.name;
  if (keys !== undefined) {
    return {
      access: {kind: 'keys', index, keys, isReverse},
      answered,
      isOrdered,
      rows: estimateKeys(view, keys),
    };
  }
  if (ranges.length === 0) return {...noAccess, answered};
  // Rows that come in order and need no test: exactly those wanted are reached.
  const stopsEarly =
    wanted < Infinity && isOrdered && answered.size === parts.length;
  return {
    access: {kind: 'ranges', index, ranges, isReverse},
    answered,
    isOrdered,
    rows: stopsEarly ? wanted : estimateRanges(match),
  };
}

/** Keys and ranges looked at for an estimate; the rest are taken as alike. */
const maxProbes = 16;

function estimateKeys(view: IndexView, keys: readonly unknown[]): number {
  if (view.kind === 'primary') return keys.length;
  const probed = keys.slice(0, maxProbes);
  const rows = probed.reduce<number>(
    (sum, key) => sum + rowsUnder(view, key),
    0,
  );
  return rows * (keys.length / Math.max(1, probed.length));
}

function estimateRanges({view, ranges}: IndexMatch): number {
  const probed = ranges.slice(0, maxProbes);
  const rows = probed.reduce((sum, range) => sum + rowsInRange(view, range), 0);
  return rows * (ranges.length / probed.length);
}

/** The union of the branches' accesses, if an index answers each branch. */
function ofUnion(
  branches: readonly Condition[],
  table: Table,
): Candidate | undefined {
  const accesses: Access[] = [];
  let rows = 0;
  for (const branch of branches) {
    const parts = conjuncts(branch);
    const goal: Goal = {table, parts, order: undefined, wanted: Infinity};
    const best = cheapest(candidatesFor(goal), goal);
    if (best.access.kind === 'scan') return undefined;
    accesses.push(best.access);
    rows += best.rows;
  }
  return {
    access: {kind: 'union', branches: accesses},
    answered: nothing,
    isOrdered: false,
    rows,
  };
}

/** The candidate that is guessed to look at the fewest rows. */
function cheapest(candidates: readonly Candidate[], goal: Goal): Candidate {
  if (candidates.length === 1) return candidates[0]!;
  const matching = Math.min(...candidates.map(candidate => candidate.rows));
  let best = candidates[0]!;
  let bestCost = Infinity;
  for (const candidate of candidates) {
    const cost =
      goal.order === undefined
        ? costOfAll(candidate)
        : costOf(candidate, goal, matching);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}

/** The cost of all rows in any order. */
function costOfAll({access, rows}: Candidate): number {
  return access.kind === 'scan' ? scanStartCost + rows : rows * lookupCost;
}

function costOf(
  candidate: Candidate,
  {order, parts, wanted}: Goal,
  matching: number,
): number {
  const {access, answered, isOrdered, rows} = candidate;
  const isScan = access.kind === 'scan';
  const rowCost = isScan ? 1 : lookupCost;
  const startCost = isScan ? scanStartCost : 0;
  if (!isOrdered) {
    // Sorting compares each matching row some times; by id they are fetched.
    const isById = order?.length === 0;
    const sortCost = isById ? 0 : matching * Math.log2(Math.max(2, matching));
    return startCost + rows * rowCost + sortCost;
  }
  const isExact = answered.size === parts.length;
  const share = isExact ? 1 : Math.max(1, matching) / Math.max(1, rows * 2);
  return startCost + Math.min(rows, wanted / Math.min(1, share)) * rowCost;
}

/** The rows of a circle from a geo index; undefined when there is none. */
function ofNear(near: Near, table: Table): Candidate | undefined {
  const index = geoIndex(near, table);
  if (index === undefined) return undefined;
  const angle = Math.min(maxAngle, toRadians(near.maxDistance, near.unit));
  // A cap of that angle is this share of a sphere; places come in clusters.
  const share = Math.min(1, clustering * Math.sin(angle / 2) ** 2);
  return {
    access: {kind: 'near', index, near},
    answered: new Set<Condition>([near]),
    isOrdered: false,
    rows: table.rows.size * share,
  };
}

const clustering = 4;

function geoIndex(near: Near, table: Table): string | undefined {
  const path = near.path.join('.');
  const index = table.indexes.find(
    ({keys: {definition}}) =>
      definition.kind === 'geo' && definition.keys[0]!.path === path,
  );
  return index?.keys.definition.name;
}

/** Rows reached by rings around a point for each row that is wanted. */
const nearRowsPerWanted = 8;

/**
 * Rings around the one point that orders the rows, unless another access leads
 * to fewer rows.
 */
function bestForNear(
  candidates: readonly Candidate[],
  nears: readonly OrderingNear[],
  table: Table,
  wanted: number,
): Candidate {
  const goal: Goal = {table, parts: [], order: undefined, wanted: Infinity};
  const best = {...cheapest(candidates, goal), isOrdered: false};
  const [only] = nears;
  const rings = nears.length === 1 ? ofNear(only!.near, table) : undefined;
  if (rings === undefined) return best;
  const rows = Math.min(rings.rows, wanted * nearRowsPerWanted);
  const isOtherBetter =
    best.access.kind !== 'scan' &&
    best.access.kind !== 'near' &&
    best.rows <= rows;
  return isOtherBetter ? best : {...rings, isOrdered: true, rows};
}
