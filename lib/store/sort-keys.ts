import {eachInSlices, maxRun, type Sliced, sortInSlices} from '../base/slices';
import {compareValues} from '../value/compare';
import type {TextOrder} from '../value/text-order';
import {singleTextKeyOrder} from './tree/text-key-order';
import {type Codes, codesOf, reverse} from './key-codes';
import {WordPool} from './word-pool';
import {sortByWord, sortPart} from './word-sort';

/** One value of each key, in the order in which the keys came. */
export interface Column {
  readonly values: readonly unknown[];
  /** Whether keys ascend or descend with these values. */
  readonly direction: 1 | -1;
  /** Where texts among them are not in the order by code unit. */
  readonly texts?: TextOrder | undefined;
}

/** The order of keys that came in any order. */
export interface KeySequence {
  /** `places[i]` is where the i-th key in order came; equal ones as they came. */
  readonly places: Int32Array;
  /** Whether the i-th key in order equals the one before: 1 or 0. */
  readonly repeats: Uint8Array;
}

/**
 * Puts keys in order. Texts, numbers and dates (each with nulls among them) are
 * sorted without comparing them: by 64 bits that are in the same order,
 *
 *   numbers, dates   the bits of the number, so that they ascend as it does
 *   texts            the next eight Latin characters, or four of others, after
 *                    those with which all of them begin
 *
 * and texts that are alike in these are compared. O(n), else O(n log n). Keys of
 * several values, which come as a column of each, are sorted by the last value
 * first, and by the first one last. Arrays are taken from the pool, which is for as
 * many words as there are keys; the places may be given back to it.
 */
export function sequenceOf(
  columns: readonly Column[],
  pool: WordPool = new WordPool(columns[0]!.values.length),
): KeySequence {
  const {length} = pool;
  const places = pool.take();
  for (let i = 0; i < length; i++) places[i] = i;
  const repeats = new Uint8Array(length);
  const asTheyCame: Run = {order: orderOf(columns), places, repeats};
  if (isAscending(asTheyCame, 0, length)) {
    noteRepeats(asTheyCame, 0, length);
    return asTheyCame;
  }
  const codes = codesOfColumns(columns, pool);
  const sorted = codes.reduceRight<Sorted>(
    (some, own) => sortByCodes(some.places, own, pool),
    {places, alike: undefined},
  );
  const run: Run = {...asTheyCame, places: sorted.places};
  const isExact =
    codes.length === columns.length && codes.every(code => code.isExact);
  const isAlike = alikeness(codes, sorted);
  for (let start = 0, end: number; start < length; start = end) {
    end = start + 1;
    while (end < length && isAlike(end)) end++;
    if (end - start === 1) continue;
    if (isExact) noteAll(run, start, end);
    else sortRun(run, start, end);
  }
  for (const each of codes) giveBack(each, pool);
  return run;
}

/** As {@link sequenceOf}; by comparing them, where that can be cut. */
export function* sequenceInSlices(
  columns: readonly Column[],
  isCut: boolean,
): Sliced<KeySequence> {
  const {length} = columns[0]!.values;
  if (!isCut || length <= maxRun) return sequenceOf(columns);
  const order = orderOf(columns);
  const unsorted = Array.from({length}, (_, i) => i);
  const places = Int32Array.from(yield* sortInSlices(unsorted, order));
  const repeats = new Uint8Array(length);
  yield* eachInSlices(places, (place, i) => {
    if (i > 0 && order(places[i - 1]!, place) === 0) repeats[i] = 1;
  });
  return {places, repeats};
}

function giveBack({high, low}: Codes, pool: WordPool): void {
  pool.give(high);
  if (low !== undefined) pool.give(low);
}

/** Compares the keys that came at two places. */
type PlaceOrder = (a: number, b: number) => number;

function orderOf(columns: readonly Column[]): PlaceOrder {
  const orders = columns.map(({values, direction, texts}): PlaceOrder => {
    if (texts !== undefined) {
      const compare = singleTextKeyOrder(texts);
      return (a, b) => compare(values[a], values[b]) * direction;
    }
    return (a, b) => compareValues(values[a], values[b]) * direction;
  });
  if (orders.length === 1) return orders[0]!;
  return (a, b) => {
    for (const order of orders) {
      const difference = order(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

interface Run extends KeySequence {
  readonly order: PlaceOrder;
}

/** Sorts a part of the places by comparing the keys. */
function sortRun(run: Run, start: number, end: number): void {
  const {order, places} = run;
  if (!isAscending(run, start, end)) {
    places.subarray(start, end).sort((a, b) => order(a, b) || a - b);
  }
  noteRepeats(run, start, end);
}

/** Notes that the keys of a part are equal. Most parts are short. */
function noteAll({repeats}: Run, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) repeats[i] = 1;
}

function noteRepeats(run: Run, start: number, end: number): void {
  const {order, places, repeats} = run;
  for (let i = start + 1; i < end; i++) {
    if (order(places[i - 1]!, places[i]!) === 0) repeats[i] = 1;
  }
}

function isAscending({order, places}: Run, start: number, end: number) {
  for (let i = start + 1; i < end; i++) {
    if (order(places[i - 1]!, places[i]!) > 0) return false;
  }
  return true;
}

/** Places in the order of some codes. */
interface Sorted {
  readonly places: Int32Array;
  /** 1 where the code at a place is that at the place before; undefined if unknown. */
  readonly alike: Uint8Array | undefined;
}

/** Whether the i-th key in order has the codes of the one before. */
function alikeness(
  [, ...others]: readonly Codes[],
  {places, alike}: Sorted,
): (i: number) => boolean {
  if (alike === undefined) return () => true;
  return i => {
    if (alike[i] === 0) return false;
    const a = places[i - 1]!;
    const b = places[i]!;
    for (const {high, low} of others) {
      if (high[a] !== high[b] || low?.[a] !== low?.[b]) return false;
    }
    return true;
  };
}

/**
 * The codes of each column, as far as there are codes, and up to the first one
 * that they do not tell exactly.
 */
function codesOfColumns(
  columns: readonly Column[],
  pool: WordPool,
): readonly Codes[] {
  const all: Codes[] = [];
  for (const {values, direction, texts} of columns) {
    const codes = codesOf(values, texts !== undefined, pool);
    if (codes === undefined) break;
    if (direction === -1) reverse(codes);
    all.push(codes);
    if (!codes.isExact) break;
  }
  return all;
}

/** The places by the codes at each, equal ones as they were. */
function sortByCodes(
  before: Int32Array,
  {high, low}: Codes,
  pool: WordPool,
): Sorted {
  const {places, words} = sortByWord(before, high, pool);
  const {length} = places;
  const alike = new Uint8Array(length);
  for (let start = 0, end: number; start < length; start = end) {
    end = start + 1;
    while (end < length && words[end] === words[start]) end++;
    if (end - start > 1 && low !== undefined) {
      sortPart(places, low, start, end);
    }
    for (let i = start + 1; i < end; i++) {
      alike[i] = Number(low?.[places[i]!] === low?.[places[i - 1]!]);
    }
  }
  pool.give(words);
  return {places, alike};
}
