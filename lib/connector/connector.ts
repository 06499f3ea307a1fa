import {SliceQueue} from '../base/slice-queue';
import {onDemand} from '../base/on-demand';
import type {Written} from '../database/statements';
import type {Database, MigrationStep, Statistics} from '../database/database';
import type {Explanation} from '../query/explain';
import type {Filter} from '../query/query';
import {
  type CountCallback,
  counted,
  included,
  type WriteCallback,
  written,
} from './answers';
import {BegunTransactions} from './begun-transactions';
import {Connection} from './connection';
import type {Emulation} from './emulation';
import {Explaining} from './explaining';
import type {Discovery} from './discovery';
import {
  type Callback,
  type ModelDefinition,
  type OperationContext,
  type PropertyDefinition,
} from './loopback';
import type {InMemoryDataSourceConfig} from './data-source-config';
import type {InMemoryTransaction} from './loopback-transaction';
import {type ModelNames, Migrations} from './migrations';
import {type ModelOnTable, Models} from './models';
import {
  loadDiscovery,
  loadEmulatedMigrations,
  loadEmulation,
  loadSqlMethods,
} from './on-demand';
import {checkedSettings, type InMemorySettings} from './settings';
import {type Reference, referencesOf} from './references';
import {failingWith, withNames} from './respond';
import {warnOfSlowStatements} from './slow-statements';
import {ListenedConnector} from './statement-events';
import {StatementHooks} from './statement-hooks';
import {asked, StatementRunner} from './statement-runner';
import {leaveTransactionsOut} from './without-transaction';

type Row = Record<string, unknown>;
type Where = object | null | undefined;

/** Marks connectors of this package, for other copies of it, too. */
export const connectorMark: unique symbol = Symbol.for(
  'loopback-connector-inmemory.connector',
);

/**
 * The connector of a datasource. Its methods are those that LoopBack's data
 * access objects call, with the results of the built-in memory connector:
 * callbacks come last, are called once and always later. A statement is done
 * when its method returns, unless it waits for a transaction, and all or nothing
 * of it: one that calls back with an error has changed nothing. With
 * `options.transaction` it is part of that transaction.
 *
 * The rows that callbacks get are copies; the objects that are handed in are
 * copied, too. Only `create` writes to one: it sets a generated id.
 */
export class InMemoryConnector extends ListenedConnector {
  readonly multiInsertSupported = true;
  /** @internal */
  readonly [connectorMark] = true;
  protected readonly discovery: () => Discovery;
  /** What the connector that is emulated gives its datasource besides. */
  ofDataSource: Readonly<Record<string, unknown>> | undefined;
  /** Who wants to know of statements, or has a say in them. @internal */
  readonly hooks = new StatementHooks();
  /** @internal */
  readonly explaining: Explaining;
  private readonly connection: Connection;
  private readonly models: Models;
  private readonly transactions: BegunTransactions;
  protected readonly runner: StatementRunner;
  private readonly migrations: Pick<
    Migrations,
    'recreate' | 'update' | 'isActual' | 'plan'
  >;

