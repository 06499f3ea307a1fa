import type {ColumnType} from '../value/coerce';
import type {ValueOrder} from '../value/value-order';

/** A property as a model declares it, for LoopBack's connector of a database. */
export interface PropertyFacts {
  readonly name: string;
  /** The name of its type as LoopBack has it: `Number`, `String`, `Array`, ... */
  readonly typeName: string;
  /** The name of its column, where the model gives it one. */
  readonly columnName: string | undefined;
  readonly isId: boolean;
  readonly isGenerated: boolean;
  readonly isNullable: boolean;
  /** What stands under the key of the database. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The whole declaration: `length`, `precision`, `default`, ... */
  readonly declared: Readonly<Record<string, unknown>>;
}

/** A model as LoopBack's connector of a database sees it. */
export interface ModelFacts {
  readonly name: string;
  /** The name of its table, where the model gives it one. */
  readonly tableName: string | undefined;
  /** The name of its table in this connector. */
  readonly table: string;
  readonly properties: readonly PropertyFacts[];
  /** The settings of the model. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The indexes and foreign keys of its settings, as they stand there. */
  readonly indexes: Readonly<Record<string, unknown>>;
  readonly foreignKeys: Readonly<Record<string, unknown>>;
}

/** For which statement a value is written. */
export type WriteUse = 'insert' | 'update';

/** What an operand is for. */
export type OperandUse = 'equal' | 'range' | 'list';

/**
 * A column of an emulated table: how LoopBack's connector and the database turn
 * values into what is stored, and what is stored into values. None of its
 * functions is called with null or undefined. They fail with errors of the
 * database.
 */
export interface Column {
  readonly property: string;
  /** Its name in the database. */
  readonly name: string;
  /** Its type in the database: `integer`, `varchar(20)`. */
  readonly nativeType: string;
  /** The type that it has there, where that is not emulated: it holds any text. */
  readonly unknownType?: string;
  /** Its type in the tables of this connector. */
  readonly type: ColumnType;
  readonly isId: boolean;
  readonly isGenerated: boolean;
  readonly isNullable: boolean;
  /** Whether the connector writes DEFAULT for null in an insertion. */
  readonly isDefaultForNull: boolean;
  write(value: unknown, use: WriteUse): unknown;
  /** Null where the value is none of the column: nothing compares with it. */
  operand(value: unknown, use: OperandUse): unknown;
  /**
   * What is sent in the place of null or undefined where the column cannot have
   * null; undefined where it is left out then.
   */
  readonly sentForNull?: (value: null | undefined) => unknown;
  /** Whether a value stands for the next id. */
  readonly asksForNext?: (stored: unknown) => boolean;
  /** Undefined where what is stored is what is read. */
  readonly read?: (stored: unknown) => unknown;
  /** How many parameters of a statement a value is sent as; one where it is not said. */
  readonly parameters?: number;
  /** What a row gets that says nothing of it; it may be made anew for each. */
  readonly defaultValue?: () => unknown;
  /** What is stored as the database writes it in messages. */
  text(stored: unknown): string;
  /** What is stored, cast to a text: what `like` looks at. */
  cast(stored: unknown): string;
  /** Its order and ranges, where they are not those of this connector. */
  readonly order?: ValueOrder;
}

/** A table of a dialect, with what its statements need. */
export interface EmulatedTable extends Pick<
  ModelFacts,
  'properties' | 'settings'
> {
  readonly model: string;
  /** Its name in the database. */
  readonly name: string;
  /** Those that the database has; models may not know all of them. */
  readonly columns: readonly Column[];
  /** The columns of the model; the database may not have all of them. */
  readonly byProperty: ReadonlyMap<string, Column>;
  readonly ids: readonly Column[];
  /** The properties whose columns the database has not. */
  readonly absent: ReadonlySet<string>;
  /** The columns of which the model does not know, by the names that rows have. */
  readonly unknown: readonly string[];
  /**
   * The property that has the number of a row, which is one more than the
   * greatest there is; undefined where ids are made otherwise. It is an id, or is
   * no column, and then nobody reads it.
   */
  readonly rowId: string | undefined;
}
