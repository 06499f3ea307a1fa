/** How many decimal digits a number needs. */
export interface DigitCounts {
  /** Behind the point, trailing zeros apart. */
  readonly fraction: number;
  /** In all, from the first that is not zero to the point or the last. */
  readonly significant: number;
}

const writtenNumber = /^-?(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * The decimal digits of a number as JavaScript writes it, with exponents
 * written out: 1e21 has 22. Infinity has infinitely many. Not for NaN.
 */
export function countDigits(value: number | bigint): DigitCounts {
  const parts = writtenNumber.exec(String(value));
  if (parts === null) return {fraction: 0, significant: Infinity};
  const [, before = '', behind = '', exponent = '0'] = parts;
  const point = before.length + Number(exponent);
  const digits = '0'.repeat(Math.max(0, -point)) + before + behind;
  const end = Math.max(0, point);
  const whole = digits.slice(0, end).padEnd(end, '0');
  const fraction = digits.slice(end).replace(/0+$/, '');
  const significant = (whole + fraction).replace(/^0+/, '');
  return {fraction: fraction.length, significant: significant.length};
}
