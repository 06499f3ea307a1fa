import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {runAtOnce} from '../../../lib/base/slices';
import {forEachDifference} from '../../../lib/store/tree/differences';
import {
  type Key,
  type KeyOrder,
  singleKeyOrder,
  tupleOrder,
} from '../../../lib/store/tree/key-order';
import {nothing, refused} from '../../../lib/store/tree/merge';
import {
  Branch,
  Leaf,
  maxNodeSize,
  type Node,
} from '../../../lib/store/tree/nodes';
import {Tree} from '../../../lib/store/tree/tree';
import {compareValues} from '../../../lib/value/compare';
import {tryOften} from '../../support/random';

/** What is to be at each key: a number, or nothing. */
type Batch = ReadonlyMap<number, number | undefined>;

/** Values weigh 1 to 3. */
const weigh = (value: unknown) => 1 + ((value as number) % 3);

/** Keys as they are, or as they would be in an index of two properties. */
const forms: readonly {order: KeyOrder; keyOf: (number: number) => Key}[] = [
  {order: singleKeyOrder, keyOf: number => number},
  {order: singleKeyOrder, keyOf: number => String(number).padStart(6, '0')},
  {
    order: tupleOrder([1, -1]),
    keyOf: number => [Math.floor(number / 10), -(number % 10)],
  },
];

const small = fc.integer({min: 0, max: 5_000});
/** Runs of neighbours, and keys that lie apart. */
const batch: fc.Arbitrary<Batch> = fc
  .array(
    fc.record({
      first: small,
      length: fc.oneof(
        {weight: 4, arbitrary: fc.constant(1)},
        fc.integer({min: 1, max: 300}),
      ),
      step: fc.constantFrom(1, 2, 31),
      value: fc.option(fc.integer({min: 0, max: 9}), {nil: undefined}),
    }),
    {minLength: 1, maxLength: 60},
  )
  .map(runs => {
    const all = new Map<number, number | undefined>();
    for (const {first, length, step, value} of runs) {
      for (let i = 0; i < length; i++) all.set(first + i * step, value);
    }
    return all;
  });

const history = fc.record({
  form: fc.constantFrom(...forms),
  start: fc.oneof(fc.constant(0), fc.integer({min: 1, max: 4_000})),
  batches: fc.array(batch, {minLength: 1, maxLength: 6}),
  isCut: fc.boolean(),
});

function writesOf(made: Batch, keyOf: (number: number) => Key) {
  const numbers = [...made.keys()].sort((a, b) => a - b);
  return {
    keys: numbers.map(keyOf),
    change: (_: unknown, place: number) => made.get(numbers[place]!) ?? nothing,
  };
}

function entriesOf(tree: Tree<number>): [Key, number][] {
  const entries: [Key, number][] = [];
  tree.forEach((value, key) => void entries.push([key, value]));
  return entries;
}

function twinOf(
  twin: ReadonlyMap<number, number>,
  keyOf: (number: number) => Key,
): [Key, number][] {
  return [...twin]
    .sort(([a], [b]) => a - b)
    .map(([number, value]) => [keyOf(number), value]);
}

/** Fails where leaves are at different depths, or a node is too long. */
function assertWellFormed(root: Node<unknown>): number {
  if (!(root instanceof Branch)) {
    assert.ok(root.keys.length <= maxNodeSize);
    assert.equal(root.keys.length, root.values.length);
    return 0;
  }
  const {children, keys, weights} = root;
  assert.ok(children.length <= maxNodeSize);
  assert.equal(keys.length, children.length - 1);
  assert.equal(weights.length, children.length);
  const depths = new Set(children.map(assertWellFormed));
  assert.equal(depths.size, 1);
  return 1 + [...depths][0]!;
}

function nodesIn(root: Node<unknown>, nodes = new Set<unknown>()) {
  nodes.add(root);
  if (root instanceof Branch) {
    for (const child of root.children) nodesIn(child, nodes);
  }
  return nodes;
}

