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
 * PostgreSQL's en_US.UTF-8, which is that of glibc: letters and digits first, by
 * letter, accent and case, small letters before capitals; punctuation counts
 * where all else is equal. Measured beside a server: see docs/emulation.md.
 */
export function enUS(): Collation {
  const collator = new Intl.Collator('en-US', {caseFirst: 'lower'});
  const withoutPunctuation = (text: string) =>
    text.replace(/[\p{P}\p{Z}\p{S}\p{C}]/gu, '');
  return {
    name: 'en_US.UTF-8',
    compare: (a, b) =>
      a === b
        ? 0
        : collator.compare(withoutPunctuation(a), withoutPunctuation(b)) ||
          collator.compare(a, b) ||
          compareCodePoints(a, b),
  };
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
