import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {singleKeyOrder, tupleOrder} from '../../../lib/store/tree/key-order';
import {stop, Tree} from '../../../lib/store/tree/tree';
import {compareValues} from '../../../lib/value/compare';
import {anyValue, tryOften} from '../../support/random';

type Entry = readonly [key: unknown, value: unknown];

function fetched(tree: Tree<unknown>, keys: ArrayLike<unknown>): Entry[] {
  const entries: Entry[] = [];
  tree.fetch(keys, (value, key) => void entries.push([key, value]));
  return entries;
}

/** Each looked up by itself. */
function lookedUp(tree: Tree<unknown>, keys: readonly unknown[]): unknown[] {
  return keys.filter(key => tree.has(key)).map(key => tree.get(key));
}

function treeOf(keys: readonly unknown[]): Tree<unknown> {
  const tree = Tree.create<unknown>(singleKeyOrder);
  for (const [i, key] of keys.entries()) tree.set(key, i);
  return tree;
}

function ascending(keys: readonly unknown[]): unknown[] {
  return [...keys]
    .sort(compareValues)
    .filter((key, i, all) => i === 0 || compareValues(all[i - 1], key) !== 0);
}

describe('fetching from a Tree', () => {
  const number = fc.integer({min: 0, max: 3_000});
  const numbers = fc.uniqueArray(number, {maxLength: 2_000});
  const start = fc.integer({min: 0, max: 3_000});
  const length = fc.integer({min: 0, max: 1_500});

  it('finds what a lookup of each key finds, in order', () => {
    tryOften(
      fc.property(numbers, numbers, (stored, asked) => {
        const tree = treeOf(stored);
        const keys = ascending(asked);
        const expected = lookedUp(tree, keys);
        const found = fetched(tree, keys).map(([, value]) => value);
        assert.deepEqual(found, expected);
        const typed = Float64Array.from(keys as number[]);
        assert.deepEqual(
          fetched(tree, typed).map(([, value]) => value),
          expected,
        );
      }),
    );
  });

  it('finds runs of keys that fill leaves', () => {
    tryOften(
      fc.property(numbers, start, length, (stored, first, count) => {
        const tree = treeOf(stored);
        const keys = Array.from({length: count}, (_, i) => first + i);
        assert.deepEqual(
          fetched(tree, keys).map(([key]) => key),
          keys.filter(key => tree.has(key)),
        );
      }),
    );
  });

  it('finds keys of all kinds', () => {
    const values = fc.array(anyValue, {maxLength: 120});
    tryOften(
      fc.property(values, values, (stored, others) => {
        const tree = treeOf(stored);
        const keys = ascending([...stored.slice(0, 60), ...others]);
        assert.deepEqual(
          fetched(tree, keys).map(([, value]) => value),
          lookedUp(tree, keys),
        );
      }),
    );
  });

  it('finds keys of several values, each with its direction', () => {
    const order = tupleOrder([1, -1]);
    const pair = fc.tuple(fc.nat(9), fc.nat(200));
    const pairs = fc.uniqueArray(pair, {
      maxLength: 500,
      selector: ([a, b]) => a * 1_000 + b,
    });
    tryOften(
      fc.property(pairs, pairs, (stored, asked) => {
        const tree = Tree.create<unknown>(order);
        for (const key of stored) tree.set(key, key);
        const keys = [...asked].sort(order);
        assert.deepEqual(
          fetched(tree, keys).map(([, value]) => value),
          lookedUp(tree, keys),
        );
      }),
    );
  });

  it('visits nothing after it was stopped', () => {
    const keys = Array.from({length: 2_000}, (_, i) => i);
    const tree = treeOf(keys);
    for (const most of [1, 31, 32, 33, 1_000]) {
      const visited: unknown[] = [];
      tree.fetch(keys, (_, key) =>
        visited.push(key) === most ? stop : undefined,
      );
      assert.deepEqual(visited, keys.slice(0, most));
    }
  });

  it('visits nothing where nothing is, or is wanted', () => {
    assert.deepEqual(fetched(treeOf([]), [1, 2]), []);
    assert.deepEqual(fetched(treeOf([1, 2]), []), []);
  });
});
