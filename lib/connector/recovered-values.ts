import {isObject} from '../base/objects';
import {
  type Cast,
  type CastOf,
  compileNestedCasts,
} from '../schema/nested-casts';
import {columnType, declaredType, type TableSchema} from '../schema/schema';
import {type ColumnType, elementType} from '../value/coerce';
import {type DeclaredTypes, isUnresolved, nestedModels} from './declared-types';
import type {ModelDefinition, PropertyDefinitions} from './loopback';

/** Gives a value its class again, if it is what that class becomes in JSON. */
type Mend = (value: unknown) => unknown;

type MendRow = (row: Record<string, unknown>) => void;

/**
 * What gives the points and bytes in a row of a data file their class again, as
 * rows have them that were written since, also inside of nested models and lists;
 * undefined for models without any. `declared` is what the model declares. Where a
 * schema was kept with the rows, what it does not declare so stays as it is.
 */
export function rowMender(
  {properties}: ModelDefinition,
  declared: DeclaredTypes,
): ((kept: TableSchema | undefined) => MendRow) | undefined {
  const mendOf = mendsFor(properties);
  if (mendedColumns(declared, mendOf).length === 0) return undefined;
  return kept => {
    const mends = mendedColumns(declared, type =>
      mendWritten(kept, type, mendOf),
    );
    return row => {
      for (const [name, mend] of mends) {
        const value = row[name];
        if (isObject(value)) row[name] = mend(value, name);
      }
    };
  };
}

/** How values of a type are mended, unless something else was written there. */
function mendWritten(
  kept: TableSchema | undefined,
  type: ColumnType,
  mendOf: CastOf,
): Cast | undefined {
  const mend = mendOf(type);
  if (mend === undefined || kept === undefined) return mend;
  const plain = elementType(type) ?? type;
  return (value, path) => {
    const written = columnType(kept, path);
    const isSame = (elementType(written) ?? written) === plain;
    return isSame ? mend(value, path) : value;
  };
}

/** The columns in which something is mended, each with what does it. */
function mendedColumns(
  declared: DeclaredTypes,
  mendOf: CastOf,
): (readonly [name: string, mend: Cast])[] {
  const inside = declared.nested && compileNestedCasts(declared.nested, mendOf);
  return Object.entries(declared.columns).flatMap(([name, type]) => {
    const {shape} = declaredType(declared, name);
    const mend = mendOf(type) ?? (shape && inside?.get(shape));
    return mend === undefined ? [] : [[name, mend] as const];
  });
}

/** Tells for each type how its values are mended, if they are. */
function mendsFor(properties: PropertyDefinitions): CastOf {
  const asPoint = pointMend(properties);
  const mends: Readonly<Record<string, Mend | undefined>> = {
    bytes: asBytes,
    'bytes[]': ofElements(asBytes),
    point: asPoint,
    'point[]': asPoint && ofElements(asPoint),
  };
  return type => mends[type];
}

function ofElements(mend: Mend): Mend {
  return value => (Array.isArray(value) ? value.map(mend) : mend(value));
}

/** LoopBack's class is not ours to import: each juggler has its own. */
function pointMend(properties: PropertyDefinitions): Mend | undefined {
  const all = [
    properties,
    ...nestedModels(properties)
      .filter(model => !isUnresolved(model))
      .map(model => model.definition.properties),
  ];
  const Point = all
    .flatMap(each => Object.values(each))
    .map(({type}): unknown => (Array.isArray(type) ? type[0] : type))
    .find(isPointClass);
  return Point && (value => (isPlace(value) ? new Point(value) : value));
}

/** The built-in connector writes bytes as `{type: 'Buffer', data: [...]}`. */
function asBytes(value: unknown): unknown {
  if (!isObject(value)) return value;
  const {type, data} = value;
  const isWhole =
    type === 'Buffer' &&
    Array.isArray(data) &&
    data.every(isByte) &&
    Object.keys(value).length === 2;
  return isWhole ? Buffer.from(data) : value;
}

function isByte(value: unknown): value is number {
  return (
    Number.isInteger(value) && (value as number) >= 0 && Number(value) < 256
  );
}

type Point = new (place: object) => object;

function isPointClass(type: unknown): type is Point {
  return typeof type === 'function' && type.name === 'GeoPoint';
}

/** Whether the class takes the value, and leaves nothing out. */
function isPlace(value: unknown): value is object {
  if (!isObject(value)) return false;
  const {lat, lng} = value;
  return (
    Object.keys(value).length === 2 && isWithin(lat, 90) && isWithin(lng, 180)
  );
}

function isWithin(value: unknown, limit: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= limit;
}
