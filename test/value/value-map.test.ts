import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {equalValues} from '../../lib/value/compare';
import {ValueMap} from '../../lib/value/value-map';
import {anyValue, tryOften} from '../support/random';

const value = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    undefined,
    0,
    -0,
    1,
    1n,
    2 ** 60,
    2n ** 60n,
    2n ** 60n + 1n,
    Infinity,
    Number.NaN,
    new Date(Number.NaN),
    new Date(1),
    '1',
  ),
  anyValue,
);

describe('a map by values', () => {
  it('finds what was added first with an equal value, as a list does', () => {
    tryOften(
      fc.property(fc.array(value), fc.array(value), (added, asked) => {
        const map = new ValueMap<number>();
        const list: unknown[] = [];
        for (const key of added) {
          const isNew = !list.some(each => equalValues(each, key));
          assert.equal(map.add(key, list.length), isNew);
          if (isNew) list.push(key);
        }
        for (const key of [...added, ...asked]) {
          const place = list.findIndex(each => equalValues(each, key));
          assert.equal(map.get(key), place === -1 ? undefined : place);
        }
      }),
      1_000,
    );
  });
});
