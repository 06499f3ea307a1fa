import path from 'node:path';
import {InMemoryError} from '../base/errors';
import {isRecord} from '../base/objects';
import {namesIn} from '../persistence/data-file/plain-files';
import type {TableSchema} from '../schema/schema';
import {elementType} from '../value/coerce';
import {
  applicationPackage,
  type CopyModelClass,
  type DiscoveredSchema,
  type JugglerDataSource,
} from './juggler';

/** A model of which rows are copied. */
export interface CopyModel {
  readonly name: string;
  /** Whether an application declares it, and nothing of it was discovered. */
  readonly isDeclared: boolean;
  /** The properties that are its id; none where there is no id. */
  readonly key: readonly string[];
  /** All properties that are known. */
  readonly properties: readonly string[];
  /** The models to which foreign keys refer. */
  readonly parents: readonly string[];
  /** Defines it on a datasource that has it not yet. */
  define(dataSource: JugglerDataSource): CopyModelClass;
}

/** Models in foreign-key order, in the form that {@link inForeignKeyOrder} asks for. */
export function schemaLike({
  name,
  parents,
}: CopyModel): Pick<TableSchema, 'name' | 'foreignKeys'> {
  const foreignKeys = parents.map(parent => ({
    name: parent,
    properties: [],
    parent,
    parentProperties: [],
    onDelete: 'noAction' as const,
    onUpdate: 'noAction' as const,
  }));
  return {name, foreignKeys};
}

/** The model of a table of a data file. */
export function modelOfSchema(
  {columns, foreignKeys, name, primaryKey}: TableSchema,
  found: Iterable<string>,
): CopyModel {
  const names = [
    ...new Set([...primaryKey, ...Object.keys(columns), ...found]),
  ];
  const properties = Object.fromEntries(
    names.map(name => {
      const place = primaryKey.indexOf(name);
      const id = primaryKey.length > 1 ? place + 1 : true;
      const type = typeName(columns[name] ?? 'any');
      return [name, place === -1 ? {type} : {type, id}];
    }),
  );
  return {
    name,
    isDeclared: false,
    key: primaryKey,
    properties: names,
    parents: foreignKeys.map(({parent}) => parent),
    define: dataSource =>
      dataSource.define(name, properties, {idInjection: false, forceId: false}),
  };
}

function typeName(type: string): unknown {
  const element = elementType(type as 'any');
  if (element !== undefined) return [typeName(element)];
  switch (type) {
    case 'bytes':
      return 'buffer';
    case 'point':
      return 'GeoPoint';
    case 'array':
      return ['any'];
    case 'json':
      return 'any';
    default:
      return type;
  }
}

/** What is read of a class of LoopBack 4's models. */
interface EntityDefinition {
  readonly name: string;
  readonly properties: Readonly<Record<string, {readonly id?: unknown}>>;
  readonly settings?: {readonly foreignKeys?: unknown};
  readonly relations?: Readonly<Record<string, unknown>>;
}

/** A class of a model as LoopBack 4's applications have them. */
export interface EntityClass {
  readonly name: string;
  readonly definition?: unknown;
}

/** The model of a class, which the application's repository package defines. */
export function modelOfEntity(
  entity: EntityClass,
  places: readonly string[],
): CopyModel {
  const {definition} = entity as {definition?: EntityDefinition};
  if (!isRecord(definition?.properties)) {
    throw new InMemoryError(
      'INVALID_MODEL',
      `${entity.name} is no model of LoopBack 4: it has no definition.`,
      {table: entity.name},
    );
  }
  const {name, properties} = definition;
  return {
    name,
    isDeclared: true,
    key: idsOf(properties),
    properties: Object.keys(properties),
    parents: parentsOf(definition),
    define: dataSource => {
      const {DefaultCrudRepository} = applicationPackage(
        '@loopback/repository',
        places,
      ) as {
        DefaultCrudRepository: new (
          entity: object,
          dataSource: object,
        ) => {readonly modelClass: CopyModelClass};
      };
      return new DefaultCrudRepository(entity, dataSource).modelClass;
    },
  };
}

function idsOf(
  properties: Readonly<Record<string, {readonly id?: unknown}>>,
): string[] {
  return Object.entries(properties)
    .filter(([, {id}]) => Boolean(id))
    .sort(([, a], [, b]) => Number(a.id) - Number(b.id))
    .map(([name]) => name);
}

