import {unreachable} from '../base/assert';
import {andThen, type Cuttable, cutIf, inPieces} from '../base/cuttable';
import {primaryKeyName} from '../schema/schema';
import {indexNamed, type Table} from '../store/table';
import {type Skip, stop} from '../store/tree/tree';
import type {Row} from '../value/copy';
import {executeCovered, isCovered} from './covered';
import {countById, fetchById, type IdAccess, isByIds} from './fetch-by-id';
import {compileFilter} from './filter';
import {rowsOfPage} from './index-page';
import {
  type IndexView,
  indexView,
  primaryView,
  rowsInRange,
  rowsUnder,
} from './index-view';
import {loadNearSearch} from './on-demand';
import {compileOrder, type OrderKey, type RowOrder} from './order';
import type {Access, CountPlan, OrderingNear, Plan} from './plan';
import {compileAngle, compilePredicate, type Predicate} from './predicate';
import {rowWalk, type VisitRow} from './row-walk';
import {pageInOrder} from './top-rows';

/*
 * How a plan is executed
 *
 * There is one form of it, for execution in one go and in slices: what reaches
 * rows is a walk that can be stopped and goes on (`RowWalk`, `EntryWalk`,
 * `LeafWalk`), and `inPieces` has it go to its end at once or piece by piece. So
 * plans, short cuts and the number of rows examined are the same in both.
 */

/** What a query found, and what it took. */
export interface Result {
  readonly rows: readonly Row[];
  /** Rows that were looked at, matching or not. */
  readonly rowsExamined: number;
  /** Whether the rows are copies already, with the fields that are wanted. */
  readonly areCopies?: boolean;
}

/** What is called for several rows; the row that is returned ends the visit. */
type VisitRows = (rows: readonly Row[]) => Row | void;

/** A plan that is executed on a table. */
interface Execution<P extends CountPlan = Plan> {
  readonly plan: P;
  readonly table: Table;
  readonly isCut: boolean;
}

/**
 * The stored rows that a plan finds, in order, limit and skip applied. Nothing of
 * the table may be changed before there is a result.
 */
export function execute(
  plan: Plan,
  table: Table,
  isCut: boolean,
): Cuttable<Result> {
  if (isCovered(plan)) return executeCovered(plan, table, isCut);
  const execution = {plan, table, isCut};
  const {access, ordering} = plan;
  switch (ordering.kind) {
    case 'access':
      return inAccessOrder(execution);
    case 'sort': {
      const {keys} = ordering;
      return keys.length === 0 && isByIds(access)
        ? inIdOrder(execution, access)
        : sorted(execution, compileOrder(keys), keys[0]);
    }
    case 'distance':
      return sorted(execution, compileDistanceOrder(ordering.nears));
    default:
      return unreachable(ordering);
  }
}

/** The rows as they come, stopping at the limit. */
function inAccessOrder({plan, table, isCut}: Execution): Cuttable<Result> {
  const {access, limit, residual, skip} = plan;
  if (access.kind === 'near') {
    const extent = {table, limit, skip};
    const {nearest} = loadNearSearch();
    return cutIf(isCut, nearest(access, predicateOf(plan), extent, isCut));
  }
  const isTested = residual.kind !== 'always';
  if (!isTested && access.kind === 'ranges' && !isPrimary(access)) {
    const page = rowsOfPage(access, table, plan, isCut);
    return andThen(page, rows => ({rows, rowsExamined: rows.length}));
  }
  const rows: Row[] = [];
  const toSkip: Skip = {left: skip};
  const take: VisitRow = row => {
    if (toSkip.left > 0) {
      toSkip.left--;
      return undefined;
    }
    rows.push(row);
    return rows.length >= limit ? stop : undefined;
  };
  // Rows that need no test are passed over unseen where the access can.
  const examined = isTested
    ? forEachMatch({plan, table, isCut}, take)
    : forEachRow({plan, table, isCut}, take, {skip: toSkip});
  return andThen(examined, rowsExamined => ({rows, rowsExamined}));
}

function isPrimary({index}: {readonly index: string}): boolean {
  return index === primaryKeyName;
}

/** The rows by id, stopping at the limit, of an access in another order. */
function inIdOrder(
  {plan, table, isCut}: Execution,
  access: IdAccess,
): Cuttable<Result> {
  const {limit, residual, skip} = plan;
  const matches = compilePredicate(residual);
  const wanted = skip + limit;
  const rows: Row[] = [];
  let rowsExamined = 0;
  const take: VisitRow = row => {
    rowsExamined++;
    return matches(row) && rows.push(row) >= wanted ? stop : undefined;
  };
  return andThen(fetchById(access, table, take, isCut), () => ({
    rows: skip > 0 ? rows.slice(skip) : rows,
    rowsExamined,
  }));
}

function sorted(
  execution: Execution,
  order: RowOrder,
  firstKey?: OrderKey,
): Cuttable<Result> {
  return pageInOrder(order, firstKey, execution, top =>
    forEachMatch(
      execution,
      row => top.add(row),
      rows => top.addAll(rows),
    ),
  );
}

