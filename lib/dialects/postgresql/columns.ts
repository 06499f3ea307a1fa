import {randomUUID} from 'node:crypto';
import type {NativeColumn} from '../../schema/schema';
import type {Column, PropertyFacts} from '../dialect';
import {nativeColumn} from './native-columns';
import {type Type, typeNamed} from './types';
import {roundedDecimal} from './values';

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
  const byDefault = defaultOf(native, type);
  return {
    property: property.name,
    name: native.name,
    nativeType: type.name,
    type: type.type,
    isId: property.isId,
    isGenerated: native.isGenerated === true,
    isNullable: native.isNullable,
    write: value => type.write(sent(value)),
    operand: value => type.write(sent(value)),
    text: type.text ?? String,
    ...(type.read && {read: type.read}),
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
