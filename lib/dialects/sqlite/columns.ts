import type {ColumnType} from '../../value/coerce';
import type {Column, PropertyFacts} from '../dialect';
import {affinityOf, bound, converted, textOf} from './affinity';
import {sqliteError, syntaxError} from './errors';

/** The type of ids that are SQLite's own number of a row. */
export const rowIdType = 'INTEGER';

/**
 * The column that loopback-connector-sqlite3 makes of a property. From its
 * sqlite3.js: `_columnDataType`, `_buildColumnType`, `_getDefaultClause`,
 * `toColumnValue`, `fromColumnValue`.
 */
export function sqliteColumn(property: PropertyFacts): Column {
  const {columnName, isGenerated, isId, isNullable, name} = property;
  const nativeType = typeOf(property);
  const affinity = affinityOf(nativeType);
  const sent = sender(property);
  const isRowId = isId && nativeType === rowIdType;
  const stored = (value: unknown) => converted(bound(sent(value)), affinity);
  const byDefault = defaultOf(property);
  return {
    property: name,
    name: columnName ?? name.toLowerCase(),
    nativeType,
    type: typesByAffinity[affinity],
    isId,
    isGenerated,
    isNullable: isNullable && !isId,
    isDefaultForNull: false,
    write: isRowId ? value => rowId(stored(value)) : stored,
    operand: stored,
    read: reader(property),
    text: value => textOf(value, affinity),
    cast: value => textOf(value, affinity),
    ...(byDefault && {defaultValue: byDefault}),
  };
}

const typesByAffinity = {
  integer: 'number',
  real: 'number',
  numeric: 'number',
  text: 'string',
  blob: 'any',
} as const satisfies Record<string, ColumnType>;

/** Fails with SQLITE_MISMATCH on what is no integer. */
function rowId(value: unknown): unknown {
  if (value === null) return null;
  if (Number.isInteger(value) && Math.abs(value as number) < 2 ** 63) {
    return value;
  }
  throw sqliteError('SQLITE_MISMATCH', 'datatype mismatch');
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
      return isId ? rowIdType : 'REAL';
    case 'Boolean':
    case 'Date':
      return 'INTEGER';
    default:
      return 'TEXT';
  }
}

/** What LoopBack's connector makes of a value before the driver binds it. */
function sender({typeName}: PropertyFacts): (value: unknown) => unknown {
  switch (typeName) {
    case 'Number':
      return numberOf;
    case 'Boolean':
      return booleanOf;
    case 'String':
      return value => value;
    case 'Date':
      // What is no date is null: so the connector takes valid texts, too.
      return numberOf;
    default:
      return value => JSON.stringify(value);
  }
}

/** NaN, which is stored as null, where it is none. */
function numberOf(value: unknown): number {
  return Number(value);
}

const yes = new Set<unknown>(['t', 'T', 'y', 'Y', '1', 1, true]);
const no = new Set<unknown>(['f', 'F', 'n', 'N', '0', 0, false]);

/** Else the connector sends an error, of which SQLite stores the text. */
function booleanOf(value: unknown): unknown {
  if (yes.has(value)) return 1;
  if (no.has(value)) return 0;
  return `Error: SQLITE3: Invalid boolean default: ${String(value)}`;
}

function reader({typeName}: PropertyFacts): (stored: unknown) => unknown {
  switch (typeName) {
    case 'Number':
      return Number;
    case 'Boolean':
      return stored => yes.has(stored);
    case 'String':
      return String;
    case 'Date':
      return stored => new Date(stored as number);
    default:
      return stored => JSON.parse(stored as string) as unknown;
  }
}

/** `sqlite3: {dbDefault}`, of those types with which a table can be made. */
function defaultOf({
  own: {dbDefault},
  typeName,
}: PropertyFacts): (() => unknown) | undefined {
  if (!dbDefault) return undefined;
  if (typeName === 'Date' && dbDefault === 'now') {
    return () => Math.floor(Date.now() / 1000) * 1000;
  }
  const isNumber = typeName === 'Number' || typeName === 'Date';
  return isNumber && !Number.isNaN(Number(dbDefault))
    ? () => Number(dbDefault)
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
      // It becomes part of the name of the type.
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
        : new Error(`SQLITE3: Invalid boolean default: ${dbDefault as string}`);
    }
    case 'Date':
      return dbDefault === 'now' || !Number.isNaN(Number(dbDefault))
        ? undefined
        : new Error(`Invalid date default: ${dbDefault as string}`);
    default:
      return new Error(`Default value for ${typeName} is not supported`);
  }
}
