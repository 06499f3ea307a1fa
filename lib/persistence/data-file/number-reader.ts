const zero = 0x30;
const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;

/** Numbers of so many digits are exact, and so are powers of ten up to 22. */
const maxExactDigits = 15;
const powersOfTen = Array.from({length: maxExactDigits + 1}, (_, i) => 10 ** i);

/** Reads numbers of JSON from bytes, as `JSON.parse` reads them. */
export class NumberReader {
  /** Where the number ends that was read last. */
  end = 0;
  /** The digits read last as a number, which is exact if they are few. */
  private digits = 0;

  constructor(private readonly bytes: Buffer) {}

  /** The number that begins at `start`; undefined where none does. */
  numberAt(start: number): number | undefined {
    const {bytes} = this;
    const isNegative = bytes[start] === minus;
    const first = isNegative ? start + 1 : start;
    this.digits = 0;
    let end = this.afterDigits(first);
    const hasLeadingZero = bytes[first] === zero && end > first + 1;
    if (end === first || hasLeadingZero) return undefined;
    let count = end - first;
    let decimals = 0;
    if (bytes[end] === point) {
      const after = this.afterDigits(end + 1);
      decimals = after - end - 1;
      if (decimals === 0) return undefined;
      count += decimals;
      end = after;
    }
    this.end = end;
    if ((bytes[end]! | 0x20) === 0x65) return this.withExponent(start, end);
    if (count > maxExactDigits) return this.numberOf(start);
    // The quotient of two exact numbers is rounded as the number itself.
    const {digits} = this;
    const number = decimals === 0 ? digits : digits / powersOfTen[decimals]!;
    return isNegative ? -number : number;
  }

  /** Where the digits end that begin at `start`. */
  private afterDigits(start: number): number {
    const {bytes} = this;
    let {digits} = this;
    let at = start;
    for (; ; at++) {
      const digit = bytes[at]! - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      digits = 10 * digits + digit;
    }
    this.digits = digits;
    return at;
  }

  private withExponent(start: number, letter: number): number | undefined {
    const sign = this.bytes[letter + 1];
    const first = letter + (sign === minus || sign === plus ? 2 : 1);
    this.end = this.afterDigits(first);
    return this.end === first ? undefined : this.numberOf(start);
  }

  private numberOf(start: number): number {
    return Number(this.bytes.toString('latin1', start, this.end));
  }
}
