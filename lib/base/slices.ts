/**
 * Work that can be cut into slices: it yields wherever others may have their
 * turn, every hundred rows or so, and leaves no step half done there. It waits
 * for nothing; work that waits for files is `Steps` (persistence/disk/steps.ts).
 */
export type Sliced<T> = Generator<void, T, void>;

/** Steps of a loop between two places to cut at. */
export const stepsBetweenCuts = 128;

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

/** Calls `visit` for each item, in order. */
export function* eachInSlices<T>(
  items: Iterable<T>,
  visit: (item: T, place: number) => void,
): Sliced<void> {
  let place = 0;
  for (const item of items) {
    visit(item, place);
    place++;
    if (place % stepsBetweenCuts === 0) yield;
  }
}

/** What `change` makes of each item, in order. */
export function* mapInSlices<T, U>(
  items: Iterable<T>,
  change: (item: T) => U,
): Sliced<U[]> {
  const changed: U[] = [];
  for (const item of items) {
    if (changed.push(change(item)) % stepsBetweenCuts === 0) yield;
  }
  return changed;
}

/** Whether an item passes a test; the rest is not tested then. */
export function* someInSlices<T>(
  items: Iterable<T>,
  test: (item: T) => boolean,
): Sliced<boolean> {
  let place = 0;
  for (const item of items) {
    if (test(item)) return true;
    place++;
    if (place % stepsBetweenCuts === 0) yield;
  }
  return false;
}

/** Items that are sorted in one go. */
const maxRun = 1024;

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
