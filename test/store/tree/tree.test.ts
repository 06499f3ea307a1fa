import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  Cut,
  singleKeyOrder,
  tupleOrder,
} from '../../../lib/store/tree/key-order';
import {
  type KeyRange,
  stop,
  Tree,
  type Visit,
} from '../../../lib/store/tree/tree';
import {compareValues} from '../../../lib/value/compare';
import {anyValue, tryOften} from '../../support/random';

type Entry = readonly [key: unknown, value: unknown];

/** A tree's twin: an array that is kept in order. */
class SortedArray {
  constructor(private entries: readonly Entry[] = []) {}

  get all(): readonly Entry[] {
    return this.entries;
  }

  has(key: unknown): boolean {
    return this.entries.some(entry => compareValues(entry[0], key) === 0);
  }

  get(key: unknown): unknown {
    return this.entries.find(entry => compareValues(entry[0], key) === 0)?.[1];
  }

  set(key: unknown, value: unknown): void {
    this.delete(key);
    const next: Entry = [key, value];
    this.entries = [...this.entries, next].sort((a, b) =>
      compareValues(a[0], b[0]),
    );
  }

  delete(key: unknown): void {
    this.entries = this.entries.filter(
      entry => compareValues(entry[0], key) !== 0,
    );
  }

  clone(): SortedArray {
    return new SortedArray(this.entries);
  }

  between({low, high}: KeyRange): readonly Entry[] {
    return this.entries.filter(
      ([key]) =>
        (low === undefined || singleKeyOrder(key, low) > 0) &&
        (high === undefined || singleKeyOrder(key, high) < 0),
    );
  }
}

function entriesOf(
  tree: Tree<unknown>,
  range: KeyRange = {},
  isReverse = false,
): Entry[] {
  const entries: Entry[] = [];
  tree.scan(range, isReverse, (value, key) => void entries.push([key, value]));
  return entries;
}

function assertSame(tree: Tree<unknown>, twin: SortedArray): void {
  assert.deepEqual(tree.problems(), []);
  assert.deepEqual(entriesOf(tree), twin.all);
  assert.equal(tree.size, twin.all.length);
}

function treeOf(entries: readonly Entry[]): [Tree<unknown>, SortedArray] {
  const tree = Tree.create<unknown>(singleKeyOrder);
  const twin = new SortedArray();
  for (const [key, value] of entries) {
    tree.set(key, value);
    twin.set(key, value);
  }
  return [tree, twin];
}

/** How a tree came to its first entries. */
type Made = 'one by one' | 'at once' | 'of keys';

/** A tree of some keys, and its twin; of keys alone all values are undefined. */
function madeOf(
  keys: readonly number[],
  how: Made,
): [Tree<unknown>, SortedArray] {
  if (how === 'one by one') return treeOf(keys.map(key => [key, -1]));
  const sorted = keys.toSorted((a, b) => a - b);
  if (how === 'of keys') {
    const twin = new SortedArray(sorted.map(key => [key, undefined]));
    const tree = Tree.create<undefined>(singleKeyOrder);
    return [tree.filledWithKeys(sorted), twin];
  }
  const values = sorted.map(() => -1);
  const twin = new SortedArray(sorted.map(key => [key, -1]));
  return [Tree.create<unknown>(singleKeyOrder).filled(sorted, values), twin];
}

type Write =
  | {readonly kind: 'set' | 'insert'; readonly key: number}
  | {readonly kind: 'delete'; readonly key: number}
  | {readonly kind: 'deleteRun'; readonly key: number; readonly length: number};

const integer = fc.integer({min: 0, max: 250});

/** A write to one of several copies, and whether a copy is taken first. */
const step = fc.record({
  copy: fc.nat(),
  clonesFirst: fc.boolean(),
  writes: fc.array(
    fc.oneof<fc.Arbitrary<Write>[]>(
      fc.record({kind: fc.constantFrom('set', 'insert'), key: integer}),
      fc.record({kind: fc.constant('delete'), key: integer}),
      fc.record({
        kind: fc.constant('deleteRun'),
        key: integer,
        length: fc.nat(100),
      }),
    ),
    {maxLength: 20},
  ),
});

/** Performs a write on both; the value, if any, tells it from all others. */
function write(
  action: Write,
  value: number | undefined,
  [tree, twin]: readonly [Tree<unknown>, SortedArray],
): void {
  const {kind, key} = action;
  if (kind === 'set') {
    tree.set(key, value);
    twin.set(key, value);
  } else if (kind === 'insert') {
    assert.equal(tree.insert(key, value), !twin.has(key));
    if (!twin.has(key)) twin.set(key, value);
  } else {
    const last = kind === 'deleteRun' ? key + action.length : key;
    for (let each = key; each <= last; each++) {
      assert.equal(tree.delete(each), twin.has(each));
      twin.delete(each);
    }
  }
}

