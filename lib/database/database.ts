import {Deadline, inTime} from '../base/deadline';
import type {SliceQueue} from '../base/slice-queue';
import {atOnce, type Cuttable, Work} from '../base/cuttable';
import type {TableSchema} from '../schema/schema';
import type {DataStoreOptions} from '../persistence/store-options';
import {emptyVersion, verify, type Version} from '../store/version';
import type {Head} from '../transaction/head';
import {
  type ReadView,
  readDirectly,
  readNewest,
  runWith,
  type WriteView,
} from '../transaction/statement';
import type {Transaction} from '../transaction/transaction';
import {LazyTransactions} from '../transaction/lazy-transactions';
import type {Transactions} from '../transaction/transactions';
import {isMarked} from '../transaction/mark';
import {headOf} from '../transaction/verified-head';
import {type Dialect, defaultDialect} from '../value/dialect';
import {
  type DatabaseState,
  type Parts,
  restoreState,
  stateOf,
} from './database-state';
import {DeclaredTables} from './declared-tables';
import {DiscoveredTables, type Found} from './discovered-tables';
import type {MenderOf} from './file-rows';
import {Files} from './files';
import type {SchemaStep} from './made-tables';
import type {MigrationStep} from './migration';
import {type MigrationHints, noHints} from './row-conversion';
import {type Statistics, tableStatistics} from './statistics';
import {type Sequences, Writer} from './writer';

export type {Change as SchemaChange, Version} from '../store/version';
export {withHiddenId} from '../store/table';
export {
  type IsolationLevel,
  isIsolationLevel,
  isolationLevels,
} from '../transaction/isolation';
export type {OpenTransaction} from '../transaction/open-transaction';
export {changedRows, tableNames} from './changed-rows';
export {
  type DatabaseState,
  haveSameSchemas,
  withoutRows,
} from './database-state';
export type {InferredTable} from '../schema/infer';
export type {FitRows, Misfit} from './foreign-rows';
export type {MigrationStep} from './migration';
export type {Defaults, MigrationHints} from './row-conversion';
export type {Statistics, TableStatistics} from './statistics';
export type {Transaction} from '../transaction/transaction';
export {type ReadView, readDirectly} from '../transaction/statement';
export {Writer} from './writer';
export type {DataStoreOptions, FsyncPolicy} from '../persistence/store-options';

/** How a statement is run: in a transaction, or as one of its own. */
export interface RunOptions {
  readonly transaction?: Transaction | undefined;
  /** How long a statement of its own waits for a lock. Default 10 seconds. */
  readonly lockTimeoutMs?: number | undefined;
  /** Cuts the statement into slices; without it, it runs in one go. */
  readonly slices?: SliceQueue | undefined;
  /** How long it may take; 0, the default, sets no limit. */
  readonly timeoutMs?: number | undefined;
  /** When it was asked for, by `performance.now()`; default is now. */
  readonly begunAt?: number | undefined;
}

/**
 * A database: the newest version, the tables that were declared, and the
 * transactions that are open. All statements go through {@link read} and
 * {@link write}.
 */
export class Database {
  private readonly lazyTransactions: LazyTransactions;
  private readonly newest: Head;
  private readonly sequences: Sequences = new Map();
  private readonly files: Files;
  private readonly declared: DeclaredTables;
  private readonly parts: Parts;
  /** What a statement sees that reads the newest version, whichever it is. */
  private readonly newestView: ReadView;
  /** The same for one that is done in slices, but with nobody in between. */
  private readonly slicedView: ReadView;
  private readonly discovered = new DiscoveredTables();

  /** `hasFiles` says that the rows come from files, which are yet to be opened. */
  constructor(
    dialect: Dialect = defaultDialect,
    private readonly hasFiles = false,
  ) {
    const newest = headOf(emptyVersion(dialect));
    this.newest = newest;
    this.newestView = readNewest(newest, false);
    this.slicedView = readNewest(newest, true);
    const {sequences} = this;
    const transactions = new LazyTransactions(newest, {now: () => Date.now()});
    this.lazyTransactions = transactions;
    const declared = new DeclaredTables(
      {newest, transactions, sequences},
      () => this.files.takesBack,
    );
    this.declared = declared;
    this.parts = {newest, transactions, sequences, declared};
    this.files = new Files(this.parts);
  }

  /** They are made when they are first asked for. */
  get transactions(): Transactions {
    return this.lazyTransactions.all;
  }

  /**
   * The newest version, to keep: it never changes, a later one takes its place.
   */
  get head(): Version {
    return this.newest.keep();
  }

