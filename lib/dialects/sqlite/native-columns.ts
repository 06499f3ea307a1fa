import type {NativeColumn} from '../../schema/schema';
import type {PropertyFacts} from '../dialect';
import {booleanOf} from './booleans';
import {sqliteError, syntaxError} from './errors';

/*
 * The columns that loopback-connector-sqlite3 declares: its sqlite3.js,
 * `_columnDataType`, `_buildColumnType`, `_getDefaultClause`.
 */

/** The type of ids that are SQLite's own number of a row. */
export const rowIdType = 'INTEGER PRIMARY KEY';

/** The default of a date that is `'now'`: the second, in milliseconds. */
export const nowDefault = "(CAST(STRFTIME('%s', 'now') AS INTEGER)*1000)";

/** The column of a property. */
export function nativeColumn(property: PropertyFacts): NativeColumn {
  const {columnName, isId, isNullable, name} = property;
  const type = declaredType(property);
  const byDefault = defaultOf(property);
  return {
    name: columnName ?? name.toLowerCase(),
    type: isId && type === 'INTEGER' ? rowIdType : type,
    isNullable: isNullable && !isId,
    ...(byDefault !== undefined && {default: byDefault}),
  };
}

function declaredType(property: PropertyFacts): string {
  const {dbDefault} = property.own;
  const isText = property.typeName === 'String';
  // There is no blank before the default, so it becomes part of the type.
  return isText && dbDefault
    ? `${typeOf(property)}DEFAULT "${dbDefault as string}"`
    : typeOf(property);
}

/** A type that is declared counts only with a length. */
function typeOf({declared, isId, own, typeName}: PropertyFacts): string {
  const {dataLength, dataType} = own;
  const length = dataLength || declared['length'] || declared['limit'];
  if (typeof dataType === 'string' && dataType !== '' && length) {
    return `${dataType.toUpperCase()}(${length as number})`;
  }
  switch (typeName) {
    case 'Number':
      return isId ? 'INTEGER' : 'REAL';
    case 'Boolean':
    case 'Date':
      return 'INTEGER';
    default:
      return 'TEXT';
  }
}

/** `sqlite3: {dbDefault}` in SQL, of those types with which a table can be made. */
function defaultOf({
  own: {dbDefault},
  typeName,
}: PropertyFacts): string | undefined {
  if (!dbDefault) return undefined;
  if (typeName === 'Date' && dbDefault === 'now') return nowDefault;
  const isNumber = typeName === 'Number' || typeName === 'Date';
  return isNumber && !Number.isNaN(Number(dbDefault))
    ? String(Number(dbDefault))
    : undefined;
}

/** What a migration fails with for the default that a property names, if it does. */
export function refusalOfDefault({
  own: {dbDefault},
  typeName,
}: PropertyFacts): Error | undefined {
  if (!dbDefault) return undefined;
  switch (typeName) {
    case 'String':
      return undefined;
    case 'Number':
      return Number.isNaN(Number(dbDefault))
        ? new Error(`Invalid numeric default: ${dbDefault as string}`)
        : undefined;
    case 'Boolean': {
      // There is no blank before the default.
      const value = booleanOf(dbDefault);
      return typeof value === 'number'
        ? syntaxError(String(value))
        : sqliteError('SQLITE_ERROR', 'unrecognized token: ":"');
    }
    case 'Date':
      return dbDefault === 'now' || !Number.isNaN(Number(dbDefault))
        ? undefined
        : new Error(`Invalid date default: ${dbDefault as string}`);
    default:
      return new Error(`Default value for ${typeName} is not supported`);
  }
}
