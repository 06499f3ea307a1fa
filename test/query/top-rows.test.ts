import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {compileOrder, type OrderKey} from '../../lib/query/order';
import {capacityFor, TopRows} from '../../lib/query/top-rows';
import type {Row} from '../../lib/value/copy';
import {rowCodeOf} from '../../lib/value/row-code';
import {anyValue, tryOften} from '../support/random';

const value = fc.oneof(
  fc.integer({min: 0, max: 5}),
  fc.constantFrom('a', 'b', 'c', '', Number.NaN, -0, 3n, null, undefined),
  fc.constantFrom(new Date(0), new Date(1), new Date(Number.NaN)),
  anyValue,
);

const key: fc.Arbitrary<OrderKey> = fc.record({
  path: fc.constantFrom('a', 'b', 'a.b'),
  direction: fc.constantFrom<(1 | -1)[]>(1, -1),
});

const code = rowCodeOf(['a', 'b']);

describe('TopRows', () => {
  it('keeps the rows that a sort puts first, keys of all kinds', () => {
    tryOften(
      fc.property(
        fc.array(fc.array(fc.record({a: value, b: value}), {maxLength: 12})),
        fc.array(key, {minLength: 1, maxLength: 2}),
        fc.nat(8),
        (parts, keys, capacity) => {
          const rows: Row[] = parts.flat();
          const places = new Map(rows.map((row, place) => [row, place]));
          const byKeys = compileOrder(keys);
          const order = (a: Row, b: Row): number =>
            byKeys(a, b) || places.get(a)! - places.get(b)!;
          const top = new TopRows(order, capacity, {key: keys[0]!, code});
          for (const part of parts) top.addAll(part);
          const expected = rows.toSorted(order).slice(0, capacity);
          assert.deepEqual(
            top.rows.sort(order).map(row => places.get(row)),
            expected.map(row => places.get(row)),
          );
        },
      ),
      1_000,
    );
  });
});

describe('the capacity of TopRows', () => {
  it('is what is wanted, but all rows where a large heap would be made in a slice', () => {
    assert.equal(capacityFor(1_000_000, false), 1_000_000);
    assert.equal(capacityFor(5_000, true), 5_000);
    assert.equal(capacityFor(5_001, true), Infinity);
  });
});
