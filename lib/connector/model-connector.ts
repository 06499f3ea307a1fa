import path from 'node:path';
import createDebug from 'debug';
import type {Cuttable} from '../base/cuttable';
import {InMemoryError, show} from '../base/errors';
import {SliceQueue} from '../base/slice-queue';
import {
  Database,
  type ReadView,
  type RunOptions,
  type Writer,
} from '../database/database';
import {
  type KeptDatabase,
  keptDatabase,
  namedDatabase,
} from '../database/stores';
import type {TableSchema} from '../schema/schema';
import {mendCompositeId} from './composite-id';
import {referredModels} from './declared-foreign-keys';
import {refuseUnknownFields} from './field-names';
import {mendVersion, withStoredVersion} from './instance-version';
import {
  type Callback,
  Connector,
  type ModelClass,
  type ModelDefinition,
  type OperationContext,
  type PropertyDefinition,
} from './loopback';
import {mendCoercion} from './model-coercion';
import {collectionOf, schemaOf} from './model-schema';
import {rowMender} from './recovered-values';
import {respond} from './respond';
import {
  checkSettings,
  fileOptions,
  type InMemorySettings,
  schemaSettings,
} from './settings';

const debug = createDebug('loopback:connector:memory');

/**
 * What a connector is besides its statements: settings, the connection, the
 * models and their tables, and how a statement is run and answered.
 */
export abstract class ModelConnector extends Connector {
  /** All rows and indexes; shared by all datasources of the same `store`. */
  database: Database;
  readonly multiInsertSupported = true;
  /** Cuts long statements where the setting `yieldMs` asks for it. */
  protected readonly slices: SliceQueue | undefined;
  private readonly tables = new Map<string, string>();
  private readonly idNamesByModel = new Map<string, readonly string[]>();
  private readonly versionsByModel = new WeakMap<ModelClass, string>();
  private isDisconnected: boolean;
  /** Who connects and disconnects, one after the other. */
  private lastTurn: Promise<unknown> = Promise.resolve();
  private turns = 0;
  /** The setting `file`, whatever the working directory is later. */
  private readonly file: string | undefined;
  /** The database of that file, while it is open. */
  private kept: KeptDatabase | undefined;

  /** Fails with INVALID_SETTING; reports unknown settings as warnings. */
  constructor(settings: InMemorySettings & Readonly<Record<string, unknown>>) {
    // The name under which models have their settings: `memory: {collection}`.
    super('memory', settings);
    for (const warning of checkSettings(settings)) {
      process.emitWarning(warning, {code: 'INMEMORY_UNKNOWN_SETTING'});
    }
    const {file, store, yieldMs} = settings;
    if (yieldMs !== undefined) this.slices = new SliceQueue(yieldMs);
    this.isDisconnected = file !== undefined;
    this.file = file === undefined ? undefined : path.resolve(file);
    if (this.file) this.database = this.keptIn(this.file).database;
    else this.database = store ? namedDatabase(store) : new Database();
  }

  private keptIn(file: string): KeptDatabase {
    return keptDatabase(file, this.settings['readOnly'] === true);
  }

  /** The types of this connector. */
  getTypes(): string[] {
    return ['db', 'nosql', 'memory'];
  }

  /** Number, or String with the setting `defaultIdType: 'string'`. */
  getDefaultIdType(): typeof Number | typeof String {
    return this.settings['defaultIdType'] === 'string' ? String : Number;
  }

  /**
   * Connects, also again after a disconnect; the rows are still there. With a
   * `file` it is opened: fails with DATA_LOCKED, DATA_DAMAGED or
   * PERSISTENCE_FAILED.
   */
  connect(callback: Callback = () => undefined): void {
    respond(callback, () => {
      const {file} = this;
      if (file !== undefined && (this.isDisconnected || this.turns > 0)) {
        return this.inTurn(() => this.openFile(file));
      }
      this.isDisconnected = false;
      return undefined;
    });
  }

