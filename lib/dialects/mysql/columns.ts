import {isObject} from '../../base/objects';
import type {Column, ModelFacts, PropertyFacts} from '../dialect';
import type {EnumType} from './enum-factory';
import type {Clause, Place, Server} from './flavour';
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
  const {columnName, isGenerated, isId, isNullable, name} = property;
  const nativeType = declarationOf(property);
  const type = typeNamed(nativeType);
  const column = columnName ?? name;
  const table = model.tableName ?? model.name;
  const place = (clause: Clause): Place => ({server, table, column, clause});
  const places = {insert: place('insert'), update: place('update')};
  const {typeName} = property;
  const isInteger = /^(?:tiny|small|medium|big)?int\b/i.test(nativeType);
  const isSequence = isGenerated && isInteger;
  const byDefault = defaultOf(property, type, places.insert, isNullable);
  const read = readerOf(property, type);
  return {
    property: name,
    name: column,
    nativeType,
    type: type.type,
    isId,
    isGenerated: isSequence,
    isNullable: isNullable && !isId,
    isDefaultForNull: isId,
    kind: type.kind,
    isCollated: type.isCollated,
    ...(type.values && {values: type.values}),
    hasFullText: hasFullText(property, model),
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
  {isGenerated, own, typeName}: PropertyFacts,
  type: Type,
  place: Place,
  isNullable: boolean,
): (() => unknown) | undefined {
  if (isGenerated) return undefined;
  const constant = own['default'];
  const hasDefault = !['text', 'json', 'blob'].includes(typeName.toLowerCase());
  if (hasDefault && typeof constant === 'number' && constant !== 0) {
    return () => type.write(constant, place);
  }
  if (hasDefault && typeof constant === 'string' && constant !== '') {
    return /^(?:current_timestamp|now)$/i.test(constant)
      ? () => type.write(new Date(), place)
      : () => type.write(constant, place);
  }
  return isNullable ? undefined : type.implicit;
}

/** From what the driver gives to what LoopBack's connector makes of it. */
function readerOf(
  {declared, typeName}: PropertyFacts,
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

/** The type of the column as the connector writes it into CREATE TABLE. */
function declarationOf(property: PropertyFacts): string {
  const {declared, own, typeName} = property;
  const {dataType} = own;
  if (typeof dataType !== 'string' || dataType === '') {
    return ofType(typeName, property);
  }
  if (dataType.toLowerCase() === 'enum') return `enum(${enumOf(declared)})`;
  const length = own['dataLength'] || declared['length'] || declared['limit'];
  const {dataPrecision, dataScale} = own;
  const sizes = length
    ? [length]
    : [dataPrecision, dataPrecision && dataScale].filter(Boolean);
  return sizes.length === 0
    ? dataType
    : `${dataType}(${sizes.map(Number).join(',')})`;
}

function enumOf({jsonSchema}: PropertyFacts['declared']): string {
  const values = (jsonSchema as {enum?: unknown[]} | undefined)?.enum ?? [];
  return values.map(value => `'${String(value)}'`).join(',');
}

function ofType(typeName: string, {declared, isId}: PropertyFacts): string {
  const named = (otherwise: string) =>
    typeof declared['dataType'] === 'string' ? declared['dataType'] : otherwise;
  switch (typeName) {
    case 'String':
      return textOf(
        named('varchar'),
        declared,
        declared['index'] || isId ? 255 : 512,
      );
    case 'Number':
      return numberOf(named('int'), declared);
    case 'Date': {
      const name = named('datetime');
      const {precision} = declared;
      return precision && /^(?:time|datetime|timestamp)$/i.test(name)
        ? `${name}(${Number(precision)})`
        : name;
    }
    case 'Boolean':
      return 'tinyint(1)';
    case 'Point':
    case 'GeoPoint':
      return 'point';
    case 'Enum':
      return `enum(${(declared['type'] as EnumType)._string})`;
    default:
      return textOf(named('text'), declared, 4096);
  }
}

function textOf(
  name: string,
  {length, limit}: PropertyFacts['declared'],
  usual: number,
): string {
  if (/^(?:tiny|medium|long)?text$/i.test(name)) return name;
  const byDefault = name.toLowerCase() === 'char' ? 255 : usual;
  return `${name}(${Number(length || limit || byDefault)})`;
}

function numberOf(
  name: string,
  {precision, scale, unsigned}: PropertyFacts['declared'],
): string {
  switch (name.toLowerCase()) {
    case 'decimal':
    case 'numeric':
      return `${name}(${Number(precision || 9)},${Number(scale || 2)})`;
    case 'float':
    case 'double':
      if (!precision) return name;
      return scale
        ? `${name}(${Number(precision)},${Number(scale)})`
        : `${name}(${Number(precision)})`;
    default:
      return unsigned ? `${name} unsigned` : name;
  }
}
