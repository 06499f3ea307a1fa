/** A decimal text with so many digits behind the point, half away from zero. */
export function roundedDecimal(text: string, scale: number): string {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text)!;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = fraction.length - Number(exponent);
  let digits = BigInt(whole + fraction || '0');
  if (shift > scale) {
    const unit = 10n ** BigInt(shift - scale);
    digits = (digits + unit / 2n) / unit;
  } else digits *= 10n ** BigInt(scale - shift);
  const padded = digits.toString().padStart(scale + 1, '0');
  const point = padded.length - scale;
  const isNegative = sign === '-' && digits !== 0n;
  const result =
    scale === 0 ? padded : `${padded.slice(0, point)}.${padded.slice(point)}`;
  return isNegative ? `-${result}` : result;
}