describe('Tree', () => {
  it('holds what a sorted array holds, and so do all its copies', () => {
    const start = fc.uniqueArray(integer, {maxLength: 250});
    const made = fc.constantFrom<Made>('one by one', 'at once', 'of keys');
    const steps = fc.array(step, {maxLength: 12});
    tryOften(
      fc.property(start, made, steps, (keys, how, taken) => {
        const copies = [madeOf(keys, how)];
        let value = 0;
        for (const {copy, clonesFirst, writes} of taken) {
          const chosen = copies[copy % copies.length]!;
          if (clonesFirst)
            copies.push([chosen[0].ownedBy({}), chosen[1].clone()]);
          for (const action of writes) {
            value++;
            write(action, how === 'of keys' ? undefined : value, chosen);
          }
          for (const [tree, twin] of copies) assertSame(tree, twin);
        }
      }),
      200,
    );
  });

  it('orders keys of all kinds', () => {
    const entries = fc.array(fc.tuple(anyValue, fc.nat()), {maxLength: 60});
    tryOften(
      fc.property(entries, all => {
        const [tree] = treeOf(all);
        const keys = entriesOf(tree).map(([key]) => key);
        keys.slice(1).forEach((key, i) => {
          assert.ok(compareValues(keys[i], key) < 0);
        });
        assert.deepEqual(tree.problems(), []);
      }),
    );
  });

  it('finds by key what was stored there', () => {
    const entries = fc.array(fc.tuple(anyValue, fc.nat()), {maxLength: 60});
    tryOften(
      fc.property(entries, anyValue, (all, other) => {
        const [tree, twin] = treeOf(all);
        for (const key of [...all.map(entry => entry[0]), other]) {
          assert.equal(tree.has(key), twin.has(key));
          assert.equal(tree.get(key), twin.get(key));
        }
      }),
    );
  });

  it('knows that a key with an undefined value is present', () => {
    const tree = Tree.create<undefined>(singleKeyOrder);
    tree.set(1, undefined);
    assert.deepEqual([tree.has(1), tree.has(2)], [true, false]);
  });

  it('is sound after values were stored anew under equal tuples', () => {
    const tree = Tree.create<number>(tupleOrder([1, -1]));
    for (let id = 0; id < 100; id++) tree.set([1, id], id);
    for (let id = 0; id < 100; id++) tree.set([1, id], -id);
    assert.deepEqual(tree.problems(), []);
  });

  it('knows its first and last key', () => {
    const [tree] = treeOf([2, 1, 3].map(key => [key, 0]));
    assert.deepEqual([tree.firstKey(), tree.lastKey()], [1, 3]);
  });

  it('hands out the values of its leaves in both directions', () => {
    const values = Array.from({length: 3_000}, (_, i) => i);
    const [tree] = treeOf(values.map(i => [i, i]));
    for (const isReverse of [false, true]) {
      const found: unknown[] = [];
      const leaves = tree.leaves(isReverse);
      for (let some = leaves.next(); some; some = leaves.next()) {
        found.push(...some);
      }
      assert.deepEqual(found, isReverse ? values.toReversed() : values);
    }
  });

  it('goes on scanning where the visitor has stopped, either way', () => {
    const [tree] = treeOf(Array.from({length: 3_000}, (_, i) => [i, i]));
    const low = new Cut([10], 'after');
    const high = new Cut([2_900], 'before');
    for (const isReverse of [false, true]) {
      const found: unknown[] = [];
      const walk = tree.walk({low, high}, isReverse);
      let advances = 1;
      const visit: Visit<unknown> = value =>
        found.push(value) % 100 === 0 ? stop : undefined;
      while (!walk.advance(visit)) advances++;
      const expected = Array.from({length: 2_889}, (_, i) => i + 11);
      assert.deepEqual(found, isReverse ? expected.toReversed() : expected);
      assert.equal(advances, 29);
    }
  });

  it('has no first and last key when it is empty', () => {
    const [tree] = treeOf([]);
    assert.deepEqual([tree.firstKey(), tree.lastKey()], [undefined, undefined]);
  });
});

describe('a Tree for an owner to change', () => {
  const owner = {};
  const tree = Tree.create<number>(singleKeyOrder, owner);
  tree.set(1, 1);

  it('is itself for the owner that it was made for', () => {
    assert.equal(tree.ownedBy(owner), tree);
  });

  it('is a copy for any other, and that one its own', () => {
    const other = {};
    const copy = tree.ownedBy(other);
    copy.set(2, 2);
    assert.deepEqual([tree.size, copy.size], [1, 2]);
    assert.equal(copy.ownedBy(other), copy);
  });

  it('is nobody else’s when nobody was named', () => {
    const anonymous = Tree.create<number>(singleKeyOrder);
    assert.notEqual(anonymous.ownedBy({}), anonymous);
  });
});