  /**
   * Runs a statement that reads. It sees one version throughout, and must not
   * keep it. Returns a promise when a statement of the same transaction that was
   * called before it waits, and with `slices` when it takes long: others have
   * their turn meanwhile.
   */
  read<T>(
    statement: (view: ReadView) => Cuttable<T>,
    options: RunOptions = {},
  ): T | Promise<T> {
    const {newest} = this;
    const {slices, transaction} = options;
    const deadline = deadlineOf(options);
    if (transaction !== undefined) {
      const how = {slices, deadline};
      return this.transactions.read(transaction, statement, how);
    }
    if (slices === undefined) return this.view(statement, deadline);
    const found = statement(readDirectly(newest.current, true));
    return found instanceof Work
      ? slices.run(inTime(deadline, found.slices), () => newest.keep())
      : found;
  }

  /**
   * What a statement would see that begins now, in a transaction or in none; to keep.
   * The transaction does not come to know of it.
   */
  versionFor(transaction: Transaction | undefined): Version {
    return transaction === undefined
      ? this.head
      : this.transactions.versionFor(transaction);
  }

  /**
   * Runs a statement that reads the newest version, or one that was kept, in one go.
   * Fails with STATEMENT_TIMEOUT.
   */
  view<T>(
    statement: (view: ReadView) => Cuttable<T>,
    deadline?: Deadline,
    version?: Version,
  ): T {
    const view = version && readDirectly(version, deadline !== undefined);
    if (!deadline) return atOnce(statement(view ?? this.newestView));
    const found = statement(view ?? this.slicedView);
    return found instanceof Work ? found.within(deadline) : found;
  }

  /**
   * Runs a statement that writes. All its changes become visible at once, at the
   * end of its transaction, or now if it has none; when it throws, nothing has
   * happened. Returns a promise when it waits for a transaction that keeps a row
   * or a unique key, and with `slices` when it takes long: others may read
   * meanwhile; what they write comes after it, in the order of the calls.
   */
  write<T>(
    statement: (writer: Writer) => Cuttable<T>,
    options: RunOptions = {},
  ): T | Promise<T> {
    const {sequences} = this;
    const run = (view: WriteView) => statement(new Writer(view, sequences));
    const {lockTimeoutMs, slices, transaction} = options;
    const how = {lockTimeoutMs, slices, deadline: deadlineOf(options)};
    return transaction === undefined
      ? this.lazyTransactions.writeAlone(run, how)
      : this.transactions.write(transaction, run, how);
  }

  /**
   * Declares the table of a model. Declaring it again changes the table, its
   * rows are kept; a table shared by several models gets what all of them
   * declare. Where the rows contradict what is declared (a new unique index, a
   * rule, new ids, a foreign key), the table stays as it was and cannot be used
   * until it is recreated or declared otherwise. A foreign key holds from when
   * both tables are there. Rows of a file are mended with `menderOf` before they
   * are taken; `hints` count when it is {@link migrate}d. Fails with INVALID_MODEL
   * when the models contradict each other.
   */
  declare(
    model: string,
    schema: TableSchema,
    menderOf?: MenderOf,
    hints: MigrationHints = noHints,
  ): void {
    this.declared.note(model, {schema, menderOf, hints});
    if (this.hasFiles && !this.files.areOpen) return;
    this.declared.migrate(schema.name);
  }

  /** Forgets a model that there is no more; its table and rows stay. */
  forget(model: string): void {
    this.declared.forget(model);
  }

  /** Whether a model declares that table. */
  isDeclared(table: string): boolean {
    return this.declared.has(table);
  }

  /**
   * Opens the files that keep the rows: tables that are declared, now or later,
   * begin with what the files have. Fails with DATA_LOCKED, DATA_DAMAGED,
   * DATA_TOO_NEW or PERSISTENCE_FAILED, and nothing has changed.
   */
  openFiles(file: string, options: DataStoreOptions): Promise<void> {
    return this.files.open(file, options);
  }

  /** Brings the data file up to date now, if there is one. */
  checkpoint(): Promise<void> {
    return this.files.checkpoint();
  }

  /**
   * Brings the data file up to date, and closes the files, once the statements
   * are done that wait for locks; not if a transaction is left open for longer
   * than they wait.
   */
  closeFiles(): Promise<void> {
    return this.files.close();
  }

  /** All that there is, to {@link restore}; without what is not committed. */
  get state(): DatabaseState {
    return stateOf(this.parts);
  }

