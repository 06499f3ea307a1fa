import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {show} from '../../lib/base/errors';
import {type ColumnType, isArrayType} from '../../lib/value/coerce';
import {compareValues, equalValues} from '../../lib/value/compare';
import {convert} from '../../lib/value/convert';
import {holds} from '../../lib/value/holds';
import {storedValue, tryOften} from '../support/random';

const scalars = ['number', 'string', 'boolean', 'date'] as const;
const types: readonly ColumnType[] = [
  ...scalars,
  'bytes',
  'point',
  ...scalars.map(type => `${type}[]` as const),
  'bytes[]',
  'point[]',
  'array',
  'object',
  'json',
  'any',
];

const anyType = fc.constantFrom(...types);

function exact(value: unknown, type: ColumnType): unknown {
  const {value: converted, isExact} = convert(value, type);
  assert.ok(isExact, 'the conversion is exact');
  return converted;
}

function nearest(value: unknown, type: ColumnType): unknown {
  const {value: converted, isExact} = convert(value, type);
  assert.ok(!isExact, 'the conversion is not exact');
  return converted;
}

describe('A value that is converted', () => {
  it('stays what it is where it is null or missing', () => {
    for (const type of types) {
      assert.equal(exact(null, type), null);
      assert.equal(exact(undefined, type), undefined);
    }
  });

  it('is held by its new type', () => {
    const property = fc.property(storedValue, anyType, (value, type) => {
      const {value: converted} = convert(value, type);
      assert.ok(holds(type, converted), String(converted));
    });
    tryOften(property, 2_000);
  });

  it('stays what it is where the type holds it already', () => {
    const property = fc.property(storedValue, anyType, (value, type) => {
      const first = convert(value, type).value;
      assert.ok(equalValues(exact(first, type), first));
    });
    tryOften(property, 2_000);
  });
});

describe('An exact conversion', () => {
  // Of one number there are many texts, and so on.
  const canonical: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    number: fc.oneof(fc.double({noNaN: true}), fc.integer(), fc.bigInt()),
    boolean: fc.boolean(),
    date: fc.date({noInvalidDate: true}),
    bytes: fc.uint8Array().map(array => Buffer.from(array)),
    point: fc.record(
      {
        lat: fc.double({min: -90, max: 90, noNaN: true}),
        lng: fc.double({min: -180, max: 180, noNaN: true}),
      },
      {noNullPrototype: true},
    ),
    'number[]': fc.array(fc.double({noNaN: true}), {minLength: 1}),
    'date[]': fc.array(fc.date({noInvalidDate: true}), {minLength: 1}),
    object: fc.dictionary(fc.string(), fc.integer(), {noNullPrototype: true}),
  };
  for (const [from, values] of Object.entries(canonical)) {
    it(`there and back gives the value of type ${from}`, () => {
      const property = fc.property(values, anyType, (value, to) => {
        // To a column of objects an array is one.
        if (from === 'object' && isArrayType(to)) return;
        const there = convert(value, to);
        const back = convert(there.value, from as ColumnType);
        if (!there.isExact || !back.isExact) return;
        assert.equal(compareValues(back.value, value), 0);
      });
      tryOften(property, 500);
    });
  }

  it('of a text, there and back, gives a text that says the same', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.double({noNaN: true}).map(String),
      fc.date({noInvalidDate: true}).map(date => date.toISOString()),
      fc.json(),
    );
    const property = fc.property(texts, anyType, (text, to) => {
      const there = convert(text, to);
      const back = convert(there.value, 'string');
      if (!there.isExact || !back.isExact) return;
      assert.ok(equalValues(exact(back.value, to), there.value));
    });
    tryOften(property, 2_000);
  });

  const texts: readonly [text: string, type: ColumnType, value: unknown][] = [
    [' 12 ', 'number', 12],
    ['+1.50', 'number', 1.5],
    ['007', 'number', 7],
    ['-0', 'number', -0],
    ['.5e1', 'number', 5],
    ['100000000000000000000', 'number', 1e20],
    ['0x1f', 'number', 31],
    ['Infinity', 'number', Infinity],
    ['2020-02-29', 'date', new Date('2020-02-29')],
    ['2020-02', 'date', new Date('2020-02-01')],
    [
      '2020-02-02T00:00:00.120000Z',
      'date',
      new Date('2020-02-02T00:00:00.12Z'),
    ],
    ['+012020-02-02', 'date', new Date('+012020-02-02')],
    ['1', 'boolean', true],
    ['é', 'bytes', Buffer.from('é')],
    ['1,2', 'point', {lat: 1, lng: 2}],
    ['{"lat": 1, "lng": 2}', 'point', {lat: 1, lng: 2}],
    ['["a"]', 'string[]', ['a']],
    ['a', 'string[]', ['a']],
    ['a', 'json', 'a'],
  ];
  for (const [text, type, value] of texts) {
    it(`makes of the text ${JSON.stringify(text)} a ${type}`, () => {
      assert.deepEqual(exact(text, type), value);
    });
  }

  it('makes a date of a bigint', () => {
    assert.deepEqual(exact(5n, 'date'), new Date(5));
  });
});

describe('A conversion that is not exact', () => {
  const cases: readonly [value: unknown, type: ColumnType, nearest: unknown][] =
    [
      ['12 apples', 'number', 12],
      ['apples', 'number', null],
      ['', 'number', null],
      ['9007199254740993', 'number', 9007199254740992],
      ['0.30000000000000000001', 'number', 0.3],
      ['1e999', 'number', Infinity],
      [new Date(Number.NaN), 'number', null],
      [2, 'boolean', true],
      [-1n, 'boolean', true],
      ['yes', 'boolean', null],
      [1.5, 'date', new Date(1)],
      [9e15, 'date', null],
      [10n ** 30n, 'date', null],
      [true, 'date', null],
      ['2021-02-29', 'date', new Date('2021-03-01')],
      [
        '2020-02-02T00:00:00.1239Z',
        'date',
        new Date('2020-02-02T00:00:00.123Z'),
      ],
      ['\ud800', 'bytes', Buffer.from('\ufffd')],
      [Buffer.from([0xff]), 'string', '/w=='],
      [{a: 1n}, 'string', '{"a":"1"}'],
      [{a: new Date(0)}, 'string', '{"a":"1970-01-01T00:00:00.000Z"}'],
      [Number.NaN, 'number', null],
      ['2020-01-01 (about)', 'date', new Date(2020, 0, 1)],
      ['["1","x"]', 'number[]', [1, null]],
      ['[9007199254740993]', 'number[]', [9007199254740992]],
      ['[9007199254740993]', 'array', [9007199254740992]],
      ['9007199254740993', 'json', 9007199254740992],
      ['{"a":9007199254740993}', 'object', {a: 9007199254740992}],
      ['{"a":1,"a":2}', 'json', {a: 2}],
      ['[0.30000000000000000001,2]', 'point', {lat: 0.3, lng: 2}],
      ['['.repeat(300) + ']'.repeat(300), 'json', null],
      [['5', 6], 'number', 5],
      [[], 'number', null],
      [1, 'object', null],
      [{lat: 91, lng: 0}, 'point', null],
    ];
  for (const [value, type, expected] of cases) {
    it(`gives the nearest ${type} to ${show(value)}`, () => {
      assert.deepEqual(nearest(value, type), expected);
    });
  }
});
