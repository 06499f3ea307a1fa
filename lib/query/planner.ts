import type {Table} from '../store/table';
import {maxAngle, toRadians} from '../value/geo';
import {
  type Candidate,
  cheapest,
  estimateKeys,
  estimateRanges,
  type Goal,
  noAccess,
  nothing,
} from './candidate';
import {always, and, type Condition, conjuncts, type Near} from './condition';
import {type Direction, directionFor} from './index-order';
import {type IndexView, viewsOf} from './index-view';
import {type IndexMatch, matchIndex} from './match-index';
import {orderingNears} from './ordering-nears';
import type {Access, CountPlan, Ordering, OrderingNear, Plan} from './plan';
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

/** Chooses how to answer a query. Cost: a few index lookups. */
export function plan(query: Query, table: Table): Plan {
  const {condition, order} = query;
  const parts = conjuncts(condition);
  if (condition.kind === 'never') return finish(query, parts, noAccess);
  const goal = goalOf(query, table);
  const single = singleRow(goal);
  if (single !== undefined) return finish(query, parts, single);
  const nears = orderingNears(parts);
  if (nears === undefined) {
    const best = cheapest(candidatesFor(goal), goal);
    return finish(query, parts, best, {kind: 'sort', keys: order});
  }
  const candidates = candidatesFor(inAnyOrder(goal, parts));
  const best = bestForNear(candidates, nears, goal);
  return finish(query, parts, best, {kind: 'distance', nears});
}

/** What a plan for a query is to reach. */
export function goalOf(
  {condition, limit, order, skip}: Query,
  table: Table,
): Goal {
  const parts = conjuncts(condition);
  return {table, views: viewsOf(table), parts, order, wanted: limit + skip};
}

/**
 * Chooses how to count the rows that meet a condition: from an index alone if
 * one answers all of it.
 */
export function planCount({condition}: Query, table: Table): CountPlan {
  const parts = conjuncts(condition);
  if (condition.kind === 'never') {
    return {access: noAccess.access, residual: always};
  }
  const views = viewsOf(table);
  for (const view of views) {
    const match = matchIndex(view, parts);
    if (match?.answered.size === parts.length) {
      return {access: accessOf(match, false), residual: always};
    }
  }
  const wanted = Infinity;
  const goal: Goal = {table, views, parts, order: undefined, wanted};
  const {access, answered} = cheapest(candidatesFor(goal), goal);
  return {access, residual: residualOf(parts, answered)};
}

/** A lookup by id or by a unique key, which no other access can beat. */
export function singleRow(goal: Goal): Candidate | undefined {
  for (const view of goal.views) {
    if (!view.isUnique) continue;
    const match = matchIndex(view, goal.parts);
    if (match?.keys?.length !== 1) continue;
    const rows = estimateKeys(view, match.keys);
    if (rows > 1) continue;
    const {answered} = match;
    return {access: accessOf(match, false), answered, isOrdered: true, rows};
  }
  return undefined;
}

/** The goal without an order, where all rows are wanted that meet the parts. */
export function inAnyOrder(
  {table, views}: Goal,
  parts: readonly Condition[],
): Goal {
  return {table, views, parts, order: undefined, wanted: Infinity};
}

/** The plan by a candidate; `ordering` is for one that does not give the order. */
function finish(
  {limit, skip}: Query,
  parts: readonly Condition[],
  {access, answered, isOrdered, rows}: Candidate,
  ordering: Ordering = {kind: 'access'},
): Plan {
  return {
    access,
    residual: residualOf(parts, answered),
    ordering: isOrdered ? {kind: 'access'} : ordering,
    limit,
    skip,
    estimatedRows: rows,
  };
}

function residualOf(
  parts: readonly Condition[],
  answered: ReadonlySet<Condition>,
): Condition {
  return answered.size === parts.length
    ? always
    : and(parts.filter(part => !answered.has(part)));
}