  /**
   * Fails with INVALID_SETTING; reports settings that are unknown or do nothing
   * as warnings.
   */
  constructor(
    options:
      | InMemorySettings
      | InMemoryDataSourceConfig
      | Readonly<Record<string, unknown>>,
  ) {
    const given = options as Readonly<Record<string, unknown>>;
    // The name under which models have their settings: `memory: {collection}`.
    super('memory', given);
    const settings = checkedSettings(given);
    const {emulate, yieldMs} = settings;
    const slices = yieldMs === undefined ? undefined : new SliceQueue(yieldMs);
    const emulation = emulate && loadEmulation().emulationOf(emulate, given);
    const connection = new Connection(
      settings,
      database => {
        if (this.dataSource) this.dataSource.driver = database;
        this.models.declareAll();
      },
      () => this.dataSource,
      emulation?.engine,
    );
    const models = new Models(this._models, settings, connection, emulation);
    const {hooks} = this;
    const transactions = new BegunTransactions(connection, settings, slices, {
      told: error => models.told(error),
      emulation,
      hooks,
    });
    if (emulation) this.imitate(emulation);
    this.connection = connection;
    this.discovery = onDemand(
      () =>
        new (loadDiscovery().Discovery)(
          connection,
          () => this.dataSource,
          slices,
          emulation?.database.discovery,
        ),
    );
    this.models = models;
    this.transactions = transactions;
    this.explaining = new Explaining(connection, models, transactions);
    warnOfSlowStatements(settings, hooks, this.explaining);
    this.runner = new StatementRunner(connection, models, transactions, hooks);
    const parts = {connection, models, transactions};
    this.migrations = emulation?.migrated
      ? new (loadEmulatedMigrations().EmulatedMigrations)({
          ...parts,
          emulation,
          database: emulation.migrated,
        })
      : new Migrations(connection, models, transactions);
  }

  /** Looks to LoopBack as the connector of another database does. */
  private imitate(emulation: Emulation): void {
    const {connector, sql} = emulation.database;
    const {absent, failing = {}, isRelational, name, types} = connector;
    const {defaultIdType = Number} = connector;
    // The juggler calls it as a plain function.
    Object.defineProperty(this, 'getTypes', {value: () => [...types]});
    const value = () => defaultIdType;
    Object.defineProperty(this, 'getDefaultIdType', {value});
    Object.assign(this, {name, relational: isRelational});
    this.ofDataSource = connector.ofDataSource;
    const {refuseToExecute, sqlMethods} = loadSqlMethods();
    const own = sql ? sqlMethods(this, sql) : {execute: refuseToExecute};
    Object.assign(this, own);
    for (const method of absent) {
      Object.defineProperty(this, method, {value: undefined});
    }
    leaveTransactionsOut(this, emulation);
    for (const [method, message] of Object.entries(failing)) {
      Object.defineProperty(this, method, {value: failingWith(message)});
    }
  }

  /** All rows and indexes; shared by all datasources of the same `store`. */
  get database(): Database {
    return this.connection.database;
  }

  get isConnected(): boolean {
    return this.connection.isConnected;
  }

  /** The name of the table of a model. @internal */
  tableOf(model: string): string {
    return this.models.tableOf(model);
  }

  /** The first model on each table. @internal */
  modelsByTable(): Map<string, ModelOnTable> {
    return this.models.byTable();
  }

  /** The foreign keys of a model, by its properties. @internal */
  referencesOf(model: string): readonly Reference[] {
    return referencesOf(model, this.models, this.database.head);
  }

  /**
   * Rolls back the transactions that are open, and says why to who goes on.
   *
   * @internal
   */
  giveUpTransactions(reason: string): void {
    this.transactions.giveUpAll(reason);
  }

  /** Whether a connect is under way. */
  get isOpening(): boolean {
    return this.connection.isOpening;
  }

  /** The types of this connector; needs no `this`. */
  getTypes(): string[] {
    return ['db', 'nosql', 'memory'];
  }

  /** Number, or String with the setting `defaultIdType: 'string'`. */
  getDefaultIdType(): typeof Number | typeof String {
    return this.settings['defaultIdType'] === 'string' ? String : Number;
  }

  /**
   * Connects, also again after a disconnect; the rows are still there. With a
   * `file` it is opened: fails with DATA_LOCKED, DATA_DAMAGED,
   * DATA_TOO_NEW or PERSISTENCE_FAILED. Warns of what the models name and nobody
   * has declared.
   */
  connect(callback: Callback = () => undefined): void {
    this.connection.connect(error => {
      if (!error) this.models.warnOfAll();
      callback(error);
    });
  }

  /**
   * Disconnects: transactions that are open are rolled back, statements fail with
   * NOT_CONNECTED until the next connect. A `file` is brought up to date and closed.
   */
  disconnect(callback?: Callback): void {
    this.giveUpTransactions('the datasource was disconnected');
    this.connection.disconnect(callback ?? (() => undefined));
  }

