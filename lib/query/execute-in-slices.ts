import {unreachable} from '../base/assert';
import {type Sliced, sortInSlices} from '../base/slices';
import {primaryKeyName} from '../schema/schema';
import {idBatches, type Posting} from '../store/posting';
import {indexNamed, rowsOfEntries, type Table} from '../store/table';
import type {Entry} from '../store/tree/tree';
import type {Row} from '../value/copy';
import {compileDistanceOrder, count, execute} from './execute';
import {compileFilter} from './filter';
import {nearestRowsInSlices} from './near-search';
import {compileOrder, type OrderKey, type RowOrder, thenBy} from './order';
import type {Access, CountPlan, Plan} from './plan';
import {compilePredicate} from './predicate';
import {TopRows} from './top-rows';

/*
 * The twins of `execute` and `count` for rows without number: they find the
 * same rows in the same order, and can be interrupted. What is found is taken
 * from the trees in batches, so nothing of it may be changed meanwhile.
 */

/** A plan that reaches no more rows is executed in one go. */
const maxRowsAtOnce = 500;

/** As `execute`, without the count of rows that were examined. */
export function* executeInSlices(
  plan: Plan,
  table: Table,
): Sliced<readonly Row[]> {
  if (isShort(plan, table)) return execute(plan, table).rows;
  const {ordering} = plan;
  switch (ordering.kind) {
    case 'access':
      return yield* inAccessOrder(plan, table);
    case 'sort':
      return yield* sorted(
        plan,
        table,
        compileOrder(ordering.keys),
        ordering.keys[0],
      );
    case 'distance':
      return yield* sorted(plan, table, compileDistanceOrder(ordering.nears));
    default:
      return unreachable(ordering);
  }
}

/** As `count`. */
export function* countInSlices(plan: CountPlan, table: Table): Sliced<number> {
  if (isCountedByNodes(plan) || reachesFew(plan.access, table)) {
    return count(plan, table);
  }
  let rows = 0;
  for (const batch of matches(plan, table)) {
    rows += batch.length;
    yield;
  }
  return rows;
}

/** Whether the nodes of trees tell soon how many rows a plan finds. */
function isCountedByNodes({access, residual}: CountPlan): boolean {
  if (residual.kind !== 'always') return false;
  return (
    access.kind === 'scan' ||
    access.kind === 'ranges' ||
    (access.kind === 'keys' && access.keys.length <= maxRowsAtOnce)
  );
}

/** Whether a plan reaches few rows, if it passes over those to skip unseen. */
function isShort(plan: Plan, table: Table): boolean {
  const {access, limit, ordering, residual} = plan;
  const isPage =
    access.kind === 'scan' &&
    ordering.kind === 'access' &&
    residual.kind === 'always' &&
    limit <= maxRowsAtOnce;
  return isPage || reachesFew(access, table);
}

function reachesFew(access: Access, table: Table): boolean {
  return access.kind === 'none' || table.rows.size <= maxRowsAtOnce;
}

function* inAccessOrder(plan: Plan, table: Table): Sliced<readonly Row[]> {
  const {access, limit, residual, skip} = plan;
  if (access.kind === 'near') {
    const isWanted = compilePredicate(residual);
    const extent = {table, limit, skip};
    return (yield* nearestRowsInSlices(access, isWanted, extent)).rows;
  }
  const wanted = skip + limit;
  const rows: Row[] = [];
  for (const batch of matches(plan, table)) {
    for (const row of batch) rows.push(row);
    if (rows.length >= wanted) break;
    yield;
  }
  return rows.slice(skip, wanted);
}

/** So many of the first rows are picked out, and sorted in one go. */
const maxTopRows = 5_000;

