import type {Sliced} from '../base/slices';
import type {RecoveredTable} from '../persistence/recovered-table';
import {areSameKept} from '../schema/kept';
import {entangled} from '../schema/renames';
import {newlyNested, type TableSchema} from '../schema/schema';
import type {Table} from '../store/table';
import {findTable, type Version} from '../store/version';
import {
  refuseFormerRows,
  refuseFormerTable,
  refuseRenamed,
} from './former-names';
import {type Declaration, Declarations} from './declarations';
import {
  filledIn,
  type FindFilled,
  handedOnTables,
  type HandedOn,
  refuseOthersRows,
  requireOwned,
} from './handed-on';
import {recastRows, reconvertedRows, recoveredRows} from './file-rows';
import {ForeignRows} from './foreign-rows';
import {type Declaring, MadeTables, type SchemaStep} from './made-tables';
import type {Migration} from './migration';
import {MigrationSources} from './migration-sources';
import {
  changed,
  keepingOf,
  migration,
  newParents,
  recreated,
} from './schema-change';
import {loadMigration} from './on-demand';
import {unusable} from './unmigrated';
import {UnsettledTables} from './unsettled-tables';
import {restartOthers} from './writer';

const nothing: HandedOn = new Map();

/** What is known of declared tables besides a version. */
export interface DeclaredState {
  readonly handedOn: HandedOn;
  readonly revision: object;
  readonly unsettled: UnsettledTables;
}

/**
 * The tables as models declare them, and how the newest version comes to have
 * them. A table whose rows contradict its declaration stays as it was, and cannot
 * be used.
 */
export class DeclaredTables {
  private readonly made: MadeTables;
  private readonly models = new Declarations();
  private unsettled = new UnsettledTables();
  /** Tables of which nothing tells whose their rows are, with what says so. */
  private handedOn: HandedOn = nothing;
  /** Another one whenever a declaration has changed. */
  private revision: object = {};

  /** `mayTakeBack` tells whether the files may lead back to an older version. */
  constructor(
    private readonly database: Declaring,
    private readonly mayTakeBack: () => boolean,
  ) {
    this.made = new MadeTables(database);
  }

  /** What the files have and no table has taken yet. */
  get recovered(): Map<string, RecoveredTable> {
    return this.unsettled.recovered;
  }

  /** Takes what the files have, in the place of all that was known before. */
  takeFiles(recovered: Map<string, RecoveredTable>): void {
    this.unsettled = new UnsettledTables(recovered);
    this.handedOn = nothing;
  }

  /** What is known besides the newest version, to be gone back to with it. */
  get state(): DeclaredState {
    const {handedOn, revision, unsettled} = this;
    return {handedOn, revision, unsettled: unsettled.copy()};
  }

  /**
   * Goes back to what was known of a version, which is the newest again. Where
   * declarations have changed since, it has its tables as they are declared now.
   */
  restore({handedOn, revision, unsettled}: DeclaredState): void {
    this.handedOn = handedOn;
    this.unsettled = unsettled.copy();
    if (revision !== this.revision) this.migrateAll();
  }

  /**
   * Notes what a model declares, to be {@link migrate}d to. Fails with
   * INVALID_MODEL when it contradicts what other models declare.
   */
  note(model: string, declaration: Declaration): void {
    this.models.note(model, declaration, this.made.isAll);
    this.revision = {};
  }

  /** Forgets a model that there is no more; its table and rows stay. */
  forget(model: string): void {
    this.models.forget(model);
    this.revision = {};
    this.lookForHandedOn();
  }

  private lookForHandedOn(): void {
    if (this.made.isAll) return;
    this.handedOn = handedOnTables(this.models.named(), this.filled, name =>
      this.models.schemaOf(name),
    );
  }

  /** Whether a model declares that table. */
  has(table: string): boolean {
    return this.models.has(table);
  }

  /** Lets the newest version have a table as it is declared. */
  migrate(name: string): void {
    if (this.made.isAll) return this.takeMade();
    this.migrateTo(this.models.schemaOf(name));
    this.migrateReferring(name);
    this.lookForHandedOn();
  }

  /** Lets the newest version have all tables as they are declared. */
  migrateAll(): void {
    if (this.made.isAll) return this.takeMade();
    for (const schema of this.models.schemas()) this.migrateTo(schema);
    for (const schema of this.models.schemas())
      this.migrateReferring(schema.name);
    this.lookForHandedOn();
  }

