import {isDeepStrictEqual} from 'node:util';
import {type ColumnType, elementType, isArrayType} from '../value/coerce';
import {isArrayIndex} from '../value/path';
import type {TableRules} from './rules';

/** One property of an index key and its direction in the index. */
export interface IndexKey {
  /** The property, or a nested path such as `address.city`. */
  readonly path: string;
  readonly direction: 1 | -1;
}

/**
 * An index of a table. An `ordered` index is sorted by its keys; a `geo` index
 * has one key, a point, and is sorted by the cell in which the point lies.
 */
export interface IndexDefinition {
  readonly name: string;
  readonly kind: 'ordered' | 'geo';
  readonly keys: readonly IndexKey[];
  readonly isUnique: boolean;
}

/** What happens to the rows that refer to a row which goes or changes. */
export type ReferentialAction = 'cascade' | 'setNull' | 'restrict' | 'noAction';

/**
 * A rule that rows of a table (the child) refer to rows of another or the same
 * table (the parent). A row with a null among its properties refers to nothing.
 */
export interface ForeignKey {
  readonly name: string;
  /** Properties of the child, each paired with one of the parent. */
  readonly properties: readonly string[];
  /** The name of the parent's table. */
  readonly parent: string;
  /** The parent's id or the properties of a unique index, in any order. */
  readonly parentProperties: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

/**
 * How a missing id is made: counted from the greatest on, as text that sorts by
 * creation, as text of digits, counted whatever ids are given, or not.
 */
export type IdGeneration = 'number' | 'text' | 'digits' | 'sequence' | 'none';

/** What is declared of the objects at some place. */
export interface Shape {
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** For columns that hold such objects, or arrays of them, the shape's name. */
  readonly shapeOf: Readonly<Record<string, string>>;
}

/**
 * The declared types inside of a table's objects. Shapes are named by the
 * shortest path that leads to them; one that contains itself is named once.
 */
export interface NestedTypes extends Pick<Shape, 'shapeOf'> {
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** A column as a database that is emulated has it. */
export interface NativeColumn {
  /** Its name in the database. */
  readonly name: string;
  /** Its type as the database writes it, with sizes. */
  readonly type: string;
  readonly isNullable: boolean;
  /** In SQL; left out where there is none. */
  readonly default?: string;
  /** Whether a sequence of the database gives the values that are missing. */
  readonly isGenerated?: boolean;
}

/** A table as a database that is emulated has it. */
export interface NativeTable {
  /** Which database. */
  readonly database: string;
  /** Its name there. */
  readonly name: string;
  readonly columns: Readonly<Record<string, NativeColumn>>;
  /**
   * The access methods of the indexes that the database has, by their names;
   * there may be others, which only this connector needs.
   */
  readonly indexes: Readonly<Record<string, string>>;
}

/** A former name that a column has in a circle of such names, and what says so. */
export interface Swap {
  readonly from: string;
  readonly by: 'columnName' | 'renamedFrom';
}

/** A table as it is declared. Plain data; two equal schemas are deep equal. */
export interface TableSchema extends TableRules {
  readonly name: string;
  /**
   * The properties that identify a row, in order. None at all means that rows
   * are told apart by a hidden number.
   */
  readonly primaryKey: readonly string[];
  readonly idGeneration: IdGeneration;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Left out where no type is declared inside of any column. */
  readonly nested?: NestedTypes;
  readonly indexes: readonly IndexDefinition[];
  /** For each there is an index, or an id, that begins with its properties. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Left out where no database is emulated. */
  readonly native?: NativeTable;
  /** For columns that have each other's former names, these. Left out if none do. */
  readonly swaps?: Readonly<Record<string, Swap>>;
}

/** The name under which plans and errors speak of the primary key. */
export const primaryKeyName = 'PRIMARY';

/** The columns of `next` inside of which other types may be declared than before. */
export function newlyNested(
  previous: TableSchema,
  {nested}: TableSchema,
): string[] {
  return isDeepStrictEqual(previous.nested, nested)
    ? []
    : Object.keys(nested?.shapeOf ?? {});
}

/** What is declared of the values at some path. */
export interface DeclaredType {
  readonly type: ColumnType;
  /** That of the objects there, or of the objects in the arrays there. */
  readonly shape: Shape | undefined;
}

const undeclared: DeclaredType = {type: 'any', shape: undefined};

/** The declared type of a property or a nested path; `any` where there is none. */
export function columnType(
  schema: Pick<TableSchema, 'columns' | 'nested'>,
  path: string,
): ColumnType {
  return Object.hasOwn(schema.columns, path)
    ? schema.columns[path]!
    : declaredType(schema, path).type;
}

/** What is declared at a property or a nested path. */
export function declaredType(
  schema: Pick<TableSchema, 'columns' | 'nested'>,
  path: string,
): DeclaredType {
  const {columns, nested} = schema;
  if (Object.hasOwn(columns, path)) {
    return nested === undefined
      ? {type: columns[path]!, shape: undefined}
      : columnOf(rowShape(schema), path, nested);
  }
  if (!path.includes('.')) return undeclared;
  const parts = path.split('.');
  const declared = declaredAlong(schema, parts);
  return declared.length === parts.length ? declared.at(-1)! : undeclared;
}

/**
 * What is declared at each part of a path, up to the first where nothing is. A
 * path leads through arrays into their elements; a number in it is the place of
 * one.
 */
export function declaredAlong(
  schema: Pick<TableSchema, 'columns' | 'nested'>,
  parts: readonly string[],
): DeclaredType[] {
  const along: DeclaredType[] = [];
  let above: DeclaredType = {type: 'object', shape: rowShape(schema)};
  for (const part of parts) {
    above = declaredWithin(above, part, schema.nested);
    if (above === undeclared) break;
    along.push(above);
  }
  return along;
}

function rowShape({
  columns,
  nested,
}: Pick<TableSchema, 'columns' | 'nested'>): Shape {
  return {columns, shapeOf: nested?.shapeOf ?? {}};
}

function declaredWithin(
  {type, shape}: DeclaredType,
  part: string,
  nested: NestedTypes | undefined,
): DeclaredType {
  if (isArrayType(type) && isArrayIndex(part)) {
    const element = elementType(type);
    if (element !== undefined) return {type: element, shape: undefined};
    return shape === undefined ? undeclared : {type: 'object', shape};
  }
  if (shape !== undefined && Object.hasOwn(shape.columns, part)) {
    return columnOf(shape, part, nested);
  }
  const isPoint = type === 'point' || type === 'point[]';
  return isPoint && (part === 'lat' || part === 'lng')
    ? {type: 'number', shape: undefined}
    : undeclared;
}

/** What is declared of a property of a shape, which has it. */
export function columnOf(
  {columns, shapeOf}: Shape,
  name: string,
  nested: NestedTypes | undefined,
): DeclaredType {
  const shape = Object.hasOwn(shapeOf, name)
    ? nested?.shapes[shapeOf[name]!]
    : undefined;
  return {type: columns[name]!, shape};
}
