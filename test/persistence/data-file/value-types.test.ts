import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {decodeAs} from '../../../lib/persistence/data-file/value-types';
import {tryOften} from '../../support/random';

/** Two digits, often too many for a month, a day or an hour. */
const two = fc.integer({min: 0, max: 99}).map(n => String(n).padStart(2, '0'));
const isoLike = fc
  .tuple(
    fc.constantFrom('0000', '0099', '0100', '1900', '2000', '2023', '9999'),
    fc.array(two, {minLength: 5, maxLength: 5}),
    fc.integer({min: 0, max: 999}),
    fc.constantFrom('Z', '+', 'z', ''),
  )
  .map(
    ([year, [month, day, hour, minute, second], ms, zone]) =>
      `${year}-${month}-${day}T${hour}:${minute}:${second}.` +
      `${String(ms).padStart(3, '0')}${zone}`,
  );
const text = fc.oneof(
  fc.date({noInvalidDate: true}).map(date => date.toISOString()),
  isoLike,
  isoLike.chain(iso =>
    fc
      .tuple(fc.nat(iso.length), fc.string({minLength: 1, maxLength: 1}))
      .map(([at, sign]) => iso.slice(0, at) + sign + iso.slice(at + 1)),
  ),
);

describe('a date of a data file', () => {
  it('is the one that Date takes the text for', () => {
    tryOften(
      fc.property(text, iso => {
        const expected = new Date(iso);
        const isDate =
          /^[+-]?\d{4,6}-\d\d/.test(iso) && !Number.isNaN(expected.getTime());
        assert.deepEqual(decodeAs('date', iso), isDate ? expected : undefined);
      }),
      2_000,
    );
  });

  it('of each day of four years is that day', () => {
    for (let day = 0; day < 4 * 366; day++) {
      const date = new Date(Date.UTC(1999, 0, 1 + day, 23, 59, 59, 999));
      assert.deepEqual(decodeAs('date', date.toISOString()), date);
    }
  });
});