  /**
   * Goes back to what there was once, here or in another database of the same
   * dialect, as one commit; when that fails nothing has changed. Statements that
   * run are done before; transactions that are open, and statements that wait, end
   * with TRANSACTION_ABORTED. O(tables); with files O(rows that differ).
   */
  restore(state: DatabaseState): void | Promise<void> {
    const {newest} = this;
    const run = () => restoreState(this.parts, state);
    // Without files it is done at once, and where nobody has begun there is nobody to wait for.
    const isAlone = !this.hasFiles && this.lazyTransactions.known === undefined;
    const restored = isAlone ? run() : this.transactions.whenNobodyWrites(run);
    return restored instanceof Promise
      ? restored.then(() => newest.whenSafe(undefined))
      : newest.whenSafe(undefined);
  }

  /** Fails with INVALID_MODEL when a table is not as it was declared. */
  requireMigrated(table: string): void {
    this.declared.requireMigrated(table);
  }

  /**
   * Empties tables, all or none; generated ids begin at 1 again. Returns a
   * promise when it waits for transactions that have written to the tables.
   * Fails with FOREIGN_KEY_VIOLATION when rows of other tables refer to theirs.
   */
  recreate(
    tables: readonly string[],
    {lockTimeoutMs}: RunOptions = {},
  ): void | Promise<void> {
    const recreated = this.transactions.whenUnlocked(
      tables,
      () => this.declared.recreate(tables),
      lockTimeoutMs,
    );
    return this.whenSafe(recreated);
  }

  /**
   * What is known of each table: of those that no model declares what was kept
   * with their rows, or what these let guess; with `slices` maybe a promise. O(rows
   * x columns), but at once as long as nothing has changed.
   */
  discoverable({slices}: RunOptions = {}): Found {
    const version = this.newest.keep();
    return this.discovered.in(version, this.declared.recovered, slices);
  }

  /**
   * Makes tables what is declared of them, all or none: rows are converted, and
   * what is declared is kept with them. Returns a promise when it waits for
   * transactions that have written to tables that become others, and with `slices`
   * when it takes long. Fails with MIGRATION_REFUSED, which lists the rows that are
   * in the way, and nothing was changed.
   */
  migrate(
    tables: readonly string[],
    {lockTimeoutMs, slices}: RunOptions = {},
  ): void | Promise<void> {
    const {declared, newest, transactions} = this;
    const isCut = slices !== undefined;
    const concerned = declared.concernedBy(tables);
    let isDone = false;
    const note = (done: boolean): void => {
      isDone = done;
    };
    const migrated = transactions.whenUnlocked(
      concerned,
      () => {
        const work = declared.migrating(tables, concerned, isCut);
        const done = runWith(slices, work);
        return done instanceof Promise ? done.then(note) : note(done);
      },
      lockTimeoutMs,
    );
    const goOn = (): void | Promise<void> =>
      isDone
        ? newest.whenSafe(undefined)
        : this.migrate(tables, {lockTimeoutMs, slices});
    return migrated instanceof Promise ? migrated.then(goOn) : goOn();
  }

  /**
   * Changes tables once nobody has locked anything in some of them: step by step,
   * each as it finds the version after those before, and all or nothing. Steps are
   * done without regard to foreign keys.
   */
  changeTables(
    tables: readonly string[],
    steps: readonly SchemaStep[],
    {lockTimeoutMs}: RunOptions = {},
  ): void | Promise<void> {
    const {declared, transactions} = this;
    const changed = transactions.whenUnlocked(
      tables,
      () => declared.change(steps),
      lockTimeoutMs,
    );
    return this.whenSafe(changed);
  }

  private whenSafe(changed: void | Promise<void>): void | Promise<void> {
    const {newest} = this;
    return changed instanceof Promise
      ? changed.then(() => newest.whenSafe(undefined))
      : newest.whenSafe(undefined);
  }

  /** Whether {@link migrate} would change nothing. */
  areActual(tables: readonly string[]): boolean {
    return this.declared.areActual(tables);
  }

  /** What {@link migrate} would do, in its order. */
  migrationSteps(tables: readonly string[]): MigrationStep[] {
    return this.declared.migration(tables).steps();
  }

  /** How much there is, and which transactions are open. */
  statistics(): Statistics {
    const tables = tableStatistics(this.newest.current);
    return {
      tables,
      openTransactions: this.lazyTransactions.known?.list() ?? [],
    };
  }

  /**
   * Checks every invariant of the newest version. Returns what is wrong in
   * words; an empty array when all is well. O(rows and index entries).
   */
  verify(): string[] {
    return verify(this.newest.current);
  }
}

function deadlineOf({
  begunAt,
  timeoutMs = 0,
}: RunOptions): Deadline | undefined {
  return timeoutMs === 0 ? undefined : new Deadline(timeoutMs, begunAt);
}

/** Whether a value is a transaction of a database. */
export function isTransaction(value: unknown): value is Transaction {
  return isMarked(value);
}