  /**
   * Succeeds once connected: waits for a connect that is under way, or starts one.
   * Fails with NOT_CONNECTED after a disconnect.
   */
  ping(callback: Callback): void {
    this.connection.ping(callback);
  }

  /**
   * Takes on a model: its table and indexes exist from here on, rows that the
   * table has already are kept. When such rows contradict what is new (a
   * unique index, a rule, ids), all statements on the model fail until it is
   * migrated. Fails with INVALID_MODEL on a definition that cannot be.
   */
  override define(definition: ModelDefinition): void {
    super.define(definition);
    this.models.add(definition.model);
  }

  /** Takes on a property that was added to a model. */
  override defineProperty(
    model: string,
    property: string,
    definition: PropertyDefinition,
  ): void {
    super.defineProperty(model, property, definition);
    this.models.declare(model);
  }

  /** What the juggler goes on with after `updateAttributes`, `replaceById`. */
  generateContextData(
    context: OperationContext,
    row: Readonly<Record<string, unknown>>,
  ): OperationContext {
    return this.models.withStoredVersion(context, row);
  }

  /**
   * Empties the tables of some models, or of all; generated ids begin at 1 again.
   * Fails with FOREIGN_KEY_VIOLATION when rows of others refer to rows of theirs.
   */
  automigrate(models?: ModelNames): Promise<void>;
  automigrate(models: ModelNames | Callback, callback?: Callback): void;
  automigrate(
    models?: ModelNames | Callback,
    callback?: Callback,
  ): Promise<void> | void {
    return withNames(models, callback, (names, done) =>
      this.migrations.recreate(names, done),
    );
  }

  /**
   * Lets the tables of some models, or of all, be what is declared; their rows are
   * kept and converted. All or nothing is done: fails with MIGRATION_REFUSED, which
   * lists the rows that are in the way. Waits for transactions that have written.
   */
  autoupdate(models?: ModelNames): Promise<void>;
  autoupdate(models: ModelNames | Callback, callback?: Callback): void;
  autoupdate(
    models?: ModelNames | Callback,
    callback?: Callback,
  ): Promise<void> | void {
    return withNames(models, callback, (names, done) =>
      this.migrations.update(names, done),
    );
  }

  /** Calls back with whether {@link autoupdate} would change nothing. */
  isActual(models?: ModelNames): Promise<boolean>;
  isActual(
    models: ModelNames | Callback<boolean>,
    callback?: Callback<boolean>,
  ): void;
  isActual(
    models?: ModelNames | Callback<boolean>,
    callback?: Callback<boolean>,
  ): Promise<boolean> | void {
    return withNames<boolean>(models, callback, (names, done) =>
      this.migrations.isActual(names, done),
    );
  }

  /** What {@link autoupdate} would do. Fails with NOT_CONNECTED before the first connect. */
  planMigration(models?: ModelNames): MigrationStep[] {
    return this.migrations.plan(models);
  }

  /**
   * Begins a transaction. Calls back with what `Model.beginTransaction()`
   * resolves to. Fails with INVALID_VALUE on a level that there is not.
   */
  beginTransaction(
    isolationLevel: string,
    callback: Callback<InMemoryTransaction>,
  ): void {
    this.transactions.begin(this, isolationLevel, callback);
  }

  /**
   * Commits. Fails with SERIALIZATION_FAILURE, TRANSACTION_ABORTED or
   * TRANSACTION_ENDED; the transaction is then rolled back.
   */
  commit(connection: unknown, callback: Callback): void {
    this.transactions.commit(connection, callback);
  }

  /** Rolls back. Fails with TRANSACTION_ENDED. */
  rollback(connection: unknown, callback: Callback): void {
    this.transactions.rollback(connection, callback);
  }

  /**
   * Marks a place in a transaction that {@link rollbackTo} leads back to. Like
   * the two below it returns a promise when it is given no callback.
   */
  savepoint(
    connection: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return this.transactions.savepoint(connection, name, callback);
  }

