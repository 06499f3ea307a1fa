import {compareValues} from '../value/compare';
import type {TextOrder} from '../value/text-order';
import type {Key} from './tree/key-order';
import {singleTextKeyOrder} from './tree/text-key-order';
import {WordPool} from './word-pool';

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
    if (!isExact && end - start > 1) sortRun(run, start, end);
    if (isExact) for (let i = start + 1; i < end; i++) repeats[i] = 1;
  }
  for (const {high, low} of codes) {
    pool.give(high);
    if (low !== undefined) pool.give(low);
  }
  return run;
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

/** 64 bits for each key, in two words with a sign, that ascend as the keys do. */
interface Codes {
  readonly high: Int32Array;
  /** Undefined where all are the same. */
  readonly low: Int32Array | undefined;
  /** Whether keys with the same bits are equal. */
  readonly isExact: boolean;
}

/** The least word, and the one of all bits but that of the sign. */
const least = -0x80000000;
const greatest = 0x7fffffff;

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

function reverse({high, low}: Codes): void {
  for (let i = 0; i < high.length; i++) high[i] = ~high[i]!;
  if (low === undefined) return;
  for (let i = 0; i < low.length; i++) low[i] = ~low[i]!;
}

/** The codes of values; undefined when they are of kinds without. */
function codesOf(
  keys: readonly Key[],
  haveTextsOwnOrder: boolean,
  pool: WordPool,
): Codes | undefined {
  const sample = keys.find(key => key !== null);
  if (typeof sample === 'string') {
    return haveTextsOwnOrder ? undefined : codesOfTexts(keys, pool);
  }
  if (typeof sample === 'number') {
    return codesOfIntegers(keys, pool) ?? codesOfNumbers(keys, ofNumber, pool);
  }
  return codesOfNumbers(keys, ofDate, pool);
}

function ofNumber(key: unknown): number {
  return typeof key === 'number' ? key : Number.NaN;
}

function ofDate(key: unknown): number {
  return key instanceof Date ? key.getTime() : Number.NaN;
}

/** In one word; undefined when a key is no integer of 32 bits. */
function codesOfIntegers(
  keys: readonly Key[],
  pool: WordPool,
): Codes | undefined {
  const high = pool.take();
  for (let i = 0; i < keys.length; i++) {
    const key: unknown = keys[i];
    if (typeof key !== 'number' || (key | 0) !== key) {
      pool.give(high);
      return undefined;
    }
    high[i] = key;
  }
  return {high, low: undefined, isExact: true};
}

/** Undefined when a key is neither null nor a number of `numberOf`. */
function codesOfNumbers(
  keys: readonly Key[],
  numberOf: (key: Key) => number,
  pool: WordPool,
): Codes | undefined {
  const high = pool.take();
  const low = pool.take();
  const bits = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] === null) {
      high[i] = low[i] = least;
      continue;
    }
    const number = numberOf(keys[i]);
    if (Number.isNaN(number)) return undefined;
    // A sum with zero, so that -0 becomes the 0 that it equals.
    bits.setFloat64(0, number + 0);
    const sign = bits.getInt32(0) >> 31;
    high[i] = bits.getInt32(0) ^ (sign & greatest);
    low[i] = bits.getInt32(4) ^ sign ^ least;
  }
  return {high, low, isExact: true};
}

/** Undefined when a key is neither null nor a text. */
function codesOfTexts(keys: readonly Key[], pool: WordPool): Codes | undefined {
  let prefix = samplePrefix(keys);
  for (let bits: 8 | 16 = 8; ;) {
    const high = pool.take();
    const low = pool.take();
    const problem = pack(keys, prefix, bits, {high, low});
    if (problem === undefined) return {high, low, isExact: false};
    pool.give(high);
    pool.give(low);
    if (problem === 'no text') return undefined;
    if (problem === 'too wide') bits = 16;
    else prefix = prefix.slice(0, problem);
  }
}

/** How many keys are looked at for what all of them begin with. */
const sampleSize = 64;

