import assert from 'node:assert/strict';
import {runInNewContext} from 'node:vm';
import * as fc from 'fast-check';
import {
  coerce,
  coerceOperand,
  type ColumnType,
  isScalar,
} from '../../lib/value/coerce';
import {storedValue, tryOften} from '../support/random';

const types: readonly ColumnType[] = [
  'number',
  'string',
  'boolean',
  'date',
  'number[]',
  'string[]',
  'boolean[]',
  'date[]',
  'bytes',
  'point',
  'bytes[]',
  'point[]',
  'array',
  'object',
  'json',
  'any',
];

type Example = readonly [type: ColumnType, value: unknown, result: unknown];

const id = {toHexString: () => '507f1f77bcf86cd799439011'};

describe('coerce', () => {
  const cast: readonly Example[] = [
    ['number', '10', 10],
    ['number', '-1.5e3', -1500],
    ['number', ' 7 ', 7],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', '1', true],
    ['boolean', '0', false],
    ['boolean', 1, true],
    ['boolean', 0, false],
    ['date', '2020-01-02T03:04:05.000Z', new Date(1577934245000)],
    ['date', '2020-01-02', new Date(1577923200000)],
    ['date', 5, new Date(5)],
    ['string', id, '507f1f77bcf86cd799439011'],
    ['string', 5, '5'],
    ['string', true, 'true'],
    ['number[]', ['1', 2, 'x'], [1, 2, 'x']],
    ['number[]', '1', 1],
    ['string[]', [1, 'a'], ['1', 'a']],
    ['json', '1', 1],
    ['json', ' -1.5e3 ', -1500],
    ['json', 'true', true],
    ['json', 'null', null],
    ['json', '{"a":[1]}', {a: [1]}],
    ['json', '[1,2]', [1, 2]],
    ['json', '"a"', 'a'],
    ['json', '"\\"1\\""', 1],
    ['object', '{}', {}],
  ];
  for (const [type, value, result] of cast) {
    it(`casts ${JSON.stringify(value)} to a ${type}`, () => {
      assert.deepEqual(coerce(value, type), result);
    });
  }

  const kept: readonly Example[] = [
    ['number', '', ''],
    ['number', '  ', '  '],
    ['number', 'ten', 'ten'],
    ['number', '10 apples', '10 apples'],
    ['number', 'NaN', 'NaN'],
    ['number', true, true],
    ['number', 5n, 5n],
    ['number', [1], [1]],
    ['boolean', 'yes', 'yes'],
    ['boolean', 2, 2],
    ['boolean', '', ''],
    ['date', 'yesterday', 'yesterday'],
    ['date', true, true],
    ['date', Infinity, Infinity],
    ['date', {}, {}],
    ['string', {a: 1}, {a: 1}],
    ['array', '[1]', '[1]'],
    ['object', 'a', 'a'],
    ['json', '', ''],
    ['json', 'a', 'a'],
    ['json', '007', '007'],
    ['json', '0x10', '0x10'],
    ['json', '1-2', '1-2'],
    ['json', 'nullable', 'nullable'],
    ['json', '{a}', '{a}'],
    ['json', '[1', '[1'],
    ['json', 'NaN', 'NaN'],
    ['json', ['1'], ['1']],
    ['bytes[]', ['1'], ['1']],
    ['point', '1,2', '1,2'],
    ['any', '10', '10'],
  ];
  for (const [type, value, result] of kept) {
    it(`leaves ${JSON.stringify(value, bigints)} as it is for ${type}`, () => {
      assert.deepEqual(coerce(value, type), result);
    });
  }

  it('leaves null and missing values as they are for every type', () => {
    for (const type of types) {
      assert.equal(coerce(null, type), null);
      assert.equal(coerce(undefined, type), undefined);
    }
  });

  it('leaves a date a date, of whichever realm', () => {
    const date = runInNewContext('new Date(5)') as Date;
    assert.equal(coerce(date, 'date'), date);
  });

  it('changes nothing more when it is done a second time', () => {
    tryOften(
      fc.property(storedValue, fc.constantFrom(...types), (value, type) => {
        const once = coerce(value, type);
        assert.deepEqual(coerce(once, type), once);
      }),
      1000,
    );
  });

  it('leaves every value of the declared type as it is', () => {
    const typed = fc.oneof(
      fc.tuple(fc.constant('number' as const), fc.double()),
      fc.tuple(fc.constant('string' as const), fc.string()),
      fc.tuple(fc.constant('boolean' as const), fc.boolean()),
      fc.tuple(fc.constant('date' as const), fc.date()),
    );
    tryOften(
      fc.property(typed, ([type, value]) => {
        assert.equal(coerce(value, type), value);
      }),
    );
  });

  it('reads back every number that was written as a text', () => {
    tryOften(
      fc.property(fc.double({noNaN: true}), number => {
        fc.pre(!Object.is(number, -0));
        assert.equal(coerce(String(number), 'number'), number);
      }),
    );
  });
});

describe('coerceOperand', () => {
  const examples: readonly Example[] = [
    ['string', 5, '5'],
    ['string', true, 'true'],
    ['string', 5n, '5'],
    ['string', null, null],
    ['number', '5', 5],
    ['any', '5', '5'],
  ];
  for (const [type, value, result] of examples) {
    const shown = JSON.stringify(value, bigints);
    it(`makes ${shown} ${JSON.stringify(result)} for ${type}`, () => {
      assert.equal(coerceOperand(value, type), result);
    });
  }

  it('is apart from what the caller holds', () => {
    const operand = {a: [1]};
    const taken = coerceOperand(operand, 'object');
    operand.a.push(2);
    assert.deepEqual(taken, {a: [1]});
  });

  it('has the form in which values are stored', () => {
    class ObjectId {
      toHexString() {
        return 'abc';
      }
    }
    assert.equal(coerceOperand(new ObjectId(), 'any'), 'abc');
    assert.deepEqual(coerceOperand([new ObjectId()], 'any'), ['abc']);
  });

  it('refuses what cannot be stored', () => {
    assert.throws(() => coerceOperand(new Map(), 'any'), {
      code: 'INVALID_VALUE',
      message: /^Property operand cannot be stored/,
    });
  });
});

describe('isScalar', () => {
  it('is true of the types without an inner structure', () => {
    assert.deepEqual(types.filter(isScalar), [
      'number',
      'string',
      'boolean',
      'date',
    ]);
  });
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