function* sorted(
  plan: Plan,
  table: Table,
  first: RowOrder,
  firstKey?: OrderKey,
): Sliced<readonly Row[]> {
  const {limit, skip} = plan;
  const wanted = skip + limit;
  const {keyOf, order: idOrder} = table.ids;
  const order = thenBy(first, (a, b) => idOrder(keyOf(a), keyOf(b)));
  if (wanted <= maxTopRows) {
    const top = new TopRows(order, wanted, firstKey);
    for (const batch of matches(plan, table)) {
      top.addAll(batch);
      yield;
    }
    return top.inOrder().slice(skip);
  }
  const rows: Row[] = [];
  for (const batch of matches(plan, table)) {
    for (const row of batch) rows.push(row);
    yield;
  }
  return (yield* sortInSlices(rows, order)).slice(skip, wanted);
}

/** Those rows that a plan reaches which match, limit and skip aside. */
function* matches({access, residual}: CountPlan, table: Table): RowBatches {
  const filter = compileFilter(residual);
  for (const batch of rowBatches(access, table)) yield filter(batch);
}

/** Rows that an access reaches, some at a time; maybe none now and then. */
type RowBatches = Generator<readonly Row[], void, void>;

/** The rows that an access reaches, in its order. */
function* rowBatches(access: Access, table: Table): RowBatches {
  switch (access.kind) {
    case 'none':
      return;
    case 'scan':
      yield* table.rows.leaves(access.isReverse);
      return;
    case 'keys':
      yield* underKeys(access, table);
      return;
    case 'ranges':
      yield* inRanges(access, table);
      return;
    case 'union':
      yield* ofBranches(access.branches, table);
      return;
    case 'near':
      yield* around(access, table);
      return;
    default:
      unreachable(access);
  }
}

function* underKeys(
  {index, isReverse, keys}: Extract<Access, {kind: 'keys'}>,
  table: Table,
): RowBatches {
  const isPrimary = index === primaryKeyName;
  const entries = isPrimary ? undefined : indexNamed(table, index).entries;
  for (const key of isReverse ? keys.toReversed() : keys) {
    if (entries !== undefined) yield* ofPosting(entries.get(key), table);
    else {
      const row = table.rows.get(key);
      if (row !== undefined) yield [row];
    }
  }
}

function* inRanges(
  {index, isReverse, ranges}: Extract<Access, {kind: 'ranges'}>,
  table: Table,
): RowBatches {
  for (const range of isReverse ? ranges.toReversed() : ranges) {
    if (index === primaryKeyName) {
      for (const batch of table.rows.batches(range, isReverse)) {
        yield batch.map(([, row]) => row);
      }
      continue;
    }
    const {entries} = indexNamed(table, index);
    for (const batch of entries.batches(range, isReverse)) {
      yield* ofPostings(batch, table);
    }
  }
}

/** The rows of postings, those of small ones together. */
function* ofPostings(
  batch: readonly Entry<Posting>[],
  table: Table,
): RowBatches {
  let rows: Row[] = [];
  for (const [, posting] of batch) {
    for (const ids of idBatches(posting)) {
      for (const row of rowsOfEntries(table, ids)) rows.push(row);
      if (rows.length < maxRowsAtOnce) continue;
      yield rows;
      rows = [];
    }
  }
  yield rows;
}

function* ofPosting(posting: Posting, table: Table): RowBatches {
  if (posting === undefined) return;
  for (const ids of idBatches(posting)) yield rowsOfEntries(table, ids);
}

/** A row object is one row of one version, so the object tells rows apart. */
function* ofBranches(branches: readonly Access[], table: Table): RowBatches {
  const seen = new Set<Row>();
  for (const branch of branches) {
    for (const batch of rowBatches(branch, table)) {
      const fresh = batch.filter(row => !seen.has(row));
      for (const row of fresh) seen.add(row);
      yield fresh;
    }
  }
}

function* around(
  access: Extract<Access, {kind: 'near'}>,
  table: Table,
): RowBatches {
  const all = {table, limit: Infinity, skip: 0};
  const search = nearestRowsInSlices(access, undefined, all);
  let step = search.next();
  for (; step.done !== true; step = search.next()) yield [];
  yield step.value.rows;
}