function parentsOf({relations, settings}: EntityDefinition): string[] {
  const declared = Object.values(settings?.foreignKeys ?? {}).map(
    key => (key as {entity?: unknown}).entity,
  );
  const related = Object.values(relations ?? {}).map(relation => {
    const {target, type} = relation as {type?: string; target?: unknown};
    return type === 'belongsTo' ? target : undefined;
  });
  return [...declared, ...related].flatMap(parent => {
    if (typeof parent === 'string') return [parent];
    if (typeof parent !== 'function') return [];
    const entity =
      'definition' in parent ? parent : (parent as () => unknown)();
    const {definition, name} = entity as {
      definition?: EntityDefinition;
      name: string;
    };
    return [definition?.name ?? name];
  });
}

/** The models whose classes the compiled files of a directory export. */
export function modelsIn(directory: string): CopyModel[] {
  const place = path.resolve(directory);
  const names = namesIn(place)?.filter(name => /\.c?js$/.test(name));
  if (names === undefined || names.length === 0) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `${directory} is no directory with compiled models (.js). Build the application first.`,
      {property: 'models'},
    );
  }
  const classes = new Set(
    names.flatMap(name =>
      Object.values(require(path.join(place, name)) as object).filter(isEntity),
    ),
  );
  const models = [...classes].map(entity => modelOfEntity(entity, [place]));
  if (models.length > 0) return models;
  throw new InMemoryError(
    'INVALID_SETTING',
    `No file in ${directory} exports a model with an id.`,
    {property: 'models'},
  );
}

function isEntity(exported: unknown): exported is EntityClass {
  if (typeof exported !== 'function') return false;
  const {definition} = exported as {definition?: Partial<EntityDefinition>};
  return (
    isRecord(definition?.properties) && idsOf(definition.properties).length > 0
  );
}

/** The models of the tables of a database, as LoopBack discovers them. */
export async function discoveredModels(
  dataSource: JugglerDataSource,
): Promise<CopyModel[]> {
  const {connector} = dataSource;
  if (connector.discoverModelDefinitions === undefined) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The connector ${connector.name} cannot discover models. Tell them: --models dist/models.`,
      {property: 'models'},
    );
  }
  // MySQL's connector looks in the schema of its user's name otherwise.
  const schema = connector.getDefaultSchema?.();
  const place = schema === undefined ? {} : {schema, owner: schema};
  const tables = await dataSource.discoverModelDefinitions({
    views: false,
    ...place,
  });
  const models: CopyModel[] = [];
  for (const {name: table} of tables) {
    const schemas = await dataSource.discoverSchemas(table, {
      nameMapper,
      ...place,
    });
    const keys = await dataSource.discoverForeignKeys(table, place);
    const parents = keys.map(({pkTableName}) =>
      nameMapper('table', pkTableName),
    );
    models.push(modelOfDiscovered(Object.values(schemas)[0]!, parents));
  }
  return models;
}

/** Names with capitals stay; `order_line` is OrderLine as a model, orderLine within one. */
function nameMapper(kind: string, name: string): string {
  const camel = /[A-Z]/.test(name)
    ? name
    : name.replace(/_+([a-z0-9])/g, (_, letter: string) =>
        letter.toUpperCase(),
      );
  return kind === 'table' || kind === 'model'
    ? camel.replace(/^[a-z]/, letter => letter.toUpperCase())
    : camel;
}

function modelOfDiscovered(
  {name, options, properties: discovered}: DiscoveredSchema,
  parents: readonly string[],
): CopyModel {
  const properties: Record<string, Record<string, unknown>> = {};
  for (const [name, property] of Object.entries(discovered)) {
    const type = discoveredType(property);
    properties[name] = {...property, type, generated: false};
  }
  return {
    name,
    isDeclared: false,
    key: idsOf(properties),
    properties: Object.keys(properties),
    parents,
    define: dataSource =>
      dataSource.define(name, properties, {...options, forceId: false}),
  };
}

/** LoopBack takes JSON and lists for texts, and bytes for a type that it has not. */
function discoveredType(property: Record<string, unknown>): unknown {
  const isJson = Object.values(property).some(
    value =>
      isRecord(value) && /^(?:jsonb?|array)$/i.test(String(value['dataType'])),
  );
  if (isJson) return 'any';
  return property['type'] === 'Binary' ? 'buffer' : property['type'];
}
