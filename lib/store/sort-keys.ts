import {compareValues} from '../value/compare';
import type {TextOrder} from '../value/text-order';
import type {Key} from './tree/key-order';
import {singleTextKeyOrder} from './tree/text-key-order';

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
  readonly places: Uint32Array;
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
 * first, and by the first one last.
 */
export function sequenceOf(columns: readonly Column[]): KeySequence {
  const {length} = columns[0]!.values;
  const places = new Uint32Array(length);
  for (let i = 0; i < length; i++) places[i] = i;
  const repeats = new Uint8Array(length);
  const asTheyCame: Run = {order: orderOf(columns), places, repeats};
  if (isAscending(asTheyCame, 0, length)) {
    noteRepeats(asTheyCame, 0, length);
    return asTheyCame;
  }
  const codes = codesOfColumns(columns);
  const sorted = codes.reduceRight(sortByCodes, {places, alike: undefined});
  const run: Run = {...asTheyCame, places: sorted.places};
  const isExact =
    codes.length === columns.length && codes.every(code => code.isExact);
  const isAlike = alikeness(codes, sorted);
  for (let start = 0, end: number; start < length; start = end) {
    end = start + 1;
    while (end < length && isAlike(end)) end++;
    if (end - start === 1) continue;
    if (isExact) repeats.fill(1, start + 1, end);
    else sortRun(run, start, end);
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

/** 64 bits for each key, in two words, that ascend as the keys do. */
interface Codes {
  readonly high: Uint32Array;
  /** Undefined where all are 0. */
  readonly low: Uint32Array | undefined;
  /** Whether keys with the same bits are equal. */
  readonly isExact: boolean;
}

/** Places in the order of some codes. */
interface Sorted {
  readonly places: Uint32Array;
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
function codesOfColumns(columns: readonly Column[]): readonly Codes[] {
  const all: Codes[] = [];
  for (const {values, direction, texts} of columns) {
    const codes = codesOf(values, texts !== undefined);
    if (codes === undefined) break;
    all.push(direction === 1 ? codes : reversed(codes));
    if (!codes.isExact) break;
  }
  return all;
}

function reversed({high, low, isExact}: Codes): Codes {
  return {
    high: high.map(word => ~word),
    low: low?.map(word => ~word),
    isExact,
  };
}

/** The codes of values; undefined when they are of kinds without. */
function codesOf(
  keys: readonly Key[],
  haveTextsOwnOrder: boolean,
): Codes | undefined {
  const sample = keys.find(key => key !== null);
  if (typeof sample === 'string') {
    return haveTextsOwnOrder ? undefined : codesOfTexts(keys);
  }
  if (typeof sample === 'number') {
    return (
      codesOfIntegers(keys) ??
      codesOfNumbers(keys, key => (typeof key === 'number' ? key : Number.NaN))
    );
  }
  return codesOfNumbers(keys, key =>
    key instanceof Date ? key.getTime() : Number.NaN,
  );
}

/** In one word; undefined when a key is no integer of 32 bits. */
function codesOfIntegers(keys: readonly Key[]): Codes | undefined {
  const high = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key: unknown = keys[i];
    if (typeof key !== 'number' || (key | 0) !== key) return undefined;
    high[i] = key ^ 0x80000000;
  }
  return {high, low: undefined, isExact: true};
}

/** Undefined when a key is neither null nor a number of `numberOf`. */
function codesOfNumbers(
  keys: readonly Key[],
  numberOf: (key: Key) => number,
): Codes | undefined {
  const high = new Uint32Array(keys.length);
  const low = new Uint32Array(keys.length);
  const bits = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < keys.length; i++) {
    // The bits of null stay 0, which are below those of every number.
    if (keys[i] === null) continue;
    const number = numberOf(keys[i]);
    if (Number.isNaN(number)) return undefined;
    // A sum with zero, so that -0 becomes the 0 that it equals.
    bits.setFloat64(0, number + 0);
    const isNegative = bits.getUint8(0) >= 0x80;
    high[i] = bits.getUint32(0) ^ (isNegative ? 0xffffffff : 0x80000000);
    low[i] = bits.getUint32(4) ^ (isNegative ? 0xffffffff : 0);
  }
  return {high, low, isExact: true};
}

/** Undefined when a key is neither null nor a text. */
function codesOfTexts(keys: readonly Key[]): Codes | undefined {
  let prefix = samplePrefix(keys);
  for (let bits: 8 | 16 = 8; ; ) {
    const codes = packed(keys, prefix, bits);
    if (codes === 'no text') return undefined;
    if (codes === 'too wide') bits = 16;
    else if (typeof codes === 'number') prefix = prefix.slice(0, codes);
    else return codes;
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
 * The characters behind the prefix; how much of that is shared where a text has
 * not all of it, and what is the matter where a character has more than `bits` bits
 * or a key is neither null nor a text.
 */
function packed(
  keys: readonly Key[],
  prefix: string,
  bits: 8 | 16,
): Codes | number | 'too wide' | 'no text' {
  const high = new Uint32Array(keys.length);
  const low = new Uint32Array(keys.length);
  const from = prefix.length;
  const count = 32 / bits;
  const limit = 2 ** bits;
  for (let i = 0; i < keys.length; i++) {
    const text: unknown = keys[i];
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
      if (place < count) high[i]! |= code << shift;
      else low[i]! |= code << shift;
    }
  }
  return {high, low, isExact: false};
}

/** The places by the codes at each, equal ones as they were. */
function sortByCodes({places: before}: Sorted, codes: Codes): Sorted {
  const {high, low} = codes;
  const {places, words} = sortByWord(before, high);
  const {length} = places;
  const alike = new Uint8Array(length);
  for (let start = 0, end: number; start < length; start = end) {
    end = start + 1;
    while (end < length && words[end] === words[start]) end++;
    if (end - start === 1) continue;
    if (low === undefined) alike.fill(1, start + 1, end);
    else sortPart(places.subarray(start, end), low, alike, start);
  }
  return {places, alike};
}

/** Up to so many places are sorted by inserting one after the other. */
const maxInserted = 16;

/** Sorts places with the same high words by the low ones, and notes the alike. */
function sortPart(
  places: Uint32Array,
  low: Uint32Array,
  alike: Uint8Array,
  start: number,
): void {
  if (places.length > maxInserted) places.set(sortByWord(places, low).places);
  else insertByWord(places, low);
  for (let i = 1; i < places.length; i++) {
    if (low[places[i]!] === low[places[i - 1]!]) alike[start + i] = 1;
  }
}

function insertByWord(places: Uint32Array, wordAt: Uint32Array): void {
  for (let i = 1; i < places.length; i++) {
    const place = places[i]!;
    const word = wordAt[place]!;
    let at = i;
    for (; at > 0 && wordAt[places[at - 1]!]! > word; at--) {
      places[at] = places[at - 1]!;
    }
    places[at] = place;
  }
}

/** How many bits of a word are sorted by at once. */
const digitBits = 8;
const digits = 2 ** digitBits;

/**
 * The places by the word at each, equal ones as they were: a radix sort, which
 * may use up the places that it is given.
 */
function sortByWord(
  places: Uint32Array,
  wordAt: Uint32Array,
): {readonly places: Uint32Array; readonly words: Uint32Array} {
  const {length} = places;
  let from: Uint32Array = places;
  let to: Uint32Array = new Uint32Array(length);
  let words: Uint32Array = new Uint32Array(length);
  for (let i = 0; i < length; i++) words[i] = wordAt[places[i]!]!;
  let sortedWords: Uint32Array = new Uint32Array(length);
  for (let shift = 0; shift < 32; shift += digitBits) {
    const next = startsOfDigits(words, shift);
    if (next === undefined) continue;
    for (let i = 0; i < length; i++) {
      const word = words[i]!;
      const target = next[(word >>> shift) & (digits - 1)]!++;
      to[target] = from[i]!;
      sortedWords[target] = word;
    }
    [from, to] = [to, from];
    [words, sortedWords] = [sortedWords, words];
  }
  return {places: from, words};
}

/**
 * Where the words with each digit begin when they are sorted by it; undefined
 * where all have the same: most words differ in a few of their digits only.
 */
function startsOfDigits(
  words: Uint32Array,
  shift: number,
): Uint32Array | undefined {
  const counts = new Uint32Array(digits);
  for (const word of words) counts[(word >>> shift) & (digits - 1)]!++;
  if (counts.includes(words.length)) return undefined;
  for (let digit = 0, start = 0; digit < digits; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  return counts;
}