/** What some of the texts begin with, from the first to the last. */
function samplePrefix(keys: readonly Key[]): string {
  let prefix = keys.find(key => key !== null) as string;
  const step = Math.ceil(keys.length / sampleSize);
  for (let i = 0; i < keys.length; i += step) {
    const key: unknown = keys[i];
    if (typeof key === 'string') {
      prefix = prefix.slice(0, sharedLength(key, prefix));
    }
  }
  return prefix;
}

/** How many characters of a text are those of the prefix. */
function sharedLength(text: string, prefix: string): number {
  let same = 0;
  while (
    same < prefix.length &&
    text.charCodeAt(same) === prefix.charCodeAt(same)
  ) {
    same++;
  }
  return same;
}

/**
 * Puts the characters behind the prefix into words. Returns what
 * is in the way, if anything: how much of the prefix a text has that has not all of
 * it, a character with more than `bits` bits, a key that is neither null nor a text.
 */
function pack(
  keys: readonly Key[],
  prefix: string,
  bits: 8 | 16,
  {high, low}: {high: Int32Array; low: Int32Array},
): number | 'too wide' | 'no text' | undefined {
  const from = prefix.length;
  const count = 32 / bits;
  const limit = 2 ** bits;
  for (let i = 0; i < keys.length; i++) {
    const text: unknown = keys[i];
    high[i] = low[i] = least;
    if (text === null) continue;
    if (typeof text !== 'string') return 'no text';
    const shared = sharedLength(text, prefix);
    if (shared < from) return shared;
    const end = Math.min(text.length, from + 2 * count);
    for (let at = from; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code >= limit) return 'too wide';
      const place = at - from;
      const shift = 32 - bits - (place % count) * bits;
      if (place < count) high[i]! ^= code << shift;
      else low[i]! ^= code << shift;
    }
  }
  return undefined;
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

/** Up to so many places are sorted by inserting one after the other. */
const maxInserted = 16;

/** Sorts some of the places by the word at each, equal ones as they were. */
function sortPart(
  places: Int32Array,
  wordAt: Int32Array,
  start: number,
  end: number,
): void {
  if (end - start > maxInserted) {
    const part = places.slice(start, end);
    const pool = new WordPool(part.length);
    places.set(sortByWord(part, wordAt, pool).places, start);
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const place = places[i]!;
    const word = wordAt[place]!;
    let at = i;
    for (; at > start && wordAt[places[at - 1]!]! > word; at--) {
      places[at] = places[at - 1]!;
    }
    places[at] = place;
  }
}

/** How many bits of a word are sorted by at once. */
const digitBits = 8;
const digits = 2 ** digitBits;

/**
 * The places by the word at each, equal ones as they were: a radix sort. The places
 * that it is given are used up; those that it returns, and the words, are the
 * caller's.
 */
function sortByWord(
  places: Int32Array,
  wordAt: Int32Array,
  pool: WordPool,
): {readonly places: Int32Array; readonly words: Int32Array} {
  const {length} = places;
  let from = places;
  let to = pool.take();
  let words = pool.take();
  for (let i = 0; i < length; i++) words[i] = wordAt[places[i]!]!;
  let sortedWords = pool.take();
  for (let shift = 0; shift < 32; shift += digitBits) {
    const next = startsOfDigits(words, shift);
    if (next === undefined) continue;
    for (let i = 0; i < length; i++) {
      const word = words[i]!;
      const target = next[digitOf(word, shift)]!++;
      to[target] = from[i]!;
      sortedWords[target] = word;
    }
    [from, to] = [to, from];
    [words, sortedWords] = [sortedWords, words];
  }
  pool.give(to);
  pool.give(sortedWords);
  return {places: from, words};
}

/** A digit of a word as if the word had no sign. */
function digitOf(word: number, shift: number): number {
  return ((word ^ least) >>> shift) & (digits - 1);
}

/**
 * Where the words with each digit begin when they are sorted by it; undefined
 * where all have the same: most words differ in a few of their digits only.
 */
function startsOfDigits(
  words: Int32Array,
  shift: number,
): Int32Array | undefined {
  const counts = new Int32Array(digits);
  for (let i = 0; i < words.length; i++) counts[digitOf(words[i]!, shift)]!++;
  if (counts.includes(words.length)) return undefined;
  for (let digit = 0, start = 0; digit < digits; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  return counts;
}
