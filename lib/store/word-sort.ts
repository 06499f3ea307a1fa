import {WordPool} from './word-pool';

/** Up to so many places are sorted by inserting one after the other. */
const maxInserted = 16;

/** Sorts some of the places by the word at each, equal ones as they were. */
export function sortPart(
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
export function sortByWord(
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

const signBit = 0x80000000;

/** A digit of a word as if the word had no sign. */
function digitOf(word: number, shift: number): number {
  return ((word ^ signBit) >>> shift) & (digits - 1);
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
