import {type Deadline, inTime} from './deadline';
import {
  firstSteps,
  mapInSlices,
  maxRun,
  Pace,
  runAtOnce,
  type Sliced,
  sortInSlices,
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

/** Work that is left to be done. */
export abstract class Work<T> {
  /** Does it in slices; to be asked for once, or `within`. */
  abstract get slices(): Sliced<T>;

  /** Does it in one go. Fails with STATEMENT_TIMEOUT. */
  abstract within(deadline: Deadline): T;
}

class SlicedWork<T> extends Work<T> {
  constructor(readonly slices: Sliced<T>) {
    super();
  }

  within(deadline: Deadline): T {
    return runAtOnce(inTime(deadline, this.slices));
  }
}

/** Two works, one after the other. In one go they need no generators. */
class JoinedWork<T, U> extends Work<U> {
  constructor(
    private readonly first: Work<T>,
    private readonly next: (result: T) => Cuttable<U>,
  ) {
    super();
  }

  get slices(): Sliced<U> {
    return following(this.first.slices, this.next);
  }

  within(deadline: Deadline): U {
    const second = this.next(this.first.within(deadline));
    return second instanceof Work ? second.within(deadline) : second;
  }
}

/** A loop, piece by piece. */
class PiecewiseWork extends Work<void> {
  constructor(private readonly advance: Advance) {
    super();
  }

  get slices(): Sliced<void> {
    return pieces(this.advance);
  }

  within(deadline: Deadline): void {
    const pace = new Pace();
    while (!this.advance(pace.steps)) deadline.check(pace.end());
  }
}

/** Comparisons between two looks at the time. */
const comparedAtOnce = 1_024;

/** A sort: by the engine in one go, which takes two thirds of the time. */
class SortWork<T> extends Work<T[]> {
  constructor(
    private readonly items: T[],
    private readonly order: (a: T, b: T) => number,
  ) {
    super();
  }

  get slices(): Sliced<T[]> {
    return sortInSlices(this.items, this.order);
  }

  within(deadline: Deadline): T[] {
    const {items, order} = this;
    let compared = 0;
    return items.sort((a, b) => {
      if (++compared % comparedAtOnce === 0) deadline.check();
      return order(a, b);
    });
  }
}

/** A result, or the work that leads to it where that is to be cut. */
export type Cuttable<T> = T | Work<T>;

/** Does work in one go, or leaves it to be cut. */
export function cutIf<T>(isCut: boolean, work: Sliced<T>): Cuttable<T> {
  return isCut ? new SlicedWork(work) : runAtOnce(work);
}

/** What `next` makes of a result, as soon as there is one. */
export function andThen<T, U>(
  first: Cuttable<T>,
  next: (result: T) => Cuttable<U>,
): Cuttable<U> {
  return first instanceof Work ? new JoinedWork(first, next) : next(first);
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

/**
 * Advances to the end: with as many steps as there are, or piece by piece; the
 * first, small piece now.
 */
export function inPieces(isCut: boolean, advance: Advance): Cuttable<void> {
  // What is short is done before others could wait for it.
  if (isCut)
    return advance(firstSteps) ? undefined : new PiecewiseWork(advance);
  let isDone = false;
  while (!isDone) isDone = advance(Infinity);
  return undefined;
}

function* pieces(advance: Advance): Sliced<void> {
  const pace = new Pace();
  while (!advance(pace.steps)) {
    pace.end();
    yield;
    pace.begin();
  }
}

/** Items in order, equal ones as they came; the array may be sorted itself. */
export function sorted<T>(
  items: T[],
  order: (a: T, b: T) => number,
  isCut: boolean,
): Cuttable<T[]> {
  return isCut && items.length > maxRun
    ? new SortWork(items, order)
    : items.sort(order);
}

/** What `change` makes of each item, in order. */
export function mapped<T, U>(
  items: readonly T[],
  change: (item: T) => U,
  isCut: boolean,
): Cuttable<U[]> {
  return isCut && items.length > firstSteps
    ? new SlicedWork(mapInSlices(items, change))
    : items.map(change);
}
