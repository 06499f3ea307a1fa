/** Whether a text has no more digits than the number that is made of it. */
export function isSameNumber(text: string, number: unknown): boolean {
  const digits = digitsOf(text.trim());
  // Such as 0x1f, Infinity.
  if (digits === undefined && !/^[+-]?\d/.test(text.trim())) return true;
  return digits === undefined
    ? /^\s*0[box]/i.test(text) && Number.isSafeInteger(number)
    : digits === digitsOf(String(number));
}

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** A decimal number in its one form, `12e-1`; undefined where it is none. */
function digitsOf(text: string): string | undefined {
  const [, sign, whole, fraction, power = '0'] = decimal.exec(text) ?? [];
  if (whole === undefined || fraction === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const zeros = digits.length - significant.length;
  const exponent = Number(power) - fraction.length + zeros;
  return `${sign === '-' ? '-' : ''}${significant}e${exponent}`;
}
