import type {InferredTable} from '../database/database';
import type {ForeignKey, IndexDefinition, TableSchema} from '../schema/schema';
import {setOwn} from '../value/copy';
import {actionWords, itemType, jsonSchemaOf} from './discovered-columns';

/** A property of a model, as LoopBack makes it of a column. */
export interface DiscoveredProperty {
  type: string;
  itemType?: string;
  index?: unknown;
  version?: boolean;
  jsonSchema?: Record<string, unknown>;
  readonly memory: {readonly columnName: string};
  readonly [word: string]: unknown;
}

/** A model, as LoopBack makes it of a table. */
export interface DiscoveredModel {
  readonly name: string;
  readonly options: {
    indexes?: Record<string, unknown>;
    foreignKeys?: Record<string, unknown>;
    relations?: Record<string, unknown>;
    readonly memory: {readonly table: string};
    readonly [setting: string]: unknown;
  };
  readonly properties: Record<string, DiscoveredProperty>;
}

/** Models by the owner and name of their tables, with a dot between them. */
export type DiscoveredModels = Record<string, DiscoveredModel>;

/**
 * Adds to a model what LoopBack does not ask for: the types in lists and objects,
 * limits, enums, indexes, the version, foreign keys that were declared. (Those that
 * are guessed are relations, if these are asked for: the next row may break them.)
 */
export function completeModel(
  {options, properties}: DiscoveredModel,
  {guesses, schema}: InferredTable,
): void {
  mendNames(properties);
  if (options.relations !== undefined) {
    options.relations = besides(properties, options.relations);
  }
  const names = new Map<string, string>();
  for (const [name, property] of Object.entries(properties)) {
    const {columnName} = property.memory;
    names.set(columnName, name);
    if (property.type === 'array') {
      property.itemType = itemType(schema, columnName);
    }
    if (columnName === schema.version) property.version = true;
    const more = jsonSchemaOf(schema, columnName);
    property.jsonSchema = {...property.jsonSchema, ...more};
    // LoopBack takes each property of a unique index for unique by itself, and
    // finds none of those that it has given another name.
    delete property.index;
  }
  const settings: Record<string, unknown> = {};
  for (const index of ownIndexes(schema)) {
    const own = ownProperty(index, properties, names);
    if (own === undefined) setOwn(settings, index.name, setting(index, names));
    else own.index = index.isUnique ? {unique: true} : true;
  }
  if (Object.keys(settings).length > 0) options.indexes = settings;
  const {foreignKeys} = schema;
  if (guesses.length > 0 || foreignKeys.length === 0) return;
  options.foreignKeys = Object.fromEntries(
    foreignKeys.map(key => [key.name, foreignKeySetting(key, names)]),
  );
}

/**
 * Has properties keep the names of their columns where nobody could define them;
 * where columns have such names, too, no property is left.
 */
function mendNames(properties: DiscoveredModel['properties']): void {
  // LoopBack has set what was to be a property.
  Object.setPrototypeOf(properties, Object.prototype);
  for (const [name, property] of Object.entries(properties)) {
    const {columnName} = property.memory;
    if (canBeDefined(name) && canBeDefined(columnName)) continue;
    delete properties[name];
    if (canBeDefined(columnName)) properties[columnName] = property;
  }
}

/** LoopBack takes names that every object has for its own; a dot leads into one. */
function canBeDefined(name: string): boolean {
  return !Object.hasOwn(Object.prototype, name) && !name.includes('.');
}

/** Relations with other names than properties have. */
function besides(
  properties: DiscoveredModel['properties'],
  relations: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(relations).map(([name, relation]) => [
    Object.hasOwn(properties, name) ? `${name}Rel` : name,
    relation,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** The indexes that do not come with a foreign key, which has given its name. */
function ownIndexes({foreignKeys, indexes}: TableSchema): IndexDefinition[] {
  const names = foreignKeys.flatMap(({name}) => [name, `${name}_foreign_key`]);
  const given = new Set(names);
  return indexes.filter(({isUnique, name}) => isUnique || !given.has(name));
}

/** The property on which an index of it alone is declared. */
function ownProperty(
  {keys}: IndexDefinition,
  properties: DiscoveredModel['properties'],
  names: ReadonlyMap<string, string>,
): DiscoveredProperty | undefined {
  const [key] = keys;
  const isPlain = keys.length === 1 && key!.direction === 1;
  const name = isPlain ? names.get(key!.path) : undefined;
  const property = name === undefined ? undefined : properties[name]!;
  return property?.index === undefined ? property : undefined;
}

/** An index in the form of the model setting `indexes`. */
function setting(
  {isUnique, keys, kind}: IndexDefinition,
  names: ReadonlyMap<string, string>,
): object {
  const entries = keys.map(({direction, path}) => {
    const [column = '', ...rest] = names.has(path) ? [path] : path.split('.');
    const name = [names.get(column) ?? column, ...rest].join('.');
    return [name, kind === 'geo' ? '2dsphere' : direction];
  });
  const declared = {keys: Object.fromEntries(entries)};
  return isUnique ? {...declared, options: {unique: true}} : declared;
}

/** A foreign key in the form of the model setting `foreignKeys`. */
function foreignKeySetting(
  {name, onDelete, onUpdate, parent, parentProperties, properties}: ForeignKey,
  names: ReadonlyMap<string, string>,
): object {
  const own = properties.map(property => names.get(property) ?? property);
  return {
    name,
    // A table is taken for what it is, whatever its model is called.
    entity: parent,
    entityKey: parentProperties.join(','),
    foreignKey: own.join(','),
    onDelete: actionWords[onDelete],
    onUpdate: actionWords[onUpdate],
  };
}
