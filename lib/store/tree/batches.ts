import {Cut, type Key, type KeyOrder, singleKeyOrder} from './key-order';
import {type KeyRange, stop, type Visit} from './scan';

/** A key and what stands under it. */
export type Entry<V> = readonly [key: Key, value: V];

/** Entries of a tree, some at a time. */
export type Batches<V> = Generator<readonly Entry<V>[], void, void>;

/** Entries that a scan in batches takes at a time. */
const batchLength = 256;

/** What can be scanned. */
interface Scanned<V> {
  scan(range: KeyRange, isReverse: boolean, visit: Visit<V>): void;
}

/** See `Tree.batches`. */
export function* batchesOf<V>(
  tree: Scanned<V>,
  order: KeyOrder,
  {low, high}: KeyRange,
  isReverse: boolean,
): Batches<V> {
  let range: KeyRange = {low, high};
  for (;;) {
    const batch: Entry<V>[] = [];
    tree.scan(range, isReverse, (value, key) => {
      batch.push([key, value]);
      return batch.length >= batchLength ? stop : undefined;
    });
    if (batch.length > 0) yield batch;
    if (batch.length < batchLength) return;
    const [last] = batch.at(-1)!;
    range = isReverse
      ? {low, high: cutAt(last, 'before', order)}
      : {low: cutAt(last, 'after', order), high};
  }
}

function cutAt(key: Key, side: Cut['side'], order: KeyOrder): Cut {
  const isSingle = order === singleKeyOrder;
  return new Cut(isSingle ? [key] : (key as readonly unknown[]), side);
}
