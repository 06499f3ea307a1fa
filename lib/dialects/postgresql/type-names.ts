import type {NativeColumn} from '../../schema/schema';
import {pgError} from './errors';
import {typeNamed} from './types';

/** Types that values of this connector are not told from texts in. */
const others = new Set(
  (
    'bit,varbit,bit varying,box,cidr,circle,inet,interval,line,lseg,macaddr,' +
    'macaddr8,money,name,oid,path,polygon,time,timetz,time with time zone,' +
    'time without time zone,tsquery,tsvector,xml,int4range,int8range,numrange,' +
    'tsrange,tstzrange,daterange,jsonpath,text,citext'
  ).split(','),
);

/** Those that take a size. */
const sized =
  /^(numeric|decimal|(var)?char|character( varying)?|bpchar|(var)?bit|bit varying|float|time(stamp)?(tz)?.*|interval)$/;

/** Those that are words of the grammar, which takes no parenthesis after them. */
const keywords =
  /^(small|big)?int$|^integer$|^smallint$|^bigint$|^real$|^boolean$|^double precision$/;

/** Fails with 42704, 42601 where there is no such type. */
export function checkType({type}: Pick<NativeColumn, 'type'>): void {
  const {name, size} = parted(type);
  const element = name.replace(/(\[\])+$/, '');
  const isText = typeNamed(element).name === 'text';
  const isKnown = isText ? others.has(element) : element !== 'double';
  if (!isKnown) {
    throw pgError('42704', `type "${element}" does not exist`);
  }
  if (size === undefined || sized.test(element)) return;
  throw pgError(
    '42601',
    keywords.test(element)
      ? 'syntax error at or near "("'
      : `type modifier is not allowed for type "${element}"`,
  );
}

/** A type that is a text here, though it is none there; undefined of others. */
export function unknownType(type: string): string | undefined {
  const element = parted(type).name.replace(/(\[\])+$/, '');
  const isText = typeNamed(element).name === 'text';
  return isText && element !== 'text' ? element : undefined;
}

function parted(type: string): {name: string; size: string | undefined} {
  const match = /^([^(]+?)\s*\(([^)]*)\)\s*(.*)$/.exec(type.trim());
  const [, first = type.trim(), size, rest = ''] = match ?? [];
  return {name: `${first} ${rest}`.trim().toLowerCase(), size};
}

/** What `information_schema.columns` has of the sizes of a type. */
interface NativeSizes {
  readonly length: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
}

const noSizes: NativeSizes = {length: null, precision: null, scale: null};

const fixedSizes: Readonly<Record<string, NativeSizes>> = {
  smallint: {...noSizes, precision: 16, scale: 0},
  integer: {...noSizes, precision: 32, scale: 0},
  bigint: {...noSizes, precision: 64, scale: 0},
  real: {...noSizes, precision: 24},
  'double precision': {...noSizes, precision: 53},
};

/** The sizes of a type, as `information_schema.columns` has them. */
export function sizesOf(type: string): NativeSizes {
  const {name, size} = parted(type);
  const [first, second] = (size ?? '').split(',').map(Number);
  const given = size === undefined ? undefined : first;
  const known = typeNamed(type).name;
  const fixed = Object.hasOwn(fixedSizes, known)
    ? fixedSizes[known]
    : undefined;
  if (fixed !== undefined) return fixed;
  const isOne = known === 'character' && name !== 'bpchar';
  if (known === 'numeric' && given !== undefined) {
    return {...noSizes, precision: given, scale: second ?? 0};
  }
  return known.startsWith('character')
    ? {...noSizes, length: given ?? (isOne ? 1 : null)}
    : noSizes;
}

/** The type as `information_schema.columns` has it. */
export function dataTypeOf(type: string): string {
  const {name} = parted(type);
  if (name.endsWith('[]')) return 'ARRAY';
  const known = typeNamed(type).name;
  return known === 'text' && others.has(name) ? fullNameOf(name) : known;
}

function fullNameOf(name: string): string {
  switch (name) {
    case 'time':
      return 'time without time zone';
    case 'timetz':
      return 'time with time zone';
    case 'varbit':
      return 'bit varying';
    case 'citext':
      return 'USER-DEFINED';
    default:
      return name;
  }
}

/** The type as the connector shows it to itself: `showFields`. */
export function shownType(type: string): string {
  const shown = dataTypeOf(type);
  const {size} = parted(type);
  const isTime = shown.startsWith('time');
  if (shown === 'character varying') {
    return `VARCHAR(${sizesOf(type).length ?? 1024})`;
  }
  if (!isTime || size === undefined || Number(size) >= 6) return shown;
  const [first = '', ...rest] = shown.split(' ');
  return `${first} (${size}) ${rest.join(' ')}`;
}
