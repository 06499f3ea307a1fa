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
import type {Key, KeyOrder} from './key-order';
import {type Posting, postingOf} from './posting';
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
  const places = sortedPlaces(ids, order);
  const sorted: SortedRows =
    places === undefined
      ? {ids, rows, order}
      : {
          ids: places.map(place => ids[place]),
          rows: places.map(place => rows[place]!),
          order,
        };
  for (let i = 1; i < sorted.ids.length; i++) {
    if (order(sorted.ids[i - 1], sorted.ids[i]) === 0) return undefined;
  }
  return sorted;
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
    rows: Tree.fromSorted(ids, rows, order, mode.owner),
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
  const {definition, isMultiValued, keyOf, order} = keys;
  const {ids, rows} = sorted;
  const all = rows.map(keyOf);
  const places = sortedPlaces(all, order);
  const placeAt = (i: number): number => places?.[i] ?? i;
  const ownKeys: Key[] = [];
  const postings: Posting[] = [];
  for (let start = 0, end: number; start < all.length; start = end) {
    const key = all[placeAt(start)];
    end = start + 1;
    while (end < all.length && order(all[placeAt(end)], key) === 0) end++;
    if (end - start > 1 && isLimited(definition, key, dialect)) {
      return undefined;
    }
    ownKeys.push(key);
    postings.push(
      end - start === 1 ? ids[placeAt(start)] : several(start, end),
    );
  }
  /** Those of one key are in the order of their ids, as the rows are. */
  function several(start: number, end: number): Posting {
    const length = end - start;
    const own = Array.from({length}, (_, i) => ids[placeAt(start + i)]);
    return postingOf(own, sorted.order, owner);
  }
  let multiValuedRows = 0;
  for (const row of rows) if (isMultiValued(row)) multiValuedRows++;
  const entries = Tree.fromSorted(ownKeys, postings, order, owner);
  return {keys, entries, multiValuedRows};
}

/**
 * The places of the keys in their order, equal ones as they came; undefined
 * when the keys are in order already.
 */
function sortedPlaces(
  keys: readonly Key[],
  order: KeyOrder,
): readonly number[] | undefined {
  let i = 1;
  while (i < keys.length && order(keys[i - 1], keys[i]) <= 0) i++;
  if (i >= keys.length) return undefined;
  if (keys.every(key => typeof key === 'string')) {
    return places(keys).sort((a, b) => {
      const [left, right] = [keys[a]!, keys[b]!];
      return left < right ? -1 : left > right ? 1 : a - b;
    });
  }
  return (
    placesOfIntegers(keys) ??
    places(keys).sort((a, b) => order(keys[a], keys[b]) || a - b)
  );
}

function places(keys: readonly Key[]): number[] {
  return Array.from(keys, (_, place) => place);
}

/**
 * The places of whole numbers in their order: each is sorted as one number with
 * its place, (key - least) * count + place, which needs no calls to compare.
 * Undefined when some key is no such number, or too large for that.
 */
function placesOfIntegers(keys: readonly Key[]): number[] | undefined {
  let least = Infinity;
  let greatest = -Infinity;
  for (const key of keys) {
    if (typeof key !== 'number' || !Number.isSafeInteger(key)) return undefined;
    if (key < least) least = key;
    if (key > greatest) greatest = key;
  }
  const count = keys.length;
  if ((greatest - least + 1) * count > Number.MAX_SAFE_INTEGER) {
    return undefined;
  }
  const packed = Float64Array.from(
    keys as readonly number[],
    (key, place) => (key - least) * count + place,
  ).sort();
  return Array.from(packed, number => number % count);
}
