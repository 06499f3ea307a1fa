import {unreachable} from '../base/assert';
import {primaryKeyName} from '../schema/schema';
import {type Key, type KeyOrder, singleKeyOrder} from '../store/tree/key-order';
import {forEachId, type Posting} from '../store/posting';
import {indexNamed, type Table} from '../store/table';
import type {stop} from '../store/tree/tree';
import type {Row} from '../value/copy';
import type {Access} from './plan';

/** What reaches rows by way of their ids. */
export type IdAccess = Exclude<Access, {kind: 'scan'} | {kind: 'near'}>;

/**
 * Whether {@link visitById} can be used: not for a scan, which comes by id, nor
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
export function visitById(
  access: IdAccess,
  table: Table,
  visit: (row: Row) => typeof stop | void,
): void {
  const ids: Key[] = [];
  gather(access, table, ids);
  table.rows.fetch(ascending(ids, table.ids.order), visit);
}

/** The number of rows that an access reaches; none of them is looked at. */
export function countById(access: IdAccess, table: Table): number {
  let rows = 0;
  visitById(access, table, () => void rows++);
  return rows;
}

/** Adds the ids that an access reaches; some may be twice, or of no row. */
function gather(access: Access, table: Table, ids: Key[]): void {
  switch (access.kind) {
    case 'none':
      return;
    case 'keys':
      gatherUnder(access, table, ids);
      return;
    case 'ranges':
      gatherIn(access, table, ids);
      return;
    case 'union':
      for (const branch of access.branches) gather(branch, table, ids);
      return;
    default:
      unreachable(access as never);
  }
}

function gatherUnder(
  {index, keys}: Extract<Access, {kind: 'keys'}>,
  table: Table,
  ids: Key[],
): void {
  if (index === primaryKeyName) {
    for (const key of keys) ids.push(key);
    return;
  }
  const {entries} = indexNamed(table, index);
  entries.fetch(keys, posting => addIds(posting, ids));
}

function gatherIn(
  {index, ranges}: Extract<Access, {kind: 'ranges'}>,
  table: Table,
  ids: Key[],
): void {
  for (const range of ranges) {
    if (index === primaryKeyName) {
      table.rows.scan(range, false, (_, id) => void ids.push(id));
    } else {
      const {entries} = indexNamed(table, index);
      entries.scan(range, false, posting => addIds(posting, ids));
    }
  }
}

function addIds(posting: Posting, ids: Key[]): void {
  forEachId(posting, id => void ids.push(id));
}

/** The ids in their order, each once. */
function ascending(ids: Key[], order: KeyOrder): ArrayLike<Key> {
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