/** By the least distance from any of the centres whose branch a row meets. */
function compileDistanceOrder(nears: readonly OrderingNear[]): RowOrder {
  const angles = nears.map(({near, branch}) => {
    const angle = compileAngle(near);
    const isInBranch = compilePredicate(branch);
    return (row: Row) => (isInBranch(row) ? angle(row) : Infinity);
  });
  const known = new Map<Row, number>();
  const leastAngle = (row: Row): number => {
    let angle = known.get(row);
    if (angle !== undefined) return angle;
    angle = Infinity;
    for (const angleOf of angles) angle = Math.min(angle, angleOf(row));
    known.set(row, angle);
    return angle;
  };
  return (a, b) => leastAngle(a) - leastAngle(b);
}

/** The test of the rows reached; undefined when none is needed. */
function predicateOf(plan: CountPlan): Predicate | undefined {
  return plan.residual.kind === 'always'
    ? undefined
    : compilePredicate(plan.residual);
}

/**
 * The number of rows that a plan finds, limit and skip aside. Where the access
 * answers the whole condition, only index entries are counted.
 */
export function count(
  plan: CountPlan,
  table: Table,
  isCut: boolean,
): Cuttable<number> {
  const {access, residual} = plan;
  if (residual.kind === 'always') {
    const counted = countAccess(access, table, isCut);
    if (counted !== undefined) return counted;
  }
  let rows = 0;
  const counting = forEachMatch(
    {plan, table, isCut},
    () => void rows++,
    found => void (rows += found.length),
  );
  return andThen(counting, () => rows);
}

function countAccess(
  access: Access,
  table: Table,
  isCut: boolean,
): Cuttable<number> | undefined {
  switch (access.kind) {
    case 'none':
      return 0;
    case 'scan':
      return table.rows.size;
    case 'keys': {
      const view = viewOf(access.index, table);
      return sumOf(access.keys, key => rowsUnder(view, key), isCut);
    }
    case 'ranges': {
      const view = viewOf(access.index, table);
      return sumOf(access.ranges, range => rowsInRange(view, range), isCut);
    }
    case 'union':
      return isByIds(access) ? countById(access, table, isCut) : undefined;
    default:
      return undefined;
  }
}

function sumOf<T>(
  items: readonly T[],
  numberOf: (item: T) => number,
  isCut: boolean,
): Cuttable<number> {
  let sum = 0;
  let next = 0;
  const summing = inPieces(isCut, most => {
    const end = Math.min(items.length, next + most);
    while (next < end) sum += numberOf(items[next++]!);
    return end === items.length;
  });
  return andThen(summing, () => sum);
}

/**
 * Calls `visit` for the rows that a plan reaches and that match, in the order of
 * its access, or `visitAll` for many at once. Gives how many were examined.
 */
function forEachMatch(
  execution: Execution<CountPlan>,
  visit: VisitRow,
  visitAll: VisitRows = rows => visitEach(rows, visit),
): Cuttable<number> {
  const {plan, table, isCut} = execution;
  if (plan.access.kind === 'scan') {
    const {isReverse} = plan.access;
    return scanLeaves({plan, table, isCut}, isReverse, visitAll);
  }
  return forEachRow(execution, visit, {matches: predicateOf(plan)});
}

/** Hands on what matches of whole leaves. Gives how many rows were examined. */
function scanLeaves(
  {plan, table, isCut}: Execution<CountPlan>,
  isReverse: boolean,
  visitAll: VisitRows,
): Cuttable<number> {
  const filter = compileFilter(plan.residual, table.code);
  const leaves = table.rows.leaves(isReverse);
  let rowsExamined = 0;
  let rest: readonly Row[] | undefined;
  const scanning = inPieces(isCut, most => {
    for (let left = most; left > 0;) {
      let rows = rest ?? leaves.next();
      if (rows === undefined) return true;
      rest = rows.length > most ? rows.slice(most) : undefined;
      if (rest !== undefined) rows = rows.slice(0, most);
      const last = visitAll(filter(rows));
      rowsExamined += last ? rows.indexOf(last) + 1 : rows.length;
      if (last) return true;
      left -= rows.length;
    }
    return false;
  });
  return andThen(scanning, () => rowsExamined);
}

function visitEach(rows: readonly Row[], visit: VisitRow): Row | void {
  for (const row of rows) if (visit(row) === stop) return row;
  return undefined;
}

/**
 * Calls `visit` for the rows that a plan reaches and that pass a test, if there is
 * one. Some of those to `skip` may be passed over; `visit` sees to what is left of
 * them. Gives how many were looked at.
 */
function forEachRow(
  {plan, table, isCut}: Execution<CountPlan>,
  visit: VisitRow,
  {matches, skip}: {matches?: Predicate | undefined; skip?: Skip},
): Cuttable<number> {
  const rows = rowWalk(plan.access, table, skip);
  let examined = 0;
  const visitMatch: VisitRow =
    matches === undefined
      ? row => {
          examined++;
          return visit(row);
        }
      : row => {
          examined++;
          return matches(row) ? visit(row) : undefined;
        };
  const visiting = inPieces(isCut, most => rows.advance(visitMatch, most));
  return andThen(visiting, () => examined);
}

function viewOf(name: string, table: Table): IndexView {
  if (name === primaryKeyName) return primaryView(table);
  return indexView(indexNamed(table, name));
}
