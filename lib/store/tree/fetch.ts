import type {Key, KeyOrder} from './key-order';
import {Branch, isAt, lowerBound, type Node} from './nodes';
import {stop, type Visit} from './scan';

/** What is still to be fetched. */
interface Fetch<V> {
  readonly wanted: ArrayLike<Key>;
  readonly order: KeyOrder;
  readonly visit: Visit<V>;
  /** The place of the next of the keys wanted. */
  next: number;
}

/** Which of some keys are wanted: from one place up to, not including, another. */
export interface Part {
  readonly from: number;
  readonly end: number;
}

/**
 * Visits the entries below a node under some ascending keys. Returns the place of
 * the key at which the visitor has stopped, or the end. Each node on the
 * way is entered once and hands each of its children the run of keys that can
 * be below it: many keys in one leaf cost one descent, and leaves without any
 * are not seen. O(m log n) for m keys, O(m + n) at most.
 *
 *   wanted   4 5 21 | 44          [ 20 | 40 ]
 *                                 /    |    \
 *                         4 5 > [..] 21 > [..]  44 > [..]
 */
export function visitSome<V>(
  root: Node<V>,
  wanted: ArrayLike<Key>,
  {from, end}: Part,
  {order, visit}: Pick<Fetch<V>, 'order' | 'visit'>,
): number {
  const fetch = {wanted, order, visit, next: from};
  if (from >= end || fetchBelow(root, fetch, end) !== stop) return end;
  return fetch.next - 1;
}

/** Fetches the keys wanted from the next one up to, not including, `end`. */
function fetchBelow<V>(
  node: Node<V>,
  fetch: Fetch<V>,
  end: number,
): typeof stop | void {
  const {order, visit, wanted} = fetch;
  const {keys} = node;
  while (fetch.next < end) {
    const key = wanted[fetch.next];
    const place = lowerBound(keys, key, order);
    if (!(node instanceof Branch)) {
      fetch.next++;
      if (!isAt(node, place, key, order)) continue;
      if (visit(node.values[place]!, keys[place]) === stop) return stop;
      continue;
    }
    const isLast = place === keys.length;
    const childEnd = isLast ? end : endOfRun(fetch, keys[place], end);
    const child = node.children[place]!;
    if (fetchBelow(child, fetch, childEnd) === stop) return stop;
  }
  return undefined;
}

/**
 * The end of the run of keys wanted, from the next one on, that are not greater
 * than `last`, as the next one is not. Runs are short or long, so steps double.
 */
function endOfRun<V>(
  {next, order, wanted}: Fetch<V>,
  last: Key,
  end: number,
): number {
  let low = next + 1;
  let step = 1;
  while (low + step <= end && isUpTo(wanted[low + step - 1], last, order)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(end, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isUpTo(wanted[middle], last, order)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isUpTo(key: Key, last: Key, order: KeyOrder): boolean {
  // Two numbers compared here cost no calls; NaN would only cut a run short.
  return typeof key === 'number' && typeof last === 'number'
    ? key <= last
    : order(key, last) <= 0;
}
