import type {NestedTypes, Shape, TableSchema} from '../schema/schema';
import {type ColumnType, isElementType} from '../value/coerce';
import {setOwn} from '../value/copy';
import type {NestedModel, PropertyDefinitions} from './loopback';

/** What a model declares of its rows: columns, and what is inside of them. */
export type DeclaredTypes = Pick<TableSchema, 'columns' | 'nested'>;

/** A nested model, and the shortest path that leads to it. */
interface Place {
  readonly properties: PropertyDefinitions;
  readonly path: string;
}

/**
 * The declared types of a model's properties, and of those of the models that
 * are nested in it. A model that is nested in several places, or in itself, has
 * one shape.
 */
export function declaredTypes(properties: PropertyDefinitions): DeclaredTypes {
  const places = new Map<NestedModel, Place>();
  const {columns, shapeOf} = shapeAt({properties, path: ''}, places);
  const shapes: Record<string, Shape> = {};
  // More are found on the way, and taken up in turn.
  for (const place of places.values()) {
    setOwn(shapes, place.path, shapeAt(place, places));
  }
  if (places.size === 0) return {columns};
  const nested: NestedTypes = {shapeOf, shapes};
  return {columns, nested};
}

function shapeAt(
  {properties, path}: Place,
  places: Map<NestedModel, Place>,
): Shape {
  const columns: Record<string, ColumnType> = {};
  const shapeOf: Record<string, string> = {};
  for (const [name, {type}] of Object.entries(properties)) {
    setOwn(columns, name, typeOf(type));
    const model = nestedModel(type);
    if (model === undefined || isUnresolved(model)) continue;
    if (!places.has(model)) {
      places.set(model, {
        properties: model.definition.properties,
        path: path === '' ? name : `${path}.${name}`,
      });
    }
    setOwn(shapeOf, name, places.get(model)!.path);
  }
  return {columns, shapeOf};
}

/**
 * The models that are nested in one at any depth, those among them that are
 * named and not defined yet included.
 */
export function nestedModels(properties: PropertyDefinitions): NestedModel[] {
  const found = new Set<NestedModel>();
  const note = (each: PropertyDefinitions): void => {
    for (const {type} of Object.values(each)) {
      const model = nestedModel(type);
      if (model !== undefined) found.add(model);
    }
  };
  note(properties);
  for (const model of found) {
    if (!isUnresolved(model)) note(model.definition.properties);
  }
  return [...found];
}

/** Whether a model was named, and is not defined yet. */
export function isUnresolved({settings}: NestedModel): boolean {
  return settings?.unresolved === true;
}

const typesByName: Readonly<Record<string, ColumnType>> = {
  number: 'number',
  string: 'string',
  text: 'string',
  boolean: 'boolean',
  date: 'date',
  buffer: 'bytes',
  binary: 'bytes',
  geopoint: 'point',
  array: 'array',
  object: 'object',
};

/** The names of types, in small letters, that are no models. */
export const typeNames: readonly string[] = Object.keys(typesByName);

/** The type of a column by the type that LoopBack knows of a property. */
export function typeOf(type: unknown): ColumnType {
  if (Array.isArray(type)) {
    const element = typeOf(type[0]);
    return isElementType(element) ? `${element}[]` : 'array';
  }
  const model = nestedModel(type);
  if (model !== undefined) return isUnresolved(model) ? 'any' : 'object';
  const name = typeof type === 'function' ? type.name : type;
  if (typeof name !== 'string') return 'any';
  const lower = name.toLowerCase();
  if (Object.hasOwn(typesByName, lower)) return typesByName[lower]!;
  // LoopBack parses the texts of all other types when it makes an instance.
  return name === 'ObjectID' ? 'any' : 'json';
}

/** The model of which a property holds an instance, or a list of instances. */
function nestedModel(type: unknown): NestedModel | undefined {
  if (Array.isArray(type)) return nestedModel(type[0]);
  if (typeof type !== 'function') return undefined;
  const model = type as unknown as NestedModel;
  return Object.hasOwn(model, 'definition') || isUnresolved(model)
    ? model
    : undefined;
}
