import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  Cut,
  type Key,
  type KeyOrder,
  singleKeyOrder,
  tupleOrder,
} from '../../../lib/store/tree/key-order';
import {compareValues} from '../../../lib/value/compare';
import {anyValue, tryOften} from '../../support/random';

const side = fc.constantFrom<'before' | 'after'>('before', 'after');

/** Asserts on which side of a cut a key lies, whichever comes first. */
function assertSide(order: KeyOrder, key: Key, cut: Cut, expected: number) {
  assert.equal(Math.sign(order(key, cut)), expected);
  assert.equal(Math.sign(order(cut, key)), -expected);
}

describe('singleKeyOrder', () => {
  it('is the one order of values', () => {
    tryOften(
      fc.property(anyValue, anyValue, (a, b) => {
        assert.equal(singleKeyOrder(a, b), compareValues(a, b));
      }),
    );
  });

  it('puts a cut just before or after the key that it names', () => {
    tryOften(
      fc.property(anyValue, anyValue, side, (key, value, where) => {
        const difference = Math.sign(compareValues(key, value));
        const atCut = where === 'before' ? 1 : -1;
        const cut = new Cut([value], where);
        assertSide(singleKeyOrder, key, cut, difference || atCut);
      }),
      500,
    );
  });

  it('puts a cut without values before or after all keys', () => {
    tryOften(
      fc.property(anyValue, key => {
        assertSide(singleKeyOrder, key, new Cut([], 'before'), 1);
        assertSide(singleKeyOrder, key, new Cut([], 'after'), -1);
      }),
    );
  });

  it('takes an array as one value, not as a tuple', () => {
    assertSide(singleKeyOrder, [1, 2], new Cut([[1]], 'after'), 1);
  });
});

describe('tupleOrder', () => {
  const small = fc.constantFrom(null, 1, 2, 'a');
  const tuple = fc.tuple(small, small, small);
  const directions = fc.array(fc.constantFrom<1 | -1>(1, -1), {
    minLength: 3,
    maxLength: 3,
  });

  it('compares value by value, each in its direction', () => {
    tryOften(
      fc.property(directions, tuple, tuple, (dirs, a, b) => {
        const differences = dirs.map((d, i) => compareValues(a[i], b[i]) * d);
        const first = differences.find(d => d !== 0) ?? 0;
        assert.equal(Math.sign(tupleOrder(dirs)(a, b)), Math.sign(first));
      }),
      500,
    );
  });

  it('puts a cut before or after all keys that begin with its values', () => {
    const property = fc.property(
      directions,
      tuple,
      fc.array(small, {maxLength: 3}),
      side,
      (dirs, key, values, where) => {
        const differences = values.map(
          (value, i) => compareValues(key[i], value) * dirs[i]!,
        );
        const first = differences.find(d => d !== 0);
        const expected = first ?? (where === 'before' ? 1 : -1);
        const cut = new Cut(values, where);
        assertSide(tupleOrder(dirs), key, cut, Math.sign(expected));
      },
    );
    tryOften(property, 500);
  });
});
