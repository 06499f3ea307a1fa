import {InMemoryError} from '../base/errors';
import type {TextPattern} from './text-pattern';

/** A compiled `like` pattern. */
export interface LikePattern extends TextPattern {
  /**
   * The literal text before the first wildcard: every match begins with it, so
   * an ordered index can be entered there. Empty when case is ignored.
   */
  readonly prefix: string;
  /** True when the pattern is `prefix%`: beginning with it is all it asks. */
  readonly isPrefixOnly: boolean;
  readonly ignoresCase: boolean;
}

/** A character, or undefined for `_`, which stands for any one. */
type Token = string | undefined;
type Segment = readonly Token[];

/** Longer runs with `_` between two `%` would make a match slow: refused. */
const maxWildcardRun = 256;

/**
 * Compiles SQL's `like`: the whole text must match; `%` is any run of
 * characters, `_` one character, `\` takes the next character literally.
 *
 * The pattern is cut at its `%` into segments. The first is anchored at the
 * start, the last at the end, and each one between is taken at its leftmost
 * place, so a match never backtracks over a `%`.
 *
 * Fails with INVALID_FILTER when a segment with `_` is longer than 256.
 */
export function compileLike(source: string, ignoreCase: boolean): LikePattern {
  const folding = ignoreCase ? foldCase : (text: string) => text;
  const segments = parse(folding(source));
  refuseSlow(source, segments);
  const matches = compileSegments(segments);
  const first = segments[0]!;
  const wildcard = first.indexOf(undefined);
  const prefix = ignoreCase
    ? ''
    : first.slice(0, wildcard === -1 ? first.length : wildcard).join('');
  return {
    source,
    test: text => matches(folding(text)),
    prefix,
    ignoresCase: ignoreCase,
    isPrefixOnly:
      !ignoreCase &&
      wildcard === -1 &&
      segments.length === 2 &&
      segments[1]!.length === 0,
  };
}

/**
 * A text in which letters differ no more by case. Letter by letter, so that a
 * letter is one letter still: Unicode's lower case of "\u0130" has two, and that
 * of a final sigma depends on its place.
 */
function foldCase(text: string): string {
  if (text !== folded.text) folded = {text, result: fold(text)};
  return folded.result;
}

/** The last one: each of many patterns in turn asks for the same text. */
let folded = {text: '', result: ''};

function fold(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, character => {
    const upper = character.toUpperCase();
    const lower = (isOne(upper) ? upper : character).toLowerCase();
    return isOne(lower) ? lower : character;
  }).join('');
}

function isOne(text: string): boolean {
  return text.length === (text.codePointAt(0)! > 0xffff ? 2 : 1);
}

/** Cuts a pattern at its `%`; one segment more than there are `%`. */
function parse(pattern: string): Segment[] {
  const segments: Token[][] = [[]];
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    const current = segments[segments.length - 1]!;
    if (character === '%') segments.push([]);
    else if (character === '_') current.push(undefined);
    else if (character === '\\' && i + 1 < characters.length) {
      current.push(characters[++i]);
    } else current.push(character);
  }
  return segments;
}

function refuseSlow(source: string, segments: readonly Segment[]): void {
  for (const segment of segments.slice(1, -1)) {
    if (segment.length > maxWildcardRun && segment.includes(undefined)) {
      throw new InMemoryError(
        'INVALID_FILTER',
        `The like pattern ${source.slice(0, 40)}... has more than ` +
          `${maxWildcardRun} characters with "_" between two "%"; shorten it.`,
        {value: source},
      );
    }
  }
}

/** Where a segment ends that is looked for from a place on, or -1. */
type Find = (text: string, from: number) => number;

function compileSegments(
  segments: readonly Segment[],
): (text: string) => boolean {
  const first = segments[0]!;
  if (segments.length === 1) {
    return text => endOf(text, 0, first) === text.length;
  }
  const last = segments[segments.length - 1]!;
  const between = segments.slice(1, -1).map(compileFind);
  return text => {
    let position = endOf(text, 0, first);
    for (const find of between) {
      if (position === -1) return false;
      position = find(text, position);
    }
    return position !== -1 && startOf(text, last) >= position;
  };
}

