import type {DiscoveryShapes} from '../dialects/discovery';
import type {InferredTable} from '../database/database';
import {
  declaredType,
  type NestedTypes,
  primaryKeyName,
  type ReferentialAction,
  type Shape,
  type TableSchema,
} from '../schema/schema';
import {type ColumnType, elementType, isArrayType} from '../value/coerce';
import {setOwn} from '../value/copy';

/*
 * What is known of tables, in the shapes in which LoopBack's SQL connectors tell
 * it. A member `memory` of them is what they have no word for; LoopBack copies it
 * into the property of the model.
 */

/** The one owner of all tables, where SQL databases have schemas. */
export const owner = 'memory';

/** A table, in a list of them. */
export interface DiscoveredTable {
  readonly type: 'table';
  readonly name: string;
  readonly owner: string;
}

/** A column of a table. */
export interface DiscoveredColumn {
  readonly owner: string;
  readonly tableName: string;
  readonly columnName: string;
  /** The type as this connector calls it; `integer` for numbers that are. */
  readonly dataType: string;
  readonly dataLength: number | null;
  readonly dataPrecision: number | null;
  readonly dataScale: number | null;
  readonly nullable: 'Y' | 'N';
  readonly generated: boolean;
  /** LoopBack's name of the type. */
  readonly type: string;
  /** What of the column is guessed; left out where nothing is. */
  readonly memory?: {readonly guessed: readonly string[]};
}

/** A column of the id of a table. */
export interface DiscoveredPrimaryKey {
  readonly owner: string;
  readonly tableName: string;
  readonly columnName: string;
  /** The place in the id, from 1. */
  readonly keySeq: number;
  readonly pkName: string;
}

/** A column of a unique index. */
export interface DiscoveredUniqueKey {
  readonly owner: string;
  readonly tableName: string;
  readonly columnName: string;
  readonly keySeq: number;
  readonly indexName: string;
}

