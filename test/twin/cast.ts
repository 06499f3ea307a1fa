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

/** An operand that its column's type cannot hold; it equals nothing. */
export const uncastable = Number.NaN;

const casts: Partial<Record<ColumnType, (operand: unknown) => unknown>> = {
  Number: toNumber,
  String: toText,
  Boolean: toBoolean,
  Date: toDate,
};

/**
 * An operand as a value of the type of a column. Elements of arrays are not
 * cast, nor is anything where no single type is declared.
 */
export function castOperand(
  operand: unknown,
  type: ColumnType | undefined,
): unknown {
  if (operand === null || operand === undefined) return null;
  const cast = type && casts[type];
  return cast ? cast(operand) : operand;
}

/** The coordinates of a point in one of LoopBack's three ways to write it. */
export function toPoint(value: unknown): {lat: number; lng: number} | null {
  const [lat, lng] = coordinates(value);
  return typeof lat === 'number' && typeof lng === 'number' ? {lat, lng} : null;
}

function toNumber(operand: unknown): unknown {
  if (typeof operand === 'number' || typeof operand === 'bigint')
    return operand;
  const isNumeric =
    typeof operand === 'string' && /^-?\d+(\.\d+)?$/.test(operand);
  return isNumeric ? Number(operand) : uncastable;
}

function toText(operand: unknown): unknown {
  if (typeof operand === 'string') return operand;
  return kindOf(operand) === 'number' ? String(operand) : uncastable;
}

function toBoolean(operand: unknown): unknown {
  if (typeof operand === 'boolean') return operand;
  if (operand === 'true') return true;
  return operand === 'false' ? false : uncastable;
}

function toDate(operand: unknown): unknown {
  if (operand instanceof Date) return operand;
  return typeof operand === 'string' ? new Date(operand) : uncastable;
}

function coordinates(value: unknown): unknown[] {
  if (typeof value === 'string') return value.split(',').map(Number);
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  return [(value as Row)['lat'], (value as Row)['lng']];
}