  /**
   * Takes the tables of files that migrations have made, and those of others as if
   * one had made them as they are declared.
   */
  private takeMade(): void {
    this.made.take(this.recovered);
    for (const [name, recovered] of this.recovered) {
      if (!this.has(name)) continue;
      const schema = this.models.schemaOf(name);
      this.unsettled.attempt(schema, () => {
        this.made.adopt(recovered, schema, this.models.hintsOf(name));
        this.recovered.delete(name);
      });
    }
  }

  private migrateTo(schema: TableSchema): void {
    const {newest, transactions} = this.database;
    this.unsettled.attempt(schema, () => {
      const {current} = newest;
      const changes = migration(current, schema);
      const next = this.withRecovered(schema.name, changed(current, changes));
      if (changes.length > 0) {
        const parents = newParents(current, next, schema.name);
        transactions.known?.abortWriters(schema.name, parents);
      }
      newest.moveTo(next);
      // The bytes of the file go with the last table that was read from it.
      if (!this.mayTakeBack()) this.recovered.delete(schema.name);
    });
  }

  /**
   * A version with the rows of the files in a table that was not there yet. In
   * one that was, rows are cast anew where other types are nested in them by now:
   * a model may be told what these are after its rows were read.
   */
  private withRecovered(name: string, version: Version): Version {
    const {newest} = this.database;
    const table = findTable(version, name)!;
    const previous = findTable(newest.current, name);
    if (previous !== undefined) {
      const kept = this.unsettled.untold.has(name) ? undefined : table.kept;
      const mend = this.models.menderOf(name)(kept);
      refuseRenamed(previous, table.schema, this.unnamedColumns(name));
      const names = newlyNested(previous.schema, table.schema);
      const changes = [
        ...(names.length === 0 ? [] : recastRows(table, names, mend, kept)),
        ...(this.unsettled.recast.has(name)
          ? reconvertedRows(previous, table, mend)
          : []),
      ];
      return changed(version, changes);
    }
    return this.withFirstRows(table, version);
  }

  /** A version with the rows of the files in a table that is new. */
  private withFirstRows(table: Table, version: Version): Version {
    const {sequences} = this.database;
    const {name} = table.schema;
    const recovered = this.recovered.get(name);
    this.refuseFormer(name, recovered);
    if (recovered === undefined) return version;
    // Without a schema nothing would tell later that rows have a former name.
    const formers =
      recovered.schema === undefined
        ? this.models.hintsOf(name).formerColumns
        : this.unnamedColumns(name);
    refuseFormerRows(recovered, table.schema, formers);
    if (recovered.nextSequence > (sequences.get(name) ?? 1)) {
      sequences.set(name, recovered.nextSequence);
    }
    const {schema} = recovered;
    const mend = this.models.menderOf(name)(schema);
    const {fit} = this.models.hintsOf(name);
    const foreign = ForeignRows.of(recovered, table.declared, fit);
    if (foreign !== undefined) {
      return changed(version, [
        keepingOf(name, table.declared),
        ...recoveredRows(version, recovered, mend, foreign),
      ]);
    }
    if (schema === undefined) this.unsettled.untold.add(name);
    else if (!areSameKept(schema, table.declared))
      this.unsettled.recast.add(name);
    const keeping = schema === undefined ? [] : [keepingOf(name, schema)];
    return changed(version, [
      ...keeping,
      ...recoveredRows(version, recovered, mend),
    ]);
  }

  /** Refuses a table without rows where the one before it has some. */
  private refuseFormer(name: string, own: RecoveredTable | undefined): void {
    const {formerTable, unnamed} = this.models.hintsOf(name);
    const former = formerTable ?? unnamed?.table;
    if (former === undefined || this.has(former)) return;
    if (own !== undefined && (own.size > 0 || own.schema)) return;
    refuseFormerTable(this.left.get(former), name);
  }

  private unnamedColumns(name: string): Readonly<Record<string, string>> {
    const {formerColumns, unnamed} = this.models.hintsOf(name);
    // Where names are passed on, a column that is there may be another one.
    return {...unnamed?.columns, ...entangled(formerColumns)};
  }

  /** Lets the foreign keys hold that could not without these tables. */
  private migrateReferring(...names: readonly string[]): void {
    for (const schema of this.models.schemas()) {
      if (schema.foreignKeys.some(({parent}) => names.includes(parent))) {
        this.migrateTo(schema);
      }
    }
  }

  /** Fails with INVALID_MODEL when a table is not as it was declared. */
  requireMigrated(table: string): void {
    requireOwned(this.handedOn, [table]);
    const unmigrated = this.unsettled.unmigrated.get(table);
    if (unmigrated !== undefined) throw unusable(table, unmigrated);
  }