  /**
   * Takes back all that a transaction has changed since a savepoint, which
   * stays. Fails with INVALID_SAVEPOINT.
   */
  rollbackTo(
    connection: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return this.transactions.rollbackTo(connection, name, callback);
  }

  /**
   * Forgets a savepoint and those after it; their changes stay. Fails with
   * INVALID_SAVEPOINT.
   */
  release(
    connection: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return this.transactions.release(connection, name, callback);
  }

  /**
   * How many rows there are, and which transactions are open. Fails with
   * NOT_CONNECTED before the first connect.
   */
  statistics(): Statistics {
    this.connection.requireOpened();
    return this.database.statistics();
  }

  /** Inserts a row. Calls back with its id. Fails with DUPLICATE_KEY. */
  create(
    model: string,
    data: Row,
    options: object,
    callback: Callback<unknown>,
  ): void {
    const answer = (error: Error | null, rows?: readonly Readonly<Row>[]) => {
      if (error || !rows) return callback(error);
      const row = rows[0]!;
      const names = this.models.idNamesOf(model);
      // Fails silently where the caller's object is frozen.
      for (const name of names) Reflect.set(data, name, row[name]);
      callback(null, row[names[0]!]);
    };
    this.runner.write(
      asked('create', model, options, data),
      answer,
      (to, table, statements) => statements.insert(to, table, [data]),
    );
  }

  /** Inserts rows, all or none. Calls back with copies that have their ids. */
  createAll(
    model: string,
    data: readonly Row[],
    options: object,
    callback: Callback<Row[]>,
  ): void {
    this.runner.write(
      asked('createAll', model, options, data),
      callback,
      (to, table, statements) => statements.insertAndCopy(to, table, data),
    );
  }

  /** Changes the row with the id of `data`, or inserts it. */
  save(
    model: string,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.runner.write(
      asked('save', model, options, data),
      written(callback),
      (to, table, statements) => statements.upsert(to, table, data, 'patch'),
    );
  }

  /** Another name of {@link save}. */
  updateOrCreate(
    model: string,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.save(model, data, options, callback);
  }

  /** Replaces the row with the id of `data`, or inserts it. */
  replaceOrCreate(
    model: string,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.runner.write(
      asked('replaceOrCreate', model, options, data),
      written(callback),
      (to, table, statements) => statements.upsert(to, table, data, 'replace'),
    );
  }

  /**
   * Changes the one row that matches, or inserts `data` when none does. Fails
   * with MULTIPLE_ROWS when several match.
   */
  upsertWithWhere(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.runner.write(
      asked('upsertWithWhere', model, options, where, data),
      written(callback),
      (to, table, statements) => statements.upsertWhere(to, table, where, data),
    );
  }

  /** Another name of {@link upsertWithWhere}. */
  patchOrCreateWithWhere(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.upsertWithWhere(model, where, data, options, callback);
  }

  /**
   * Calls back with the first row that the filter finds and false, or with a
   * new row and true. Calls at the same time create one row.
   */
  findOrCreate(
    model: string,
    filter: (Filter & {include?: unknown}) | null,
    data: Row,
    options: object,
    callback: (error: Error | null, row?: Row, created?: boolean) => void,
  ): void {
    const answer = (error: Error | null, written?: Written): void => {
      if (error || !written) return callback(error);
      const {row, isNew} = written;
      const include = isNew ? undefined : filter?.include;
      const modelClass = this.models.classOf(model);
      included(modelClass, [row], {include, options}, (failure, rows) =>
        failure ? callback(failure) : callback(null, rows![0], isNew),
      );
    };
    this.runner.write(
      asked('findOrCreate', model, options, filter, data),
      answer,
      (to, table, statements) =>
        statements.findOrInsert(to, table, filter, data),
    );
  }

