import type {InMemoryError} from '../base/errors';
import type * as ours from '../database/statements';
import type {IdGeneration, TableSchema} from '../schema/schema';
import type {Dialect} from '../value/dialect';
import type {ValueOrder} from '../value/value-order';
import type {ValueTest} from '../value/value-test';
import type {Ddl} from './ddl';
import type {DiscoveryShapes} from './discovery';
import type {Hazard, MeetHazard} from './hazards';
import type {StatementParts} from './statement-parts';
import type {Column, EmulatedTable, ModelFacts, PropertyFacts} from './table';

export type {
  Column,
  EmulatedTable,
  ModelFacts,
  OperandUse,
  PropertyFacts,
  WriteUse,
} from './table';
export type {NextIds, StatementParts, TableRows} from './statement-parts';

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
  /**
   * The collation of texts, one of those that docs/emulation.md names; another
   * one is refused.
   */
  readonly collation?: string;
  /**
   * What becomes of a call with which the database does what nobody means:
   * it is refused with EMULATION_HAZARD, or done as there. Default `'error'`.
   */
  readonly hazards?: 'error' | 'copy';
  /**
   * Whether tables are there from their declaration on, or an error until they
   * are migrated, as in production; that of databases with `ddl` alone. Default
   * `'automatic'`.
   */
  readonly migrations?: 'automatic' | 'required';
}

/** Settings of LoopBack's connectors that show in what they answer with `emulate`. */
export interface ConnectionSettings {
  /** The name of the database, which some messages quote. */
  readonly database?: string;
  /** In which texts are sent to MariaDB and MySQL. */
  readonly collation?: string;
  /** The user, whose name MariaDB and MySQL take for that of a database. */
  readonly user?: string;
  /** Another name of `user`, which comes before it. */
  readonly username?: string;
}

