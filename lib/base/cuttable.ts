import {
  mapInSlices,
  runAtOnce,
  type Sliced,
  sortInSlices,
  stepsBetweenCuts,
} from './slices';

/*
 * Statements are written once and run in two ways: in one go, or cut into slices
 * so that others have their turn. What they are made of gives its result in the
 * one case and the work that leads to it in the other; `andThen` goes on from
 * either. A result costs nothing more than without all this: generators would
 * make a short statement take up to half as long again.
 *
 *   andThen(find(view, where),          in one go: rows, then their number
 *     rows => rows.length)              to be cut: the Work of both, of which
 *                                       a SliceQueue does a slice at a time
 */

/** Work that is left to be done, in slices. */
export class Work<T> {
  constructor(readonly slices: Sliced<T>) {}
}

/** A result, or the work that leads to it where that is to be cut. */
export type Cuttable<T> = T | Work<T>;

/** Does work in one go, or leaves it to be cut. */
export function cutIf<T>(isCut: boolean, work: Sliced<T>): Cuttable<T> {
  return isCut ? new Work(work) : runAtOnce(work);
}

/** What `next` makes of a result, as soon as there is one. */
export function andThen<T, U>(
  first: Cuttable<T>,
  next: (result: T) => Cuttable<U>,
): Cuttable<U> {
  return first instanceof Work
    ? new Work(following(first.slices, next))
    : next(first);
}

function* following<T, U>(
  work: Sliced<T>,
  next: (result: T) => Cuttable<U>,
): Sliced<U> {
  return yield* inSlices(next(yield* work));
}

/** A result, or the slices that lead to it, as a part of other sliced work. */
export function* inSlices<T>(work: Cuttable<T>): Sliced<T> {
  return work instanceof Work ? yield* work.slices : work;
}

/** A result, for which all work is done now. */
export function atOnce<T>(work: Cuttable<T>): T {
  return work instanceof Work ? runAtOnce(work.slices) : work;
}

/** Does about so many steps of work. Tells whether there is nothing left. */
export type Advance = (most: number) => boolean;

/** Advances to the end: with as many steps as there are, or piece by piece. */
export function inPieces(isCut: boolean, advance: Advance): Cuttable<void> {
  if (isCut) return new Work(pieces(advance));
  let isDone = false;
  while (!isDone) isDone = advance(Infinity);
  return undefined;
}

function* pieces(advance: Advance): Sliced<void> {
  while (!advance(stepsBetweenCuts)) yield;
}

/** Items in order, equal ones as they came; the array may be sorted itself. */
export function sorted<T>(
  items: T[],
  order: (a: T, b: T) => number,
  isCut: boolean,
): Cuttable<T[]> {
  return isCut ? new Work(sortInSlices(items, order)) : items.sort(order);
}

/** What `change` makes of each item, in order. */
export function mapped<T, U>(
  items: readonly T[],
  change: (item: T) => U,
  isCut: boolean,
): Cuttable<U[]> {
  return isCut ? new Work(mapInSlices(items, change)) : items.map(change);
}
