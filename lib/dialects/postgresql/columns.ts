import {randomUUID} from 'node:crypto';
import type {NativeColumn} from '../../schema/schema';
import {roundedDecimal} from '../decimals';
import type {Column, PropertyFacts} from '../dialect';
import {noOperator, pgError} from './errors';
import {nativeColumn} from './native-columns';
import {unknownType} from './type-names';
import {type Type, typeNamed} from './types';

/**
 * The column that loopback-connector-postgresql makes of a property: by
 * `postgresql: {dataType, dataLength, dataPrecision, dataScale}`, else by its
 * type; what it sends: postgresql.js `toColumnValue`.
 */
export function postgresqlColumn(property: PropertyFacts): Column {
  return postgresqlColumnOf(property, nativeColumn(property));
}

/** A column that there is, which may be another one than the property declares. */
export function postgresqlColumnOf(
  property: PropertyFacts,
  native: NativeColumn,
): Column {
  const type = typeNamed(native.type);
  const sent = sender(property);
  const read = reader(property, type);
  const byDefault = defaultOf(native, type);
  const unknown = unknownType(native.type);
  return {
    property: property.name,
    name: native.name,
    nativeType: type.name,
    ...(unknown !== undefined && {unknownType: unknown}),
    type: type.type,
    isId: property.isId,
    isGenerated: native.isGenerated === true,
    isNullable: native.isNullable,
    isDefaultForNull:
      property.isId || Boolean(property.declared['autoIncrement']),
    write: value => type.write(sent(value)),
    operand(value) {
      if (type.name === 'json') throw noEquality(type);
      const given = sent(value);
      return type.operand ? type.operand(given) : type.write(given);
    },
    text: type.text ?? String,
    cast: type.cast ?? type.text ?? String,
    ...(isPoint(property) && {parameters: 2}),
    ...(read && {read}),
    ...(byDefault && {defaultValue: byDefault}),
  };
}

/** What LoopBack's connector makes of a value before `pg` sends it. */
function sender({own, typeName}: PropertyFacts): (value: unknown) => unknown {
  switch (typeName) {
    case 'String':
      return String;
    case 'Boolean':
      return Boolean;
    case 'Array': {
      const isList = own['dataType'] === 'varchar[]';
      return value => {
        if (Array.isArray(value)) return isList ? value : JSON.stringify(value);
        return isList ? JSON.parse(value as string) : value;
      };
    }
    default:
      return value => value;
  }
}

function isPoint({typeName}: PropertyFacts): boolean {
  return typeName === 'GeoPoint' || typeName === 'Point';
}

/**
 * What LoopBack's connector makes of what `pg` reads: it goes by the type of the
 * property, where the column is of another one, too.
 */
function reader({typeName}: PropertyFacts, type: Type): Type['read'] {
  const {read = asItIs} = type;
  switch (typeName) {
    case 'Boolean':
      return type.name === 'boolean'
        ? type.read
        : stored => ['Y', 'y', 'T', 't', '1'].includes(read(stored) as string);
    case 'GeoPoint':
    case 'Point':
      return type.name === 'point'
        ? type.read
        : stored => pointOf(read(stored));
    default:
      return type.read;
  }
}

/** There is no `=` of json. */
function noEquality({name}: Type): Error {
  return pgError('42883', `operator does not exist: ${name} = unknown`, {
    hint: noOperator,
  });
}

function asItIs(value: unknown): unknown {
  return value;
}

function pointOf(value: unknown): unknown {
  if (typeof value === 'string') {
    const [lat, lng] = value.split(/[()\s,]+/).filter(Boolean);
    return {lat: Number(lat), lng: Number(lng)};
  }
  if (typeof value !== 'object') return value;
  const {x, y} = value as {x?: unknown; y?: unknown};
  return {lng: x, lat: y};
}

/** The value that the database gives a row that says nothing of the column. */
export function defaultOf(
  {default: byDefault, isGenerated}: NativeColumn,
  type: Type,
): (() => unknown) | undefined {
  return isGenerated || byDefault === undefined
    ? undefined
    : databaseDefault(byDefault, type);
}

/** A default as it is written in SQL, of those forms that need no SQL. */
function databaseDefault(sql: string, type: Type): (() => unknown) | undefined {
  const text = /^(E?)'((?:[^']|'')*)'(?:::[\w ]+)?$/.exec(sql.trim());
  if (text) {
    const plain = text[2]!.replaceAll("''", "'");
    const isEscaped = text[1] === 'E';
    const meant = isEscaped ? plain.replaceAll('\\\\', '\\') : plain;
    return () => type.write(meant);
  }
  if (
    /^(now\(\)|current_timestamp(\(\d\))?|localtimestamp)$/i.test(sql.trim())
  ) {
    return () => type.write(new Date());
  }
  if (/^(uuid_generate_v4|gen_random_uuid)\(\)$/i.test(sql.trim())) {
    return () => randomUUID();
  }
  if (/^(true|false)$/i.test(sql.trim())) {
    return () => sql.trim().toLowerCase() === 'true';
  }
  if (/^null$/i.test(sql.trim())) return undefined;
  if (!/^-?\d*\.?\d+$/.test(sql.trim())) return undefined;
  const isInteger = /^(small|big)?int/.test(type.name);
  const number = isInteger ? roundedDecimal(sql.trim(), 0) : sql.trim();
  return () => type.write(number);
}
