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

/** Declared types by path; what is inside of lists has the path of the list. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

const casts: Partial<Record<ColumnType, (value: unknown) => unknown>> = {
  Number: toNumber,
  String: toText,
  Boolean: toBoolean,
  Date: toDate,
  Any: parsed,
  Object: parsed,
};

/**
 * An operand at a path as what is declared there holds it, if it can; in arrays
 * and objects each value that is declared.
 */
export function castAt(
  operand: unknown,
  path: string,
  types: ColumnTypes,
): unknown {
  return castInside(operand, placeAt(path, types), types, value => value);
}

/** A value of a row as it is stored; a number or date that is none is null. */
export function storedAt(
  value: unknown,
  path: string,
  types: ColumnTypes,
): unknown {
  return castInside(value, placeAt(path, types), types, cast =>
    kindOf(cast) === 'not comparable' ? null : cast,
  );
}

/** A path without the places of elements, and what is declared there. */
interface Place {
  readonly path: string;
  readonly type: ColumnType | undefined;
}

function placeAt(path: string, types: ColumnTypes): Place {
  let place: Place = {path: '', type: undefined};
  for (const part of path.split('.')) {
    const isElement = place.type?.startsWith('[') && /^\d+$/.test(part);
    place = isElement
      ? {...place, type: elementOf(place.type!)}
      : within(place, part, types);
  }
  return place;
}

function within({path}: Place, part: string, types: ColumnTypes): Place {
  const inner = path === '' ? part : `${path}.${part}`;
  const isOfPoint = types[path] === 'GeoPoint' && /^(lat|lng)$/.test(part);
  return {path: inner, type: isOfPoint ? 'Number' : types[inner]};
}

function elementOf(type: ColumnType): ColumnType {
  return type.replace(/^\[(.*)\]$/, '$1') as ColumnType;
}

function castInside(
  value: unknown,
  place: Place,
  types: ColumnTypes,
  finish: (scalar: unknown) => unknown,
): unknown {
  const {path, type} = place;
  if (value === null || value === undefined || type === undefined) return value;
  const element = {path, type: elementOf(type)};
  if (Array.isArray(value) && type.startsWith('[')) {
    return value.map(one => castInside(one, element, types, finish));
  }
  const cast = casts[element.type]?.(value) ?? value;
  if (element.type !== 'Object') {
    return element.type in scalars ? finish(cast) : cast;
  }
  if (kindOf(cast) !== 'object') return cast;
  return Object.fromEntries(
    Object.entries(cast as Row).map(([name, inner]) => [
      name,
      castInside(inner, within(place, name, types), types, finish),
    ]),
  );
}

const scalars = {Number, String, Boolean, Date};

/** What a text that is JSON says. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parsed(JSON.parse(value));
  } catch {
    return value;
  }
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
