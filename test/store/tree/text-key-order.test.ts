import assert from 'node:assert/strict';
import {Cut, type Key, type KeyOrder} from '../../../lib/store/tree/key-order';
import {
  singleTextKeyOrder,
  textTupleOrder,
} from '../../../lib/store/tree/text-key-order';
import {stop, Tree} from '../../../lib/store/tree/tree';
import type {TextOrder} from '../../../lib/value/text-order';

const texts: TextOrder = {
  name: 'without case',
  compare: (a, b) => {
    const [x, y] = [a.toLowerCase(), b.toLowerCase()];
    return x < y ? -1 : x > y ? 1 : 0;
  },
};

describe('the order of keys with an order of texts', () => {
  const order = singleTextKeyOrder(texts);

  it('has texts equal that the order of texts has', () => {
    assert.equal(order('Bob', 'bOB'), 0);
    assert.equal(Math.sign(order('a', 'B')), -1);
  });

  it('has other values where they are without it', () => {
    assert.equal(Math.sign(order(null, 'a')), -1);
    assert.equal(Math.sign(order(2, 10)), -1);
    assert.equal(Math.sign(order(10, 'a')), -1);
  });

  it('has cuts before and after the texts that are equal', () => {
    assert.equal(order(new Cut(['BOB'], 'before'), 'bob'), -1);
    assert.equal(order('bob', new Cut(['BOB'], 'after')), -1);
  });

  it('has tuples equal, each value in its direction', () => {
    const tuples = textTupleOrder([1, -1], texts);
    assert.equal(tuples(['A', 'x'], ['a', 'X']), 0);
    assert.equal(Math.sign(tuples(['a', 'x'], ['A', 'Y'])), 1);
    assert.equal(tuples(['a', 'x'], new Cut(['A'], 'after')), -1);
    assert.equal(tuples(new Cut(['A'], 'before'), ['a', 'x']), -1);
  });

  it('has a tree find a key by any of its forms', () => {
    const tree = Tree.create<number>(order);
    for (let i = 0; i < 500; i++) tree.set(`Name ${i}`, i);
    assert.equal(tree.get('NAME 321'), 321);
    assert.equal(tree.size, 500);
    tree.set('name 321', -1);
    assert.equal(tree.size, 500);
    assert.deepEqual(tree.problems(), []);
  });

  for (const isReverse of [false, true]) {
    const way = isReverse ? 'downwards' : 'upwards';

    it(`has a walk of one value that has stopped go on, ${way}`, () => {
      const keys: Key[] = [null, ...Array(50).keys(), 'a', 'Bob', ['b'], 'c'];
      assertGoesOn(order, keys, isReverse);
    });

    it(`has a walk of tuples that has stopped go on, ${way}`, () => {
      const names = ['', 'a', 'Bob', 'c'];
      const keys = names.flatMap(name => names.map(other => [name, other]));
      assertGoesOn(textTupleOrder([1, -1], texts), keys, isReverse);
    });
  }
});

/** Holds that a walk that stops at each key visits all of them, in their order. */
function assertGoesOn(
  order: KeyOrder,
  keys: readonly Key[],
  isReverse: boolean,
): void {
  const tree = Tree.create<undefined>(order);
  for (const key of keys) tree.set(key, undefined);
  const walk = tree.walk({}, isReverse);
  const visited: Key[] = [];
  const visit = (_: undefined, key: Key) => {
    visited.push(key);
    return stop;
  };
  while (!walk.advance(visit) && visited.length <= keys.length);
  const sorted = keys.toSorted(order);
  assert.deepEqual(visited, isReverse ? sorted.toReversed() : sorted);
}
