import type {ColumnType} from '../../value/coerce';
import {roundedDecimal} from '../decimals';
import {pgError} from './errors';
import {
  bigint,
  floatText,
  integer,
  parameter,
  readFloat,
  readInteger,
  readJson,
  readNumeric,
  readText,
  readTime,
  readTimestamp,
  readUuid,
  readVarchar,
  smallint,
} from './values';

/** How values of a type are written and read. */
export interface Type {
  /** As PostgreSQL calls it in messages. */
  readonly name: string;
  readonly type: ColumnType;
  write(value: unknown): unknown;
  /** As it is compared with, where that is not as it is written: without sizes. */
  readonly operand?: (value: unknown) => unknown;
  readonly read?: (stored: unknown) => unknown;
  /** In rows that messages show. */
  readonly text?: (stored: unknown) => string;
  /** As `::text`, where that is another one. */
  readonly cast?: (stored: unknown) => string;
}

/** What stands beside the name of a type, in a model or in parentheses. */
export interface Sizes {
  readonly length: number | undefined;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
}

const noSizes: Sizes = {
  length: undefined,
  precision: undefined,
  scale: undefined,
};

/** Types by all of their names. */
const typesByName: Readonly<Record<string, (sizes: Sizes) => Type>> = {
  ...named(['smallint', 'int2'], () => integerOf(smallint)),
  ...named(['integer', 'int', 'int4', 'serial'], () => integerOf(integer)),
  ...named(['bigint', 'int8', 'bigserial'], () => integerOf(bigint)),
  ...named(['numeric', 'decimal'], ({length, precision, scale}) =>
    numeric(length ?? precision, scale),
  ),
  ...named(['real', 'float4'], () => float('real')),
  ...named(['double precision', 'double', 'float8', 'float'], () =>
    float('double precision'),
  ),
  ...named(['varchar', 'character varying'], ({length}) => varchar(length)),
  ...named(['char', 'character', 'bpchar'], ({length}) => char(length ?? 1)),
  ...named(['boolean', 'bool'], () => boolean),
  ...named(['date'], () => date),
  ...named(['time', 'time without time zone'], ({precision}) =>
    time(precision ?? 6),
  ),
  ...named(['uuid'], () => uuid),
  ...named(['json'], () => json),
  ...named(['jsonb'], () => jsonb),
  ...named(['bytea'], () => bytea),
  ...named(['point'], () => point),
};

function named(
  names: readonly string[],
  make: (sizes: Sizes) => Type,
): Record<string, (sizes: Sizes) => Type> {
  return Object.fromEntries(names.map(name => [name, make]));
}

