import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {countDigits, type DigitCounts, roundTo} from '../../lib/value/digits';
import {tryOften} from '../support/random';

describe('countDigits', () => {
  const examples: readonly [number | bigint, DigitCounts][] = [
    [0, {fraction: 0, significant: 0}],
    [-0, {fraction: 0, significant: 0}],
    [7, {fraction: 0, significant: 1}],
    [-123.45, {fraction: 2, significant: 5}],
    [100, {fraction: 0, significant: 3}],
    [0.5, {fraction: 1, significant: 1}],
    [0.05, {fraction: 2, significant: 1}],
    [1.05, {fraction: 2, significant: 3}],
    [1e21, {fraction: 0, significant: 22}],
    [1.5e21, {fraction: 0, significant: 22}],
    [1e-7, {fraction: 7, significant: 1}],
    [1.25e-9, {fraction: 11, significant: 3}],
    [12345678901234567890n, {fraction: 0, significant: 20}],
    [-10n, {fraction: 0, significant: 2}],
    [Infinity, {fraction: 0, significant: Infinity}],
    [-Infinity, {fraction: 0, significant: Infinity}],
  ];
  for (const [value, expected] of examples) {
    it(`counts those of ${value}`, () => {
      assert.deepEqual(countDigits(value), expected);
    });
  }

  it('counts as many digits as a decimal number was made of', () => {
    const whole = fc.integer({min: 1, max: 999_999});
    const fraction = fc.integer({min: 0, max: 9_999});
    tryOften(
      fc.property(whole, fraction, (before, behind) => {
        const text = String(behind).padStart(4, '0').replace(/0+$/, '');
        const counts = countDigits(Number(`${before}.${text}0`));
        assert.equal(counts.fraction, text.length);
        assert.equal(counts.significant, String(before).length + text.length);
      }),
    );
  });
});

describe('roundTo', () => {
  const examples: readonly [number, number, number][] = [
    [1.005, 2, 1.01],
    [-1.005, 2, -1.01],
    [2.5, 0, 3],
    [-2.5, 0, -3],
    [1.0049, 2, 1],
    [9.999, 2, 10],
    [1e-7, 2, 0],
    [5e-3, 2, 0.01],
    [4.9e-3, 2, 0],
    [1.25e-9, 10, 1.3e-9],
    [1e21, 2, 1e21],
    [0.1 + 0.2, 2, 0.3],
    [Infinity, 2, Infinity],
    [Number.NaN, 2, Number.NaN],
  ];
  for (const [value, scale, expected] of examples) {
    it(`makes ${expected} of ${value} with ${scale} digits`, () => {
      assert.equal(roundTo(value, scale), expected);
    });
  }

  it('makes no negative zero', () => {
    assert.equal(roundTo(-0.001, 2), 0);
    assert.ok(!Object.is(roundTo(-0.001, 2), -0));
  });

  it('leaves as many digits as there are in all', () => {
    assert.equal(roundTo(12.3456, Infinity, 4), 12.35);
    assert.equal(roundTo(0.00123456, Infinity, 3), 0.00123);
    assert.equal(roundTo(12345.6, Infinity, 3), 12345.6);
  });

  it('is what rounding by hand makes of a decimal text', () => {
    const digits = fc.integer({min: -9_999_999, max: 9_999_999});
    const scale = fc.integer({min: 0, max: 4});
    tryOften(
      fc.property(digits, scale, (tenThousandths, places) => {
        const unit = 10 ** (4 - places);
        const magnitude = Math.abs(tenThousandths);
        const up = magnitude % unit >= unit / 2 && unit > 1 ? 1 : 0;
        const rounded = (Math.floor(magnitude / unit) + up) * unit;
        const expected = (Math.sign(tenThousandths) * rounded) / 10_000;
        assert.equal(roundTo(tenThousandths / 10_000, places), expected || 0);
      }),
      1000,
    );
  });
});
