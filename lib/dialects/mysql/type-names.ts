import type {Flavour} from './flavour';

/** A type as the server shows it, and what its information schema says of it. */
export interface ShownType {
  /** `int(11)`, `varchar(40)`: what SHOW FIELDS tells. */
  readonly text: string;
  /** `int`, `varchar` */
  readonly name: string;
  readonly length: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
}

/** A type as it is declared, taken apart. */
interface Declared {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly inside: string;
  readonly isUnsigned: boolean;
}

type Show = (declared: Declared, flavour: Flavour) => ShownType;

/** The type of a declaration as the server shows it; undefined where it has none such. */
export function shownType(
  declaration: string,
  flavour: Flavour,
): ShownType | undefined {
  const match = /^([a-z]+)\s*(?:\((.*)\))?\s*(.*)$/is.exec(declaration.trim());
  const [, name = '', inside = '', rest = ''] = match ?? [];
  const key = name.toLowerCase();
  const show = Object.hasOwn(types, key) ? types[key] : undefined;
  const sizes = inside
    .split(',')
    .filter(size => /^\s*\d+\s*$/.test(size))
    .map(Number);
  const isUnsigned = /unsigned/i.test(rest);
  return show?.({name: key, sizes, inside, isUnsigned}, flavour);
}

function shown(
  name: string,
  text = name,
  facts: Partial<ShownType> = {},
): ShownType {
  return {name, text, length: null, precision: null, scale: null, ...facts};
}

/** How many characters the server gives an integer where it is not said. */
function integer(
  name: string,
  [signed, unsigned]: readonly [number, number],
  precision: number,
): Show {
  return ({isUnsigned, sizes: [given]}, {hasIntegerWidths}) => {
    const width = given ?? (isUnsigned ? unsigned : signed);
    const isShown = hasIntegerWidths || (name === 'tinyint' && given === 1);
    const sign = isUnsigned ? ' unsigned' : '';
    return shown(name, name + (isShown ? `(${width})` : '') + sign, {
      precision: precision + (isUnsigned && name === 'bigint' ? 1 : 0),
      scale: 0,
    });
  };
}

const decimal: Show = ({isUnsigned, sizes: [precision = 10, scale = 0]}) =>
  shown(
    'decimal',
    `decimal(${precision},${scale})${isUnsigned ? ' unsigned' : ''}`,
    {precision, scale},
  );

function float(name: 'float' | 'double'): Show {
  return ({isUnsigned, sizes: [size, scale]}) => {
    const sign = isUnsigned ? ' unsigned' : '';
    if (scale !== undefined) {
      const text = `${name}(${size},${scale})${sign}`;
      return shown(name, text, {precision: size!, scale});
    }
    const own = (size ?? 0) > 24 ? 'double' : name;
    return shown(own, own + sign, {precision: own === 'float' ? 12 : 22});
  };
}

function sized(name: string, byDefault?: number): Show {
  return ({sizes: [length = byDefault ?? null]}) =>
    shown(name, `${name}(${length})`, {length});
}

const bytesOf = {
  tiny: 255,
  '': 65_535,
  medium: 16_777_215,
  long: 4_294_967_295,
};

/** `tinytext`, `text`, ...: with a size the smallest that holds it. */
function long(kind: 'text' | 'blob', bytesOfLetter: number) {
  return Object.fromEntries(
    Object.entries(bytesOf).map(([prefix, bytes]): [string, Show] => [
      prefix + kind,
      ({sizes: [size]}) => {
        const needed = size === undefined ? bytes : size * bytesOfLetter;
        const [found, length] =
          size === undefined
            ? [prefix, bytes]
            : Object.entries(bytesOf).find(([, most]) => needed <= most)!;
        return shown(found + kind, undefined, {length});
      },
    ]),
  );
}

function withDigits(name: string): Show {
  return ({sizes: [digits = 0]}) =>
    shown(name, digits === 0 ? name : `${name}(${digits})`);
}

const named =
  (name: string): Show =>
  () =>
    shown(name);

const bool: Show = (declared, flavour) =>
  types['tinyint']!({...declared, sizes: [1]}, flavour);

const types: Readonly<Record<string, Show>> = {
  tinyint: integer('tinyint', [4, 3], 3),
  smallint: integer('smallint', [6, 5], 5),
  mediumint: integer('mediumint', [9, 8], 7),
  int: integer('int', [11, 10], 10),
  integer: integer('int', [11, 10], 10),
  bigint: integer('bigint', [20, 20], 19),
  bool,
  boolean: bool,
  bit: ({sizes: [precision = 1]}) =>
    shown('bit', `bit(${precision})`, {precision}),
  year: (_, {hasIntegerWidths}) =>
    shown('year', hasIntegerWidths ? 'year(4)' : 'year'),
  decimal,
  numeric: decimal,
  dec: decimal,
  fixed: decimal,
  float: float('float'),
  double: float('double'),
  real: float('double'),
  varchar: sized('varchar'),
  char: sized('char', 1),
  varbinary: sized('varbinary'),
  binary: sized('binary', 1),
  ...long('text', 4),
  ...long('blob', 1),
  enum({inside}) {
    const values = inside.split(',').map(each => each.length - 2);
    return shown('enum', `enum(${inside})`, {length: Math.max(...values)});
  },
  json: (_, {hasJson}) =>
    hasJson
      ? shown('json')
      : shown('longtext', undefined, {length: bytesOf.long}),
  datetime: withDigits('datetime'),
  timestamp: withDigits('timestamp'),
  time: withDigits('time'),
  date: named('date'),
  point: named('point'),
  geometry: named('geometry'),
};
