import type {Key} from './tree/key-order';
import type {WordPool} from './word-pool';

/** 64 bits for each key, in two words with a sign, that ascend as the keys do. */
export interface Codes {
  readonly high: Int32Array;
  /** Undefined where all are the same. */
  readonly low: Int32Array | undefined;
  /** Whether keys with the same bits are equal. */
  readonly isExact: boolean;
}

/** Has keys descend with the codes that they ascended with. */
export function reverse({high, low}: Codes): void {
  for (let i = 0; i < high.length; i++) high[i] = ~high[i]!;
  if (low === undefined) return;
  for (let i = 0; i < low.length; i++) low[i] = ~low[i]!;
}

/**
 * The codes of values, in arrays of the pool; undefined when they are of kinds
 * without. `haveTextsOwnOrder` says that texts are not in the order by code unit.
 */
export function codesOf(
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

/** The word with the bit of the sign alone, and the one with all others. */
const least = -0x80000000;
const greatest = 0x7fffffff;

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
