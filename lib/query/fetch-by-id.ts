import {unreachable} from '../base/assert';
import {andThen, type Cuttable, inPieces, sorted} from '../base/cuttable';
import {primaryKeyName} from '../schema/schema';
import type {Table} from '../store/table';
import {type Key, type KeyOrder, singleKeyOrder} from '../store/tree/key-order';
import {stop} from '../store/tree/tree';
import type {Row} from '../value/copy';
import {EntryWalk, type IndexAccess, type TreeWalk, walkOf} from './entry-walk';
import type {Access} from './plan';
import type {VisitRow} from './row-walk';

/** What reaches rows by way of their ids. */
export type IdAccess = Exclude<Access, {kind: 'scan'} | {kind: 'near'}>;

/**
 * Whether {@link fetchById} can be used: not for a scan, which comes by id, nor
 * where rows must be looked at to tell whether they are reached.
 */
export function isByIds(access: Access): access is IdAccess {
  if (access.kind === 'union') return access.branches.every(isByIds);
  return access.kind !== 'scan' && access.kind !== 'near';
}

/**
 * Visits the rows that an access reaches in the order of their ids. The ids are
 * gathered and sorted, then the table is walked once from row to row: faster
 * than a lookup for each, and the rows need no sort.
 */
export function fetchById(
  access: IdAccess,
  table: Table,
  visit: VisitRow,
  isCut: boolean,
): Cuttable<void> {
  return andThen(idsOf(access, table, isCut), ids => {
    let from = 0;
    return inPieces(isCut, most => {
      const end = Math.min(ids.length, from + most);
      const stoppedAt = table.rows.fetch(ids, visit, {from, end});
      from = end;
      return stoppedAt < end || end === ids.length;
    });
  });
}

/** The number of rows that an access reaches; none of them is looked at. */
export function countById(
  access: IdAccess,
  table: Table,
  isCut: boolean,
): Cuttable<number> {
  let rows = 0;
  const counting = fetchById(access, table, () => void rows++, isCut);
  return andThen(counting, () => rows);
}

/** The ids that an access reaches, ascending, each once; some of no row. */
function idsOf(
  access: IdAccess,
  table: Table,
  isCut: boolean,
): Cuttable<ArrayLike<Key>> {
  const ids: Key[] = [];
  const addId = (id: Key): void => void ids.push(id);
  const accesses: IndexAccess[] = [];
  addIndexAccesses(access, accesses);
  let next = 0;
  let walk: IdWalk | undefined;
  const gathering = inPieces(isCut, most => {
    if (next === accesses.length) return true;
    walk ??= idWalk(accesses[next]!, table);
    if (!walk.advance(addId, most)) return false;
    walk = undefined;
    return ++next === accesses.length;
  });
  return andThen(gathering, () => ascending(ids, table.ids.order, isCut));
}

/** Adds the accesses to indexes that make up one by ids. */
function addIndexAccesses(access: IdAccess, all: IndexAccess[]): void {
  switch (access.kind) {
    case 'none':
      return;
    case 'keys':
    case 'ranges':
      all.push(access);
      return;
    case 'union':
      for (const branch of access.branches) {
        addIndexAccesses(branch as IdAccess, all);
      }
      return;
    default:
      unreachable(access);
  }
}

/** Visits ids that an access leads to; some may be twice, or of no row. */
interface IdWalk {
  /** Visits about `most` ids more. Tells whether there are no more to come. */
  advance(visit: (id: Key) => void, most: number): boolean;
}

function idWalk(access: IndexAccess, table: Table): IdWalk {
  if (access.index !== primaryKeyName) return new EntryWalk(access, table);
  return access.kind === 'keys'
    ? new GivenIds(access.keys)
    : new StoredIds(walkOf(access, table.rows));
}

class GivenIds implements IdWalk {
  constructor(private readonly ids: readonly Key[]) {}

  advance(visit: (id: Key) => void): boolean {
    for (const id of this.ids) visit(id);
    return true;
  }
}

class StoredIds implements IdWalk {
  constructor(private readonly rows: TreeWalk<Row>) {}

  advance(visit: (id: Key) => void, most: number): boolean {
    let left = most;
    const visitRow = (_: Row, id: Key): typeof stop | void => {
      visit(id);
      return --left <= 0 ? stop : undefined;
    };
    return this.rows.advance(visitRow, most);
  }
}

/** So many ids are sorted in one go: numbers are sorted in half a millisecond. */
export const maxSortedAtOnce = 8_192;

/** The ids in their order, each once. */
function ascending(
  ids: Key[],
  order: KeyOrder,
  isCut: boolean,
): Cuttable<ArrayLike<Key>> {
  if (isCut && ids.length > maxSortedAtOnce) {
    const inOrder = sorted(ids, order, isCut);
    return andThen(inOrder, all => withoutRepeats(all, order));
  }
  if (order === singleKeyOrder) {
    if (ids.every(isNumber)) {
      return withoutRepeats(Float64Array.from(ids).sort(), order);
    }
    // The sort without a comparison is the one of texts.
    if (ids.every(isText)) return withoutRepeats(ids.sort(), order);
  }
  return withoutRepeats(ids.sort(order), order);
}

function isNumber(id: Key): id is number {
  return typeof id === 'number';
}

function isText(id: Key): id is string {
  return typeof id === 'string';
}

function withoutRepeats<T extends Float64Array | Key[]>(
  ids: T,
  order: KeyOrder,
): T {
  const isNew = (id: Key, i: number): boolean =>
    i === 0 || order(ids[i - 1], id) !== 0;
  let isStrict = true;
  for (let i = 0; i < ids.length && isStrict; i++) isStrict = isNew(ids[i], i);
  return isStrict ? ids : (ids.filter(isNew) as T);
}