/** The engine's own search where there is no `_`. */
function compileFind(segment: Segment): Find {
  if (!segment.includes(undefined)) {
    const literal = segment.join('');
    return (text, from) => {
      const found = text.indexOf(literal, from);
      return found === -1 ? -1 : found + literal.length;
    };
  }
  const find = compileShiftAnd(segment);
  const literal = longestLiteral(segment);
  // Hardly any text has to be looked at where a part is nowhere in it.
  return (text, from) => (text.includes(literal, from) ? find(text, from) : -1);
}

function longestLiteral(segment: Segment): string {
  let longest = '';
  let literal = '';
  for (const token of segment) {
    literal = token === undefined ? '' : literal + token;
    if (literal.length > longest.length) longest = literal;
  }
  return longest;
}

const bitsPerWord = 31;

/**
 * Looks for a segment at all places at once: bit n of the state says that the
 * first n + 1 tokens are what the text has last, and one shift takes all of them a
 * character further (https://en.wikipedia.org/wiki/Bitap_algorithm). O(1) for
 * each character, for no segment has more than nine words of bits.
 */
function compileShiftAnd(segment: Segment): Find {
  const words = Math.ceil(segment.length / bitsPerWord);
  const others = new Int32Array(words);
  const byCharacter = new Map<number, Int32Array>();
  segment.forEach((token, place) => {
    if (token !== undefined)
      byCharacter.set(token.codePointAt(0)!, new Int32Array(words));
    else others[wordOf(place)]! |= bitOf(place);
  });
  for (const [character, mask] of byCharacter) {
    segment.forEach((token, place) => {
      if (token === undefined || token.codePointAt(0) === character) {
        mask[wordOf(place)]! |= bitOf(place);
      }
    });
  }
  const last = segment.length - 1;
  const state = new Int32Array(words);
  return (text, from) => {
    state.fill(0);
    for (let place = from; place < text.length;) {
      const character = text.codePointAt(place)!;
      place += character > 0xffff ? 2 : 1;
      const mask = byCharacter.get(character) ?? others;
      let carry = 1;
      for (let word = 0; word < words; word++) {
        const bits = state[word]!;
        state[word] = ((bits << 1) | carry) & mask[word]!;
        carry = (bits >>> (bitsPerWord - 1)) & 1;
      }
      if ((state[wordOf(last)]! & bitOf(last)) !== 0) return place;
    }
    return -1;
  };
}

function wordOf(place: number): number {
  return Math.floor(place / bitsPerWord);
}

function bitOf(place: number): number {
  return 1 << (place % bitsPerWord);
}

/** Where a segment ends that begins at a place, or -1. */
function endOf(text: string, start: number, segment: Segment): number {
  let place = start;
  for (const token of segment) {
    if (place >= text.length) return -1;
    if (token === undefined) place += isInsidePair(text, place + 1) ? 2 : 1;
    else if (text.startsWith(token, place)) place += token.length;
    else return -1;
  }
  return place;
}

/** Where a segment begins with which the text ends, or -1. */
function startOf(text: string, segment: Segment): number {
  let place = text.length;
  for (const token of segment.toReversed()) {
    if (place <= 0) return -1;
    if (token === undefined) place -= isInsidePair(text, place - 1) ? 2 : 1;
    else if (text.endsWith(token, place)) place -= token.length;
    else return -1;
  }
  return place;
}

/** Whether a place is between the halves of a surrogate pair. */
function isInsidePair(text: string, place: number): boolean {
  return (
    isBetween(text.charCodeAt(place), 0xdc00, 0xdfff) &&
    isBetween(text.charCodeAt(place - 1), 0xd800, 0xdbff)
  );
}

function isBetween(unit: number, low: number, high: number): boolean {
  return unit >= low && unit <= high;
}
