/**
 * Building the trees of a table at once, from all of its rows, which takes a
 * fraction of the time of entering one after the other. Where something is
 * the matter with the rows the answer is undefined: entering them one by one
 * tells what.
 */

import type {Row} from '../value/copy';
import {
  type DraftMode,
  type Index,
  type IndexKeys,
  isLimited,
} from './index-tree';
import {isInexact} from './inexact';
import {type Key, type KeyOrder, singleKeyOrder} from './key-order';
import {entryTree, type Posting, postingOf} from './posting';
import {sequenceOf} from './sort-keys';
import {Tree} from './tree';

/** Fewer rows are not worth it. */
export const minBulkRows = 64;

/** Rows and their ids, ascending: `rows[i]` has the id `ids[i]`. */
export interface SortedRows {
  readonly ids: readonly Key[];
  readonly rows: readonly Row[];
  readonly order: KeyOrder;
}

/** The rows by id; undefined when two have the same. */
export function sortedRows(
  rows: readonly Row[],
  idOf: (row: Row) => Key,
  order: KeyOrder,
): SortedRows | undefined {
  const ids = rows.map(idOf);
  // Rows of a file are in order already.
  if (isStrictlyAscending(ids, order)) return {ids, rows, order};
  const {places, repeats} = sequenceOf(ids, order);
  if (repeats.includes(1)) return undefined;
  return {ids: takenFrom(ids, places), rows: takenFrom(rows, places), order};
}

function isStrictlyAscending(ids: readonly Key[], order: KeyOrder): boolean {
  for (let i = 1; i < ids.length; i++) {
    if (order(ids[i - 1], ids[i]) >= 0) return false;
  }
  return true;
}

/** `items[places[0]]`, `items[places[1]]` and so on. */
function takenFrom<T>(items: readonly T[], places: Uint32Array): T[] {
  const taken = Array<T>(places.length);
  for (let i = 0; i < places.length; i++) taken[i] = items[places[i]!]!;
  return taken;
}

/** What a table consists of. */
export interface Trees {
  readonly rows: Tree<Row>;
  readonly indexes: readonly Index[];
}

/** The trees of the rows; undefined when a unique index has a key twice. */
export function loadedTrees(
  sorted: SortedRows,
  indexes: readonly IndexKeys[],
  mode: LoadMode,
): Trees | undefined {
  const loaded: Index[] = [];
  for (const keys of indexes) {
    const index = loadedIndex(keys, sorted, mode);
    if (index === undefined) return undefined;
    loaded.push(index);
  }
  const {ids, rows, order} = sorted;
  return {
    rows: Tree.create<Row>(order, mode.owner).filled(ids, rows),
    indexes: loaded,
  };
}

/** Who is to own the trees, and when keys are equal. */
type LoadMode = Pick<DraftMode, 'dialect' | 'owner'>;

/** An index over the rows; undefined when it is unique and they are not. */
export function loadedIndex(
  keys: IndexKeys,
  sorted: SortedRows,
  {dialect, owner}: LoadMode,
): Index | undefined {
  const {definition, order} = keys;
  const {rows} = sorted;
  const unsorted = rows.map(keys.keyOf);
  const directions = definition.keys.map(key => key.direction);
  const {places, repeats} = sequenceOf(unsorted, order, directions);
  const all = takenFrom(unsorted, places);
  const ids = takenFrom(sorted.ids, places);
  const multiValuedRows = countMultiValued(keys, rows, unsorted);
  const inexactRows = countInexact(keys, sorted, unsorted);
  if (!repeats.includes(1)) {
    const entries = entryTree(order, owner).filled(all, ids);
    return {keys, entries, multiValuedRows, inexactRows};
  }
  const ownKeys: Key[] = [];
  const postings: Posting[] = [];
  for (let start = 0, end: number; start < all.length; start = end) {
    const key = all[start];
    end = start + 1;
    while (repeats[end] === 1) end++;
    ownKeys.push(key);
    if (end - start === 1) postings.push(ids[start]);
    else if (isLimited(definition, key, dialect)) return undefined;
    // Those of one key are in the order of their ids, as the rows are.
    else {
      const own = ids.slice(start, end);
      postings.push(postingOf(own, sorted.order, owner));
    }
  }
  const entries = entryTree(order, owner).filled(ownKeys, postings);
  return {keys, entries, multiValuedRows, inexactRows};
}

/** How many rows have a value or an id that an entry need not show as it is. */
function countInexact(
  {definition, isInexact: isInexactRow}: IndexKeys,
  {ids, order, rows}: SortedRows,
  keys: readonly Key[],
): number {
  // Mostly there are none, which keys and ids tell sooner than rows.
  const isSingle = definition.keys.length === 1;
  const areExact =
    areAllExact(keys, isSingle) && areAllExact(ids, order === singleKeyOrder);
  return areExact ? 0 : rows.filter(isInexactRow).length;
}

function areAllExact(keys: readonly Key[], isSingle: boolean): boolean {
  if (isSingle) {
    for (const key of keys) if (isInexact(key)) return false;
    return true;
  }
  for (const key of keys as readonly (readonly unknown[])[]) {
    for (const value of key) if (isInexact(value)) return false;
  }
  return true;
}

/** How many rows have several values under one of the index's paths. */
function countMultiValued(
  {definition, isMultiValued}: IndexKeys,
  rows: readonly Row[],
  keys: readonly Key[],
): number {
  const [only, ...others] = definition.keys;
  const isOneProperty = others.length === 0 && !only!.path.includes('.');
  let count = 0;
  if (isOneProperty) {
    // The key is the value of the property itself.
    for (const key of keys) if (Array.isArray(key)) count++;
  } else for (const row of rows) if (isMultiValued(row)) count++;
  return count;
}
