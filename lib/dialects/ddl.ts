import type {InMemoryError} from '../base/errors';
import type {SchemaChange, Version} from '../database/database';
import type {
  ForeignKey,
  IdGeneration,
  IndexDefinition,
  NativeColumn,
  NativeTable,
  TableSchema,
} from '../schema/schema';
import type {MeetHazard} from './hazards';
import type {Column, EmulatedTable, ModelFacts, PropertyFacts} from './table';

/*
 * The schema side of an emulated database: the statements of its connector's
 * migrations as data, which run on the tables of this connector
 * (relational/ddl.ts). Tables and columns have the names of the database.
 */

/** One statement that changes the schema. */
export type DdlStatement =
  | CreateTable
  | {readonly kind: 'drop table'; readonly name: string}
  | {
      readonly kind: 'alter table';
      readonly name: string;
      readonly actions: readonly AlterAction[];
    }
  | ({readonly kind: 'create index'; readonly table: string} & MadeIndex)
  | {readonly kind: 'drop index'; readonly table: string; readonly name: string}
  /** One that this database alone has. */
  | {
      readonly kind: 'own';
      /** The tables of this connector that it is about; they may not be there. */
      tables(version: Version): readonly string[];
      /** What it does to the newest version. Fails as the database does. */
      changes(version: Version, meet: MeetHazard): SchemaChange[];
    }
  /** One that the database cannot read, or refuses whatever there is. */
  | {readonly kind: 'refused'; readonly error: Error};

/** An index as a database has it. */
export interface MadeIndex {
  /** The access method: `btree`. */
  readonly method: string;
  readonly index: IndexDefinition;
}

export interface CreateTable {
  readonly kind: 'create table';
  readonly name: string;
  /** The table of this connector that it becomes. */
  readonly table: string;
  /** In order; one name may be there twice, which the database refuses. */
  readonly columns: readonly NativeColumn[];
  readonly primaryKey: readonly string[];
  /** Those that the statement itself makes. */
  readonly indexes?: readonly MadeIndex[];
}

/** One of the actions of `ALTER TABLE`; all of a statement are done, or none. */
export type AlterAction =
  | {readonly kind: 'add column'; readonly column: NativeColumn}
  | {readonly kind: 'drop column'; readonly column: string}
  | {
      readonly kind: 'change type';
      readonly column: string;
      readonly type: string;
    }
  | {
      readonly kind: 'set nullable';
      readonly column: string;
      readonly isNullable: boolean;
    }
  /** The column of that name becomes this one, with its type, default and all. */
  | {readonly kind: 'change column'; readonly column: NativeColumn}
  | {readonly kind: 'drop index'; readonly name: string}
  | ({readonly kind: 'add index'} & MadeIndex)
  | {readonly kind: 'drop foreign key'; readonly name: string}
  /** Its parent is the name of a table of the database. */
  | {readonly kind: 'add foreign key'; readonly key: ForeignKey};

/** What a connector sends at once: done as a whole, or not at all. */
export interface Query {
  readonly statements: readonly DdlStatement[];
  /** Whether the connector goes on where it fails. */
  readonly mayFail?: boolean;
}

/** What a connector finds in the database when it asks. */
export interface Catalog {
  /** The table of that name in the database. */
  tableNamed(name: string): MadeTable | undefined;
  /** Another model of the datasource. */
  modelNamed(name: string): ModelFacts | undefined;
}

/** A table that a migration has made. */
export type MadeTable = TableSchema & {readonly native: NativeTable};

/** Where a column is read that is not there. */
export type ReadIn = 'select' | 'where' | 'order';

/** What is to go, or to change, although a foreign key needs it. */
export interface Needed {
  readonly kind: 'table' | 'column' | 'index';
  readonly name: string;
  /** The table that has it. */
  readonly table: string;
  readonly by: KeyOfTable;
}

/** A foreign key, and the name of the table that it is of. */
export interface KeyOfTable {
  readonly key: ForeignKey;
  readonly table: string;
}

