import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {singleKeyOrder} from '../../../lib/store/tree/key-order';
import {forEachDifference} from '../../../lib/store/tree/differences';
import {Tree} from '../../../lib/store/tree/tree';
import {tryOften} from '../../support/random';

interface Difference {
  readonly key: unknown;
  readonly before: unknown;
  readonly after: unknown;
}

function differences(before: Tree<object>, after: Tree<object>): Difference[] {
  const found: Difference[] = [];
  forEachDifference(before, after, (key, old, value) =>
    found.push({key, before: old, after: value}),
  );
  return found;
}

/** The same by way of all entries. */
function naiveDifferences(
  before: Tree<object>,
  after: Tree<object>,
): Difference[] {
  const keys = new Set<number>();
  for (const tree of [before, after]) {
    tree.forEach((_, key) => void keys.add(key as number));
  }
  return [...keys]
    .sort((a, b) => a - b)
    .map(key => ({key, before: before.get(key), after: after.get(key)}))
    .filter(each => each.before !== each.after);
}

function treeOf(size: number): Tree<object> {
  const keys = Array.from({length: size}, (_, i) => i * 2);
  return Tree.create<object>(singleKeyOrder).filled(
    keys,
    keys.map(key => ({key})),
  );
}

const write = fc.record({
  key: fc.integer({min: 0, max: 3000}),
  isDeletion: fc.boolean(),
});

function written(
  tree: Tree<object>,
  writes: readonly {key: number; isDeletion: boolean}[],
) {
  const copy = tree.ownedBy({});
  for (const {key, isDeletion} of writes) {
    if (isDeletion) copy.delete(key);
    else copy.set(key, {key});
  }
  return copy;
}

describe('The differences of two trees', () => {
  it('are those that a look at all entries finds', () => {
    const writes = fc.array(write, {maxLength: 300});
    tryOften(
      fc.property(
        fc.integer({min: 0, max: 1500}),
        writes,
        writes,
        (size, first, second) => {
          const base = treeOf(size);
          const left = written(base, first);
          const right = written(base, second);
          for (const [a, b] of [
            [base, left],
            [left, base],
            [left, right],
          ] as const) {
            assert.deepEqual(differences(a, b), naiveDifferences(a, b));
          }
        },
      ),
    );
  });

  it('are all entries where the other tree is empty', () => {
    const empty = treeOf(0);
    const full = treeOf(100);
    assert.equal(differences(empty, full).length, 100);
    assert.equal(differences(full, empty).length, 100);
    assert.deepEqual(differences(empty, empty), []);
  });

  it('are found without a look at what both share', () => {
    const base = treeOf(100_000);
    const changed = base.ownedBy({});
    changed.set(50_000, {});
    let compared = 0;
    const counting = {
      root: base.root,
      weigh: base.weigh,
      order: (a: unknown, b: unknown) => {
        compared++;
        return singleKeyOrder(a, b);
      },
    };
    forEachDifference<object>(counting, changed, () => undefined);
    assert.ok(compared > 0 && compared <= 64, `compared ${compared} keys`);
  });
});
