import {unreachable} from '../base/assert';
import {InMemoryError, show} from '../base/errors';
import {rowText} from '../persistence/data-file/value-types';
import type {SqlColumn} from './columns';
import type {SqlDialect} from './dialects';

/**
 * A value as a literal of SQL that means exactly this value in a column of its
 * kind; `place` names the row in errors. Fails with INVALID_VALUE where the
 * database has no such value.
 */
export function sqlLiteral(
  value: unknown,
  column: SqlColumn,
  dialect: SqlDialect,
  place: () => string,
): string {
  if (value === null || value === undefined) return 'NULL';
  const refuse: Refuse = why => {
    throw new InMemoryError(
      'INVALID_VALUE',
      `${place()}: ${column.name} is ${show(value)}, ${why}. Mend the row first.`,
      {property: column.name, value},
    );
  };
  return writers[column.kind](value as never, dialect, refuse);
}

type Writer = (value: never, dialect: SqlDialect, refuse: Refuse) => string;

const writers: Readonly<Record<SqlColumn['kind'], Writer>> = {
  boolean: booleanLiteral,
  integer: String,
  bigint: String,
  decimal: decimalLiteral,
  double: doubleLiteral,
  text: textLiteral,
  date: dateLiteral,
  bytes: bytesLiteral,
  point: pointLiteral,
  json: (value, dialect, refuse) =>
    textLiteral(jsonText(value), dialect, refuse),
};

/** Fails, for the reason that is given. */
type Refuse = (why: string) => never;

interface Point {
  readonly lat: number;
  readonly lng: number;
}

/** A value as JSON, as a data file has it. */
function jsonText(value: unknown): string {
  return rowText([value]).slice(1, -1);
}

function booleanLiteral(value: boolean, dialect: SqlDialect): string {
  if (dialect === 'sqlite') return value ? '1' : '0';
  return value ? 'TRUE' : 'FALSE';
}

/** Without an exponent a number is decimal in all of them; SQLite has no such type. */
function decimalLiteral(value: number | bigint, dialect: SqlDialect): string {
  return dialect === 'sqlite' ? `'${value}'` : String(value);
}

function doubleLiteral(
  value: number,
  dialect: SqlDialect,
  refuse: Refuse,
): string {
  if (Number.isFinite(value)) return finiteLiteral(value, dialect);
  if (dialect === 'postgresql') return `'${value}'`;
  if (dialect === 'sqlite' && !Number.isNaN(value)) {
    return value > 0 ? '9e999' : '-9e999';
  }
  const name = dialect === 'sqlite' ? 'SQLite' : 'MySQL';
  return refuse(`which ${name} has no number for`);
}

function finiteLiteral(value: number, dialect: SqlDialect): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  if (dialect === 'postgresql') return text === '-0' ? `'-0'` : text;
  if (dialect === 'sqlite') return sqliteDouble(value, text);
  // With an exponent MySQL reads a double, without one a decimal.
  return text.includes('e') ? text : `${text}e0`;
}

/**
 * SQLite reads 15 digits exactly. A number that needs more is a whole number
 * divided or multiplied by a power of two, both of which doubles hold.
 */
function sqliteDouble(value: number, text: string): string {
  const digits = text.replace(/e.*$/, '').replace(/^-?0*\.?0*|[.]/g, '');
  if (digits.length <= 15) return /[.e]/.test(text) ? text : `${text}.0`;
  let mantissa = value;
  let exponent = 0;
  while (!Number.isInteger(mantissa) && exponent < 1074) {
    mantissa *= 2;
    exponent++;
  }
  while (Math.abs(mantissa) > Number.MAX_SAFE_INTEGER) {
    mantissa /= 2;
    exponent--;
  }
  const factors = powersOfTwo(Math.abs(exponent));
  const sign = exponent > 0 ? '/' : '*';
  return `(${mantissa}.0${factors.map(power => `${sign}${power}.0`).join('')})`;
}

/** Factors of which the product is 2^exponent, each of them short. */
function powersOfTwo(exponent: number): string[] {
  const powers: string[] = [];
  for (let left = exponent; left > 0; left -= longestPower) {
    powers.push(String(1n << BigInt(Math.min(left, longestPower))));
  }
  return powers;
}

/** 2^49 has 15 digits. */
const longestPower = 49;

/** Text as a literal; programs that read scripts by lines may change line ends. */
function textLiteral(
  text: string,
  dialect: SqlDialect,
  refuse: Refuse,
): string {
  if (loneSurrogate.test(text)) {
    return refuse('with half a character, which is no text outside JavaScript');
  }
  const quoted = `'${text.replaceAll("'", "''")}'`;
  switch (dialect) {
    case 'postgresql':
      if (text.includes('\0')) {
        return refuse('with a NUL character, which PostgreSQL cannot store');
      }
      return text.includes('\r')
        ? `E${quoted.replaceAll('\\', '\\\\').replaceAll('\r', String.raw`\r`)}`
        : quoted;
    case 'mysql':
      return escaped(quoted);
    case 'sqlite':
      return /[\0\r]/.test(text)
        ? `CAST(${bytesLiteral(Buffer.from(text), dialect)} AS TEXT)`
        : quoted;
    default:
      return unreachable(dialect);
  }
}

function escaped(quoted: string): string {
  return quoted.replace(/[\\\0\n\r]/g, character => escapes[character]!);
}

const escapes: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  '\0': String.raw`\0`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
};

const loneSurrogate = /\p{Surrogate}/u;

function dateLiteral(date: Date, dialect: SqlDialect, refuse: Refuse): string {
  if (Number.isNaN(date.getTime())) return refuse('which no database stores');
  const iso = date.toISOString();
  const year = date.getUTCFullYear();
  const time = iso.slice(iso.indexOf('T') + 1, -1);
  const day = iso.slice(iso.indexOf('T') - 6, iso.indexOf('T'));
  switch (dialect) {
    case 'sqlite':
      return `'${iso}'`;
    case 'mysql':
      return year >= 0 && year <= 9999
        ? `'${iso.slice(0, 10)} ${time}'`
        : refuse('which is outside of the years that MySQL has');
    case 'postgresql': {
      if (year < -4712) return refuse('before the years that PostgreSQL has');
      const era = year <= 0 ? ' BC' : '';
      const ofEra = String(year <= 0 ? 1 - year : year).padStart(4, '0');
      return `'${ofEra}${day} ${time}+00${era}'`;
    }
    default:
      return unreachable(dialect);
  }
}

function bytesLiteral(bytes: Uint8Array, dialect: SqlDialect): string {
  const hex = Buffer.from(bytes).toString('hex');
  return dialect === 'postgresql' ? String.raw`'\x${hex}'` : `X'${hex}'`;
}

/** As LoopBack's connectors store them: longitude first. */
function pointLiteral({lat, lng}: Point, dialect: SqlDialect): string {
  switch (dialect) {
    case 'postgresql':
      return `'(${lng},${lat})'`;
    case 'mysql':
      return `POINT(${finiteLiteral(lng, dialect)},${finiteLiteral(lat, dialect)})`;
    case 'sqlite':
      return `'{"lat":${lat},"lng":${lng}}'`;
    default:
      return unreachable(dialect);
  }
}