describe('a merge', () => {
  it('makes what writes one by one make, and leaves the trees before as they were', () => {
    tryOften(
      fc.property(history, ({batches, form: {keyOf, order}, isCut, start}) => {
        const numbers = Array.from({length: start}, (_, i) => i);
        let tree = Tree.create<number>(order, {}, weigh).filled(
          numbers.map(keyOf),
          numbers.map(number => number % 7),
        );
        const twin = new Map(numbers.map(number => [number, number % 7]));
        const versions: [Tree<number>, [Key, number][]][] = [];
        for (const made of batches) {
          versions.push([tree, twinOf(twin, keyOf)]);
          const writes = writesOf(made, keyOf);
          tree = runAtOnce(tree.merging(writes, {}, isCut))!;
          for (const [number, value] of made) {
            if (value === undefined) twin.delete(number);
            else twin.set(number, value);
          }
        }
        versions.push([tree, twinOf(twin, keyOf)]);
        for (const [version, entries] of versions) {
          assert.deepEqual(version.problems(), []);
          assert.equal(version.size, entries.length);
          assert.deepEqual(entriesOf(version), entries);
          assertWellFormed(version.root);
        }
        assert.equal(
          tree.weightBetween({}),
          [...twin.values()].reduce((sum, value) => sum + weigh(value), 0),
        );
      }),
      60,
    );
  });

  it('leaves a tree that takes single writes, before and after it', () => {
    tryOften(
      fc.property(
        history,
        fc.array(fc.tuple(small, fc.boolean()), {maxLength: 200}),
        ({batches, form: {keyOf, order}}, singles) => {
          const owner = {};
          let tree = Tree.create<number>(order, owner, weigh);
          const twin = new Map<number, number>();
          const write = (number: number, isRemoval: boolean) => {
            if (isRemoval) {
              tree.delete(keyOf(number));
              twin.delete(number);
            } else {
              tree.set(keyOf(number), 1);
              twin.set(number, 1);
            }
          };
          for (const made of batches) {
            for (const [number, isRemoval] of singles) write(number, isRemoval);
            const before = tree;
            const entries = twinOf(twin, keyOf);
            tree = runAtOnce(
              tree.merging(writesOf(made, keyOf), owner, false),
            )!;
            for (const [number, value] of made) {
              if (value === undefined) twin.delete(number);
              else twin.set(number, value);
            }
            for (const [number, isRemoval] of singles)
              write(number, !isRemoval);
            assert.deepEqual(entriesOf(before), entries);
          }
          assert.deepEqual(tree.problems(), []);
          assert.deepEqual(entriesOf(tree), twinOf(twin, keyOf));
        },
      ),
      30,
    );
  });

  it('shares the nodes without any of its keys', () => {
    const numbers = Array.from({length: 100_000}, (_, i) => 2 * i);
    const tree = Tree.create<number>(singleKeyOrder).filled(numbers, numbers);
    const keys = [1, 60_001, 60_003, 199_999];
    const writes = {keys, change: () => 0};
    const merged = runAtOnce(tree.merging(writes, {}, false))!;
    const old = nodesIn(tree.root);
    const made = [...nodesIn(merged.root)].filter(node => !old.has(node));
    assert.ok(made.length <= 4 * keys.length, `${made.length} nodes`);
    const differing: Key[] = [];
    forEachDifference(tree, merged, key => void differing.push(key));
    assert.deepEqual(differing, keys);
  });

  it('shares the keys of leaves in which it overwrites values only', () => {
    const numbers = Array.from({length: 10_000}, (_, i) => i);
    const tree = Tree.create<number>(singleKeyOrder, {}, weigh).filled(
      numbers,
      numbers.map(() => 0),
    );
    const keys = numbers.filter(number => number % 7 < 2);
    const writes = {keys, change: () => 2};
    const merged = runAtOnce(tree.merging(writes, {}, true))!;
    assert.deepEqual(merged.problems(), []);
    assert.deepEqual(
      entriesOf(merged),
      numbers.map(number => [number, number % 7 < 2 ? 2 : 0]),
    );
    assert.ok(entriesOf(tree).every(([, value]) => value === 0));
    const keysIn = ({root}: Tree<number>) =>
      [...nodesIn(root)].flatMap(node =>
        node instanceof Leaf ? [node.keys] : [],
      );
    const old = new Set(keysIn(tree));
    assert.ok(keysIn(merged).every(each => old.has(each)));
  });

  it('fills leaves where many keys come side by side', () => {
    const tree = Tree.create<number>(singleKeyOrder).filled([0, 1e6], [0, 0]);
    const keys = Array.from({length: 10_000}, (_, i) => i + 1);
    const merged = runAtOnce(tree.merging({keys, change: () => 1}, {}, true))!;
    const leaves = [...nodesIn(merged.root)].filter(
      node => !(node instanceof Branch),
    );
    assert.ok(leaves.length < 10_000 / (0.8 * maxNodeSize));
  });

  it('joins the leaves of which most is deleted', () => {
    const numbers = Array.from({length: 10_000}, (_, i) => i);
    const tree = Tree.create<number>(singleKeyOrder).filled(numbers, numbers);
    const keys = numbers.filter(number => number % 20 !== 0);
    const writes = {keys, change: (): typeof nothing => nothing};
    const merged = runAtOnce(tree.merging(writes, {}, false))!;
    assert.deepEqual(
      entriesOf(merged).map(([key]) => key),
      numbers.filter(number => number % 20 === 0),
    );
    assert.ok(nodesIn(merged.root).size < 25);
  });

  it('hands each key its value, and ends where one is refused', () => {
    const tree = Tree.create<number>(singleKeyOrder).filled([1, 3], [10, 30]);
    const olds: unknown[] = [];
    const change = (old: unknown, place: number) => {
      olds.push(old);
      return place === 2 ? refused : 0;
    };
    const writes = {keys: [1, 2, 3, 4], change};
    assert.equal(runAtOnce(tree.merging(writes, {}, false)), undefined);
    assert.deepEqual(olds, [10, nothing, 30]);
    assert.deepEqual(entriesOf(tree), [
      [1, 10],
      [3, 30],
    ]);
  });

  it('keeps a tree that has keys only one', () => {
    const numbers = Array.from({length: 1_000}, (_, i) => i);
    const set = Tree.create<undefined>(singleKeyOrder).filledWithKeys(numbers);
    const keys = numbers.map(number => number + 500);
    const change = (old: unknown) => (old === nothing ? undefined : nothing);
    const merged = runAtOnce(set.merging({keys, change}, {}, false))!;
    const found: Key[] = [];
    merged.forEach((_, key) => void found.push(key));
    assert.deepEqual(found, [
      ...numbers.slice(0, 500),
      ...numbers.slice(0, 500).map(number => number + 1_000),
    ]);
    merged.set(-1, undefined);
    assert.equal(merged.size, 1_001);
    assert.equal(compareValues(merged.firstKey(), -1), 0);
  });
});
