import type {Key} from './key-order';
import {stop} from './scan';
import type {RangeWalk} from './walk';

/** A key and what stands under it. */
export type Entry<V> = readonly [key: Key, value: V];

/** Entries of a tree, some at a time. */
export type Batches<V> = Generator<readonly Entry<V>[], void, void>;

/** Entries that a scan in batches takes at a time. */
const batchLength = 256;

/** See `Tree.batches`. */
export function* batchesOf<V>(walk: RangeWalk<V>): Batches<V> {
  for (let isDone = false; !isDone;) {
    const batch: Entry<V>[] = [];
    isDone = walk.advance((value, key) =>
      batch.push([key, value]) >= batchLength ? stop : undefined,
    );
    if (batch.length > 0) yield batch;
  }
}