/** A column of a foreign key, and the one of the parent that it refers to. */
export interface DiscoveredForeignKey {
  readonly fkOwner: string;
  readonly fkName: string;
  readonly fkTableName: string;
  readonly fkColumnName: string;
  readonly keySeq: number;
  readonly pkOwner: string;
  readonly pkName: string;
  readonly pkTableName: string;
  readonly pkColumnName: string;
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** The columns of a table, in their order. */
export function columnsOf(table: InferredTable): DiscoveredColumn[] {
  const {integers, schema} = table;
  const {columns, limits, name} = schema;
  return Object.entries(columns).map(([columnName, type]) => {
    const limit = Object.hasOwn(limits, columnName) ? limits[columnName]! : {};
    const guessed = guessesOf(table, columnName);
    return {
      owner,
      tableName: name,
      columnName,
      dataType: integers.has(columnName)
        ? type.replace('number', 'integer')
        : type,
      dataLength: limit.maxLength ?? null,
      dataPrecision: limit.precision ?? null,
      dataScale: limit.scale ?? null,
      nullable: isNullable(schema, columnName) ? 'Y' : 'N',
      generated: isGenerated(columnName, table),
      type: loopbackType(type),
      ...(guessed.length > 0 && {memory: {guessed}}),
    };
  });
}

function isNullable({notNull, primaryKey}: TableSchema, column: string) {
  return !notNull.includes(column) && !primaryKey.includes(column);
}

function guessesOf({guesses}: InferredTable, column: string): string[] {
  return guesses
    .filter(({property}) => property === column)
    .map(({what}) => what)
    .toSorted();
}

/**
 * Whether the values of a column are made where they are missing. The connector
 * does so for most ids; texts are taken for such where all look like it, for
 * LoopBack lets nobody choose the value of what is generated.
 */
function isGenerated(
  column: string,
  {guesses, schema}: InferredTable,
): boolean {
  const {columns, idGeneration, primaryKey} = schema;
  if (primaryKey.length !== 1 || primaryKey[0] !== column) return false;
  return idGeneration === 'number'
    ? columns[column] === 'number'
    : idGeneration === 'text' && guesses.length > 0;
}

const loopbackTypes: Readonly<Partial<Record<ColumnType, string>>> = {
  boolean: 'Boolean',
  number: 'Number',
  string: 'String',
  date: 'Date',
  bytes: 'Binary',
  point: 'GeoPoint',
  object: 'object',
};

/** LoopBack's name of a type. `lb4` knows lists by `array` alone. */
function loopbackType(type: ColumnType): string {
  return isArrayType(type) ? 'array' : (loopbackTypes[type] ?? 'any');
}

/** LoopBack's name of the type of a list's elements. */
export function itemType(schema: TableSchema, column: string): string {
  const {shape, type} = declaredType(schema, column);
  const element = elementType(type);
  if (element === undefined) return shape === undefined ? 'any' : 'object';
  const name = loopbackType(element);
  // Lower case is how `lb4` makes a TypeScript type of it.
  return ['bytes', 'point'].includes(element) ? name : name.toLowerCase();
}

/** The columns of the id. */
export function primaryKeysOf({schema}: InferredTable): DiscoveredPrimaryKey[] {
  return schema.primaryKey.map((columnName, i) => ({
    owner,
    tableName: schema.name,
    columnName,
    keySeq: i + 1,
    pkName: primaryKeyName,
  }));
}

/** The columns of the unique indexes. */
export function uniqueKeysOf({schema}: InferredTable): DiscoveredUniqueKey[] {
  const unique = schema.indexes.filter(({isUnique}) => isUnique);
  return unique.flatMap(({keys, name}) =>
    keys.map(({path}, i) => ({
      owner,
      tableName: schema.name,
      columnName: path,
      keySeq: i + 1,
      indexName: name,
    })),
  );
}

/** Referential actions as SQL has them. */
export const actionWords: Readonly<Record<ReferentialAction, string>> = {
  cascade: 'CASCADE',
  setNull: 'SET NULL',
  restrict: 'RESTRICT',
  noAction: 'NO ACTION',
};

/** The columns of the foreign keys of a table, if what they refer to is there. */
export function foreignKeysOf(
  {schema}: InferredTable,
  all: readonly InferredTable[],
): DiscoveredForeignKey[] {
  const tables = new Set(all.map(table => table.schema.name));
  const holding = schema.foreignKeys.filter(({parent}) => tables.has(parent));
  return holding.flatMap(key =>
    key.properties.map((property, i) => ({
      fkOwner: owner,
      fkName: key.name,
      fkTableName: schema.name,
      fkColumnName: property,
      keySeq: i + 1,
      pkOwner: owner,
      pkName: primaryKeyName,
      pkTableName: key.parent,
      pkColumnName: key.parentProperties[i]!,
      onDelete: actionWords[key.onDelete],
      onUpdate: actionWords[key.onUpdate],
    })),
  );
}

/** The columns of the foreign keys of all tables that refer to one. */
function exportedForeignKeysOf(
  {schema}: InferredTable,
  all: readonly InferredTable[],
): DiscoveredForeignKey[] {
  return all
    .flatMap(each => foreignKeysOf(each, all))
    .filter(({pkTableName}) => pkTableName === schema.name);
}

/** What this connector tells, where no other one is emulated. */
export const ownShapes: DiscoveryShapes = {
  owner,
  defaultSchema: owner,
  has: () => true,
  nameOf: ({schema}) => schema.name,
  schemas: () => [{catalog: owner, schema: owner}],
  columnsOf,
  primaryKeysOf,
  uniqueKeysOf,
  foreignKeysOf,
  exportedForeignKeysOf,
};

/** What a JSON Schema says of a column besides its type. */
export function jsonSchemaOf(
  schema: TableSchema,
  column: string,
): Record<string, unknown> {
  const {limits, nested} = schema;
  const limit = Object.hasOwn(limits, column) ? limits[column]! : {};
  const {minLength, minimum, maximum} = limit;
  const {shape} = declaredType(schema, column);
  // What JSON Schema has no word for else: `nullable` is OpenAPI's alone.
  const orNull = isNullable(schema, column) ? [null] : [];
  return {
    ...(minLength !== undefined && {minLength}),
    ...(minimum !== undefined && {minimum}),
    ...(maximum !== undefined && {maximum}),
    ...(limit.enum !== undefined && {enum: [...limit.enum, ...orNull]}),
    ...(shape && nested && {properties: propertiesOf(shape, nested, [])}),
  };
}

/** A shape in itself ends where it comes again. */
function propertiesOf(
  shape: Shape,
  nested: NestedTypes,
  above: readonly Shape[],
): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(shape.columns)) {
    const inner = Object.hasOwn(shape.shapeOf, name)
      ? nested.shapes[shape.shapeOf[name]!]
      : undefined;
    const isNew =
      inner !== undefined && inner !== shape && !above.includes(inner);
    const own = isNew && {
      properties: propertiesOf(inner, nested, [...above, shape]),
    };
    const plain = jsonType(type);
    const property = isArrayType(type)
      ? {...plain, ...(own && {items: {type: 'object', ...own}})}
      : {...plain, ...own};
    setOwn(properties, name, property);
  }
  return properties;
}

/** A type in JSON Schema; `{}` is any. */
function jsonType(type: ColumnType): Record<string, unknown> {
  if (isArrayType(type)) {
    return {type: 'array', items: jsonType(elementType(type) ?? 'any')};
  }
  switch (type) {
    case 'boolean':
    case 'number':
    case 'string':
    case 'object':
      return {type};
    case 'date':
      return {type: 'string', format: 'date-time'};
    case 'point':
      return {
        type: 'object',
        properties: {lat: {type: 'number'}, lng: {type: 'number'}},
      };
    default:
      return {};
  }
}
