import type {ColumnType} from '../../value/coerce';
import {
  dateIn,
  dateTime,
  sentDate,
  type DateRange,
  day,
  time,
  zeroDate,
} from './dates';
import type {Place, Server} from './flavour';
import {
  isGiven,
  jsonText,
  writtenBytes,
  writtenEnum,
  writtenText,
} from './texts';
import {
  comparedInteger,
  comparedNumber,
  type FloatForm,
  floatText,
  rangeOfBits,
  readSingle,
  sentNumber,
  writtenDecimal,
  writtenFloat,
  writtenInteger,
} from './numbers';

/** How values of a type of column are stored, compared and given by the driver. */
export interface Type {
  readonly type: ColumnType;
  /** How values are compared. */
  readonly kind: 'number' | 'text' | 'bytes' | 'date' | 'point';
  /** Whether texts are compared by the collation, not as they are. */
  readonly isCollated: boolean;
  write(sent: unknown, place: Place): unknown;
  /** A value as it is compared with those of the column. */
  operand(sent: unknown, server: Server): unknown;
  /** What the driver gives; undefined for what is stored. */
  readonly read?: (stored: unknown) => unknown;
  readonly text?: (stored: unknown) => string;
  /** The values of an enum, which are in this order. */
  readonly values?: readonly string[];
  /** What it has by itself where it cannot be null. */
  readonly implicit?: () => unknown;
}

/** A type as it is written in SQL, taken apart: `decimal(10,2) unsigned`. */
interface Words {
  readonly sizes: readonly number[];
  readonly isUnsigned: boolean;
  /** The values of an enum. */
  readonly values: readonly string[];
}

type TypeMaker = (words: Words) => Type;

const bitsOfInteger: Readonly<Record<string, bigint>> = {
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  integer: 32n,
  bigint: 64n,
};

const decimalType: TypeMaker = ({sizes: [precision = 10, scale = 0]}) =>
  number((value, place) => writtenDecimal(value, precision, scale, place), {
    // The driver gives decimals as texts.
    read: stored => (stored as number).toFixed(scale),
    text: stored => (stored as number).toFixed(scale),
  });

const bytesOfText = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
};

const bytesOfBlob = {
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: 4_294_967_295,
};

const typesByName: Readonly<Record<string, TypeMaker>> = {
  ...Object.fromEntries(
    Object.entries(bitsOfInteger).map(([name, bits]) => [name, integer(bits)]),
  ),
  bool: integer(8n),
  boolean: integer(8n),
  bit: () => bit,
  year: integer(16n),
  decimal: decimalType,
  numeric: decimalType,
  dec: decimalType,
  float: ({sizes: [size, scale]}) =>
    float({
      isSingle: scale !== undefined || (size ?? 0) <= 24,
      precision: size,
      scale,
    }),
  double: double,
  real: double,
  varchar: ({sizes: [length = 255]}) => text({length}),
  char: ({sizes: [length = 1]}) => text({length, isTrimmed: true}),
  ...Object.fromEntries(
    Object.entries(bytesOfText).map(([name, bytes]) => [
      name,
      () => text({bytes}),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(bytesOfBlob).map(([name, bytes]) => [
      name,
      () => binary(bytes),
    ]),
  ),
  varbinary: ({sizes: [length = 255]}) => binary(length),
  binary: ({sizes: [length = 1]}) => binary(length),
  enum: ({values}) => enumOf(values),
  json: () => json,
  datetime: ({sizes: [digits = 0]}) => moment(dateTime(digits, 'datetime')),
  timestamp: ({sizes: [digits = 0]}) => moment(dateTime(digits, 'timestamp')),
  date: () => moment(day),
  time: () => ({
    type: 'string',
    kind: 'text',
    isCollated: false,
    write: (sent, place) => time(sent, place),
    operand: String,
  }),
  point: () => point,
};

/** The type that a declaration in SQL means; text where it is another. */
export function typeNamed(declaration: string): Type {
  const match = /^([a-z]+)\s*(?:\((.*)\))?\s*(.*)$/is.exec(declaration.trim());
  const [, name = '', inside = '', rest = ''] = match ?? [];
  const make = typesByName[name.toLowerCase()] ?? typesByName['text']!;
  const sizes = inside
    .split(',')
    .map(Number)
    .filter(size => !Number.isNaN(size));
  const values = Array.from(inside.matchAll(/'((?:[^']|'')*)'/g), each =>
    each[1]!.replaceAll("''", "'"),
  );
  const words: Words = {
    sizes: inside === '' ? [] : sizes,
    isUnsigned: /unsigned/i.test(rest),
    values,
  };
  return make(words);
}