  private async inTurn(step: () => Promise<void>): Promise<void> {
    this.turns++;
    const turn = this.lastTurn.then(step);
    this.lastTurn = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      this.turns--;
    }
  }

  private async openFile(file: string): Promise<void> {
    this.isDisconnected = this.kept === undefined;
    if (!this.isDisconnected) return;
    const kept = this.keptIn(file);
    if (kept.database !== this.database) {
      this.database = kept.database;
      if (this.dataSource) this.dataSource.driver = kept.database;
      for (const model of Object.keys(this._models)) this.declareTable(model);
    }
    await kept.open(fileOptions(this.settings, text => debug('%s', text)));
    this.kept = kept;
    this.isDisconnected = false;
  }

  /**
   * Disconnects: statements fail with NOT_CONNECTED until the next connect. A
   * `file` is brought up to date and closed.
   */
  disconnect(callback: Callback = () => undefined): void {
    respond(callback, () => {
      this.isDisconnected = true;
      if (this.file === undefined) return undefined;
      return this.inTurn(() => this.closeFile());
    });
  }

  private async closeFile(): Promise<void> {
    this.isDisconnected = true;
    const {kept} = this;
    this.kept = undefined;
    await kept?.close();
  }

  /** Whether it is not connected, and is not about to be. */
  get isDown(): boolean {
    return this.isDisconnected && this.turns === 0;
  }

  /** Succeeds while connected; fails with NOT_CONNECTED otherwise. */
  ping(callback: Callback): void {
    respond(callback, () => this.requireConnection());
  }

  /**
   * Takes on a model: its table and indexes exist from here on, rows that the
   * table has already are kept. When such rows contradict what is new (a
   * unique index, a rule, ids), all statements on the model fail until it is
   * migrated. Fails with INVALID_MODEL on a definition that cannot be.
   */
  override define(definition: ModelDefinition): void {
    super.define(definition);
    const {model} = definition;
    const {primaryKey, unknownProperties} = this.declareTable(model.modelName);
    this.declareReferring(model.modelName);
    // The juggler mixes its own functions into the class after this call.
    model.once('dataAccessConfigured', () => {
      mendCoercion(model, primaryKey);
      if (unknownProperties === 'error') refuseUnknownFields(model);
    });
    if (primaryKey.length > 1) mendCompositeId(model, primaryKey);
  }

  /** Takes on a property that was added to a model. */
  override defineProperty(
    model: string,
    property: string,
    definition: PropertyDefinition,
  ): void {
    super.defineProperty(model, property, definition);
    this.declareTable(model);
  }

  private declareTable(model: string): TableSchema {
    const definition = this._models[model]!;
    const schema = schemaOf(definition, schemaSettings(this.settings), name =>
      this.collectionOf(name),
    );
    this.database.declare(model, schema, rowMender(definition));
    this.tables.set(model, schema.name);
    this.idNamesByModel.set(model, schema.primaryKey);
    this.mendVersion(definition.model, schema.version);
    debug('Model %s is on table %s', model, schema.name);
    return schema;
  }

  private mendVersion(model: ModelClass, version: string | undefined): void {
    if (version === undefined || this.versionsByModel.has(model)) return;
    this.versionsByModel.set(model, version);
    mendVersion(model, version);
  }

  /** What the juggler goes on with after `updateAttributes`, `replaceById`. */
  generateContextData(
    context: OperationContext,
    row: Readonly<Record<string, unknown>>,
  ): OperationContext {
    const version = this.versionsByModel.get(context.Model);
    return version === undefined
      ? context
      : withStoredVersion(context, row, version);
  }

  /** The table of a model, also of one that is not defined yet. */
  private collectionOf(model: string): string {
    return Object.hasOwn(this._models, model)
      ? collectionOf(this._models[model]!)
      : model;
  }

  /** Tells models that refer to one that its table has another name. */
  private declareReferring(model: string): void {
    if (this.tableOf(model) === model) return;
    for (const [name, definition] of Object.entries(this._models)) {
      if (name !== model && referredModels(definition).includes(model)) {
        this.declareTable(name);
      }
    }
  }

  /**
   * Empties the tables of some models, or of all; generated ids begin at 1
   * again. Fails with FOREIGN_KEY_VIOLATION when rows of others refer to rows
   * of theirs.
   */
  automigrate(
    models: string | readonly string[] | Callback | undefined,
    callback?: Callback,
  ): void {
    const done = typeof models === 'function' ? models : callback;
    const names =
      typeof models === 'string'
        ? [models]
        : Array.isArray(models)
          ? (models as string[])
          : Object.keys(this._models);
    respond(done ?? (() => undefined), () => {
      this.requireConnection();
      const tables = names.map(name => this.tableOf(name));
      return this.database.recreate(tables, this.runOptions(undefined));
    });
  }

  /** Runs a statement that reads, and calls back with its result. */
  protected read<T>(
    model: string,
    options: object | undefined,
    callback: (error: Error | null, result?: T) => void,
    statement: (view: ReadView, table: string) => Cuttable<T>,
  ): void {
    respond(callback, () => {
      const table = this.usableTable(model);
      return this.database.read(
        view => statement(view, table),
        this.runOptions(options),
      );
    });
  }

  /** Runs a statement that writes, and calls back with its result. */
  protected write<T>(
    model: string,
    options: object | undefined,
    callback: (error: Error | null, result?: T) => void,
    statement: (writer: Writer, table: string) => Cuttable<T>,
  ): void {
    respond(callback, () => {
      const table = this.usableTable(model);
      return this.database.write(
        writer => statement(writer, table),
        this.runOptions(options),
      );
    });
  }

  /** How a statement with these options is run: in which transaction, if any. */
  protected abstract runOptions(options: object | undefined): RunOptions;

  private usableTable(model: string): string {
    this.requireConnection();
    const table = this.tableOf(model);
    this.database.requireMigrated(table);
    return table;
  }

  protected requireConnection(): void {
    if (!this.isDisconnected) return;
    throw new InMemoryError(
      'NOT_CONNECTED',
      'The datasource is disconnected; connect it again first.',
    );
  }

  /** The table of a model. Fails with UNKNOWN_MODEL. */
  protected tableOf(model: string): string {
    const table = this.tables.get(model);
    if (table !== undefined) return table;
    throw new InMemoryError(
      'UNKNOWN_MODEL',
      `There is no model ${show(model)} on this datasource; define it first.`,
      {table: model},
    );
  }

  /** The id properties of a model. */
  protected idNamesOf(model: string): readonly string[] {
    return this.idNamesByModel.get(model) ?? [];
  }
}
