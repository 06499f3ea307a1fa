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
  const fold = ignoreCase
    ? (text: string) => text.toLowerCase()
    : (text: string) => text;
  const segments = parse(fold(source));
  refuseSlow(source, segments);
  const hasUnderscore = segments.some(segment => segment.includes(undefined));
  const matches = hasUnderscore
    ? (text: string) => matchTokens(asCharacters(text), segments)
    : matchLiterals(segments.map(segment => segment.join('')));
  const first = segments[0]!;
  const wildcard = first.indexOf(undefined);
  const prefix = ignoreCase
    ? ''
    : first.slice(0, wildcard === -1 ? first.length : wildcard).join('');
  return {
    source,
    test: text => matches(fold(text)),
    prefix,
    isPrefixOnly:
      !ignoreCase &&
      wildcard === -1 &&
      segments.length === 2 &&
      segments[1]!.length === 0,
  };
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

/** Without `_` the engine's own string search does the work. */
function matchLiterals(segments: readonly string[]): (text: string) => boolean {
  const first = segments[0]!;
  if (segments.length === 1) return text => text === first;
  const last = segments[segments.length - 1]!;
  const between = segments.slice(1, -1).filter(segment => segment !== '');
  return text => {
    if (!text.startsWith(first)) return false;
    let position = first.length;
    for (const segment of between) {
      const found = text.indexOf(segment, position);
      if (found === -1) return false;
      position = found + segment.length;
    }
    return text.length - last.length >= position && text.endsWith(last);
  };
}

/** `_` stands for a code point, so texts with surrogate pairs are split. */
function asCharacters(text: string): ArrayLike<string> {
  return /[\ud800-\udbff]/.test(text) ? Array.from(text) : text;
}

function matchTokens(
  text: ArrayLike<string>,
  segments: readonly Segment[],
): boolean {
  const first = segments[0]!;
  if (!matchesAt(text, 0, first)) return false;
  if (segments.length === 1) return text.length === first.length;
  const last = segments[segments.length - 1]!;
  const end = text.length - last.length;
  let position = first.length;
  for (const segment of segments.slice(1, -1)) {
    while (position <= end && !matchesAt(text, position, segment)) position++;
    position += segment.length;
  }
  return position <= end && matchesAt(text, end, last);
}

function matchesAt(
  text: ArrayLike<string>,
  position: number,
  segment: Segment,
): boolean {
  if (position + segment.length > text.length) return false;
  return segment.every(
    (token, i) => token === undefined || token === text[position + i],
  );
}
