import type {InMemoryError} from '../base/errors';
import type {IdGeneration} from '../schema/schema';
import type {ColumnType} from '../value/coerce';
import type {Dialect} from '../value/dialect';
import type {ValueOrder} from '../value/value-order';
import type {ValueTest} from '../value/value-test';

/** The databases that can be emulated. */
export const databaseNames = [
  'postgresql',
  'mysql',
  'mariadb',
  'sqlite',
  'mongodb',
] as const;

export type DatabaseName = (typeof databaseNames)[number];

/** How a database is emulated: the setting `emulate`. */
export interface EmulationSettings {
  readonly database: DatabaseName;
  /** The collation of texts, one of those that docs/emulation.md names. */
  readonly collation?: string;
  /**
   * What becomes of a call with which the database does what nobody means:
   * it is refused with EMULATION_HAZARD, or done as there. Default `'error'`.
   */
  readonly hazards?: 'error' | 'copy';
  /**
   * Whether tables are there from their declaration on, or an error until they
   * are migrated, as in production. Default `'automatic'`.
   */
  readonly migrations?: 'automatic' | 'required';
}

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
  readonly properties: readonly PropertyFacts[];
}

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
  /** Its type in the tables of this connector. */
  readonly type: ColumnType;
  readonly isId: boolean;
  readonly isGenerated: boolean;
  readonly isNullable: boolean;
  /** Whether the connector writes DEFAULT for null in an insertion. */
  readonly isDefaultForNull: boolean;
  write(value: unknown): unknown;
  operand(value: unknown, use: OperandUse): unknown;
  /** Undefined where what is stored is what is read. */
  readonly read?: (stored: unknown) => unknown;
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
export interface EmulatedTable {
  readonly model: string;
  /** Its name in the database. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly byProperty: ReadonlyMap<string, Column>;
  readonly ids: readonly Column[];
}

/** A condition of a filter, as the database answers it. */
export type ConditionIn =
  /** In the language of this connector's filters: `{gt: 5}`, a value, null. */
  | {readonly kind: 'operand'; readonly operand: unknown}
  | {readonly kind: 'test'; readonly test: ValueTest}
  /** No row meets it, for it compares with null. */
  | {readonly kind: 'never'}
  /** The connector leaves it out. */
  | {readonly kind: 'nothing'};

/** How LoopBack's connector and a relational database read a filter. */
export interface FilterRules {
  /**
   * A condition with an operator, of a column. `parameter` is the number of its
   * operand among those of the statement, from 1.
   */
  condition(
    operator: string,
    operand: unknown,
    column: Column,
    parameter: number,
  ): ConditionIn;
  /** A condition on a path into a column. */
  nested(
    path: string,
    expression: unknown,
    column: Column,
    parameter: number,
  ): ConditionIn | undefined;
  /** The order of nulls and texts of a column; undefined is that of this connector. */
  order(column: Column, mayBeNull: boolean): ValueOrder | undefined;
  /** An order by a path into a column; undefined where there is none such. */
  nestedOrder(path: string, column: Column): ValueOrder | undefined;
  /** The error of an order by a property that there is not. */
  unknownOrder(name: string, table: EmulatedTable): Error;
  /** The error of an order whose list is empty, or has another direction. */
  malformedOrder(near: string | undefined, table: EmulatedTable): Error;
  /** The rows wanted: 0 is all. Fails as the database does. */
  limit(value: unknown): number;
}

/** What a write is refused with. */
export interface WriteRules {
  /** The error of an update that sets nothing. */
  emptySet(hasWhere: boolean): Error;
  /** The error of a null where there can be none. */
  notNull(
    column: Column,
    table: EmulatedTable,
    row: Readonly<Record<string, unknown>>,
    isUpdate: boolean,
  ): Error;
}

/** What LoopBack sees of the connector of a database. */
export interface ConnectorTraits {
  /** Its name, under which models have their settings: `postgresql`. */
  readonly name: string;
  readonly types: readonly string[];
  readonly isRelational: boolean;
  /** The methods of ours that it has not. */
  readonly absent: readonly string[];
  /** What `commit` of a transaction does in which a statement has failed. */
  readonly commitOfFailed: 'rollsBack' | 'fails';
  /** The isolation level where none is named. */
  readonly defaultLevel: string;
}

/** A database as the layers above the engine ask it. */
export interface EmulatedDatabase {
  readonly name: DatabaseName;
  readonly engine: Dialect;
  readonly connector: ConnectorTraits;
  /** Its name of the table of a model. */
  tableName(model: ModelFacts): string;
  column(property: PropertyFacts): Column;
  /** How it makes ids that are missing. */
  idGeneration(id: PropertyFacts): IdGeneration;
  readonly filter: FilterRules;
  readonly writes: WriteRules;
  /**
   * When of a statement an error is found. Of several it is the first one that is
   * told, and of those found together the one that stands first.
   */
  readonly phaseOf: (error: unknown) => number;
  /** The error that it, its driver and connector fail with in the place of ours. */
  errorOf(error: InMemoryError, table: EmulatedTable | undefined): Error;
}
