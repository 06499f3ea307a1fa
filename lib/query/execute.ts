import {assert, unreachable} from '../base/assert';
import {primaryKeyName} from '../schema/schema';
import type {Key} from '../store/tree/key-order';
import {forEachId} from '../store/posting';
import {indexNamed, type Table} from '../store/table';
import {type Skip, stop, type Visit} from '../store/tree/tree';
import type {Row} from '../value/copy';
import {executeCovered, isCovered} from './covered';
import {compileFilter} from './filter';
import {rowsOfPage} from './index-page';
import {compileOrder, type OrderKey, type RowOrder, thenBy} from './order';
import {countById, type IdAccess, isByIds, visitById} from './fetch-by-id';
import type {Access, CountPlan, OrderingNear, Plan} from './plan';
import {compileAngle, compilePredicate, type Predicate} from './predicate';
import {
  type IndexView,
  indexView,
  primaryView,
  rowsInRange,
  rowsUnder,
} from './index-view';
import {nearestRows} from './near-search';
import {TopRows} from './top-rows';

/** What a query found, and what it took. */
export interface Result {
  readonly rows: readonly Row[];
  /** Rows that were looked at, matching or not. */
  readonly rowsExamined: number;
}

/** What is called for each row; returning `stop` ends the visit. */
type VisitRow = (row: Row) => typeof stop | void;

/** What is called for several rows; the row that is returned ends the visit. */
type VisitRows = (rows: readonly Row[]) => Row | void;

/** The stored rows that a plan finds, in order, limit and skip applied. */
export function execute(plan: Plan, table: Table): Result {
  if (isCovered(plan)) return executeCovered(plan, table);
  const {ordering} = plan;
  switch (ordering.kind) {
    case 'access':
      return inAccessOrder(plan, table);
    case 'sort':
      if (ordering.keys.length === 0 && isByIds(plan.access)) {
        return inIdOrder(plan, plan.access, table);
      }
      return sorted(plan, table, compileOrder(ordering.keys), ordering.keys[0]);
    case 'distance':
      return sorted(plan, table, compileDistanceOrder(ordering.nears));
    default:
      return unreachable(ordering);
  }
}

