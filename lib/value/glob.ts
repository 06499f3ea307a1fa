import type {TextPattern} from './text-pattern';

/** A compiled glob pattern. */
export interface GlobPattern extends TextPattern {
  /** The literal text before the first wildcard: every match begins with it. */
  readonly prefix: string;
}

/** Whether a character, as its code point, is one that a token stands for. */
type Token = (character: number) => boolean;

/**
 * Compiles a glob pattern as Redis reads those of keys
 * (https://redis.io/docs/latest/commands/keys/); the whole text must match:
 *
 *   *       any run of characters, also an empty one; no character is special to it
 *   ?       one character
 *   [a-z_]  one of some characters; `[^...]` one that is none of them; the set ends
 *           with the pattern where no `]` does it
 *   \       takes the next character literally, in a set too
 *
 * A character is a Unicode code point, where to Redis it is a byte.
 */
export function compileGlob(source: string): GlobPattern {
  const {literals, loops, tokens} = parse(Array.from(source, codePointOf));
  const firstWild = literals.indexOf(undefined);
  const firstLoop = loops.indexOf(true);
  const literal = literals.slice(
    0,
    Math.min(...[firstWild, firstLoop, tokens.length].filter(n => n >= 0)),
  ) as number[];
  return {
    source,
    prefix: literal.map(point => String.fromCodePoint(point)).join(''),
    test: compile(tokens, loops),
  };
}

function codePointOf(character: string): number {
  return character.codePointAt(0)!;
}

const [star, question, open, close, caret, dash, backslash] = Array.from(
  '*?[]^-\\',
  codePointOf,
);

interface Parsed {
  /** What each place of a match is, without the runs. */
  readonly tokens: Token[];
  /** The character that a token alone stands for, if there is one. */
  readonly literals: (number | undefined)[];
  /** Whether there may be any characters before each token, and after the last. */
  readonly loops: boolean[];
}

function parse(pattern: readonly number[]): Parsed {
  const tokens: Token[] = [];
  const literals: (number | undefined)[] = [];
  const loops: boolean[] = [false];
  const add = (token: Token, literal?: number): void => {
    tokens.push(token);
    literals.push(literal);
    loops.push(false);
  };
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    if (character === star) loops[loops.length - 1] = true;
    else if (character === question) add(() => true);
    else if (character === open) {
      const {end, token} = parseSet(pattern, i + 1);
      add(token);
      i = end;
    } else {
      const isEscape = character === backslash && i + 1 < pattern.length;
      const literal = isEscape ? pattern[++i]! : character;
      add(each => each === literal, literal);
    }
  }
  return {literals, loops, tokens};
}

/** The set that begins behind a `[`, and the place of its `]`. */
function parseSet(
  pattern: readonly number[],
  start: number,
): {readonly end: number; readonly token: Token} {
  const isNegated = pattern[start] === caret;
  const ranges: (readonly [from: number, to: number])[] = [];
  let i = isNegated ? start + 1 : start;
  for (; i < pattern.length && pattern[i] !== close; i++) {
    if (pattern[i] === backslash && i + 1 < pattern.length) {
      i++;
      ranges.push([pattern[i]!, pattern[i]!]);
    } else if (pattern[i + 1] === dash && i + 2 < pattern.length) {
      const [from, to] = [pattern[i]!, pattern[i + 2]!];
      ranges.push([Math.min(from, to), Math.max(from, to)]);
      i += 2;
    } else ranges.push([pattern[i]!, pattern[i]!]);
  }
  const isIn = (each: number): boolean =>
    ranges.some(([from, to]) => from <= each && each <= to);
  return {end: i, token: isNegated ? each => !isIn(each) : isIn};
}

const bitsPerWord = 31;

/**
 * Follows all ways at once in which a text may match: bit n of the state says that
 * the first n tokens can be all of the text so far. A character takes bits a place
 * further where the token fits, and leaves them where a run may be
 * (https://en.wikipedia.org/wiki/Bitap_algorithm). A text with fewer characters
 * than there are tokens is not looked at, so however long the pattern is, it costs
 * no more than the text's length by itself.
 */
function compile(
  tokens: readonly Token[],
  loops: readonly boolean[],
): (text: string) => boolean {
  const words = Math.ceil(loops.length / bitsPerWord);
  const masks = new Map<number, Int32Array>();
  const maskOf = (character: number): Int32Array => {
    const known = masks.get(character);
    if (known !== undefined) return known;
    const mask = bits(words, tokens, token => token(character), 1);
    masks.set(character, mask);
    return mask;
  };
  const looping = bits(words, loops, isLoop => isLoop, 0);
  const state = new Int32Array(words);
  const last = tokens.length;
  return text => {
    if (text.length < last) return false;
    state.fill(0);
    state[0] = 1;
    for (let place = 0; place < text.length;) {
      const character = text.codePointAt(place)!;
      place += character > 0xffff ? 2 : 1;
      advance(state, maskOf(character), looping);
    }
    return (state[wordOf(last)]! & bitOf(last)) !== 0;
  };
}

function advance(state: Int32Array, mask: Int32Array, looping: Int32Array) {
  let carry = 0;
  for (let word = 0; word < state.length; word++) {
    const before = state[word]!;
    const moved = (before << 1) | carry;
    state[word] = (moved & mask[word]!) | (before & looping[word]!);
    carry = (before >>> (bitsPerWord - 1)) & 1;
  }
}

/** Bits for those that pass, the first of them at the place `shift`. */
function bits<T>(
  words: number,
  of: readonly T[],
  passes: (each: T) => boolean,
  shift: 0 | 1,
): Int32Array {
  const set = new Int32Array(words);
  of.forEach((each, i) => {
    if (passes(each)) set[wordOf(i + shift)]! |= bitOf(i + shift);
  });
  return set;
}

function wordOf(place: number): number {
  return Math.floor(place / bitsPerWord);
}

function bitOf(place: number): number {
  return 1 << (place % bitsPerWord);
}
