/**
 * Work that can be cut into slices: it yields wherever others may have their
 * turn, every some hundred rows, and leaves no step half done there. It waits
 * for nothing; work that waits for files is `Steps` (persistence/disk/steps.ts).
 */
export type Sliced<T> = Generator<void, T, void>;

/** Steps of a loop between two places to cut at. */
export const stepsBetweenCuts = 128;

/** Steps of a loop whose steps may take long, at first and at most. */
export const firstSteps = 32;
const maxSteps = 4_096;

/** How long such a piece of a loop is to take at most. */
const pieceMs = 0.5;

/**
 * How many steps of a loop are taken between two places to cut at: few where a
 * step takes long, so that whoever cuts it need not wait, else many.
 */
export class Pace {
  steps = firstSteps;
  private begunAt = performance.now();

  /** Begins a piece of so many steps, where not at once. */
  begin(): void {
    this.begunAt = performance.now();
  }

  /** Ends a piece, says how long the next one is, and tells the time. */
  end(): number {
    const now = performance.now();
    const took = now - this.begunAt;
    this.begunAt = now;
    const {steps} = this;
    if (took < pieceMs / 4) this.steps = Math.min(maxSteps, steps * 4);
    else if (took > pieceMs) {
      this.steps = Math.max(1, Math.floor((steps * pieceMs) / took));
    }
    return now;
  }
}

/** Does all of the work without a break. */
export function runAtOnce<T>(work: Sliced<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/*
 * Generators are declared, never made by an expression: V8 makes a hidden class
 * for each one that is, which takes longer than a short statement.
 */

/*
 * The loops themselves are in functions: in a generator each step of `for ... of`
 * makes an object.
 */

/** Calls `visit` for each item, in order. */
export function* eachInSlices<T>(
  items: ArrayLike<T>,
  visit: (item: T, place: number) => void,
): Sliced<void> {
  const pace = new Pace();
  let start = 0;
  for (;;) {
    const {steps} = pace;
    visitFrom(items, start, steps, visit);
    start += steps;
    if (start >= items.length) return;
    pace.end();
    yield;
    pace.begin();
  }
}

function visitFrom<T>(
  items: ArrayLike<T>,
  start: number,
  most: number,
  visit: (item: T, place: number) => void,
): void {
  const end = start + most;
  for (let i = start; i < end && i < items.length; i++) visit(items[i]!, i);
}

/** What `change` makes of each item, in order. */
export function* mapInSlices<T, U>(
  items: ArrayLike<T>,
  change: (item: T) => U,
): Sliced<U[]> {
  const changed: U[] = [];
  yield* eachInSlices(items, item => void changed.push(change(item)));
  return changed;
}

/** Whether an item passes a test; the rest is not tested then. */
export function* someInSlices<T>(
  items: ArrayLike<T>,
  test: (item: T) => boolean,
): Sliced<boolean> {
  for (let start = 0; ; start += stepsBetweenCuts) {
    if (passesFrom(items, start, test)) return true;
    if (start + stepsBetweenCuts >= items.length) return false;
    yield;
  }
}

function passesFrom<T>(
  items: ArrayLike<T>,
  start: number,
  test: (item: T) => boolean,
): boolean {
  const end = start + stepsBetweenCuts;
  for (let i = start; i < end && i < items.length; i++) {
    if (test(items[i]!)) return true;
  }
  return false;
}

/** Items that are sorted in one go. */
export const maxRun = 1024;

/**
 * The items in order, equal ones as they came. O(n log n), like `sort`, which
 * it leaves the short runs to; they are then merged.
 */
export function* sortInSlices<T>(
  items: readonly T[],
  order: (a: T, b: T) => number,
): Sliced<T[]> {
  let sorted: T[] = [];
  for (let start = 0; start < items.length; start += maxRun) {
    const run = items.slice(start, start + maxRun).sort(order);
    for (const item of run) sorted.push(item);
    yield;
  }
  for (let width = maxRun; width < sorted.length; width *= 2) {
    const merged: T[] = [];
    for (let start = 0; start < sorted.length; start += 2 * width) {
      yield* merge(sorted, {start, width}, order, merged);
    }
    sorted = merged;
  }
  return sorted;
}

/** Merges two runs side by side, the second maybe shorter, onto `merged`. */
function* merge<T>(
  items: readonly T[],
  {start, width}: {readonly start: number; readonly width: number},
  order: (a: T, b: T) => number,
  merged: T[],
): Sliced<void> {
  const middle = Math.min(start + width, items.length);
  const end = Math.min(middle + width, items.length);
  let left = start;
  let right = middle;
  while (left < middle || right < end) {
    const takesLeft =
      right >= end ||
      (left < middle && order(items[left]!, items[right]!) <= 0);
    merged.push(takesLeft ? items[left++]! : items[right++]!);
    if (merged.length % stepsBetweenCuts === 0) yield;
  }
}
