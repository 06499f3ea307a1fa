import type {NativeColumn} from '../../schema/schema';
import type {ColumnType} from '../../value/coerce';
import type {Column, PropertyFacts} from '../dialect';
import {type Affinity, affinityOf, bound, converted, textOf} from './affinity';
import {booleanOf, isYes} from './booleans';
import {sqliteError} from './errors';
import {nativeColumn, nowDefault, rowIdType} from './native-columns';

/**
 * The column that loopback-connector-sqlite3 makes of a property. From its
 * sqlite3.js: `toColumnValue`, `fromColumnValue`.
 */
export function sqliteColumn(property: PropertyFacts): Column {
  return sqliteColumnOf(property, nativeColumn(property));
}

/** A column that there is, which may be another one than the property declares. */
export function sqliteColumnOf(
  property: PropertyFacts,
  native: NativeColumn,
): Column {
  const affinity = affinityOf(native.type);
  const sent = sender(property);
  const isRowId = native.type === rowIdType;
  const stored = (value: unknown) => converted(bound(sent(value)), affinity);
  const byDefault = defaultOf(native);
  return {
    property: property.name,
    name: native.name,
    nativeType: native.type,
    type: engineType(affinity, property),
    isId: property.isId,
    isGenerated: property.isGenerated,
    isNullable: native.isNullable,
    isDefaultForNull: false,
    write: isRowId ? value => rowIdOf(stored(value)) : stored,
    operand: stored,
    read: reader(property),
    text: value => textOf(value, affinity),
    cast: value => textOf(value, affinity),
    ...(byDefault && {defaultValue: byDefault}),
  };
}

/**
 * A column of a table that migrations have made: texts that are no numbers stay
 * among numbers where a column becomes one of numbers.
 */
export function madeColumnOf(
  property: PropertyFacts,
  native: NativeColumn,
): Column {
  return {...sqliteColumnOf(property, native), type: madeTypeOf(native)};
}

/** The type of such a column in the tables of this connector. */
export function madeTypeOf({type}: NativeColumn): ColumnType {
  if (type === rowIdType) return 'number';
  return affinityOf(type) === 'text' ? 'string' : 'any';
}

/**
 * A column that numbers are kept in has texts too, which are no numbers to SQLite
 * but may be some to this engine ("0x10"), where the property is none.
 */
function engineType(affinity: Affinity, {typeName}: PropertyFacts): ColumnType {
  if (affinity === 'text') return 'string';
  const isNumeric = affinity !== 'blob' && numeric.has(typeName);
  return isNumeric ? 'number' : 'any';
}

const numeric = new Set(['Number', 'Boolean', 'Date']);

/** A number of a row. Fails with SQLITE_MISMATCH on what is no integer. */
export function rowIdOf(value: unknown): unknown {
  if (value === null) return null;
  if (Number.isInteger(value) && Math.abs(value as number) < 2 ** 63) {
    return value;
  }
  throw sqliteError('SQLITE_MISMATCH', 'datatype mismatch');
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

function reader({typeName}: PropertyFacts): (stored: unknown) => unknown {
  switch (typeName) {
    case 'Number':
      return Number;
    case 'Boolean':
      return isYes;
    case 'String':
      return String;
    case 'Date':
      return stored => new Date(stored as number);
    default:
      return stored => JSON.parse(stored as string) as unknown;
  }
}

/** The value that the database gives a row that says nothing of the column. */
function defaultOf({
  default: byDefault,
}: NativeColumn): (() => unknown) | undefined {
  if (byDefault === undefined) return undefined;
  return byDefault === nowDefault
    ? () => Math.floor(Date.now() / 1000) * 1000
    : () => Number(byDefault);
}
