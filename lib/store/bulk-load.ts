/**
 * Building the trees of a table at once, from all of its rows, which takes a
 * fraction of the time of entering one after the other. Where something is
 * the matter with the rows the answer is undefined: entering them one by one
 * tells what.
 */

import type {Row} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {
  type DraftMode,
  type Index,
  type IndexKeys,
  isLimited,
} from './index-tree';
import {isInexact} from './inexact';
import {type Key, type KeyOrder, singleKeyOrder} from './tree/key-order';
import {entryTree, type Posting, postingOf} from './posting';
import {type Column, sequenceOf} from './sort-keys';
import {Tree} from './tree/tree';
import {WordPool} from './word-pool';

/** Fewer rows are not worth it. */
export const minBulkRows = 64;

/** Rows and their ids, ascending: `rows[i]` has the id `ids[i]`. */
export interface SortedRows {
  readonly ids: readonly Key[];
  readonly rows: readonly Row[];
  readonly order: KeyOrder;
  /** Whether each id is what its entries in indexes show. */
  readonly areIdsExact: boolean;
}

/** The rows by id; undefined when two have the same. */
export function sortedRows(
  rows: readonly Row[],
  idOf: (row: Row) => Key,
  order: KeyOrder,
  {texts}: Pick<Dialect, 'texts'>,
): SortedRows | undefined {
  const ids = rows.map(idOf);
  // Rows of a file are in order already.
  if (isStrictlyAscending(ids, order)) return inOrder(ids, rows, order);
  // Entered one by one they are put in order by the tree.
  if (texts !== undefined) return undefined;
  const {places, repeats} = sequenceOf([{values: ids, direction: 1}]);
  if (repeats.includes(1)) return undefined;
  return inOrder(takenFrom(ids, places), takenFrom(rows, places), order);
}

/** Rows and their ids that are ascending already. */
export function inOrder(
  ids: readonly Key[],
  rows: readonly Row[],
  order: KeyOrder,
): SortedRows {
  const areIdsExact =
    order === singleKeyOrder
      ? areAllExact(ids)
      : (ids as readonly (readonly unknown[])[]).every(areAllExact);
  return {ids, rows, order, areIdsExact};
}

function isStrictlyAscending(ids: readonly Key[], order: KeyOrder): boolean {
  for (let i = 1; i < ids.length; i++) {
    if (order(ids[i - 1], ids[i]) >= 0) return false;
  }
  return true;
}

/** `items[places[0]]`, `items[places[1]]` and so on. */
function takenFrom<T>(items: readonly T[], places: Int32Array): T[] {
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
  const pool = new WordPool(sorted.rows.length);
  for (const keys of indexes) {
    const index = loadedIndex(keys, sorted, mode, pool);
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
  pool = new WordPool(sorted.rows.length),
): Index | undefined {
  const {definition, order, parts, texts} = keys;
  const {rows} = sorted;
  const columns = parts.map(({valuesOf, direction}) => ({
    values: valuesOf(rows),
    direction,
    texts,
  }));
  const {places, repeats} = sequenceOf(columns, pool);
  const ids = takenFrom(sorted.ids, places);
  const areExact = columns.every(({values}) => areAllExact(values));
  const multiValuedRows = countMultiValued(keys, rows, areExact);
  const inexactRows = countInexact(keys, sorted, areExact);
  if (!repeats.includes(1)) {
    const all = keysAt(places, columns);
    pool.give(places);
    const entries = entryTree(order, owner).filled(all, ids);
    return {keys, entries, multiValuedRows, inexactRows};
  }
  const firsts = withoutRepeats(places, repeats);
  const ownKeys = keysAt(firsts, columns);
  pool.give(places);
  const postings: Posting[] = [];
  for (let start = 0, end: number; start < ids.length; start = end) {
    end = start + 1;
    while (repeats[end] === 1) end++;
    const key = ownKeys[postings.length];
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

/**
 * The keys at some places. Those that are arrays are made here, in this order,
 * so that they lie side by side in memory for whoever walks through the index.
 */
function keysAt(places: Int32Array, columns: readonly Column[]): Key[] {
  const [only, ...others] = columns;
  if (others.length === 0) return takenFrom(only!.values, places);
  const all = columns.map(({values}) => values);
  const keys = Array<Key>(places.length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    keys[i] = all.map(values => values[place]);
  }
  return keys;
}

/** The places of keys that do not equal the one before, in the same array. */
function withoutRepeats(places: Int32Array, repeats: Uint8Array): Int32Array {
  let count = 0;
  for (let i = 0; i < places.length; i++) {
    if (repeats[i] === 0) places[count++] = places[i]!;
  }
  return places.subarray(0, count);
}

/** How many rows have a value or an id that an entry need not show as it is. */
function countInexact(
  {isInexact: isInexactRow, texts}: IndexKeys,
  {areIdsExact, rows}: SortedRows,
  areExact: boolean,
): number {
  // Mostly there are none, which values and ids tell sooner than rows.
  const isNone = texts === undefined && areExact && areIdsExact;
  return isNone ? 0 : rows.filter(isInexactRow).length;
}

/** Whether no value is inexact; arrays and objects always are. */
function areAllExact(values: readonly unknown[]): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'string' && isInexact(value)) return false;
  }
  return true;
}

/** How many rows have several values under one of the index's paths. */
function countMultiValued(
  {definition, isMultiValued}: IndexKeys,
  rows: readonly Row[],
  areExact: boolean,
): number {
  // A longer path can meet an array on its way, which the value does not show.
  const isLong = definition.keys.some(({path}) => path.includes('.'));
  return isLong || !areExact ? rows.filter(isMultiValued).length : 0;
}
