import type {Cut, Key, KeyOrder} from './key-order';
import {Branch, type Leaf, lengthOf, lowerBound, type Node} from './nodes';

/** What a visitor returns to end a scan; nothing goes on. */
export const stop = {break: true} as const;

/** What a scan calls for each entry. */
export type Visit<V> = (value: V, key: Key) => typeof stop | void;

/** The part of a tree between two cuts; an absent one is the tree's end. */
export interface KeyRange {
  readonly low?: Cut | undefined;
  readonly high?: Cut | undefined;
}

/** A weight that a scan is still to pass over before it visits anything. */
export interface Skip {
  left: number;
}

/** How a scan goes about. */
interface Scan<V> {
  readonly order: KeyOrder;
  readonly weigh: (value: unknown) => number;
  readonly isReverse: boolean;
  readonly visit: Visit<V>;
  readonly skip: Skip;
  /** The key at which the visitor has stopped. */
  last: Key;
}

/** Visits the entries of a range below a node; see `Tree.scan`. */
export function scanNode<V>(
  node: Node<V>,
  {low, high}: KeyRange,
  scan: Scan<V>,
): typeof stop | void {
  const {order, isReverse, skip} = scan;
  const first = low === undefined ? 0 : lowerBound(node.keys, low, order);
  const end = endIn(node, high, order);
  if (!(node instanceof Branch)) return scanLeaf(node, first, end, scan);
  const {children, weights} = node;
  for (let n = first; n < end; n++) {
    const i = isReverse ? first + end - 1 - n : n;
    const from = i === first ? low : undefined;
    const to = i === end - 1 ? high : undefined;
    const isWhole = from === undefined && to === undefined;
    if (isWhole && weights[i]! <= skip.left) skip.left -= weights[i]!;
    else {
      const result = scanNode(children[i]!, {low: from, high: to}, scan);
      if (result === stop) return stop;
    }
  }
  return undefined;
}

function scanLeaf<V>(
  {keys, values}: Leaf<V>,
  first: number,
  end: number,
  scan: Scan<V>,
): typeof stop | void {
  const {isReverse, skip, visit, weigh} = scan;
  for (let n = first; n < end; n++) {
    const i = isReverse ? first + end - 1 - n : n;
    const value = values[i]!;
    if (skip.left > 0 && weigh(value) <= skip.left) skip.left -= weigh(value);
    else if (visit(value, keys[i]) === stop) {
      scan.last = keys[i];
      return stop;
    }
  }
  return undefined;
}

/** The end of the entries or children of a node that reach below a cut. */
function endIn(
  node: Node<unknown>,
  high: Cut | undefined,
  order: KeyOrder,
): number {
  if (high === undefined) return lengthOf(node);
  const place = lowerBound(node.keys, high, order);
  return node instanceof Branch ? place + 1 : place;
}
