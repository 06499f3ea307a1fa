import type {InMemoryError} from '../base/errors';
import type {SchemaChange, Version} from '../database/database';
import type {
  ForeignKey,
  IndexDefinition,
  NativeColumn,
  NativeTable,
  TableSchema,
} from '../schema/schema';
import type {MeetHazard} from './hazards';
import type {
  Column,
  EmulatedTable,
  ModelFacts,
  PropertyFacts,
  WriteUse,
} from './table';

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
  | {
      readonly kind: 'create index';
      readonly table: string;
      /** The access method: `btree`. */
      readonly method: string;
      readonly index: IndexDefinition;
    }
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

export interface CreateTable {
  readonly kind: 'create table';
  readonly name: string;
  /** The table of this connector that it becomes. */
  readonly table: string;
  /** In order; one name may be there twice, which the database refuses. */
  readonly columns: readonly NativeColumn[];
  readonly primaryKey: readonly string[];
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

/** The errors of a database for statements that change the schema. */
export interface DdlErrors {
  noTable(name: string): Error;
  tableExists(name: string): Error;
  columnTwice(column: string): Error;
  columnExists(column: string, table: string): Error;
  /** Of a condition, an order or a list of what is selected. */
  noColumnToRead(column: string, table: string): Error;
  /** Of an insertion, an update, or `ALTER TABLE`, which says no `use`. */
  noColumnOf(column: string, table: string, use?: WriteUse): Error;
  /** In an index. */
  noIndexColumn(column: string): Error;
  noIndex(name: string): Error;
  indexExists(name: string): Error;
  containsNull(column: string, table: string): Error;
  /** A unique index over rows that have one key. */
  duplicateKey(
    index: string,
    error: InMemoryError,
    table: EmulatedTable,
  ): Error;
  /** What is to go has foreign keys that need it. */
  isNeeded(what: string, dependent: string, on: string): Error;
  foreignKeyExists(name: string, table: string): Error;
  noReferenceColumn(column: string): Error;
  noReferencedKey(parent: string): Error;
  otherReferenceTypes(
    name: string,
    columns: readonly [NativeColumn, NativeColumn],
  ): Error;
  /** A row refers to nothing. `key` is as {@link DdlErrors.duplicateKey} has it. */
  orphan(
    key: ForeignKey,
    child: EmulatedTable,
    row: Readonly<Record<string, unknown>>,
  ): Error;
}

/** How tables of a database come to be, by way of LoopBack's connector for it. */
export interface Ddl {
  /** A name as the database keeps it, which may cut it. */
  nameIn(name: string): string;
  /** What the connector declares for a property. */
  nativeColumn(property: PropertyFacts): NativeColumn;
  /** A column that there is, as a property sees it. */
  columnOf(property: PropertyFacts, native: NativeColumn): Column;
  /** What `automigrate` does; a query may ask for what those before have done. */
  recreate(model: ModelFacts, catalog: Catalog): Iterable<Query>;
  /** What `autoupdate` does. */
  update(model: ModelFacts, catalog: Catalog): Iterable<Query>;
  /** What `isActual` says. */
  isActual(model: ModelFacts, catalog: Catalog): boolean;
  /** The error of a model that there is not, where LoopBack does not look. */
  unknownModel(name: string, call: 'update' | 'isActual'): Error;
  /** Fails where there is no such type, or it has no such sizes. */
  checkColumn(column: NativeColumn): void;
  /** Fails where there can be no such index. */
  checkIndex(
    method: string,
    columns: readonly NativeColumn[],
    isUnique: boolean,
  ): void;
  /**
   * What makes of values that are stored those of another type. Fails where there
   * is no such cast; the function does so for a value.
   */
  cast(from: NativeColumn, to: NativeColumn): (stored: unknown) => unknown;
  /** Whether values of one column can refer to those of another. */
  areComparable(a: NativeColumn, b: NativeColumn): boolean;
  readonly errors: DdlErrors;
}
