import type {NativeColumn} from '../../schema/schema';
import type {CreateTable, MadeIndex} from '../ddl';
import {geometryError} from './casts';
import {mysqlError, parseError} from './errors';
import type {Place, Server} from './flavour';
import {defaultValue, momentDefault} from './native-columns';
import {type ShownType, shownType} from './type-names';
import {typeNamed} from './types';

/*
 * What the server refuses in a definition of a table, whatever rows there are.
 * Of texts it is assumed that they are of utf8mb4: four bytes a letter.
 */

const bytesOfLetter = 4;
const maxRowBytes = 65_535;
const maxKeyBytes = 3072;
const maxKeyParts = 32;
const maxNameLength = 64;

/** 1059 */
function requireShort(name: string): void {
  if (name.length <= maxNameLength) return;
  throw mysqlError(
    'ER_TOO_LONG_IDENT',
    `Identifier name '${name}' is too long`,
  );
}

/** Fails where a column has no type, sizes that it cannot have, or no such default. */
export function checkColumn(column: NativeColumn, server: Server): void {
  const {name, type} = column;
  requireShort(name);
  if (/^(?:ENUM\(\)|VARCHAR|VARBINARY)$/i.test(type)) {
    const near = type.endsWith('()') ? ') ' : '';
    throw parseError(server, `${near}${column.isNullable ? '' : 'NOT '}NULL`);
  }
  const shown = shownType(type, server.flavour);
  if (shown === undefined) throw unknownType(type, server);
  checkSizes(name, shown);
  checkDefault(column, shown, server);
}

/** 4161 in MariaDB; MySQL does not know the word. */
export function unknownType(type: string, server: Server): Error {
  const [word = ''] = type.split('(');
  return server.flavour.name === 'mariadb'
    ? mysqlError(
        'ER_INSTALL_COMPONENT_SET_UNUSED_VALUE',
        `Unknown data type: '${word}'`,
      )
    : parseError(server, word);
}

const maxLengths: Readonly<Record<string, number>> = {
  char: 255,
  binary: 255,
  varchar: Math.floor(maxRowBytes / bytesOfLetter),
  varbinary: maxRowBytes,
};

function checkSizes(column: string, shown: ShownType): void {
  const {length, name} = shown;
  const most = maxLengths[name];
  if (most !== undefined && (length ?? 0) > most) {
    throw mysqlError(
      'ER_TOO_BIG_FIELDLENGTH',
      `Column length too big for column '${column}' (max = ${most}); use BLOB or TEXT instead`,
    );
  }
  const moment = /^(?:datetime|timestamp|time)\((\d+)\)$/.exec(shown.text);
  if (Number(moment?.[1] ?? 0) > 6) throw tooPrecise(column, 6);
  checkDigits(column, shown);
}

function checkDigits(
  column: string,
  {name, precision, scale}: ShownType,
): void {
  if (precision === null || scale === null) return;
  if (name === 'decimal' && precision > 65) throw tooPrecise(column, 65);
  if (scale > precision) {
    throw mysqlError(
      'ER_M_BIGGER_THAN_D',
      `For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '${column}')`,
    );
  }
}

/** 1426 */
function tooPrecise(column: string, most: number): Error {
  return mysqlError(
    'ER_TOO_BIG_PRECISION',
    `Too big precision specified for '${column}'. Maximum is ${most}`,
  );
}

function isLong({name}: ShownType): boolean {
  return /text$|blob$|^json$/.test(name);
}

function checkDefault(
  {default: sql, name, type}: NativeColumn,
  shown: ShownType,
  server: Server,
): void {
  if (sql === undefined) return;
  if (!server.flavour.hasAnyDefault) checkDefaultOfType(name, sql, shown);
  if (sql === momentDefault) return;
  if (/^".*".*"$/s.test(sql)) {
    throw parseError(server, sql.slice(sql.indexOf('"', 1) + 1));
  }
  if (shown.name === 'point') throw geometryError();
  // Of JSON it is a row that is checked.
  if (shown.name === 'json' || /^json$/i.test(type)) return;
  const place: Place = {server, table: '', column: name, clause: 'insert'};
  try {
    typeNamed(type).write(defaultValue(sql), place);
  } catch {
    throw invalidDefault(name);
  }
}

/** 1067 */
function invalidDefault(column: string): Error {
  return mysqlError(
    'ER_INVALID_DEFAULT',
    `Invalid default value for '${column}'`,
  );
}

/** What MySQL refuses of some types, and MariaDB takes. */
function checkDefaultOfType(
  column: string,
  sql: string,
  shown: ShownType,
): void {
  if (isLong(shown) || shown.name === 'point') {
    throw mysqlError(
      'ER_BLOB_CANT_HAVE_DEFAULT',
      `BLOB, TEXT, GEOMETRY or JSON column '${column}' can't have a default value`,
    );
  }
  const isMoment = /^(?:datetime|timestamp)$/.test(shown.name);
  if (sql === momentDefault && !isMoment) throw invalidDefault(column);
}

