import {assert} from '../../base/assert';
import type {Key, KeyOrder} from './key-order';
import {Branch, isAt, type Leaf, lowerBound, type Node} from './nodes';

/**
 * The values under some keys, in the order of the keys; undefined where there is
 * none. Leaves lie apart in memory, and a lookup by itself waits for each: here
 * those of many keys are found first, then read into the processor's cache in
 * loops that do nothing else, so that it waits for several at a time.
 */
export function valuesUnder<V>(
  root: Node<V>,
  keys: readonly Key[],
  order: KeyOrder,
): (V | undefined)[] {
  const found: (V | undefined)[] = [];
  for (let start = 0; start < keys.length; start += keysAtOnce) {
    const some = keys.slice(start, start + keysAtOnce);
    const leaves = leavesOf(root, some, order);
    for (let i = 0; i < some.length; i++) {
      const leaf = leaves[i]!;
      const place = lowerBound(leaf.keys, some[i], order);
      const isThere = isAt(leaf, place, some[i], order);
      found.push(isThere ? leaf.values[place] : undefined);
    }
  }
  return found;
}

/** The leaves of so many keys fit into the smallest cache. */
const keysAtOnce = 32;

function leavesOf<V>(
  root: Node<V>,
  keys: readonly Key[],
  order: KeyOrder,
): Leaf<V>[] {
  const leaves: Leaf<V>[] = [];
  for (const key of keys) {
    let node = root;
    while (node instanceof Branch) {
      node = node.children[lowerBound(node.keys, key, order)]!;
    }
    leaves.push(node);
  }
  assert(areWhole(leaves), 'a leaf has a value for each key');
  return leaves;
}

/** Reads the beginning of every leaf's arrays, too. */
function areWhole(leaves: readonly Leaf<unknown>[]): boolean {
  let keyCount = 0;
  for (const {keys} of leaves) keyCount += keys.length;
  let valueCount = 0;
  for (const {values} of leaves) valueCount += values.length;
  return keyCount === valueCount;
}
