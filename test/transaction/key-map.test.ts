import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {singleKeyOrder} from '../../lib/store/tree/key-order';
import {KeyMap} from '../../lib/transaction/key-map';
import {compareValues} from '../../lib/value/compare';
import {anyValue, tryOften} from '../support/random';

describe('a map of keys', () => {
  it('finds what belongs to a key that is equal in the order of values', () => {
    const key = fc.oneof(
      anyValue,
      fc.constantFrom<unknown>(0, -0, 0n, 1, 1n, 2 ** 53, 2n ** 53n + 1n),
    );
    tryOften(
      fc.property(
        fc.array(fc.tuple(key, fc.boolean()), {maxLength: 30}),
        steps => {
          const map = new KeyMap<number>(singleKeyOrder);
          let twin: (readonly [key: unknown, value: number])[] = [];
          for (const [i, [at, isRemoval]] of steps.entries()) {
            twin = twin.filter(([other]) => compareValues(other, at) !== 0);
            if (isRemoval) map.delete(at);
            else {
              map.set(at, i);
              twin.push([at, i]);
            }
            for (const [other] of steps) {
              const found = twin.find(
                ([known]) => compareValues(known, other) === 0,
              );
              assert.equal(map.get(other), found?.[1]);
            }
          }
          assert.equal(map.size, twin.length);
          assert.deepEqual(
            [...map.values()].sort((a, b) => a - b),
            twin.map(([, value]) => value),
          );
        },
      ),
    );
  });
});
