import {kindOf, type Row} from './value';

/** The types of a column; a column without one is not declared. */
export type ColumnType =
  | 'Number'
  | 'String'
  | 'Boolean'
  | 'Date'
  | 'GeoPoint'
  | 'Object'
  | 'Any'
  | '[Number]'
  | '[String]'
  | '[Object]';

/** Declared types by property. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

const casts: Partial<Record<ColumnType, (value: unknown) => unknown>> = {
  Number: toNumber,
  String: toText,
  Boolean: toBoolean,
  Date: toDate,
};

/**
 * A value as the type of a column holds it, if it can; of an array with declared
 * elements each element. Nothing is cast where no scalar type is declared.
 */
export function castTo(value: unknown, type: ColumnType | undefined): unknown {
  if (Array.isArray(value) && type?.startsWith('[')) {
    return value.map(element => castTo(element, type));
  }
  if (value === null || value === undefined) return value;
  const cast = type && casts[type.replace(/^\[(.*)\]$/, '$1') as ColumnType];
  return cast ? cast(value) : value;
}

/** The coordinates of a point in one of LoopBack's three ways to write it. */
export function toPoint(value: unknown): {lat: number; lng: number} | null {
  const [lat, lng] = coordinates(value);
  return typeof lat === 'number' && typeof lng === 'number' ? {lat, lng} : null;
}

function toNumber(value: unknown): unknown {
  const isNumeric = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
  return isNumeric ? Number(value) : value;
}

function toText(value: unknown): unknown {
  return kindOf(value) === 'number' ? String(value) : value;
}

function toBoolean(value: unknown): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

function toDate(value: unknown): unknown {
  const isDate = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value);
  return isDate ? new Date(value) : value;
}

function coordinates(value: unknown): unknown[] {
  if (typeof value === 'string') return value.split(',').map(Number);
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  return [(value as Row)['lat'], (value as Row)['lng']];
}
