import path from 'node:path';
import {applicationPackage} from '../base/application-package';
import {InMemoryError, show} from '../base/errors';
import {isRecord} from '../base/objects';
import {namesIn} from '../persistence/data-file/plain-files';
import type {TableSchema} from '../schema/schema';
import {elementType} from '../value/coerce';
import {type StoredAs, storedAs} from './declared-models';
import type {CopyModelClass, JugglerDataSource} from './juggler';

/** A model of which rows are copied. */
export interface CopyModel {
  readonly name: string;
  /** Whether an application declares it, and nothing of it was discovered. */
  readonly isDeclared: boolean;
  /** How it is stored in a data file, where it is declared. */
  readonly stored?: StoredAs;
  /** What is known of its table, and no guess, where it is not declared. */
  readonly schema?: TableSchema | undefined;
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
  schema: TableSchema,
  isKept: boolean,
  found: Iterable<string>,
): CopyModel {
  const {columns, foreignKeys, name, primaryKey} = schema;
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
    schema: isKept ? schema : undefined,
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
  const given: unknown = entity;
  if (typeof given !== 'function') {
    throw new InMemoryError(
      'INVALID_SETTING',
      `models of copyRows() must be classes of models, and not ${show(given)}.`,
      {property: 'models', value: given},
    );
  }
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
    stored: storedAs({name, properties, settings: definition.settings}),
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

/** The properties that are the id, in their order. */
export function idsOf(
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
      Object.values(exportsOf(path.join(place, name))).filter(isEntity),
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

function exportsOf(file: string): object {
  try {
    return require(file) as object;
  } catch (error) {
    const [reason] = String((error as Error | undefined)?.message).split('\n');
    throw new InMemoryError(
      'INVALID_SETTING',
      `${file} cannot be loaded: ${reason}. In the directory of the models all files are ` +
        'loaded; give the one that has nothing else, such as dist/models.',
      {property: 'models'},
      {cause: error},
    );
  }
}

function isEntity(exported: unknown): exported is EntityClass {
  if (typeof exported !== 'function') return false;
  const {definition} = exported as {definition?: Partial<EntityDefinition>};
  return (
    isRecord(definition?.properties) && idsOf(definition.properties).length > 0
  );
}