  /** Calls back with copies of the rows that a filter finds. */
  all(
    model: string,
    filter: (Filter & {include?: unknown}) | null,
    options: object,
    callback: Callback<Row[]>,
  ): void {
    const include = filter?.include;
    const answer = include
      ? (error: Error | null, rows?: Row[]) =>
          error
            ? callback(error)
            : included(
                this.models.classOf(model),
                rows!,
                {include, options},
                callback,
              )
      : callback;
    this.runner.read(
      asked('all', model, options, filter),
      answer,
      (view, table, statements) => statements.select(view, table, filter),
    );
  }

  /** Calls back with a copy of the row with that id, or null. */
  find(
    model: string,
    id: unknown,
    options: object,
    callback: Callback<Row | null>,
  ): void {
    this.runner.read(
      asked('find', model, options, id),
      callback,
      (view, table, statements) => statements.findById(view, table, id) ?? null,
    );
  }

  /** Calls back with whether a row has that id. */
  exists(
    model: string,
    id: unknown,
    options: object,
    callback: Callback<boolean>,
  ): void {
    this.runner.read(
      asked('exists', model, options, id),
      callback,
      (view, table, statements) => statements.hasId(view, table, id),
    );
  }

  /** Calls back with the number of rows that match. */
  count(
    model: string,
    where: Where,
    options: object,
    callback: Callback<number>,
  ): void {
    this.runner.read(
      asked('count', model, options, where),
      callback,
      (view, table, statements) => statements.countRows(view, table, where),
    );
  }

  /** Changes all rows that match; an id in `data` is left out. */
  updateAll(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: CountCallback,
  ): void {
    this.runner.write(
      asked('updateAll', model, options, where, data),
      counted(callback),
      (to, table, statements) => statements.updateWhere(to, table, where, data),
    );
  }

  /** Another name of {@link updateAll}, the one that the juggler calls. */
  update(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: CountCallback,
  ): void {
    this.updateAll(model, where, data, options, callback);
  }

  /** Changes the row with that id. Fails with ROW_NOT_FOUND. */
  updateAttributes(
    model: string,
    id: unknown,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    const answer = (error: Error | null, row?: Row): void =>
      error ? callback(error) : callback(null, row, {isNewInstance: false});
    this.runner.write(
      asked('updateAttributes', model, options, id, data),
      answer,
      (to, table, statements) => statements.updateById(to, table, id, data),
    );
  }

  /** Replaces the row with that id. Fails with ROW_NOT_FOUND. */
  replaceById(
    model: string,
    id: unknown,
    data: Row,
    options: object,
    callback: Callback<Row>,
  ): void {
    this.runner.write(
      asked('replaceById', model, options, id, data),
      callback,
      (to, table, statements) => statements.replaceById(to, table, id, data),
    );
  }

  /** Deletes the row with that id, if there is one. */
  destroy(
    model: string,
    id: unknown,
    options: object,
    callback: CountCallback,
  ): void {
    this.runner.write(
      asked('destroy', model, options, id),
      counted(callback),
      (to, table, statements) => statements.deleteById(to, table, id),
    );
  }

  /** Deletes all rows that match. */
  destroyAll(
    model: string,
    where: Where,
    options: object,
    callback: CountCallback,
  ): void {
    this.runner.write(
      asked('destroyAll', model, options, where),
      counted(callback),
      (to, table, statements) => statements.deleteWhere(to, table, where),
    );
  }

  /**
   * Leaves the filter as it is: `all` answers conditions with `near`. Its
   * presence keeps the juggler from filtering by distance itself.
   */
  buildNearFilter(filter: Filter, _near: unknown): Filter {
    return filter;
  }

  /**
   * Runs a query and returns how it was answered: the access path, the rows
   * examined and returned, whether they were sorted; as data and as text. With
   * `options.transaction` of what that sees. Fails with INVALID_FILTER.
   */
  explain(
    model: string,
    filter?: Filter | null,
    options?: object,
  ): Explanation {
    return this.explaining.explain(model, filter, options);
  }
}
