import {compareValues} from '../../value/compare';
import type {TextOrder} from '../../value/text-order';
import {Cut, type KeyOrder, ofTuples} from './key-order';

/*
 * The orders of keys in which texts have an order of their own. They are apart
 * from those in key-order.ts, which are asked at each step down a tree and do not
 * look whether texts have one.
 */

/** The order of keys made of one property. */
export function singleTextKeyOrder({compare}: TextOrder): KeyOrder {
  const compareKeys = keyComparison(compare);
  const compareTuples = tupleComparison(compareKeys, [1]);
  return (a, b) => {
    if (a instanceof Cut) return -toCut(compareTuples([b], a.values), a);
    if (b instanceof Cut) return toCut(compareTuples([a], b.values), b);
    return compareKeys(a, b);
  };
}

/** The order of keys made of several properties, each with its direction. */
export function textTupleOrder(
  directions: readonly (1 | -1)[],
  {compare}: TextOrder,
): KeyOrder {
  const compareTuples = tupleComparison(keyComparison(compare), directions);
  return ofTuples((a, b) => {
    if (a instanceof Cut) {
      return -toCut(compareTuples(b as unknown[], a.values), a);
    }
    if (b instanceof Cut) {
      return toCut(compareTuples(a as unknown[], b.values), b);
    }
    return compareTuples(a as unknown[], b as unknown[]);
  });
}

/** Compares a key with a cut, given how it compares with the cut's values. */
function toCut(difference: number, {side}: Cut): number {
  if (difference !== 0) return difference;
  return side === 'before' ? 1 : -1;
}

type Comparison = (a: unknown, b: unknown) => number;

function keyComparison(compare: TextOrder['compare']): Comparison {
  return (a, b) =>
    typeof a === 'string' && typeof b === 'string'
      ? compare(a, b)
      : compareValues(a, b);
}

/** Compares as far as `b` goes, which may be the beginning of a key. */
function tupleComparison(
  compare: Comparison,
  directions: readonly (1 | -1)[],
): (a: readonly unknown[], b: readonly unknown[]) => number {
  return (a, b) => {
    for (let i = 0; i < b.length; i++) {
      const difference = compare(a[i], b[i]);
      if (difference !== 0) return difference * directions[i]!;
    }
    return 0;
  };
}
