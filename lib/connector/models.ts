import createDebug from 'debug';
import {InMemoryError, show} from '../base/errors';
import type {TableSchema} from '../schema/schema';
import {mendArrayProperties} from './array-properties';
import {mendCompositeId} from './composite-id';
import type {Connection} from './connection';
import {mendDataErrors} from './data-errors';
import {referredModels} from './declared-foreign-keys';
import {isUnresolved, nestedModels} from './declared-types';
import {warnOfNames} from './declared-words';
import {refuseUnknownFields} from './field-names';
import {mendVersion, withStoredVersion} from './instance-version';
import type {
  ModelClass,
  ModelDefinition,
  NestedModel,
  OperationContext,
} from './loopback';
import {mendCoercion} from './model-coercion';
import {collectionOf, schemaOf} from './model-schema';
import {rowMender} from './recovered-values';
import {type InMemorySettings, schemaSettings} from './settings';
import {didYouMean, warnOnce} from './warn';
import {mendWhere} from './where-repair';

const debug = createDebug('loopback:connector:memory');

/** The models of a datasource, and the tables on which they live. */
export class Models {
  private readonly tables = new Map<string, string>();
  private readonly idNamesByModel = new Map<string, readonly string[]>();
  private readonly versionsByModel = new WeakMap<ModelClass, string>();
  /** For models that nest others which were only named: these others. */
  private readonly unresolved = new Map<string, readonly NestedModel[]>();
  /** Schemas whose names of properties are yet to be looked at. */
  private readonly unnamed = new Map<string, TableSchema>();
  /** Models whose foreign keys may be waiting for a model. */
  private readonly waiting = new Set<string>();

  /**
   * `definitions` are those that LoopBack keeps, by name: it adds to them, and
   * takes out of them. The settings must be checked.
   */
  constructor(
    private readonly definitions: Readonly<Record<string, ModelDefinition>>,
    private readonly settings: InMemorySettings,
    private readonly connection: Connection,
  ) {}

  /** All that are defined. */
  get names(): string[] {
    return Object.keys(this.definitions);
  }

  /**
   * Takes on a model that is among the definitions: declares its table, and
   * mends its class. Fails with INVALID_MODEL on a definition that cannot be.
   */
  add(model: ModelClass): void {
    const {modelName} = model;
    const {primaryKey, unknownProperties} = this.declare(modelName);
    this.declareReferring(modelName);
    this.declareResolved();
    // The juggler mixes its own functions into the class after this call.
    model.once('dataAccessConfigured', () => {
      mendCoercion(model, primaryKey);
      mendWhere(model);
      mendDataErrors(model);
      if (unknownProperties === 'error') refuseUnknownFields(model);
    });
    if (primaryKey.length > 1) mendCompositeId(model, primaryKey);
  }

  /** Declares all tables, where the database has become another one. */
  declareAll(): void {
    for (const name of this.names) this.declare(name);
  }

  /**
   * Declares the table of a model as it is defined now. Fails with
   * INVALID_MODEL.
   */
  declare(name: string): TableSchema {
    const definition = this.definitions[name]!;
    const schema = schemaOf(
      definition,
      schemaSettings(this.settings),
      other => this.collectionOf(other),
      warnOnce,
    );
    this.connection.database.declare(
      name,
      schema,
      rowMender(definition, schema),
    );
    this.tables.set(name, schema.name);
    this.idNamesByModel.set(name, schema.primaryKey);
    this.noteUnresolved(name, definition);
    mendArrayProperties(definition.model);
    this.mendVersion(definition.model, schema.version);
    if (schema.indexes.length > 0) this.unnamed.set(name, schema);
    if (schema.foreignKeys.length > 0) this.waiting.add(name);
    debug('Model %s is on table %s', name, schema.name);
    return schema;
  }

  /**
   * Warns of properties and models that a model's indexes and foreign keys name
   * and nobody has declared; before its first statement, for some are declared
   * later than the model, and of models before the first that writes.
   */
  warnBeforeUse(name: string, writes: boolean): void {
    if (this.unnamed.size > 0) {
      const schema = this.unnamed.get(name);
      this.unnamed.delete(name);
      if (schema) warnOfNames(schema, this.definitions[name]!, warnOnce);
    }
    const mayWait = writes && this.waiting.size > 0;
    if (mayWait && this.waiting.delete(name)) this.warnOfParents(name);
  }

  /** Warns as before the first statement, of all models. */
  warnOfAll(): void {
    for (const name of this.names) this.warnBeforeUse(name, true);
  }

  private warnOfParents(name: string): void {
    for (const parent of referredModels(this.definitions[name]!)) {
      const {database} = this.connection;
      const isThere =
        Object.hasOwn(this.definitions, parent) || database.isDeclared(parent);
      if (isThere) continue;
      warnOnce(
        `A foreign key of ${name} refers to the model "${parent}", which this ` +
          'datasource does not have yet; until then rows may refer to ' +
          `nothing.${didYouMean(parent, this.names)}`,
      );
    }
  }

  /** The table of a model, also of one that is not defined yet. */
  private collectionOf(name: string): string {
    return Object.hasOwn(this.definitions, name)
      ? collectionOf(this.definitions[name]!)
      : name;
  }

  private mendVersion(model: ModelClass, version: string | undefined): void {
    if (version === undefined || this.versionsByModel.has(model)) return;
    this.versionsByModel.set(model, version);
    mendVersion(model, version);
  }

  /** Tells models that refer to one that its table has another name. */
  private declareReferring(name: string): void {
    if (this.tableOf(name) === name) return;
    for (const [other, definition] of Object.entries(this.definitions)) {
      if (other !== name && referredModels(definition).includes(name)) {
        this.declare(other);
      }
    }
  }

  private noteUnresolved(name: string, {properties}: ModelDefinition): void {
    const unresolved = nestedModels(properties).filter(isUnresolved);
    if (unresolved.length > 0) this.unresolved.set(name, unresolved);
    else this.unresolved.delete(name);
  }

  /** Tells models what is nested in them, where that is defined by now. */
  private declareResolved(): void {
    for (const [name, nested] of this.unresolved) {
      const isKnown = Object.hasOwn(this.definitions, name);
      if (isKnown && !nested.every(isUnresolved)) this.declare(name);
    }
  }

  /** The class of a model that is defined. */
  classOf(name: string): ModelClass {
    return this.definitions[name]!.model;
  }

  /** The table of a model. Fails with UNKNOWN_MODEL. */
  tableOf(name: string): string {
    // Nobody tells of a model that is defined, but not on this datasource.
    if (this.unresolved.size > 0) this.declareResolved();
    const table = this.tables.get(name);
    if (table !== undefined) return table;
    throw new InMemoryError(
      'UNKNOWN_MODEL',
      `There is no model ${show(name)} on this datasource; define it first.`,
      {table: name},
    );
  }

  /** The id properties of a model. */
  idNamesOf(name: string): readonly string[] {
    return this.idNamesByModel.get(name) ?? [];
  }

  /** What an update by id is to go on with, which knows the row's version. */
  withStoredVersion(
    context: OperationContext,
    row: Readonly<Record<string, unknown>>,
  ): OperationContext {
    const version = this.versionsByModel.get(context.Model);
    return version === undefined
      ? context
      : withStoredVersion(context, row, version);
  }
}