/** The rows as they come, stopping at the limit. */
function inAccessOrder(plan: Plan, table: Table): Result {
  const {access, limit, residual, skip} = plan;
  if (access.kind === 'near') {
    return nearestRows(access, predicateOf(plan), {table, limit, skip});
  }
  const isTested = residual.kind !== 'always';
  if (!isTested && access.kind === 'ranges' && !isPrimary(access)) {
    const rows = rowsOfPage(access, table, plan);
    return {rows, rowsExamined: rows.length};
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
  if (isTested) {
    return {rows, rowsExamined: forEachMatch(plan, table, take)};
  }
  // Rows that need no test are passed over unseen where the access can.
  let rowsExamined = 0;
  const visit: VisitRow = row => {
    rowsExamined++;
    return take(row);
  };
  forEachRow(access, table, visit, toSkip);
  return {rows, rowsExamined};
}

function isPrimary({index}: {readonly index: string}): boolean {
  return index === primaryKeyName;
}

/** The rows by id, stopping at the limit, of an access in another order. */
function inIdOrder(
  {limit, residual, skip}: Plan,
  access: IdAccess,
  table: Table,
): Result {
  const matches = compilePredicate(residual);
  const wanted = skip + limit;
  const rows: Row[] = [];
  let rowsExamined = 0;
  visitById(access, table, row => {
    rowsExamined++;
    return matches(row) && rows.push(row) >= wanted ? stop : undefined;
  });
  return {rows: skip > 0 ? rows.slice(skip) : rows, rowsExamined};
}

function sorted(
  plan: Plan,
  table: Table,
  order: RowOrder,
  firstKey?: OrderKey,
): Result {
  const {limit, skip} = plan;
  const {keyOf, order: idOrder} = table.ids;
  const byId: RowOrder = (a, b) => idOrder(keyOf(a), keyOf(b));
  const top = new TopRows(thenBy(order, byId), skip + limit, firstKey);
  const rowsExamined = forEachMatch(
    plan,
    table,
    row => top.add(row),
    rows => top.addAll(rows),
  );
  return {rows: top.inOrder().slice(skip), rowsExamined};
}

/** By the least distance from any of the centres whose branch a row meets. */
export function compileDistanceOrder(nears: readonly OrderingNear[]): RowOrder {
  const angles = nears.map(({near, branch}) => {
    const angle = compileAngle(near);
    const isInBranch = compilePredicate(branch);
    return (row: Row) => (isInBranch(row) ? angle(row) : Infinity);
  });
  const known = new Map<Row, number>();
  const leastAngle = (row: Row): number => {
    const angle =
      known.get(row) ?? Math.min(...angles.map(angleOf => angleOf(row)));
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
export function count(plan: CountPlan, table: Table): number {
  const {access, residual} = plan;
  if (residual.kind === 'always') {
    const counted = countAccess(access, table);
    if (counted !== undefined) return counted;
  }
  let rows = 0;
  forEachMatch(
    plan,
    table,
    () => void rows++,
    found => void (rows += found.length),
  );
  return rows;
}

function countAccess(access: Access, table: Table): number | undefined {
  switch (access.kind) {
    case 'none':
      return 0;
    case 'scan':
      return table.rows.size;
    case 'keys': {
      const view = viewOf(access.index, table);
      return access.keys.reduce<number>(
        (sum, key) => sum + rowsUnder(view, key),
        0,
      );
    }
    case 'ranges': {
      const view = viewOf(access.index, table);
      return access.ranges.reduce(
        (sum, range) => sum + rowsInRange(view, range),
        0,
      );
    }
    case 'union':
      return isByIds(access) ? countById(access, table) : undefined;
    default:
      return undefined;
  }
}

/**
 * Calls `visit` for the rows that a plan reaches and that match, in the order of
 * its access, or `visitAll` for many at once. Returns how many were examined.
 */
function forEachMatch(
  plan: CountPlan,
  table: Table,
  visit: VisitRow,
  visitAll: VisitRows = rows => visitEach(rows, visit),
): number {
  const {access, residual} = plan;
  let rowsExamined = 0;
  if (access.kind === 'scan') {
    const filter = compileFilter(residual);
    table.rows.forEachLeaf(access.isReverse, rows => {
      const last = visitAll(filter(rows));
      rowsExamined += last ? rows.indexOf(last) + 1 : rows.length;
      return last && stop;
    });
    return rowsExamined;
  }
  const matches = predicateOf(plan);
  forEachRow(access, table, row => {
    rowsExamined++;
    return matches === undefined || matches(row) ? visit(row) : undefined;
  });
  return rowsExamined;
}

function visitEach(rows: readonly Row[], visit: VisitRow): Row | void {
  for (const row of rows) if (visit(row) === stop) return row;
  return undefined;
}

/**
 * Calls `visit` for the rows that an access reaches, in its order. Some of those
 * to `skip` may be passed over; `visit` sees to what is left of them.
 */
function forEachRow(
  access: Access,
  table: Table,
  visit: VisitRow,
  skip?: Skip,
): void {
  switch (access.kind) {
    case 'none':
      return;
    case 'scan':
      table.rows.scan({}, access.isReverse, visit, skip);
      return;
    case 'keys':
      visitKeys(access, table, visit);
      return;
    case 'ranges':
      visitRanges(access, table, visit, skip);
      return;
    case 'union':
      visitUnion(access.branches, table, visit);
      return;
    case 'near':
      for (const row of rowsAround(access, table)) {
        if (visit(row) === stop) return;
      }
      return;
    default:
      unreachable(access);
  }
}

function rowsAround(
  access: Extract<Access, {kind: 'near'}>,
  table: Table,
): readonly Row[] {
  const all = {table, limit: Infinity, skip: 0};
  return nearestRows(access, undefined, all).rows;
}

function visitKeys(
  access: Extract<Access, {kind: 'keys'}>,
  table: Table,
  visit: VisitRow,
): void {
  const {isReverse, keys} = access;
  const {kind, tree} = viewOf(access.index, table);
  const visitId = byId(table, visit);
  const visitEntry: Visit<unknown> =
    kind === 'primary'
      ? row => visit(row as Row)
      : posting => forEachId(posting, visitId);
  if (!isReverse) {
    tree.fetch(keys, visitEntry);
    return;
  }
  for (const key of keys.toReversed()) {
    const entry = tree.get(key);
    if (entry !== undefined && visitEntry(entry, key) === stop) return;
  }
}

function visitRanges(
  access: Extract<Access, {kind: 'ranges'}>,
  table: Table,
  visit: VisitRow,
  skip?: Skip,
): void {
  const {ranges, isReverse} = access;
  const {kind, tree} = viewOf(access.index, table);
  const visitId = byId(table, visit);
  let isStopped = false;
  const noted = (result: typeof stop | void): typeof stop | void => {
    isStopped = result === stop;
    return result;
  };
  const visitEntry: Visit<unknown> =
    kind === 'primary'
      ? row => noted(visit(row as Row))
      : posting => noted(forEachId(posting, visitId));
  for (const range of isReverse ? ranges.toReversed() : ranges) {
    tree.scan(range, isReverse, visitEntry, skip);
    if (isStopped) return;
  }
}

function byId(table: Table, visit: VisitRow): (id: Key) => typeof stop | void {
  return id => {
    const row = table.rows.get(id);
    assert(row !== undefined, 'an index entry has its row');
    return visit(row);
  };
}

/** A row object is one row of one version, so the object tells rows apart. */
function visitUnion(
  branches: readonly Access[],
  table: Table,
  visit: VisitRow,
): void {
  const seen = new Set<Row>();
  let isStopped = false;
  for (const branch of branches) {
    forEachRow(branch, table, row => {
      if (seen.has(row)) return undefined;
      seen.add(row);
      const result = visit(row);
      isStopped = result === stop;
      return result;
    });
    if (isStopped) return;
  }
}

function viewOf(name: string, table: Table): IndexView {
  if (name === primaryKeyName) return primaryView(table);
  return indexView(indexNamed(table, name));
}