/** What a database is made for. */
export interface DatabaseSettings {
  readonly collation?: string | undefined;
  /** What the datasource sets of that which LoopBack's connector reads. */
  readonly connection: ConnectionSettings;
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

/** What a condition asks of a column. */
export interface Asked {
  /** Undefined where a value stands in its place. */
  readonly operator: string | undefined;
  readonly operand: unknown;
}

/** How LoopBack's connector and a relational database read a filter. */
export interface FilterRules {
  /** A value in the place of operators; without it one that is equal. */
  equal?(value: unknown, column: Column): ConditionIn;
  /**
   * Whether the branches of an `or` stand in parentheses. Where they do not, the
   * first of them ends up beside the conditions before it, the last one beside
   * those behind it.
   */
  readonly orIsGrouped: boolean;
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
  /**
   * A condition on a column that the table has not, of a database that does not
   * refuse it, nor an order by it, but takes its name for a text.
   */
  absent?(asked: Asked, column: Column, parameter: number): ConditionIn;
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
  /** The error of an order by a property that there is not; undefined: it is left out. */
  unknownOrder(name: string, table: EmulatedTable): Error | undefined;
  /**
   * The error of an order whose list is empty, or has another direction. `near` is
   * the word at which the statement breaks; undefined is its end.
   */
  malformedOrder(near: string | undefined, table: EmulatedTable): Error;
  /** The rows wanted: 0 is all. Fails as the database does. */
  limit(value: unknown): number;
  /** Fails where a statement cannot have so many parameters. */
  parameters?(count: number): void;
}

/** What a write is refused with, and what it gives. */
export interface WriteRules {
  /**
   * Whether an insertion gives those ids alone that the database has made: others
   * stay what they were given.
   */
  readonly givesGeneratedIdsAlone?: boolean;
  /** The error of an update that sets nothing. */
  emptySet(hasWhere: boolean): Error;
  /**
   * The error of a value at a row of the statement, from 1; undefined where it is
   * one of the statement, which fails whatever rows there are.
   */
  atRow?(error: Error, row: number): Error | undefined;
  /**
   * What happens to null in a column that cannot have it, where it is not refused:
   * for a hazard.
   */
  nullBecomes?(column: Column, stored: unknown): string;
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
  /** Those that always fail, with the messages. */
  readonly failing?: Readonly<Record<string, string>>;
  /**
   * What becomes of a transaction that an error has ended. `'isRolledBackAtCommit'`:
   * its statements fail, and its commit resolves. `'isLeft'`: the server forgets it,
   * so that its statements are transactions of their own, and its commit resolves.
   * `'fails'`: all of them fail.
   */
  readonly afterFailure: 'isRolledBackAtCommit' | 'isLeft' | 'fails';
  /** The isolation level where none is named. */
  readonly defaultLevel: string;
  /** How many connections it has, and the setting that says another number. */
  readonly pool?: {
    readonly setting: 'max' | 'connectionLimit';
    readonly size: number;
  };
  /** What beginning a transaction of a level fails with, where it always does. */
  beginning?(level: string): Error;
  /** The level of all transactions, and how long their statements wait. */
  readonly transactions?: {
    readonly level: string;
    readonly lockTimeoutMs: number;
  };
  /** The methods that leave the transaction out which they are given: a hazard. */
  readonly withoutTransaction?: readonly string[];
  /** What it gives its datasource besides. */
  readonly ofDataSource?: Readonly<Record<string, unknown>>;
  /** The type of ids that the database makes, where that is no number. */
  readonly defaultIdType?: (value: unknown) => unknown;
}

/** How a SQL connector names things, and how it writes the names. */
export interface SqlNames {
  readonly defaultSchema: string;
  /** Whether it writes the schema before the name of a table. */
  readonly withSchema: boolean;
  /** The name of the column of `SELECT 1`. */
  readonly one: string;
  /** The name of a table or column that the model gives none. */
  readonly dbName: (name: string) => string;
  readonly escapeName: (name: string) => string;
  /** The column of a property, or of a path, as it stands in SQL. */
  columnEscaped(
    property: string,
    columnOf: (property: string) => string,
  ): string;
}

/** One whose tables can be migrated as its connector does it. */
export type MigratedDatabase = RelationalDatabase & {readonly ddl: Ddl};

/** A database as the layers above the engine ask it. */
export type EmulatedDatabase = RelationalDatabase | DocumentDatabase;

/** What every database is asked. */
interface AnyDatabase {
  readonly name: DatabaseName;
  readonly engine: Dialect;
  readonly connector: ConnectorTraits;
  /** Its name of the table of a model. */
  tableName(model: ModelFacts): string;
  column(property: PropertyFacts, model: ModelFacts): Column;
  /** How it makes ids that are missing. */
  idGeneration(id: PropertyFacts): IdGeneration;
  /** What its connector discovers; undefined is what this one does. */
  readonly discovery?: DiscoveryShapes;
  /** The names of its SQL, where it has any. */
  readonly sql?: SqlNames;
  /** What it makes of all else that a schema declares. */
  schemaOf?(schema: TableSchema, table: EmulatedTable): TableSchema;
  /**
   * The error that it, its driver and connector fail with in the place of ours.
   * `tableOf` gives the table that has a name in this connector.
   */
  errorOf(
    error: InMemoryError,
    table: EmulatedTable | undefined,
    tableOf: (name: string) => EmulatedTable | undefined,
  ): Error;
}

/** A database of which LoopBack's connector speaks SQL. */
export interface RelationalDatabase extends AnyDatabase {
  /**
   * How its tables are migrated; where it does not say, they are those that are
   * declared, whatever `migrations` says.
   */
  readonly ddl?: Ddl;
  readonly filter: FilterRules;
  readonly writes: WriteRules;
  /**
   * When of a statement an error is found. Of several it is the first one that is
   * told, and of those found together the one that stands first.
   */
  readonly phaseOf: (error: unknown) => number;
  /** The property that numbers the rows of a table: {@link EmulatedTable.rowId}. */
  rowId?(table: Omit<EmulatedTable, 'rowId'>): string | undefined;
  /** Why the table cannot be made, if so: what a migration fails with. */
  refusalOf?(table: EmulatedTable): Error | undefined;
  /**
   * What nobody means of how the table is made: `declared` is its schema as the
   * model has it.
   */
  hazardOf?(table: EmulatedTable, declared: TableSchema): Hazard | undefined;
  /** What statements of a table fail with that is not there. */
  noTable?(table: EmulatedTable): Error;
  /** Statements in the place of those that all SQL databases have. */
  statements?(
    statements: typeof ours,
    parts: StatementParts,
  ): Partial<typeof ours>;
}

/** A database of documents. */
export interface DocumentDatabase extends AnyDatabase {
  /** Collections are there when they are written to. */
  readonly ddl?: undefined;
  /** The statements of a model, made of those of this connector. */
  statementsOf(
    statements: typeof ours,
    table: EmulatedTable,
    meet: MeetHazard,
  ): typeof ours;
}
