import {Cut, type Key, type KeyOrder} from './key-order';
import type {Node} from './nodes';
import {type KeyRange, scanNode, type Skip, stop, type Visit} from './scan';

/** What can be walked: the top node of a tree and how it is ordered. */
export interface Walked<V> {
  readonly root: Node<V>;
  readonly order: KeyOrder;
  readonly weigh: (value: unknown) => number;
}

/**
 * A scan that goes on behind the entry at which its visitor has stopped. The
 * tree must not be changed meanwhile.
 */
export class RangeWalk<V> {
  private hasStopped = false;
  /** The key at which the visitor has stopped. */
  private last: Key = undefined;

  constructor(
    private readonly tree: Walked<V>,
    private readonly range: KeyRange,
    private readonly isReverse: boolean,
    private readonly skip: Skip,
  ) {}

  /**
   * Visits the entries that are left until `visit` says stop. Tells whether it
   * has not: all are visited then.
   */
  advance(visit: Visit<V>): boolean {
    const {isReverse, skip} = this;
    const {order, root, weigh} = this.tree;
    const scan = {order, weigh, isReverse, visit, skip, last: this.last};
    const left = this.hasStopped
      ? behind(this.last, this.range, isReverse, order)
      : this.range;
    this.hasStopped = scanNode(root, left, scan) === stop;
    this.last = scan.last;
    return !this.hasStopped;
  }
}

/** The part of a range that a scan has not come to. */
function behind(
  last: Key,
  {low, high}: KeyRange,
  isReverse: boolean,
  order: KeyOrder,
): KeyRange {
  const values = order.isOfTuples ? (last as readonly unknown[]) : [last];
  return isReverse
    ? {low, high: new Cut(values, 'before')}
    : {low: new Cut(values, 'after'), high};
}