/** The type that a name means, sizes in it or beside it; text where it is another. */
export function typeNamed(given: string, sizes = noSizes): Type {
  const match = /^([^(]+?)\s*(?:\((\d+)(?:\s*,\s*(\d+))?\)\s*(.*))?$/.exec(
    given.trim().toLowerCase(),
  );
  const [, first = given, inFirst, inSecond, rest = ''] = match ?? [];
  const name = `${first} ${rest}`.trim();
  if (name.endsWith('[]'))
    return arrayOf(typeNamed(name.slice(0, -2), noSizes));
  const own: Sizes =
    inFirst === undefined
      ? sizes
      : {
          length: Number(inFirst),
          precision: Number(inFirst),
          scale: inSecond === undefined ? undefined : Number(inSecond),
        };
  if (Object.hasOwn(typesByName, name)) return typesByName[name]!(own);
  return name.startsWith('timestamp')
    ? timestamp(timestampName(name), own.precision ?? 6)
    : text;
}

function timestampName(name: string): string {
  return name === 'timestamptz' || name.includes('with time zone')
    ? 'timestamp with time zone'
    : 'timestamp without time zone';
}

export function integerOf(type: typeof integer): Type {
  const isText = type === bigint;
  return {
    name: type.name,
    type: 'number',
    write: value => readInteger(value, type),
    ...(isText && {read: String}),
  };
}

function float(name: string): Type {
  return {
    name,
    type: 'number',
    write: value => readFloat(value, name),
    text: stored => floatText(stored, name),
  };
}

function numeric(precision?: number, scale?: number): Type {
  const read = (stored: unknown) =>
    precision === undefined || !Number.isFinite(Number(stored))
      ? plainDigits(stored)
      : roundedDecimal(String(stored), scale ?? 0);
  return {
    name: 'numeric',
    type: 'number',
    write: value => readNumeric(value, precision, scale),
    operand: value => readNumeric(value, undefined, undefined),
    read,
    text: read,
  };
}

/** Without an exponent. */
function plainDigits(stored: unknown): string {
  const text = String(stored);
  if (!text.includes('e')) return text;
  const [, fraction = ''] = /\.(\d+)e/.exec(text) ?? [];
  const exponent = Number(/e([+-]?\d+)/.exec(text)![1]);
  return roundedDecimal(text, Math.max(0, fraction.length - exponent));
}

export const text: Type = {name: 'text', type: 'string', write: readText};

function varchar(length: number | undefined): Type {
  return {
    name: 'character varying',
    type: 'string',
    write: value => readVarchar(value, length),
    operand: readText,
  };
}

/** Blanks behind are added where it is read, and count for nothing. */
function char(length: number): Type {
  const withoutBlanks = (value: unknown) => readText(value).replace(/ +$/, '');
  const padded = (stored: unknown) =>
    (stored as string) +
    ' '.repeat(Math.max(0, length - Array.from(stored as string).length));
  return {
    name: 'character',
    type: 'string',
    write(value) {
      const given = withoutBlanks(value);
      if (Array.from(given).length > length) {
        throw pgError('22001', `value too long for type character(${length})`);
      }
      return given;
    },
    operand: withoutBlanks,
    read: padded,
    text: padded,
    cast: String,
  };
}

export const boolean: Type = {
  name: 'boolean',
  type: 'boolean',
  write(value) {
    if (typeof value === 'boolean') return value;
    const given = parameter(value).trim().toLowerCase();
    if (given !== '' && /^(t|tr|tru|true|y|ye|yes|on|1)$/.test(given))
      return true;
    if (/^(f|fa|fal|fals|false|n|no|of|off|0)$/.test(given)) return false;
    throw pgError(
      '22P02',
      `invalid input syntax for type boolean: "${parameter(value)}"`,
    );
  },
  text: stored => (stored ? 't' : 'f'),
  cast: String,
};

export function timestamp(name: string, digits: number): Type {
  return {
    name,
    type: 'date',
    write: value => readTimestamp(value, digits),
    operand: value => readTimestamp(value, 6),
    text: stored => timestampText(stored as Date, name),
  };
}

function timestampText(moment: Date, name: string): string {
  const [day, time = ''] = moment.toISOString().split('T');
  const clock = time
    .replace('Z', '')
    .replace(/\.?0+$/, part => (part.startsWith('.') ? '' : part));
  const seconds = clock.includes('.') ? clock.replace(/0+$/, '') : clock;
  return `${day} ${seconds}${name.endsWith('without time zone') ? '' : '+00'}`;
}

/** `pg` reads a date as midnight where the process is. */
const date: Type = {
  name: 'date',
  type: 'date',
  write(value) {
    const moment = readTimestamp(value, 3);
    moment.setHours(0, 0, 0, 0);
    return moment;
  },
  // LoopBack casts it to a moment, and so the day is one, too: its midnight.
  operand: value => readTimestamp(value, 6),
  text: stored => (stored as Date).toISOString().slice(0, 10),
};

function time(digits: number): Type {
  return {
    name: 'time without time zone',
    type: 'string',
    write: value => readTime(value, digits),
    operand: value => readTime(value, 6),
  };
}

const uuid: Type = {name: 'uuid', type: 'string', write: readUuid};

const json: Type = {
  name: 'json',
  type: 'json',
  write: value => readJson(value, false),
  text: stored => JSON.stringify(stored),
};

const jsonb: Type = {
  name: 'jsonb',
  type: 'json',
  write: value => readJson(value, true),
  text: stored => jsonbText(stored),
};

/** As PostgreSQL writes jsonb: a blank behind each comma and colon. */
export function jsonbText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${jsonbText(member)}`,
  );
  return `{${members.join(', ')}}`;
}

const bytea: Type = {
  name: 'bytea',
  type: 'bytes',
  write(value) {
    if (Buffer.isBuffer(value)) return value;
    const given = parameter(value);
    return given.startsWith('\\x')
      ? Buffer.from(given.slice(2), 'hex')
      : Buffer.from(given);
  },
  text: stored => `\\x${(stored as Buffer).toString('hex')}`,
};

export const point: Type = {
  name: 'point',
  type: 'point',
  write(value) {
    const {lat, lng} = value as {lat: unknown; lng: unknown};
    return {lat: Number(lat), lng: Number(lng)};
  },
  read(stored) {
    const {lat, lng} = stored as {lat: number; lng: number};
    return {lng, lat};
  },
  text(stored) {
    const {lat, lng} = stored as {lat: number; lng: number};
    return `(${lng},${lat})`;
  },
};

/** `{a,"b c"}`, as PostgreSQL writes it: what could be read otherwise in quotes. */
function arrayText(values: readonly unknown[], {text = String}: Type): string {
  const elements = values.map(value => {
    if (value === null) return 'NULL';
    const written = text(value);
    return /^$|^null$|[\s{},"\\]/i.test(written)
      ? `"${written.replaceAll(/["\\]/g, String.raw`\$&`)}"`
      : written;
  });
  return `{${elements.join(',')}}`;
}

/** 22P02 of a text that does not begin as an array does. */
function malformedArray(text: string): Error {
  return pgError('22P02', `malformed array literal: "${text}"`, {
    detail: text.trimStart().startsWith('[')
      ? '"[" must introduce explicitly-specified array dimensions.'
      : 'Array value must start with "{" or dimension information.',
  });
}

function arrayOf(element: Type): Type {
  return {
    name: `${element.name}[]`,
    type: 'array',
    write(value) {
      if (!Array.isArray(value)) {
        throw malformedArray(parameter(value));
      }
      return value.map(each =>
        each === null || each === undefined ? null : element.write(each),
      );
    },
    ...(element.read && {
      read: stored =>
        (stored as unknown[]).map(each =>
          each === null ? null : element.read!(each),
        ),
    }),
    text: stored => arrayText(stored as unknown[], element),
  };
}
