import type {NativeColumn} from '../../schema/schema';
import type {PropertyFacts} from '../dialect';

/*
 * The columns that loopback-connector-postgresql declares: its migration.js,
 * `columnDataType`, `buildColumnType`, `columnDbDefault`, `buildColumnDefinition`.
 */

/** The column of a property. */
export function nativeColumn(property: PropertyFacts): NativeColumn {
  const {columnName, isGenerated, isId, isNullable, name} = property;
  const type = declaredType(property);
  const own = {name: columnName ?? name.toLowerCase(), type};
  if ((isGenerated && type === 'INTEGER') || type.endsWith('SERIAL')) {
    return {...own, isNullable: false, isGenerated: true};
  }
  if (isGenerated && type === 'UUID') {
    const {defaultFn, extension} = property.own;
    const isOwn = typeof defaultFn === 'string' && Boolean(extension);
    const byDefault = isOwn ? defaultFn : 'uuid_generate_v4()';
    return {...own, isNullable: false, default: byDefault};
  }
  const byDefault = defaultOf(property);
  return {
    ...own,
    isNullable: isNullable && !isId,
    ...(byDefault !== undefined && {default: byDefault}),
  };
}

/** A type in upper case, as the connector writes and compares it. */
export function declaredType({declared, own, typeName}: PropertyFacts): string {
  const {dataType} = own;
  const precision = own['dataPrecision'] as number | undefined;
  const scale = own['dataScale'] as number | undefined;
  if (typeof dataType !== 'string' || dataType === '') return typeOf(typeName);
  const type = dataType.toUpperCase();
  const length = (own['dataLength'] ||
    declared['length'] ||
    declared['limit']) as number | undefined;
  if (type === 'CHARACTER VARYING') return `VARCHAR(${length})`;
  if (length) return `${type}(${length})`;
  if (precision && scale) {
    return `${type}(${precision},${scale})`;
  }
  if (type.startsWith('TIME')) return typeOfTime(type, precision);
  return precision ? `${type}(${precision})` : type;
}

function typeOfTime(type: string, precision: number | undefined): string {
  const digits = Number(precision) < 6 ? `(${precision}) ` : '';
  switch (type) {
    case 'TIMESTAMP':
    case 'TIMESTAMP WITHOUT TIME ZONE':
      return `TIMESTAMP ${digits}WITHOUT TIME ZONE`;
    case 'TIMESTAMPTZ':
    case 'TIMESTAMP WITH TIME ZONE':
      return `TIMESTAMP ${digits}WITH TIME ZONE`;
    case 'TIME':
    case 'TIME WITHOUT TIME ZONE':
      return `TIME ${digits}WITHOUT TIME ZONE`;
    case 'TIME WITH TIME ZONE':
      return `TIME ${digits}WITH TIME ZONE`;
    default:
      return `${type} (${precision})`;
  }
}

function typeOf(typeName: string): string {
  switch (typeName) {
    case 'Number':
      return 'INTEGER';
    case 'Date':
    case 'Timestamp':
      return 'TIMESTAMP WITH TIME ZONE';
    case 'GeoPoint':
    case 'Point':
      return 'POINT';
    case 'Boolean':
      return 'BOOLEAN';
    default:
      return 'TEXT';
  }
}

/** The default in SQL: of the database, else the constant of LoopBack's. */
function defaultOf({declared, own}: PropertyFacts): string | undefined {
  const {dbDefault} = own;
  if (typeof dbDefault === 'string' && dbDefault !== '') return dbDefault;
  const {default: constant} = declared;
  if (typeof constant === 'string') return literal(constant);
  const isPlain = typeof constant === 'number' || typeof constant === 'boolean';
  return isPlain ? String(constant) : undefined;
}

function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
