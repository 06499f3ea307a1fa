import {InMemoryError} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import {checkForeignKeys} from '../schema/foreign-keys';
import {mergeSchemas} from '../schema/merge';
import {newlyNested, type TableSchema} from '../schema/schema';
import {requireUnreferenced} from '../store/foreign-keys';
import {apply, findTable, type Version} from '../store/version';
import type {Head} from '../transaction/head';
import type {Transactions} from '../transaction/transactions';
import {type MendRow, recastRows, recoveredRows} from './file-rows';
import {changed, migration, newParents} from './schema-change';
import type {Sequences} from './writer';

/** A declared schema that the rows of its table contradict. */
interface Unmigrated {
  readonly schema: TableSchema;
  readonly reason: InMemoryError;
}

/** What tables are declared in. */
export interface Declaring {
  readonly newest: Head;
  readonly transactions: Transactions;
  readonly sequences: Sequences;
}

/**
 * The tables as models declare them, and how the newest version comes to have
 * them. A table whose rows contradict its declaration stays as it was, and cannot
 * be used.
 */
export class DeclaredTables {
  /** What the files have and no table has taken yet. */
  recovered: Map<string, RecoveredTable> = new Map();
  private readonly schemasByModel = new Map<string, Map<string, TableSchema>>();
  private readonly menders = new Map<string, Map<string, MendRow>>();
  private readonly unmigrated = new Map<string, Unmigrated>();

  /** `mayTakeBack` tells whether the files may lead back to an older version. */
  constructor(
    private readonly database: Declaring,
    private readonly mayTakeBack: () => boolean,
  ) {}

  /**
   * Notes what a model declares, to be {@link migrate}d to. Rows of a file are
   * mended with `mendRow` before they are taken. Fails with INVALID_MODEL when it
   * contradicts what other models declare.
   */
  note(model: string, schema: TableSchema, mendRow?: MendRow): void {
    const {name} = schema;
    if (mendRow !== undefined) {
      this.menders.set(
        name,
        new Map(this.menders.get(name)).set(model, mendRow),
      );
    }
    const models = new Map(this.schemasByModel.get(name));
    models.set(model, schema);
    checkForeignKeys(mergeSchemas([...models.values()]), this.schemas(name));
    this.schemasByModel.set(name, models);
  }

  /** Whether a model declares that table. */
  has(table: string): boolean {
    return this.schemasByModel.has(table);
  }

  /** Lets the newest version have a table as it is declared. */
  migrate(name: string): void {
    const models = this.schemasByModel.get(name)!;
    this.migrateTo(mergeSchemas([...models.values()]));
    this.migrateReferring(name);
  }

  /** Lets the newest version have all tables as they are declared. */
  migrateAll(): void {
    for (const schema of this.schemas()) this.migrateTo(schema);
    for (const schema of this.schemas()) this.migrateReferring(schema.name);
  }

  /** Forgets what came from files. */
  forgetRows(): void {
    this.recovered = new Map();
    this.unmigrated.clear();
  }

  /** The schemas that are declared, save that of one table. */
  private schemas(except?: string): TableSchema[] {
    return [...this.schemasByModel]
      .filter(([name]) => name !== except)
      .map(([, models]) => mergeSchemas([...models.values()]));
  }

  private migrateTo(schema: TableSchema): void {
    const {newest, transactions} = this.database;
    this.unmigrated.delete(schema.name);
    try {
      const {current} = newest;
      const changes = migration(current, schema);
      const next = this.withRecovered(schema.name, changed(current, changes));
      if (changes.length > 0) {
        const parents = newParents(current, next, schema.name);
        transactions.abortWriters(schema.name, parents);
      }
      newest.moveTo(next);
      // The bytes of the file go with the last table that was read from it.
      if (!this.mayTakeBack()) this.recovered.delete(schema.name);
    } catch (error) {
      if (!(error instanceof InMemoryError)) throw error;
      this.unmigrated.set(schema.name, {schema, reason: error});
    }
  }

  /**
   * A version with the rows of the files in a table that was not there yet. In
   * one that was, rows are cast anew where other types are nested in them by now:
   * a model may be told what these are after its rows were read.
   */
  private withRecovered(name: string, version: Version): Version {
    const {newest, sequences} = this.database;
    const table = findTable(version, name)!;
    const previous = findTable(newest.current, name);
    const mend = this.menderOf(name);
    if (previous !== undefined) {
      const names = newlyNested(previous.schema, table.schema);
      return names.length === 0
        ? version
        : changed(version, recastRows(table, names, mend));
    }
    const recovered = this.recovered.get(name);
    if (recovered === undefined) return version;
    if (recovered.nextSequence > (sequences.get(name) ?? 1)) {
      sequences.set(name, recovered.nextSequence);
    }
    return changed(version, recoveredRows(version, recovered, mend));
  }

  private menderOf(table: string): MendRow {
    const menders = [...(this.menders.get(table)?.values() ?? [])];
    return row => {
      for (const mend of menders) mend(row);
    };
  }

  /** Lets the foreign keys hold that could not without these tables. */
  private migrateReferring(...names: readonly string[]): void {
    for (const schema of this.schemas()) {
      if (schema.foreignKeys.some(({parent}) => names.includes(parent))) {
        this.migrateTo(schema);
      }
    }
  }

  /** Fails with INVALID_MODEL when a table is not as it was declared. */
  requireMigrated(table: string): void {
    const unmigrated = this.unmigrated.get(table);
    if (unmigrated === undefined) return;
    const {id, value} = unmigrated.reason.details;
    throw new InMemoryError(
      'INVALID_MODEL',
      `${table} cannot be used: its rows contradict its new definition ` +
        `(${unmigrated.reason.message}) Run automigrate, which deletes ` +
        'them, or go back to the former definition.',
      {...unmigrated.reason.details, table, value, id},
    );
  }

  /**
   * Empties tables that nobody has locked, all or none, and lets them be as they
   * are declared. Fails with FOREIGN_KEY_VIOLATION when rows of other tables refer
   * to theirs.
   */
  recreate(tables: readonly string[]): void {
    const {newest, sequences} = this.database;
    const version = newest.current;
    requireUnreferenced(version, tables);
    const changes = tables.map(
      table => ({kind: 'truncate', table, restartsIds: true}) as const,
    );
    let next = apply(
      version,
      changes.filter(({table}) => findTable(version, table) !== undefined),
    );
    for (const table of tables) {
      const schema = this.unmigrated.get(table)?.schema;
      if (schema !== undefined) next = changed(next, migration(next, schema));
    }
    newest.commit(next, changes);
    const failure = newest.settle();
    if (failure !== undefined) throw failure;
    for (const table of tables) {
      this.unmigrated.delete(table);
      sequences.delete(table);
    }
    this.migrateReferring(...tables);
  }
}
