import {andThen, type Cuttable, inPieces, sorted} from '../base/cuttable';
import {isInexact} from '../store/inexact';
import type {IndexKeys} from '../store/index-tree';
import type {Key, KeyOrder} from '../store/tree/key-order';
import {indexNamed, type Table} from '../store/table';
import {type Skip, stop} from '../store/tree/tree';
import {type Row, setOwn} from '../value/copy';
import {EntryWalk, type IndexAccess, type VisitEntry} from './entry-walk';
import {compileOrder, type OrderKey} from './order';
import type {Plan} from './plan';
import {compilePredicate} from './predicate';
import {pageInOrder} from './top-rows';

/** A plan for a query that an index answers by itself; see `planFields`. */
export interface CoveredPlan extends Plan {
  readonly covered: readonly string[];
  readonly access: IndexAccess;
}

/** What is called for a row that is wanted. */
type VisitFound = (row: Row, id: Key) => typeof stop | void;

/** What {@link executeCovered} found, and what it took. */
interface Found {
  readonly rows: readonly Row[];
  readonly rowsExamined: number;
}

/** Whether a plan takes what is wanted of the rows from an index. */
export function isCovered(plan: Plan): plan is CoveredPlan {
  return plan.covered !== undefined;
}

/**
 * What `execute` finds, but of each row only the properties that the plan takes
 * from the index, or the row itself where the index does not tell them.
 */
export function executeCovered(
  plan: CoveredPlan,
  table: Table,
  isCut: boolean,
): Cuttable<Found> {
  const {ordering} = plan;
  if (ordering.kind !== 'sort') return inIndexOrder(plan, table, isCut);
  return ordering.keys.length === 0
    ? inIdOrder(plan, table, isCut)
    : sortedBy(ordering.keys, plan, table, isCut);
}

/** The rows as they come, stopping at the limit. */
function inIndexOrder(
  plan: CoveredPlan,
  table: Table,
  isCut: boolean,
): Cuttable<Found> {
  const {limit, residual} = plan;
  const rows: Row[] = [];
  const toSkip: Skip = {left: plan.skip};
  const visit: VisitFound = row => {
    if (toSkip.left > 0) {
      toSkip.left--;
      return undefined;
    }
    return rows.push(row) >= limit ? stop : undefined;
  };
  // Entries that need no test are passed over unseen.
  const unseen = residual.kind === 'always' ? toSkip : undefined;
  const entries = new EntryWalk(plan.access, table, unseen);
  const examined = forEachFound(plan, table, visit, {entries, isCut});
  return andThen(examined, rowsExamined => ({rows, rowsExamined}));
}

function inIdOrder(
  plan: CoveredPlan,
  table: Table,
  isCut: boolean,
): Cuttable<Found> {
  const {limit, skip} = plan;
  const found: {readonly id: Key; readonly row: Row}[] = [];
  let areNumbers = true;
  const visit: VisitFound = (row, id) => {
    if (typeof id !== 'number') areNumbers = false;
    found.push({id, row});
  };
  const entries = new EntryWalk(plan.access, table);
  const examined = forEachFound(plan, table, visit, {entries, isCut});
  return andThen(examined, rowsExamined => {
    const order: KeyOrder = areNumbers
      ? (a, b) => (a as number) - (b as number)
      : table.ids.order;
    const byId = sorted(found, (a, b) => order(a.id, b.id), isCut);
    return andThen(byId, all => {
      const rows = all.slice(skip, skip + limit).map(({row}) => row);
      return {rows, rowsExamined};
    });
  });
}

function sortedBy(
  keys: readonly OrderKey[],
  plan: CoveredPlan,
  table: Table,
  isCut: boolean,
): Cuttable<Found> {
  const entries = new EntryWalk(plan.access, table);
  const wanted = {plan, table, isCut};
  return pageInOrder(compileOrder(keys), keys[0], wanted, top => {
    const visit: VisitFound = row => top.add(row);
    return forEachFound(plan, table, visit, {entries, isCut});
  });
}

/** Visits what matches of some entries; gives how many were examined. */
function forEachFound(
  {access, covered, residual}: CoveredPlan,
  table: Table,
  visit: VisitFound,
  {entries, isCut}: {readonly entries: EntryWalk; readonly isCut: boolean},
): Cuttable<number> {
  const rowOf = compileRowOf(covered, access.index, table);
  const matches = compilePredicate(residual);
  let examined = 0;
  const visitEntry: VisitEntry = (id, key) => {
    examined++;
    const row = rowOf(key, id);
    return matches(row) ? visit(row, id) : undefined;
  };
  const visiting = inPieces(isCut, most => entries.advance(visitEntry, most));
  return andThen(visiting, () => examined);
}

/** Where a property is in an entry: in the key or the id, or a part of it. */
interface Source {
  readonly name: string;
  readonly isOfId: boolean;
  readonly part: number | undefined;
}

/** What makes the row of an entry, with the given properties. */
function compileRowOf(
  properties: readonly string[],
  index: string,
  table: Table,
): (key: Key, id: Key) => Row {
  const {keys} = indexNamed(table, index);
  const sources = properties.map(name => sourceOf(name, keys, table));
  return (key, id) => {
    const row: Record<string, unknown> = {};
    for (const {name, isOfId, part} of sources) {
      const whole = isOfId ? id : key;
      const value =
        part === undefined ? whole : (whole as readonly unknown[])[part];
      // The row tells null from missing. An inexact key may come from
      // a row that is gone; it equals the value of this one, no more.
      if (value === null || value === undefined || isInexact(value)) {
        return table.rows.get(id)!;
      }
      setOwn(row, name, value);
    }
    return row;
  };
}

function sourceOf(
  name: string,
  {definition}: IndexKeys,
  {schema}: Table,
): Source {
  const paths = definition.keys.map(({path}) => path);
  const isOfId = !paths.includes(name);
  const names = isOfId ? schema.primaryKey : paths;
  const part = names.length === 1 ? undefined : names.indexOf(name);
  return {name, isOfId, part};
}
