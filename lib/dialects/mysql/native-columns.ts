import type {NativeColumn} from '../../schema/schema';
import type {PropertyFacts} from '../dialect';
import type {EnumType} from './enum-factory';

/*
 * The columns that loopback-connector-mysql declares: its migration.js,
 * `columnDataType`, `buildColumnType`, `columnDefault`, `buildColumnDefinitions`.
 */

/** The column of a property. */
export function nativeColumn(property: PropertyFacts): NativeColumn {
  const {columnName, isGenerated, isId, isNullable, name} = property;
  const type = declaredType(property);
  const own = {name: columnName ?? name, type};
  // It looks for these words alone.
  if (isGenerated && /^(?:TINY|SMALL|MEDIUM|BIG)?INT$/.test(type)) {
    return {...own, isNullable: false, isGenerated: true};
  }
  const byDefault = defaultOf(property);
  return {
    ...own,
    isNullable: isNullable && !isId,
    ...(byDefault !== undefined && {default: byDefault}),
  };
}

/** The type of the column as the connector writes it into CREATE TABLE. */
export function declaredType(property: PropertyFacts): string {
  const {declared, own} = property;
  const {dataType} = own;
  if (typeof dataType !== 'string' || dataType === '') {
    return builtType(property);
  }
  const name = dataType.toUpperCase();
  if (name === 'ENUM') return `ENUM(${enumOf(declared)})`;
  const length = own['dataLength'] || declared['length'] || declared['limit'];
  const {dataPrecision, dataScale} = own;
  const sizes = length
    ? [length]
    : [dataPrecision, dataPrecision && dataScale].filter(Boolean);
  return sizes.length === 0 ? name : `${name}(${sizes.map(Number).join(',')})`;
}

function enumOf({jsonSchema}: PropertyFacts['declared']): string {
  const values = (jsonSchema as {enum?: unknown[]} | undefined)?.enum ?? [];
  return values.map(value => `'${String(value)}'`).join(',');
}

/**
 * The type with which the connector compares the column that is there: not all of
 * `mysql: {...}` has a part in it.
 */
export function builtType(property: PropertyFacts): string {
  const {declared, isId, own, typeName} = property;
  const named = (otherwise: string) =>
    wordOf(own['dataType'] || declared['dataType']) ?? otherwise;
  switch (typeName) {
    case 'String':
      return textOf(
        named('VARCHAR'),
        declared,
        declared['index'] || isId ? 255 : 512,
      );
    case 'Number':
      return numberOf(named('INT'), declared);
    case 'Date': {
      const name = named('DATETIME');
      const {precision} = declared;
      return precision && /^(?:time|datetime|timestamp)$/i.test(name)
        ? `${name}(${Number(precision)})`
        : name;
    }
    case 'Boolean':
      return 'TINYINT(1)';
    case 'Point':
    case 'GeoPoint':
      return 'POINT';
    case 'Enum':
      return (
        `ENUM(${(declared['type'] as EnumType)._string})` + ofTexts(declared)
      );
    default:
      return textOf(named('TEXT'), declared, 4096);
  }
}

function textOf(
  name: string,
  declared: PropertyFacts['declared'],
  usual: number,
): string {
  const {length, limit} = declared;
  const isText = /^(?:tiny|medium|long)?text$/i.test(name);
  const byDefault = name.toLowerCase() === 'char' ? 255 : usual;
  const size = isText ? '' : `(${Number(length || limit || byDefault)})`;
  return name + size + ofTexts(declared);
}

/** The character set and the collation of a column. */
function ofTexts({charset, collation}: PropertyFacts['declared']): string {
  const set = wordOf(charset);
  const order = wordOf(collation);
  return (
    (set === undefined ? '' : ` CHARACTER SET ${set}`) +
    (order === undefined ? '' : ` COLLATE ${order}`)
  );
}

/** What a declaration says where it has a text. */
export function wordOf(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined;
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
      return unsigned ? `${name} UNSIGNED` : name;
  }
}

/** The default in SQL: a number, a text in double quotes, the moment. */
function defaultOf({
  declared,
  own,
  typeName,
}: PropertyFacts): string | undefined {
  const {default: constant} = own;
  const hasNone =
    Array.isArray(declared['type']) ||
    ['blob', 'json', 'text'].includes(typeName.toLowerCase());
  if (hasNone || !constant) return undefined;
  if (typeof constant === 'number') return String(constant);
  if (typeof constant !== 'string') return undefined;
  return /^(?:current_timestamp|now)$/i.test(constant)
    ? momentDefault
    : `"${constant}"`;
}

/** The moment in which a row is written. */
export const momentDefault = 'CURRENT_TIMESTAMP';

/** What a default in SQL is, handed to the type of its column. */
export function defaultValue(sql: string): unknown {
  if (sql === momentDefault) return new Date();
  return sql.startsWith('"') ? sql.slice(1, -1) : Number(sql);
}
