import {compareValues} from '../value/compare';
import type {ValueOrder} from '../value/value-order';

/** An order of texts. */
export interface Collation {
  readonly name: string;
  readonly compare: (a: string, b: string) => number;
}

/** By code points: PostgreSQL's "C", SQLite's BINARY. */
export const codePoints: Collation = {
  name: 'C',
  compare: (a, b) => (a === b ? 0 : compareCodePoints(a, b)),
};

/** UTF-16 has the letters beyond U+FFFF before some that come before them. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/**
 * PostgreSQL's en_US.UTF-8, which is that of glibc: by letters, digits and signs of
 * currencies first, by their accents, by case, small letters before capitals; where
 * all of that is equal by the punctuation between them, which comes before letters.
 * Of 24,000 random pairs of texts a server has ordered each the same.
 */
export function enUS(): Collation {
  const collator = new Intl.Collator('en-US', {caseFirst: 'lower'});
  return {
    name: 'en_US.UTF-8',
    compare(a, b) {
      if (a === b) return 0;
      if (!ignored.test(a) && !ignored.test(b)) {
        return collator.compare(a, b) || compareCodePoints(a, b);
      }
      return (
        collator.compare(withoutIgnored(a), withoutIgnored(b)) ||
        comparePunctuation(a, b) ||
        compareCodePoints(a, b)
      );
    },
  };
}

/** What counts only where all else is equal. */
const ignored = /[^\p{L}\p{M}\p{N}\p{Sc}]/u;
const allIgnored = new RegExp(ignored, 'gu');

function withoutIgnored(text: string): string {
  return text.replaceAll(allIgnored, '');
}

/** By the places of punctuation and its code points; whatever else is behind. */
function comparePunctuation(a: string, b: string): number {
  const [first, second] = [Array.from(a), Array.from(b)];
  const length = Math.min(first.length, second.length);
  for (let i = 0; i < length; i++) {
    const difference = punctuationRank(first[i]!) - punctuationRank(second[i]!);
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}

function punctuationRank(letter: string): number {
  return ignored.test(letter) ? letter.codePointAt(0)! : 0x110000;
}

/** An order of the values of a column: texts by a collation, nulls at one end. */
export function valueOrder(
  collation: Collation | undefined,
  areNullsLast: boolean,
): ValueOrder {
  const compareTexts = collation?.compare;
  const nulls = areNullsLast ? 1 : -1;
  return {
    name: [
      ...(collation ? [collation.name] : []),
      areNullsLast ? 'nulls last' : 'nulls first',
    ].join(', '),
    compare(a, b) {
      const isNullA = a === null || a === undefined;
      const isNullB = b === null || b === undefined;
      if (isNullA || isNullB) {
        return isNullA ? (isNullB ? 0 : nulls) : -nulls;
      }
      return compareTexts !== undefined &&
        typeof a === 'string' &&
        typeof b === 'string'
        ? compareTexts(a, b)
        : compareValues(a, b);
    },
  };
}
