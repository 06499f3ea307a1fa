import {randomUUID} from 'node:crypto';
import type {Column, PropertyFacts} from '../dialect';
import {
  boolean,
  integerOf,
  point,
  text,
  timestamp,
  type Type,
  typeNamed,
} from './types';
import {integer} from './values';

/**
 * The column that loopback-connector-postgresql makes of a property: by
 * `postgresql: {dataType, dataLength, dataPrecision, dataScale}`, else by its
 * type. From its migration.js: `columnDataType`, `buildColumnType`,
 * `buildColumnDefinition`; what it sends: postgresql.js `toColumnValue`.
 */
export function postgresqlColumn(property: PropertyFacts): Column {
  const declared = typeOf(property);
  const {columnName, isId, isNullable, name} = property;
  const isIncrementing = Boolean(property.declared['autoIncrement']);
  const isGenerated = isCounted(property, declared);
  const sent = sender(property);
  const isSerial = isGenerated && declared.name === 'integer';
  const byDefault = defaultOf({...property, isGenerated}, declared, sent);
  return {
    property: name,
    name: columnName ?? name.toLowerCase(),
    nativeType: declared.name,
    type: declared.type,
    isId,
    isGenerated,
    isNullable: isNullable && !isId && !isSerial,
    isDefaultForNull: isId || isIncrementing,
    write: value => declared.write(sent(value)),
    operand: value => operandOf(declared, sent(value)),
    text: declared.text ?? String,
    cast: declared.cast ?? declared.text ?? String,
    ...(declared.read && {read: declared.read}),
    ...(byDefault && {defaultValue: byDefault}),
  };
}

function operandOf(type: Type, value: unknown): unknown {
  return type.operand ? type.operand(value) : type.write(value);
}

/** Whether the database gives values: of a sequence, or a new UUID. */
function isCounted(
  {declared, isGenerated, own}: PropertyFacts,
  {name, type}: Type,
): boolean {
  const isAsked =
    isGenerated ||
    Boolean(declared['autoIncrement']) ||
    /serial/i.test(String(own['dataType']));
  return isAsked && (type === 'number' || name === 'uuid');
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
function defaultOf(
  {declared: {default: constant}, isGenerated, own}: PropertyFacts,
  type: Type,
  sent: (value: unknown) => unknown,
): (() => unknown) | undefined {
  if (isGenerated) return type.name === 'uuid' ? () => randomUUID() : undefined;
  const {dbDefault} = own;
  if (typeof dbDefault === 'string') return databaseDefault(dbDefault, type);
  const isConstant = ['string', 'number', 'boolean'].includes(typeof constant);
  if (!isConstant) return undefined;
  return () => type.write(sent(constant));
}

/** A default as it is written in SQL, of those forms that need no SQL. */
function databaseDefault(sql: string, type: Type): (() => unknown) | undefined {
  const text = /^'((?:[^']|'')*)'(?:::[\w ]+)?$/.exec(sql.trim());
  if (text) return () => type.write(text[1]!.replaceAll("''", "'"));
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
  return /^-?[\d.]+$/.test(sql.trim())
    ? () => type.write(sql.trim())
    : undefined;
}

function typeOf({declared, own, typeName}: PropertyFacts): Type {
  const {dataType} = own;
  if (typeof dataType === 'string' && dataType !== '') {
    const length = own['dataLength'] ?? declared['length'] ?? declared['limit'];
    return typeNamed(dataType, {
      length: numberOf(length),
      precision: numberOf(own['dataPrecision']),
      scale: numberOf(own['dataScale']),
    });
  }
  switch (typeName) {
    case 'Number':
      return integerOf(integer);
    case 'Date':
    case 'Timestamp':
      return timestamp('timestamp with time zone', 6);
    case 'GeoPoint':
    case 'Point':
      return point;
    case 'Boolean':
      return boolean;
    default:
      return text;
  }
}

function numberOf(value: unknown): number | undefined {
  const number = Number(value);
  return value === undefined || value === null || Number.isNaN(number)
    ? undefined
    : number;
}