/** All ways to reach the rows; without an `order` any order will do. */
export function candidatesFor(goal: Goal): Candidate[] {
  const {order, parts, table, views} = goal;
  const candidates: Candidate[] = [];
  for (const view of views) {
    const match = matchIndex(view, parts);
    if (match !== undefined) candidates.push(ofMatch(match, goal));
    else if (order !== undefined && view.kind !== 'primary') {
      const direction = directionFor(view, order, [], table);
      if (direction !== undefined) {
        candidates.push(wholeIndex(view, direction, table));
      }
    }
  }
  for (const part of parts) {
    const candidate =
      part.kind === 'or'
        ? ofUnion(part, goal)
        : part.kind === 'near'
          ? ofNear(part, table)
          : undefined;
    if (candidate) candidates.push(candidate);
  }
  candidates.push(scan(goal));
  return candidates;
}

function scan({order, table, views}: Goal): Candidate {
  const direction = order && directionFor(views[0]!, order, [], table);
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
  if (keys === undefined && ranges.length === 0) return {...noAccess, answered};
  const direction = order && directionFor(view, order, fixedPaths, table);
  const isOrdered = direction !== undefined;
  const access = accessOf(match, direction === 'backward');
  if (keys !== undefined) {
    return {access, answered, isOrdered, rows: estimateKeys(view, keys)};
  }
  // Rows that come in order and need no test: exactly those wanted are reached.
  const stopsEarly =
    wanted < Infinity && isOrdered && answered.size === parts.length;
  const rows = stopsEarly ? wanted : estimateRanges(match);
  return {access, answered, isOrdered, rows};
}

function accessOf(
  {view: {name: index}, keys, ranges}: IndexMatch,
  isReverse: boolean,
): Access {
  if (keys !== undefined) return {kind: 'keys', index, keys, isReverse};
  return ranges.length === 0
    ? noAccess.access
    : {kind: 'ranges', index, ranges, isReverse};
}

/**
 * The union of the branches' accesses, if an index answers each branch. Its rows
 * need no test where no branch needs one.
 */
function ofUnion(
  part: Extract<Condition, {kind: 'and' | 'or'}>,
  goal: Goal,
): Candidate | undefined {
  const accesses: Access[] = [];
  let rows = 0;
  let isExact = true;
  for (const branch of part.conditions) {
    const parts = conjuncts(branch);
    const branchGoal = inAnyOrder(goal, parts);
    const best =
      singleRow(branchGoal) ?? cheapest(candidatesFor(branchGoal), branchGoal);
    if (best.access.kind === 'scan') return undefined;
    accesses.push(best.access);
    rows += best.rows;
    isExact &&= best.answered.size === parts.length;
  }
  return {
    access: {kind: 'union', branches: accesses},
    answered: isExact ? new Set([part]) : nothing,
    isOrdered: false,
    rows,
  };
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

/**
 * How much denser places lie than evenly: 4 lies between a city's surroundings and
 * those of a point anywhere (docs/benchmarks.md, "The cost model").
 */
export const clustering = 4;

function geoIndex(near: Near, table: Table): string | undefined {
  const path = near.path.join('.');
  const index = table.indexes.find(
    ({keys: {definition}}) =>
      definition.kind === 'geo' && definition.keys[0]!.path === path,
  );
  return index?.keys.definition.name;
}

/**
 * Rows reached around a point for each row that is wanted, if other conditions must
 * hold: nobody knows how many rows meet those; one in eight is assumed.
 */
const nearRowsPerWanted = 8;

/**
 * A search around the one point that orders the rows, unless another access leads
 * to fewer rows.
 */
function bestForNear(
  candidates: readonly Candidate[],
  nears: readonly OrderingNear[],
  goal: Goal,
): Candidate {
  const {table, wanted} = goal;
  const best = cheapest(candidates, inAnyOrder(goal, []));
  const [only] = nears;
  const around = nears.length === 1 ? ofNear(only!.near, table) : undefined;
  if (around === undefined) return {...best, isOrdered: false};
  const rows = Math.min(around.rows, wanted * nearRowsPerWanted);
  const isOtherBetter =
    best.access.kind !== 'scan' &&
    best.access.kind !== 'near' &&
    best.rows <= rows;
  return isOtherBetter
    ? {...best, isOrdered: false}
    : {...around, isOrdered: true, rows};
}