/** The errors of a database for statements that change the schema. */
export interface DdlErrors {
  noTable(name: string): Error;
  tableExists(name: string): Error;
  columnTwice(column: string): Error;
  columnExists(column: string, table: string): Error;
  /** Of a condition, an order or a list of what is selected. */
  noColumnToRead(column: string, table: string, where: ReadIn): Error;
  /** Of an insertion, an update or `ALTER TABLE`. */
  noColumnOf(
    column: string,
    table: string,
    statement: 'insert' | 'update' | 'alter',
  ): Error;
  /** In an index. */
  noIndexColumn(column: string): Error;
  noIndex(name: string): Error;
  indexExists(name: string): Error;
  /** At a row of the table, from 1. */
  containsNull(column: string, table: string, row: number): Error;
  /** A unique index over rows that have one key. */
  duplicateKey(
    index: string,
    error: InMemoryError,
    table: EmulatedTable,
  ): Error;
  isNeeded(needed: Needed): Error;
  foreignKeyExists(added: KeyOfTable): Error;
  noParent(added: KeyOfTable): Error;
  /** The column that a foreign key is to refer to, or its own. */
  noReferenceColumn(column: string, added: KeyOfTable, isOwn: boolean): Error;
  noReferencedKey(added: KeyOfTable): Error;
  /**
   * A column of a foreign key, its own or that of its parent, changes to one that
   * the key cannot have; undefined where it can.
   */
  keyColumnChanges?(
    change: {readonly from: NativeColumn; readonly to: NativeColumn},
    by: KeyOfTable,
    isOwn: boolean,
  ): Error | undefined;
  dropsAllColumns?(): Error;
  /** One column of several in a unique index is dropped; undefined where it can be. */
  shortensUnique?(column: string): Error | undefined;
  /** A row refers to nothing. `key` is as {@link DdlErrors.duplicateKey} has it. */
  orphan(
    key: ForeignKey,
    child: EmulatedTable,
    row: Readonly<Record<string, unknown>>,
  ): Error;
}

/** In what databases differ when they change tables. */
export interface DdlRules {
  /** In which order the actions of `ALTER TABLE` are done, whatever theirs is. */
  readonly order: readonly AlterAction['kind'][];
  /** Within what the name of an index is the only one: tables count there, too. */
  readonly indexNames: 'database' | 'table';
  /** Within what the name of a foreign key is the only one. */
  readonly keyNames: 'database' | 'table';
  /** How a column is found by its name. */
  readonly columnNames: 'exact' | 'anyCase';
  /** What becomes of an index one of whose columns is dropped. */
  readonly indexOfDropped: 'dropped' | 'shortened';
  /** The access method of the index that the database makes for a foreign key. */
  readonly keyIndex?: string;
  /**
   * Whether rows that are there need a value in a column that is added and cannot
   * have null; else {@link Ddl.addedValue} is what they get.
   */
  readonly addedNeedsValue: boolean;
  /** How ids that are missing are made. */
  readonly generation: IdGeneration;
}

/** The part of a table that its columns depend on. */
export type TablePart = Pick<MadeTable, 'native' | 'indexes'>;

/** How tables of a database come to be, by way of LoopBack's connector for it. */
export interface Ddl {
  readonly rules: DdlRules;
  /** A name as the database keeps it, which may cut it. */
  nameIn(name: string): string;
  /** What the connector declares for a property. */
  nativeColumn(property: PropertyFacts): NativeColumn;
  /** A column that there is, as a property sees it. */
  columnOf(
    property: PropertyFacts,
    native: NativeColumn,
    table: TablePart,
  ): Column;
  /** What `automigrate` does; a query may ask for what those before have done. */
  recreate(model: ModelFacts, catalog: Catalog): Iterable<Query>;
  /** What `autoupdate` does. */
  update(model: ModelFacts, catalog: Catalog): Iterable<Query>;
  /** What `isActual` says. */
  isActual(model: ModelFacts, catalog: Catalog): boolean;
  /** The error of a model that there is not, where LoopBack does not look. */
  unknownModel(name: string, call: 'update' | 'isActual'): Error;
  /** Fails where the database has no such table, whatever there is. */
  checkTable?(table: CreateTable): void;
  /** Fails where there is no such type, or it has no such sizes. */
  checkColumn(column: NativeColumn): void;
  /** Fails where there can be no such index on these columns. */
  checkIndex(index: MadeIndex, columns: readonly NativeColumn[]): void;
  /**
   * Fails where there can be no such foreign key: `columns` are its own, each with
   * the one that it refers to.
   */
  checkForeignKey(
    added: KeyOfTable,
    columns: readonly (readonly [NativeColumn, NativeColumn])[],
  ): void;
  /**
   * What makes of values that are stored those of another type. Fails where there
   * is no such cast; the function does so for a value.
   */
  cast(
    from: NativeColumn,
    to: NativeColumn,
    table: string,
  ): (stored: unknown) => unknown;
  /** What rows that are there have in a column that is added. */
  addedValue(column: NativeColumn, table: TablePart): () => unknown;
  /** What null becomes in a column that is changed, and cannot have it. */
  valueForNull?(column: NativeColumn): unknown;
  readonly errors: DdlErrors;
}
