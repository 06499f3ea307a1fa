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

/**
 * A number with at most `scale` decimal digits behind the point, and at most
 * `precision` in all where those before the point leave room. It is rounded half
 * away from zero, by the digits that JavaScript writes, as SQL databases round what
 * they are told: 1.005 is 1.01 although the binary number is less.
 */
export function roundTo(
  value: number,
  scale: number,
  precision = Infinity,
): number {
  if (Number.isInteger(value)) return value;
  const parts = writtenNumber.exec(String(value));
  if (parts === null) return value;
  const [, before = '', behind = '', exponent = '0'] = parts;
  const point = before.length + Number(exponent);
  const digits = before + behind;
  // Zeros before the first digit that counts are none of the precision.
  const zeros = /^0*/.exec(digits)![0].length;
  const places = Math.min(scale, precision + zeros - point);
  const kept = point + places;
  if (places < 0 || kept >= digits.length) return value;
  const rounded = kept < 0 ? 0n : roundedAt(digits, kept);
  // No zero is negative.
  return Number(`${rounded}e-${places}`) * Math.sign(value) || 0;
}

/** The number that the first so many digits make, with the next one rounded. */
function roundedAt(digits: string, kept: number): bigint {
  const up = digits.charAt(kept) >= '5' ? 1n : 0n;
  return BigInt(digits.slice(0, kept)) + up;
}
