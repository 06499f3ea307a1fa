import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  compareValues,
  equalValues,
  firstOfKind,
  Kind,
  kindOf,
} from '../../lib/value/compare';
import {anyValue, tryOften} from '../support/random';

/** Values in the documented order; those in one group are equal. */
const ascendingGroups: readonly (readonly unknown[])[] = [
  [null, undefined],
  [Number.NaN, new Date(Number.NaN)],
  [false],
  [true],
  [-Infinity],
  [-(2n ** 70n)],
  [-1, -1n],
  [-0, 0, 0n],
  [0.5],
  [1, 1n],
  [2 ** 53, 2n ** 53n],
  [2n ** 53n + 1n],
  [2 ** 53 + 2],
  [Infinity],
  [''],
  ['10'],
  ['9'],
  ['B'],
  ['a'],
  ['\ud83d\ude00'],
  ['\uffff'],
  [new Date(-1)],
  [new Date(0), new Date(0)],
  [Buffer.from([])],
  [Buffer.from([1]), new Uint8Array([1])],
  [new Uint8Array([1, 0])],
  [Buffer.from([200])],
  [[]],
  [[null], [undefined]],
  [[1], [1n]],
  [[1, 0]],
  [['a']],
  [[[]]],
  [{}],
  [
    {a: 1, b: 2},
    {b: 2, a: 1},
  ],
  [{a: 1, c: 0}],
  [{b: 0}],
  [{b: 1}],
];

const sign = Math.sign;

describe('compareValues', () => {
  it('has the documented order of kinds and within each kind', () => {
    ascendingGroups.forEach((group, i) => {
      ascendingGroups.forEach((other, j) => {
        for (const a of group) {
          for (const b of other) {
            assert.equal(sign(compareValues(a, b)), sign(i - j));
          }
        }
      });
    });
  });

  it('takes every value as equal to itself', () => {
    tryOften(
      fc.property(fc.clone(anyValue, 2), ([a, b]) => {
        assert.equal(compareValues(a, b), 0);
      }),
    );
  });

  it('turns its sign when its operands change places', () => {
    tryOften(
      fc.property(anyValue, anyValue, (a, b) => {
        assert.equal(sign(compareValues(a, b)) + sign(compareValues(b, a)), 0);
      }),
      2000,
    );
  });

  it('never answers NaN', () => {
    tryOften(
      fc.property(anyValue, anyValue, (a, b) => {
        assert.ok(!Number.isNaN(compareValues(a, b)));
      }),
      1000,
    );
  });

  it('is transitive', () => {
    tryOften(
      fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) {
          assert.ok(compareValues(a, c) <= 0);
        }
        if (compareValues(a, b) >= 0 && compareValues(b, c) >= 0) {
          assert.ok(compareValues(a, c) >= 0);
        }
      }),
      2000,
    );
  });

  it('orders equal values alike against any third', () => {
    const numeral = fc.oneof(
      fc.constantFrom(-0, 0, 0n, 1, 1n, 2 ** 53, 2n ** 53n, 2n ** 53n + 1n),
      anyValue,
    );
    tryOften(
      fc.property(numeral, numeral, numeral, (a, b, c) => {
        fc.pre(compareValues(a, b) === 0);
        assert.equal(sign(compareValues(a, c)), sign(compareValues(b, c)));
      }),
      300,
    );
  });

  it('compares numbers with bigints exactly, beyond 2^53 too', () => {
    const integer = fc.bigInt({min: -(2n ** 80n), max: 2n ** 80n});
    tryOften(
      fc.property(integer, fc.integer({min: -3, max: 3}), (a, offset) => {
        const number = Number(a + BigInt(offset));
        const exact = BigInt(number);
        const expected = a < exact ? -1 : a > exact ? 1 : 0;
        assert.equal(compareValues(a, number), expected);
      }),
      1000,
    );
  });

  it('orders strings by UTF-16 code units, not by code points', () => {
    assert.ok(compareValues('\ud83d\ude00', '\ufb00') < 0);
  });

  it('orders bytes as unsigned numbers', () => {
    tryOften(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        const naive = compareValues(Array.from(a), Array.from(b));
        assert.equal(sign(compareValues(a, b)), sign(naive));
      }),
    );
  });

  it('does not see the order in which keys were set', () => {
    tryOften(
      fc.property(anyValue, anyValue, (x, y) => {
        assert.equal(compareValues({p: x, q: y}, {q: y, p: x}), 0);
      }),
    );
  });
});

describe('equalValues', () => {
  it('agrees with the order', () => {
    tryOften(
      fc.property(anyValue, anyValue, (a, b) => {
        assert.equal(equalValues(a, b), compareValues(a, b) === 0);
      }),
      1000,
    );
  });
});

describe('kindOf', () => {
  const examples: readonly [kind: keyof typeof Kind, value: unknown][] = [
    ['null', null],
    ['null', undefined],
    ['invalid', Number.NaN],
    ['invalid', new Date(Number.NaN)],
    ['invalid', Symbol('a')],
    ['invalid', () => 1],
    ['boolean', true],
    ['number', 1.5],
    ['number', 1n],
    ['string', ''],
    ['date', new Date(0)],
    ['bytes', Buffer.from('a')],
    ['bytes', new Uint8Array(1)],
    ['array', []],
    ['object', {}],
    ['object', Object.create(null)],
  ];
  it('knows the kind of each value', () => {
    assert.deepEqual(
      examples.map(([, value]) => kindOf(value)),
      examples.map(([kind]) => Kind[kind]),
    );
  });
});

describe('firstOfKind', () => {
  it('is of the kind that it begins', () => {
    for (const kind of Object.values(Kind)) {
      assert.equal(kindOf(firstOfKind(kind)), kind);
    }
  });

  it('comes before every other value of its kind', () => {
    tryOften(
      fc.property(anyValue, value => {
        assert.ok(compareValues(firstOfKind(kindOf(value)), value) <= 0);
      }),
      1000,
    );
  });

  it('comes after every value of a lesser kind', () => {
    tryOften(
      fc.property(
        anyValue,
        fc.constantFrom(...Object.values(Kind)),
        (value, kind) => {
          fc.pre(kindOf(value) < kind);
          assert.ok(compareValues(value, firstOfKind(kind)) < 0);
        },
      ),
      500,
    );
  });
});
