import {isObject} from '../../base/objects';
import type {NativeColumn} from '../../schema/schema';
import type {Column, ModelFacts, PropertyFacts} from '../dialect';
import type {Clause, Place, Server} from './flavour';
import {defaultValue, nativeColumn} from './native-columns';
import {type Type, typeNamed} from './types';

/** A column of MariaDB or MySQL. */
export interface MysqlColumn extends Column {
  readonly kind: Type['kind'];
  readonly isCollated: boolean;
  /** The values of an enum, which are in this order. */
  readonly values?: readonly string[];
  /** Whether the column has an index for full-text search. */
  readonly hasFullText: boolean;
  /** What the connector hands to the driver. */
  sent(value: unknown): unknown;
}

/**
 * The column that loopback-connector-mysql makes of a property: by `mysql:
 * {dataType, dataLength, dataPrecision, dataScale}`, else by its type. From its
 * migration.js: `columnDataType`, `buildColumnType`; what it sends and reads:
 * mysql.js `toColumnValue`, `fromColumnValue`.
 */
export function mysqlColumn(
  property: PropertyFacts,
  model: ModelFacts,
  server: Server,
): MysqlColumn {
  return mysqlColumnOf(property, nativeColumn(property), {
    server,
    table: model.tableName ?? model.name,
    hasFullText: hasFullText(property, model),
  });
}

/** Where a column is. */
interface ColumnPlace {
  readonly server: Server;
  readonly table: string;
  /** Whether the column has an index for full-text search of its own. */
  readonly hasFullText: boolean;
}

/** A column that there is, which may be another one than the property declares. */
export function mysqlColumnOf(
  {declared, isId, isNullable, name, typeName}: PropertyFacts,
  native: NativeColumn,
  {hasFullText: isFullText, server, table}: ColumnPlace,
): MysqlColumn {
  const type = typeNamed(native.type);
  const place = (clause: Clause): Place => ({
    server,
    table,
    column: native.name,
    clause,
  });
  const places = {insert: place('insert'), update: place('update')};
  const isSequence = native.isGenerated === true;
  const byDefault = defaultOf(native, type, places.insert);
  const read = readerOf(declared, typeName, type);
  return {
    property: name,
    name: native.name,
    nativeType: native.type,
    type: type.type,
    isId,
    isGenerated: isSequence,
    isNullable: native.isNullable,
    isDefaultForNull: isId,
    kind: type.kind,
    isCollated: type.isCollated,
    ...(type.values && {values: type.values}),
    hasFullText: isFullText,
    sent: value => sentValue(typeName, value),
    write(value, use) {
      const sent = sentValue(typeName, value);
      return sent === null || sent === undefined
        ? null
        : type.write(sent, places[use]);
    },
    operand: value => type.operand(sentValue(typeName, value), server),
    ...(!isNullable && {sentForNull: value => sentForNull(typeName, value)}),
    ...(isSequence && {asksForNext: stored => stored === 0}),
    text: type.text ?? String,
    cast: type.text ?? String,
    ...(read && {read}),
    ...(byDefault && {defaultValue: byDefault}),
  };
}

/** An index has `{kind, columns: 'title'}`, or its property `{kind}`. */
function hasFullText(
  {columnName, declared, name}: PropertyFacts,
  {indexes}: ModelFacts,
): boolean {
  const isFullText = (index: unknown): index is Record<string, unknown> =>
    isObject(index) &&
    'kind' in index &&
    /^fulltext$/i.test(String(index.kind));
  const column = columnName ?? name;
  return (
    isFullText(declared['index']) ||
    Object.values(indexes).some(
      index => isFullText(index) && String(index['columns']).trim() === column,
    )
  );
}

/** What LoopBack's connector makes of a value before `mysql2` sends it. */
function sentValue(typeName: string, value: unknown): unknown {
  switch (typeName) {
    case 'String':
      return String(value);
    case 'Number':
    case 'GeoPoint':
    case 'Buffer':
      return value;
    case 'Date': {
      const isDate = isObject(value) && 'toUTCString' in value;
      return isDate ? value : new Date(value as string);
    }
    case 'DateString':
      return (value as {when: unknown}).when;
    case 'Boolean':
      return Boolean(value);
    default:
      return serialized(value);
  }
}

function serialized(given: unknown): unknown {
  const hasJson =
    isObject(given) && 'toJSON' in given && typeof given.toJSON === 'function';
  const value = hasJson ? (given.toJSON as () => unknown)() : given;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * What it sends in the place of null: null cast to the type of the property, the
 * word where that fails, and the moment for a date. What it sends of undefined
 * is what its other conversions make of it; undefined leaves the column out.
 */
function sentForNull(typeName: string, value: null | undefined): unknown {
  switch (typeName) {
    case 'String':
      return String(value);
    case 'Number':
      return value === null ? 0 : undefined;
    case 'Boolean':
      return false;
    case 'Date':
      return value === null ? new Date() : undefined;
    case 'Object':
      return value === null ? {} : undefined;
    default:
      return value === null ? 'null' : undefined;
  }
}

/** The value that the database gives a row that says nothing of the column. */
function defaultOf(
  {default: sql, isGenerated, isNullable}: NativeColumn,
  type: Type,
  place: Place,
): (() => unknown) | undefined {
  if (isGenerated) return undefined;
  if (sql !== undefined) return () => type.write(defaultValue(sql), place);
  return isNullable ? undefined : type.implicit;
}

/** From what the driver gives to what LoopBack's connector makes of it. */
function readerOf(
  declared: PropertyFacts['declared'],
  typeName: string,
  {kind, read, type}: Type,
): ((stored: unknown) => unknown) | undefined {
  const made =
    typeName === 'ObjectID'
      ? (given: unknown) => new (declared['type'] as Class)(given)
      : conversions[typeName];
  const isAlready =
    (typeName === 'String' && type === 'string') ||
    (typeName === 'Number' && type === 'number' && read === undefined) ||
    (typeName === 'Date' && kind === 'date');
  if (made === undefined || isAlready) return read;
  return stored => made(read === undefined ? stored : read(stored));
}

type Class = new (given: unknown) => unknown;

const conversions: Readonly<Record<string, (given: unknown) => unknown>> = {
  Number,
  String,
  Boolean: given =>
    Buffer.isBuffer(given) && given.length === 1
      ? Boolean(given[0])
      : Boolean(Number.parseInt(String(given), 10)),
  Buffer: given =>
    Buffer.isBuffer(given) ? given : Buffer.from(given as string),
  GeoPoint: pointOf,
  Point: pointOf,
  List: parsed,
  Array: parsed,
  Object: parsed,
  JSON: parsed,
};

function pointOf(given: unknown): unknown {
  const {x, y} = given as {x: number; y: number};
  return {lng: x, lat: y};
}

function parsed(given: unknown): unknown {
  return typeof given === 'string' ? (JSON.parse(given) as unknown) : given;
}
