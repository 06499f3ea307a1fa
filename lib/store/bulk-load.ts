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
  {texts}: Pick<Dialect, 'texts'>,
): SortedRows | undefined {
  const ids = rows.map(idOf);
  // Rows of a file are in order already.
  if (isStrictlyAscending(ids, order)) return {ids, rows, order};
  // Entered one by one they are put in order by the tree.
  if (texts !== undefined) return undefined;
  const {places, repeats} = sequenceOf([{values: ids, direction: 1}]);
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
  const {definition, order, parts, texts} = keys;
  const {rows} = sorted;
  const columns = parts.map(({valueOf, direction}) => ({
    values: rows.map(valueOf),
    direction,
    texts,
  }));
  const {places, repeats} = sequenceOf(columns);
  const ids = takenFrom(sorted.ids, places);
  const multiValuedRows = countMultiValued(keys, rows, columns);
  const inexactRows = countInexact(keys, sorted, columns);
  if (!repeats.includes(1)) {
    const all = keysAt(places, columns);
    const entries = entryTree(order, owner).filled(all, ids);
    return {keys, entries, multiValuedRows, inexactRows};
  }
  const firsts = places.filter((_, i) => repeats[i] === 0);
  const ownKeys = keysAt(firsts, columns);
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
function keysAt(places: Uint32Array, columns: readonly Column[]): Key[] {
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

/** How many rows have a value or an id that an entry need not show as it is. */
function countInexact(
  {isInexact: isInexactRow, texts}: IndexKeys,
  {ids, order, rows}: SortedRows,
  columns: readonly Column[],
): number {
  // Mostly there are none, which values and ids tell sooner than rows.
  const areExact =
    texts === undefined &&
    !columns.some(({values}) => values.some(isInexact)) &&
    areAllExact(ids, order === singleKeyOrder);
  return areExact ? 0 : rows.filter(isInexactRow).length;
}

function areAllExact(ids: readonly Key[], areSingle: boolean): boolean {
  return areSingle
    ? !ids.some(isInexact)
    : !(ids as readonly (readonly unknown[])[]).some(id => id.some(isInexact));
}

/** How many rows have several values under one of the index's paths. */
function countMultiValued(
  {definition, isMultiValued}: IndexKeys,
  rows: readonly Row[],
  columns: readonly Column[],
): number {
  // A longer path can meet an array on its way, which the value does not show.
  const isSeen =
    definition.keys.some(({path}) => path.includes('.')) ||
    columns.some(({values}) => values.some(Array.isArray));
  return isSeen ? rows.filter(isMultiValued).length : 0;
}