  /**
   * The migration of tables from what is kept of them to what is declared. Fails
   * with INVALID_MODEL where nothing tells whose their rows are.
   */
  migration(names: readonly string[]): Migration {
    requireOwned(this.handedOn, names);
    const version = this.database.newest.keep();
    const {left, models} = this;
    const {recast} = this.unsettled;
    const sources = new MigrationSources({left, models, recast, version});
    const targets = names.map(name => ({
      schema: models.schemaOf(name),
      source: sources.of(name),
      hints: models.hintsOf(name),
    }));
    return new (loadMigration().Migration)(version, targets);
  }

  /** The tables that nobody may have locked where some are migrated. */
  concernedBy(names: readonly string[]): string[] {
    return this.migration(names).concerned(this.unsettled.unmigrated);
  }

  /** Whether what is kept of some tables is what is declared of them. */
  areActual(names: readonly string[]): boolean {
    return (
      !names.some(
        name => this.unsettled.unmigrated.has(name) || this.handedOn.has(name),
      ) && this.migration(names).isNone
    );
  }

  /**
   * Makes some tables what is declared of them, as work that can be cut; false
   * where that concerns others by now than `unlocked`, which nobody has locked.
   * Fails with MIGRATION_REFUSED.
   */
  *migrating(
    names: readonly string[],
    unlocked: readonly string[],
    isCut: boolean,
  ): Sliced<boolean> {
    const {newest} = this.database;
    for (const name of names) {
      const reason = this.unsettled.unmigrated.get(name)?.reason;
      // Rows of another dialect.
      if (reason?.code === 'MIGRATION_REFUSED') throw reason;
    }
    for (;;) {
      const migration = this.migration(names);
      const steps = () => migration.steps();
      refuseOthersRows(steps, this.models.named(), this.filled);
      const concerned = migration.concerned(this.unsettled.unmigrated);
      if (!concerned.every(each => unlocked.includes(each))) return false;
      const {current} = newest;
      const {changes, version} = yield* migration.run(isCut);
      // A model may have been defined meanwhile.
      if (newest.current !== current) continue;
      for (const {formerName, name} of migration.tables) {
        this.continueIds(formerName, findTable(version, name)!);
      }
      if (changes.length > 0) newest.commit(version, changes);
      const failure = newest.settle();
      if (failure !== undefined) throw failure;
      for (const {formerName, name} of migration.tables) {
        this.takeOver(formerName, name);
      }
      this.migrateReferring(...names);
      this.lookForHandedOn();
      return true;
    }
  }

  /** Has the ids of a table go on behind those that there were before it. */
  private continueIds(former: string, {nextSequence, schema}: Table): void {
    const {sequences} = this.database;
    const known = this.recovered.get(former)?.nextSequence ?? 1;
    const next = Math.max(sequences.get(former) ?? 1, known, nextSequence);
    if (next > 1) sequences.set(schema.name, next);
  }

  /** Has a table, which is what it is declared to be, go on from the one before. */
  private takeOver(formerName: string, name: string): void {
    if (formerName !== name) this.database.sequences.delete(formerName);
    this.unsettled.settle(formerName, name);
    if (!this.mayTakeBack()) this.recovered.delete(formerName);
  }

  /** What the files have and no table has taken, for a new data file. */
  get left(): Map<string, RecoveredTable> {
    return this.unsettled.left(this.database.newest.current);
  }

  private get filled(): FindFilled {
    return filledIn(this.database.newest.current, this.left);
  }

  /** Changes tables that nobody has locked. */
  change(steps: readonly SchemaStep[]): void {
    for (const dropped of this.made.change(steps)) {
      this.recovered.delete(dropped);
    }
  }

  /**
   * Empties tables that nobody has locked, all or none, and lets them be as they
   * are declared. Fails with FOREIGN_KEY_VIOLATION when rows of other tables refer
   * to theirs.
   */
  recreate(tables: readonly string[]): void {
    const {newest, sequences} = this.database;
    const isAll = [...this.handedOn.keys()].every(name =>
      tables.includes(name),
    );
    if (!isAll) requireOwned(this.handedOn, tables);
    const {changes, version} = recreated(newest.current, tables, {
      schemaOf: name => this.models.schemaOf(name),
      unmigrated: this.unsettled.unmigrated,
    });
    newest.commit(version, changes);
    const failure = newest.settle();
    if (failure !== undefined) throw failure;
    for (const table of tables) {
      this.unsettled.unmigrated.delete(table);
      this.unsettled.untold.delete(table);
      sequences.delete(table);
      restartOthers(sequences, table);
    }
    this.migrateReferring(...tables);
    this.lookForHandedOn();
  }
}
