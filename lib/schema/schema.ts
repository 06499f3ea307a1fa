import type {ColumnType} from '../value/coerce';
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

/** How a missing id is made: counted, as text that sorts by creation, or not. */
export type IdGeneration = 'number' | 'text' | 'digits' | 'none';

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
  readonly indexes: readonly IndexDefinition[];
  /** For each there is an index, or an id, that begins with its properties. */
  readonly foreignKeys: readonly ForeignKey[];
}

/** The name under which plans and errors speak of the primary key. */
export const primaryKeyName = 'PRIMARY';

/** The declared type of a property; `any` for nested and undeclared ones. */
export function columnType(schema: TableSchema, path: string): ColumnType {
  return Object.hasOwn(schema.columns, path) ? schema.columns[path]! : 'any';
}
