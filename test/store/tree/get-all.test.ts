import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {singleKeyOrder, tupleOrder} from '../../../lib/store/tree/key-order';
import {Tree} from '../../../lib/store/tree/tree';
import {anyValue, tryOften} from '../../support/random';

describe('getting many values of a Tree', () => {
  it('gives what a lookup of each key gives, keys in any order', () => {
    const number = fc.integer({min: 0, max: 3_000});
    const numbers = fc.array(number, {maxLength: 2_000});
    tryOften(
      fc.property(numbers, numbers, (stored, asked) => {
        const tree = Tree.create<string>(singleKeyOrder);
        for (const key of stored) tree.set(key, `value ${key}`);
        const expected = asked.map(key => tree.get(key));
        assert.deepEqual(tree.getAll(asked), expected);
      }),
    );
  });

  it('gives what a lookup gives by keys of all kinds and of two parts', () => {
    const keys = fc.array(fc.tuple(anyValue, anyValue), {maxLength: 200});
    tryOften(
      fc.property(keys, keys, (stored, others) => {
        const tree = Tree.create<number>(tupleOrder([1, -1]));
        for (const [i, key] of stored.entries()) tree.set(key, i);
        const asked = [...others, ...stored, ...others];
        assert.deepEqual(
          tree.getAll(asked),
          asked.map(key => tree.get(key)),
        );
      }),
    );
  });
});
