import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  type Key,
  type KeyOrder,
  singleKeyOrder,
  tupleOrder,
} from '../../lib/store/tree/key-order';
import {type Column, sequenceOf} from '../../lib/store/sort-keys';
import {tryOften} from '../support/random';

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

/** Texts that mostly differ only where their codes have ended. */
const prefixedText = fc
  .string({unit: fc.constantFrom('a', 'b'), maxLength: 4})
  .map(rest => `much the same text ${'a'.repeat(9)}${rest}`);

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

const values: readonly fc.Arbitrary<unknown>[] = [
  fc.option(fc.integer({min: -2, max: 2})),
  fc.option(number),
  fc.option(date),
  fc.option(fc.constantFrom('', 'same start, a', 'same start, b', 'other')),
  fc.option(prefixedText),
  fc.oneof(number, fc.boolean(), fc.constant(new Date(Number.NaN))),
];

/** Keys of several values, each of one kind, and in which direction each goes. */
const tupleLists = fc
  .array(
    fc.record({
      value: fc.constantFrom(...values),
      direction: fc.constantFrom<1 | -1>(1, -1),
    }),
    {minLength: 2, maxLength: 3},
  )
  .chain(parts =>
    fc.record({
      keys: fc.array(fc.tuple(...parts.map(({value}) => value))),
      directions: fc.constant(parts.map(({direction}) => direction)),
    }),
  );

/** Fails unless keys are put in the order in which a sort by it has them. */
function requireInOrder(
  keys: readonly Key[],
  order: KeyOrder,
  columns: readonly Column[],
): void {
  const {places, repeats} = sequenceOf(columns);
  const expected = keys
    .map((_, place) => place)
    .sort((a, b) => order(keys[a], keys[b]) || a - b);
  assert.deepEqual([...places], expected);
  assert.deepEqual(
    [...repeats],
    expected.map((place, i) =>
      i > 0 && order(keys[expected[i - 1]!], keys[place]) === 0 ? 1 : 0,
    ),
  );
}

describe('the sequence of keys', () => {
  it('is that in which comparing them puts them', () => {
    tryOften(
      fc.property(keyLists, keys =>
        requireInOrder(keys, singleKeyOrder, [{values: keys, direction: 1}]),
      ),
      500,
    );
  });

  it('is that in which comparing them puts those of several values', () => {
    tryOften(
      fc.property(tupleLists, ({keys, directions}) =>
        requireInOrder(
          keys,
          tupleOrder(directions),
          directions.map((direction, i) => ({
            values: keys.map(key => key[i]),
            direction,
          })),
        ),
      ),
      500,
    );
  });

  it('compares what the first characters do not tell apart', () => {
    const keys = ['same start, b', 'same start, a', 'same', 'other'].map(
      key => `prefix ${key}`,
    );
    const {places} = sequenceOf([{values: keys, direction: 1}]);
    assert.deepEqual([...places], [3, 2, 1, 0]);
  });
});
