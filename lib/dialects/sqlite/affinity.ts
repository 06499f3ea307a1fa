/*
 * What SQLite stores: a null, a number, a text or bytes, whatever the type of the
 * column; that decides alone what is tried to make of a value. From SQLite's
 * "Datatypes In SQLite" and, for what is bound, from statement.cc of the package
 * `sqlite3` 4.2.0.
 */

export type Affinity = 'integer' | 'real' | 'numeric' | 'text' | 'blob';

/** The affinity of a declared type: by what its name contains. */
export function affinityOf(type: string): Affinity {
  const name = type.toUpperCase();
  if (name.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(name)) return 'text';
  if (name.includes('BLOB') || name === '') return 'blob';
  return /REAL|FLOA|DOUB/.test(name) ? 'real' : 'numeric';
}

/** A value as the driver binds it. */
export function bound(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (typeof value === 'boolean') return Number(value);
  if (value === null || value === undefined || Buffer.isBuffer(value)) {
    return value ?? null;
  }
  return value instanceof Date
    ? bound(value.getTime())
    : wellFormed((value as RegExp).toString());
}

const loneSurrogate =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** In UTF-8 there is no half of a letter. */
function wellFormed(text: string): string {
  return text.replaceAll(loneSurrogate, '\ufffd');
}

/** A bound value as a column of that affinity stores it, or compares with it. */
export function converted(value: unknown, affinity: Affinity): unknown {
  if (affinity === 'text') {
    return typeof value === 'number' ? boundNumberText(value) : value;
  }
  if (affinity === 'blob') return value;
  if (typeof value === 'number') return value + 0;
  return typeof value === 'string' ? (numberIn(value) ?? value) : value;
}

/** The number that a text is, blanks around it apart. */
function numberIn(text: string): number | undefined {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)
    ? Number(trimmed)
    : undefined;
}

/** The driver binds what needs more than 32 bits as a float, and so -0. */
function boundNumberText(number: number): string {
  return Object.is(number, number | 0) ? String(number) : realText(number);
}

/** The text of what is stored, or bound, where a text is asked for. */
export function textOf(stored: unknown, affinity: Affinity | 'bound'): string {
  if (typeof stored !== 'number') return String(stored);
  if (affinity === 'bound') return boundNumberText(stored);
  const isWhole = Number.isInteger(stored) && Math.abs(stored) < 2 ** 63;
  return affinity === 'real' || !isWhole
    ? realText(stored)
    : BigInt(stored).toString();
}

/** A float as SQLite writes it: 15 digits, at least one behind the point. */
function realText(number: number): string {
  if (!Number.isFinite(number)) return number < 0 ? '-Inf' : 'Inf';
  if (number === 0) return '0.0';
  const [digits = '', power = '0'] = number.toExponential(14).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 15) {
    const sign = exponent < 0 ? '-' : '+';
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${withFraction(digits)}e${sign}${size}`;
  }
  return withFraction(number.toFixed(14 - exponent));
}

function withFraction(decimal: string): string {
  const short = decimal.replace(/0+$/, '');
  return short.endsWith('.') ? `${short}0` : short;
}