describe('a Tree with weights', () => {
  const weighed = fc.uniqueArray(integer, {maxLength: 250});
  const weightOf = (value: unknown): number => value as number;

  /** A tree written in two ways, in which each key weighs 1 to 5. */
  function weighedTree(keys: readonly number[]): Tree<number> {
    const tree = Tree.create<number>(singleKeyOrder, {}, weightOf);
    for (const key of keys) tree.set(key, 9);
    for (const key of keys) tree.update(key, () => (key % 5) + 1);
    return tree;
  }

  it('keeps the weights of its parts through all writes', () => {
    const gone = fc.array(integer, {maxLength: 250});
    tryOften(
      fc.property(weighed, gone, (keys, removed) => {
        const tree = weighedTree(keys);
        for (const key of removed) tree.update(key, () => undefined);
        assert.deepEqual(tree.problems(), []);
        const rest = keys.filter(key => !removed.includes(key));
        assert.equal(tree.size, rest.length);
      }),
    );
  });

  it('passes over what is to be skipped, and no more', () => {
    const bools = fc.boolean();
    tryOften(
      fc.property(weighed, fc.nat(800), bools, (keys, skipped, reverse) => {
        const units: number[] = [];
        weighedTree(keys).scan({}, reverse, (value, key) => {
          for (let i = 0; i < value; i++) units.push(key as number);
        });
        const skip = {left: skipped};
        const seen: number[] = [];
        weighedTree(keys).scan(
          {},
          reverse,
          (value, key) => {
            for (let i = 0; i < value; i++) {
              if (skip.left > 0) skip.left--;
              else seen.push(key as number);
            }
          },
          skip,
        );
        assert.deepEqual(seen, units.slice(skipped));
      }),
    );
  });

  it('is as it was after an update that throws', () => {
    const tree = weighedTree([1, 2, 3]);
    const refuse = (): never => {
      throw new Error('refused');
    };
    assert.throws(() => tree.update(2, refuse), /refused/);
    assert.deepEqual(tree.problems(), []);
    assert.equal(tree.get(2), 3);
  });
});

describe('a range of a Tree', () => {
  const cut = fc.option(
    fc
      .tuple(
        fc.oneof(integer, fc.double({min: -5, max: 255}), anyValue),
        fc.constantFrom<'before' | 'after'>('before', 'after'),
        fc.boolean(),
      )
      .map(([value, side, isOpen]) => new Cut(isOpen ? [] : [value], side)),
    {nil: undefined},
  );
  const range = fc.record({low: cut, high: cut});
  const keys = fc.uniqueArray(integer, {maxLength: 250});

  it('is scanned upwards as it is in a sorted array', () => {
    tryOften(
      fc.property(keys, range, (all, bounds) => {
        const [tree, twin] = treeOf(all.map(key => [key, key]));
        assert.deepEqual(entriesOf(tree, bounds), twin.between(bounds));
      }),
      400,
    );
  });

  it('is scanned downwards as it is in a sorted array', () => {
    tryOften(
      fc.property(keys, range, (all, bounds) => {
        const [tree, twin] = treeOf(all.map(key => [key, key]));
        assert.deepEqual(
          entriesOf(tree, bounds, true),
          twin.between(bounds).toReversed(),
        );
      }),
      400,
    );
  });

  it('is counted as it is in a sorted array', () => {
    tryOften(
      fc.property(keys, range, (all, bounds) => {
        const [tree, twin] = treeOf(all.map(key => [key, key]));
        assert.equal(tree.weightBetween(bounds), twin.between(bounds).length);
      }),
      400,
    );
  });

  it('counts nothing when its low end lies above its high end', () => {
    const [tree] = treeOf([1, 2, 3, 4].map(key => [key, key]));
    const inverted = {low: new Cut([3], 'after'), high: new Cut([2], 'before')};
    assert.equal(tree.weightBetween(inverted), 0);
  });

  it('is scanned no further than the visitor wants', () => {
    const wanted = fc.integer({min: 1, max: 300});
    const bools = fc.boolean();
    tryOften(
      fc.property(keys, range, wanted, bools, (all, bounds, most, reverse) => {
        const [tree, twin] = treeOf(all.map(key => [key, key]));
        const visited: unknown[] = [];
        tree.scan(bounds, reverse, (_, key) => {
          visited.push(key);
          return visited.length === most ? stop : undefined;
        });
        const inRange = twin.between(bounds).map(([key]) => key);
        if (reverse) inRange.reverse();
        assert.deepEqual(visited, inRange.slice(0, most));
      }),
    );
  });
});
