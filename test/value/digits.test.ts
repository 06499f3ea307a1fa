import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {countDigits, type DigitCounts} from '../../lib/value/digits';
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