/** 1118: all that is no text of its own is in the row. */
export function checkTable({columns, name}: CreateTable, server: Server): void {
  requireShort(name);
  const bytes = columns.map(column => {
    const shown = shownType(column.type, server.flavour)!;
    if (isLong(shown)) return 10;
    return bytesIn(shown) + (shown.name.startsWith('var') ? 2 : 0);
  });
  const nulls = Math.ceil(
    columns.filter(({isNullable}) => isNullable).length / 8,
  );
  const all = bytes.reduce((sum, each) => sum + each, nulls);
  if (all <= maxRowBytes) return;
  throw mysqlError(
    'ER_TOO_BIG_ROWSIZE',
    'Row size too large. The maximum row size for the used table type, not ' +
      `counting BLOBs, is ${maxRowBytes}. This includes storage overhead, check ` +
      'the manual. You have to change some columns to TEXT or BLOBs',
  );
}

/** Fails where the ids of a table cannot be its key. */
export function checkPrimaryKey(
  columns: readonly NativeColumn[],
  server: Server,
): void {
  const shown = columns.map(({name, type}) => ({
    name,
    own: shownType(type, server.flavour)!,
  }));
  const long = shown.find(({own}) => isLong(own));
  if (long !== undefined) throw keyWithoutLength(long.name);
  if (sum(shown.map(({own}) => bytesIn(own))) > maxKeyBytes) throw keyTooLong();
}

/** Fails where there can be no such index. */
export function checkIndex(
  {index, method}: MadeIndex,
  columns: readonly NativeColumn[],
  server: Server,
): void {
  const {isUnique, keys, name} = index;
  requireShort(name);
  if (name.toLowerCase() === 'primary') {
    throw mysqlError(
      'ER_WRONG_NAME_FOR_INDEX',
      `Incorrect index name '${name}'`,
    );
  }
  if (keys.length > maxKeyParts) {
    throw mysqlError(
      'ER_TOO_MANY_KEY_PARTS',
      `Too many key parts specified; max ${maxKeyParts} parts allowed`,
    );
  }
  const names = columns.map(column => column.name);
  const twice = names.find((each, i) => names.indexOf(each) !== i);
  if (twice !== undefined) {
    throw mysqlError('ER_DUP_FIELDNAME', `Duplicate column name '${twice}'`);
  }
  const types = columns.map(({type}) => shownType(type, server.flavour)!);
  if (method === 'fulltext') return checkFullText(columns, types);
  if (method === 'spatial') return checkSpatial(columns, types);
  if (method === 'rtree') throw wrongArguments('RTREE');
  checkKeyLength(columns, types, {isUnique, server});
}

function checkFullText(
  columns: readonly NativeColumn[],
  types: readonly ShownType[],
): void {
  const other = types.findIndex(({name}) => !/char$|text$/.test(name));
  if (other < 0) return;
  throw mysqlError(
    'ER_BAD_FT_COLUMN',
    `Column '${columns[other]!.name}' cannot be part of FULLTEXT index`,
  );
}

function checkSpatial(
  columns: readonly NativeColumn[],
  types: readonly ShownType[],
): void {
  if (types.some(({name}) => !/^(?:point|geometry)$/.test(name))) {
    throw wrongArguments('SPATIAL');
  }
  if (columns.every(({isNullable}) => !isNullable)) return;
  throw mysqlError(
    'ER_SPATIAL_CANT_HAVE_NULL',
    'All parts of a SPATIAL index must be NOT NULL',
  );
}

/** 1210 */
function wrongArguments(kind: string): Error {
  return mysqlError(
    'ER_WRONG_ARGUMENTS',
    `Incorrect arguments to ${kind} INDEX`,
  );
}

/**
 * MariaDB cuts what is too long for an index of one column, and has hashes in
 * unique ones; MySQL refuses both.
 */
function checkKeyLength(
  columns: readonly NativeColumn[],
  types: readonly ShownType[],
  {isUnique, server}: {readonly isUnique: boolean; readonly server: Server},
): void {
  if (!server.flavour.cutsKeys) {
    const long = types.findIndex(isLong);
    if (long >= 0) throw keyWithoutLength(columns[long]!.name);
  }
  if (server.flavour.cutsKeys && (isUnique || types.length === 1)) return;
  const bytes = types.map(type => (isLong(type) ? maxKeyBytes : bytesIn(type)));
  if (sum(bytes) > maxKeyBytes) throw keyTooLong();
}

/** 1071 */
function keyTooLong(): Error {
  return mysqlError(
    'ER_TOO_LONG_KEY',
    `Specified key was too long; max key length is ${maxKeyBytes} bytes`,
  );
}

/** 1170 */
function keyWithoutLength(column: string): Error {
  return mysqlError(
    'ER_BLOB_KEY_WITHOUT_LENGTH',
    `BLOB/TEXT column '${column}' used in key specification without a key length`,
  );
}

const bytesOfType: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  mediumint: 3,
  int: 4,
  bigint: 8,
  bit: 1,
  year: 1,
  float: 4,
  double: 8,
  datetime: 5,
  timestamp: 4,
  date: 3,
  time: 3,
  enum: 1,
  point: 25,
};

/** How many bytes a value has at the most, in a row or an index. */
function bytesIn({length, name, precision}: ShownType): number {
  if (name.endsWith('char')) return (length ?? 0) * bytesOfLetter;
  if (name.endsWith('binary')) return length ?? 0;
  if (name === 'decimal') return Math.ceil((precision ?? 0) / 2) + 1;
  return bytesOfType[name] ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
