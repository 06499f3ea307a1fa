import {compareValues} from '../../value/compare';

/**
 * A key of a tree: the value itself where one property makes the key, an array
 * of values where several do.
 */
export type Key = unknown;

/** Compares two keys, or a key with a {@link Cut}. */
export interface KeyOrder {
  (a: Key, b: Key): number;
  /** Whether keys are arrays of values; otherwise each is the one value. */
  readonly isOfTuples?: boolean;
}

/**
 * A place between keys: just before, or just after, all keys that begin with
 * the given values. A cut equals no key, so every range of a tree, open or
 * closed at its ends, runs from a cut to a cut:
 *
 *   keys           [DE,1]  [DE,5]  [DE,9]  [FR,2]
 *   cut before [DE]^             after [DE]^
 *   cut after [DE,5]        ^
 */
export class Cut {
  constructor(
    readonly values: readonly unknown[],
    readonly side: 'before' | 'after',
  ) {}
}

/** The order of keys made of one property. */
export const singleKeyOrder: KeyOrder = (a, b) => {
  // Most keys are numbers or texts: no cut among them, so no chain to walk.
  if (typeof a !== 'object' && typeof b !== 'object') {
    return compareValues(a, b);
  }
  if (a instanceof Cut) return -compareToCut([b], a, ascending);
  if (b instanceof Cut) return compareToCut([a], b, ascending);
  return compareValues(a, b);
};

const ascending = [1];

/** The order of keys made of several properties, each with its direction. */
export function tupleOrder(directions: readonly (1 | -1)[]): KeyOrder {
  return ofTuples((a, b) => {
    if (a instanceof Cut) return -compareToCut(b as unknown[], a, directions);
    if (b instanceof Cut) return compareToCut(a as unknown[], b, directions);
    return compareTuples(
      a as unknown[],
      b as unknown[],
      directions,
      directions.length,
    );
  });
}

/** The order, noted as one of keys that are arrays. */
export function ofTuples(order: (a: Key, b: Key) => number): KeyOrder {
  return Object.assign(order, {isOfTuples: true});
}

function compareToCut(
  key: readonly unknown[],
  cut: Cut,
  directions: readonly number[],
): number {
  const length = cut.values.length;
  const difference = compareTuples(key, cut.values, directions, length);
  if (difference !== 0) return difference;
  return cut.side === 'before' ? 1 : -1;
}

function compareTuples(
  a: readonly unknown[],
  b: readonly unknown[],
  directions: readonly number[],
  length: number,
): number {
  for (let i = 0; i < length; i++) {
    const difference = compareValues(a[i], b[i]);
    if (difference !== 0) return difference * directions[i]!;
  }
  return 0;
}
