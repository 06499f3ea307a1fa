import assert from 'node:assert/strict';
import type {ColumnType} from '../../lib/value/coerce';
import {holds} from '../../lib/value/holds';

const held: readonly [ColumnType, readonly unknown[]][] = [
  ['number', [0, -1.5, Infinity, 12n, '12', null, undefined]],
  ['string', ['', 'a', 5, true, null]],
  ['boolean', [true, false, 'true', 0]],
  ['date', [new Date(0), '2020-01-01', 5]],
  ['bytes', [Buffer.from('a'), new Uint8Array(1)]],
  ['point', [{lat: 1, lng: 2}, '1,2', [1, 2]]],
  ['array', [[], [1, 'a', {}]]],
  ['number[]', [[], [1, null, '2']]],
  ['object', [{}, {a: 1}, []]],
  ['any', [1, 'a', {}, [], Number.NaN, Buffer.from('a')]],
];

const refused: readonly [ColumnType, readonly unknown[]][] = [
  ['number', ['a', '', Number.NaN, true, {}, [], new Date(0)]],
  ['string', [{}, [], new Date(0), Buffer.from('a')]],
  ['boolean', ['yes', 2, {}]],
  ['date', ['a', new Date(Number.NaN), {}, true]],
  ['bytes', ['a', [1], {}]],
  ['point', [{lat: 1}, {lat: 91, lng: 0}, 'a', 5]],
  ['array', ['a', {}, 5]],
  ['number[]', [5, [1, 'a'], [Number.NaN], {}]],
  ['object', ['a', 5, true, Number.NaN]],
];

function describeAll(values: readonly unknown[]): string {
  return values.map(value => `${typeof value} ${String(value)}`).join(' | ');
}

describe('holds', () => {
  for (const [type, values] of held) {
    it(`is true of ${type} and ${describeAll(values)}`, () => {
      for (const value of values) assert.ok(holds(type, value));
    });
  }

  for (const [type, values] of refused) {
    it(`is false of ${type} and ${describeAll(values)}`, () => {
      for (const value of values) assert.ok(!holds(type, value));
    });
  }
});
