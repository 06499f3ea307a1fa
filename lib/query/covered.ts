import {andThen, type Cuttable, inPieces, sorted} from '../base/cuttable';
import {isInexact} from '../store/inexact';
import type {IndexKeys} from '../store/index-tree';
import type {Key, KeyOrder} from '../store/tree/key-order';
import {indexNamed, type Table} from '../store/table';
import {type Skip, stop} from '../store/tree/tree';
import {copyValueOut, type Row, setOwn} from '../value/copy';
import {EntryWalk, type IndexAccess, type VisitEntry} from './entry-walk';
import {maxSortedAtOnce} from './fetch-by-id';
import {picking} from './fields';
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

/** Rows in order, and how many entries were looked at for them. */
interface Page {
  readonly rows: readonly Row[];
  readonly rowsExamined: number;
}

/** What {@link executeCovered} found, and what it took. */
interface Found extends Page {
  /** Whether the rows belong to the caller, with the fields that are wanted. */
  readonly areCopies: boolean;
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
  return andThen(found(plan, table, isCut), ({rows, rowsExamined}) => ({
    rows,
    rowsExamined,
    areCopies: plan.isAnswer === true,
  }));
}

function found(
  plan: CoveredPlan,
  table: Table,
  isCut: boolean,
): Cuttable<Page> {
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
): Cuttable<Page> {
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
): Cuttable<Page> {
  const {limit, skip} = plan;
  const rows: Row[] = [];
  const ids: Key[] = [];
  const visit: VisitFound = (row, id) => {
    rows.push(row);
    ids.push(id);
  };
  const entries = new EntryWalk(plan.access, table);
  const examined = forEachFound(plan, table, visit, {entries, isCut});
  return andThen(examined, rowsExamined =>
    andThen(placesById(ids, table.ids.order, isCut), places => {
      const page: Row[] = [];
      const end = Math.min(skip + limit, places.length);
      for (let i = skip; i < end; i++) page.push(rows[places[i]!]!);
      return {rows: page, rowsExamined};
    }),
  );
}

/** The places of ids, which are all different, in the order of the ids. */
function placesById(
  ids: readonly Key[],
  order: KeyOrder,
  isCut: boolean,
): Cuttable<readonly number[] | Float64Array> {
  if (!isCut || ids.length <= maxSortedAtOnce) {
    const places = placesOfSmall(ids);
    if (places !== undefined) return places;
  }
  const places = ids.map((_, place) => place);
  return sorted(places, (a, b) => order(ids[a], ids[b]), isCut);
}

/**
 * The places of whole numbers in their order: with its place below it each is sorted
 * without a comparison. Undefined where there are other ids, or too great ones.
 */
function placesOfSmall(ids: readonly Key[]): Float64Array | undefined {
  const {length} = ids;
  const most = Math.floor(Number.MAX_SAFE_INTEGER / length) - 1;
  const places = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    if (!Number.isSafeInteger(id) || Math.abs(id) > most) return undefined;
    places[i] = id * length + i;
  }
  places.sort();
  for (let i = 0; i < length; i++) {
    const both = places[i]!;
    places[i] = both - Math.floor(both / length) * length;
  }
  return places;
}

function sortedBy(
  keys: readonly OrderKey[],
  plan: CoveredPlan,
  table: Table,
  isCut: boolean,
): Cuttable<Page> {
  const entries = new EntryWalk(plan.access, table);
  const wanted = {plan, table, isCut};
  return pageInOrder(compileOrder(keys), keys[0], wanted, top => {
    const visit: VisitFound = row => top.add(row);
    return forEachFound(plan, table, visit, {entries, isCut});
  });
}

/** Visits what matches of some entries; gives how many were examined. */
function forEachFound(
  {access, covered, isAnswer, residual}: CoveredPlan,
  table: Table,
  visit: VisitFound,
  {entries, isCut}: {readonly entries: EntryWalk; readonly isCut: boolean},
): Cuttable<number> {
  const makeRow = compileRowOf(covered, access.index, table);
  const read = isAnswer ? picking(covered) : asItIs;
  const rowOf = (key: Key, id: Key): Row =>
    makeRow(key, id) ?? read(table.rows.get(id)!);
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

function asItIs(row: Row): Row {
  return row;
}

/**
 * What makes the row of an entry, with the given properties; undefined where the entry
 * does not tell them.
 */
function compileRowOf(
  properties: readonly string[],
  index: string,
  table: Table,
): (key: Key, id: Key) => Row | undefined {
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
      if (value === null || value === undefined) return undefined;
      if (typeof value === 'string') setOwn(row, name, value);
      else if (isInexact(value)) return undefined;
      else setOwn(row, name, copyValueOut(value));
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
