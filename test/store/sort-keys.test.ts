import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {singleKeyOrder} from '../../lib/store/key-order';
import {sequenceOf} from '../../lib/store/sort-keys';

const number = fc.oneof(
  fc.integer(),
  fc.double({noNaN: true}),
  fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity, Number.MIN_VALUE),
);
const date = fc.oneof(
  fc.date({noInvalidDate: true}),
  fc.integer({min: -3, max: 3}).map(time => new Date(time)),
);
const text = fc.oneof(
  fc.string({unit: 'binary', maxLength: 12}),
  fc.string({unit: fc.constantFrom('a', 'b', '\0', 'ÿ', 'Ā', '\ud83d')}),
);
const prefixed = fc
  .tuple(fc.string(), fc.array(text))
  .map(([prefix, texts]) => texts.map(rest => prefix + rest));

/** Keys of one kind, of one kind and null, or of several kinds. */
const keyLists = fc.oneof(
  prefixed,
  fc.array(number),
  fc.array(date),
  fc.array(fc.option(text)),
  fc.array(fc.option(number)),
  fc.array(fc.option(date)),
  fc.array(fc.oneof(number, text, date, fc.boolean(), fc.bigInt())),
  fc.array(fc.constantFrom(null, 1, new Date(Number.NaN))),
);

describe('the sequence of keys', () => {
  it('is that in which comparing them puts them', () => {
    fc.assert(
      fc.property(keyLists, keys => {
        const {places, repeats} = sequenceOf(keys, singleKeyOrder);
        const expected = keys
          .map((_, place) => place)
          .sort((a, b) => singleKeyOrder(keys[a], keys[b]) || a - b);
        assert.deepEqual([...places], expected);
        assert.deepEqual(
          [...repeats],
          expected.map((place, i) =>
            i > 0 && singleKeyOrder(keys[expected[i - 1]!], keys[place]) === 0
              ? 1
              : 0,
          ),
        );
      }),
      {numRuns: 500},
    );
  });

  it('compares what the first characters do not tell apart', () => {
    const keys = ['same start, b', 'same start, a', 'same', 'other'].map(
      key => `prefix ${key}`,
    );
    const {places} = sequenceOf(keys, singleKeyOrder);
    assert.deepEqual([...places], [3, 2, 1, 0]);
  });
});