function integer(bits: bigint): TypeMaker {
  return ({isUnsigned}) => {
    const range = rangeOfBits(bits, isUnsigned);
    return {
      ...number((value, place) => writtenInteger(value, range, place), {
        // `supportBigNumbers` is off: what is beyond 2^53 loses digits.
        read: Number,
      }),
      operand: (sent, server) =>
        comparedInteger(sentNumber(sent, 'where', server)),
    };
  };
}

function float(form: FloatForm): Type {
  const {isSingle, scale} = form;
  return number((value, place) => writtenFloat(value, form, place), {
    ...(isSingle && scale === undefined && {read: readSingle}),
    text: stored => floatText(isSingle ? readSingle(stored) : stored),
  });
}

function double({sizes: [precision, scale]}: Words): Type {
  return float({isSingle: false, precision, scale});
}

function number(
  write: (value: unknown, place: Place) => unknown,
  others: Pick<Type, 'read' | 'text'>,
): Type {
  return {
    type: 'number',
    kind: 'number',
    isCollated: false,
    write,
    operand: (sent, server) =>
      comparedNumber(sentNumber(sent, 'where', server)),
    ...others,
  };
}

/** `bit(1)`, which the driver gives as a byte. */
const bit: Type = {
  ...number(value => Number(Boolean(value)), {}),
  read: stored => Buffer.from([stored as number]),
};

/** The limit of a text: in letters or in bytes. */
interface TextLimit {
  readonly length?: number;
  readonly bytes?: number;
  /** Whether blanks at the end are not given back. */
  readonly isTrimmed?: boolean;
}

function text({isTrimmed = false, ...limit}: TextLimit): Type {
  return {
    type: 'string',
    kind: 'text',
    isCollated: true,
    write: (sent, place) => {
      const written = writtenText(sent, limit, place);
      return isTrimmed ? written.replace(/ +$/, '') : written;
    },
    operand: sentText,
  };
}

function sentText(sent: unknown): string {
  if (Buffer.isBuffer(sent)) return sent.toString();
  if (sent instanceof Date) return sentDate(sent);
  return typeof sent === 'boolean' ? String(Number(sent)) : String(sent);
}

function enumOf(values: readonly string[]): Type {
  return {
    ...text({}),
    values,
    write: (sent, place) => writtenEnum(sent, values, place),
    implicit: () => values[0],
  };
}

function binary(bytes: number): Type {
  return {
    type: 'bytes',
    kind: 'bytes',
    isCollated: false,
    write: (sent, place) => writtenBytes(sent, bytes, place),
    operand: sent => (Buffer.isBuffer(sent) ? sent : Buffer.from(String(sent))),
    text: stored => (stored as Buffer).toString('latin1'),
  };
}

/**
 * JSON, which is compared as a text that it is in MariaDB. The driver parses it,
 * for both servers say in their answers that it is JSON.
 */
const json: Type = {
  type: 'string',
  kind: 'text',
  isCollated: false,
  write: (sent, place) => jsonText(sent, place),
  operand: sentText,
  read: stored => JSON.parse(stored as string) as unknown,
};

function moment(range: DateRange): Type {
  return {
    type: 'date',
    kind: 'date',
    isCollated: false,
    ...range,
    operand: sent =>
      sent instanceof Date ? sent : (dateIn(String(sent)) ?? zeroDate),
  };
}

const point: Type = {
  type: 'point',
  kind: 'point',
  isCollated: false,
  write: sent => {
    const {lat, lng} = sent as {lat: unknown; lng: unknown};
    return isGiven(lat) && isGiven(lng)
      ? {lat: Number(lat), lng: Number(lng)}
      : null;
  },
  operand: sent => sent,
  read: stored => {
    const {lat, lng} = stored as {lat: number; lng: number};
    return {x: lng, y: lat};
  },
};
