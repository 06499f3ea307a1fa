import createDebug from 'debug';
import {InMemoryError, renameColumns, show, tellValue} from '../base/errors';
import {isObject} from '../base/objects';
import {withNames} from '../schema/diff';
import type {TableSchema} from '../schema/schema';
import {mendArrayProperties} from './array-properties';
import {ColumnNames} from './column-names';
import {mendCompositeId} from './composite-id';
import type {Connection} from './connection';
import type {Emulation} from './emulation';
import {mendDataErrors} from './data-errors';
import {referredModels, type StoredNames} from './declared-foreign-keys';
import {
  type DeclaredNames,
  declaredNames,
  propertyNamed,
  warnOfOtherNames,
} from './declared-names';
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
import {foreignFit} from './foreign-fit';
import {migrationHints} from './migration-hints';
import {mendCoercion} from './model-coercion';
import {schemaOf} from './model-schema';
import {type Statements, statementsFor} from './named-statements';
import {rowMender} from './recovered-values';
import {type InMemorySettings, schemaSettings} from './settings';
import {didYouMean, warnOnce} from './warn';
import {mendWhere} from './where-repair';

const debug = createDebug('loopback:connector:memory');

/** How a model is stored, and what is done to it there. */
export interface StoredModel {
  readonly table: string;
  /** Undefined where columns have the names of the properties. */
  readonly names: ColumnNames | undefined;
  readonly statements: Statements;
  /** Its id properties. */
  readonly ids: readonly string[];
}

/** A model, and what gives a row of its table the names of its properties. */
export interface ModelOnTable {
  readonly name: string;
  readonly rowOut: (
    row: Readonly<Record<string, unknown>>,
  ) => Record<string, unknown>;
}

/** The models of a datasource, and the tables on which they live. */
export class Models {
  private readonly storedByModel = new Map<string, StoredModel>();
  private readonly declaredNames = new Map<string, DeclaredNames>();
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
    private readonly emulation?: Emulation,
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
    this.forgetDeleted();
    const {primaryKey, unknownProperties} = this.declare(modelName);
    this.declareReferring(modelName);
    this.declareResolved();
    // The juggler mixes its own functions into the class after this call.
    model.once('dataAccessConfigured', () => {
      if (this.emulation) return this.emulation.mend(model);
      mendCoercion(model, primaryKey);
      mendWhere(model);
      mendDataErrors(model);
      if (unknownProperties === 'error') refuseUnknownFields(model);
    });
    if (primaryKey.length > 1 && !this.emulation) {
      mendCompositeId(model, primaryKey);
    }
  }

  /** Forgets models that LoopBack has been told to delete, which tells nobody. */
  forgetDeleted(): void {
    for (const name of this.declaredNames.keys()) {
      if (Object.hasOwn(this.definitions, name)) continue;
      this.declaredNames.delete(name);
      this.connection.database.forget(name);
    }
  }

  /** Declares all tables, where the database has become another one. */
  declareAll(): void {
    for (const name of this.names) this.declare(name);
  }

  /**
   * Declares the table of a model as it is defined now. Gives its schema with
   * properties in the place of columns. Fails with INVALID_MODEL.
   */
  declare(name: string): TableSchema {
    const definition = this.definitions[name]!;
    const declared = this.namesOf(definition);
    this.refuseOtherSchema(name, declared);
    this.declaredNames.set(name, declared);
    warnOfOtherNames(definition, warnOnce);
    const declaredSchema = schemaOf(
      definition,
      schemaSettings(this.settings),
      other => this.storedNames(other),
      warnOnce,
    );
    const schema =
      this.emulation?.schemaOf(definition, declaredSchema) ?? declaredSchema;
    this.storeAs(name, schema, declared);
    this.noteUnresolved(name, definition);
    mendArrayProperties(definition.model);
    this.mendVersion(definition.model, schema.version);
    if (schema.indexes.length > 0) this.unnamed.set(name, schema);
    if (schema.foreignKeys.length > 0) this.waiting.add(name);
    debug('Model %s is on table %s', name, schema.name);
    return schema;
  }

  private namesOf(definition: ModelDefinition): DeclaredNames {
    const declared = declaredNames(definition);
    return this.emulation?.namesOf(definition, declared) ?? declared;
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

  private storeAs(
    name: string,
    schema: TableSchema,
    declared: DeclaredNames,
  ): void {
    const definition = this.definitions[name]!;
    const {columns} = declared;
    const names =
      columns.size > 0 ? new ColumnNames(columns, schema) : undefined;
    const stored = names === undefined ? schema : withNames(schema, names.all);
    const named = statementsFor(names);
    const statements =
      this.emulation?.statementsOf(name, named, names) ?? named;
    const before = this.storedByModel.get(name);
    const {name: table, primaryKey: ids} = schema;
    this.storedByModel.set(name, {table, names, statements, ids});
    try {
      this.connection.database.declare(
        name,
        stored,
        rowMender(definition, stored),
        {
          ...migrationHints(definition, declared),
          fit: foreignFit({definition, names, schema}, this.emulation),
        },
      );
    } catch (error) {
      const told = this.told(error as Error, name);
      if (before === undefined) this.storedByModel.delete(name);
      else this.storedByModel.set(name, before);
      throw told;
    }
  }

  /** How a model is stored, also one that is not defined yet. */
  private storedNames(name: string): StoredNames {
    // First, for a fork defines a model when somebody asks for it.
    const definition = this.definitions[name];
    const declared = this.declaredNames.get(name);
    if (declared === undefined || definition === undefined) {
      const asItIs = (each: string) => each;
      return {table: name, propertyNamed: asItIs, columnOf: asItIs};
    }
    return {
      table: declared.table,
      propertyNamed: each => propertyNamed(each, definition, declared),
      columnOf: property => declared.columns.get(property) ?? property,
    };
  }

  /** One table cannot be that of two schemas of a database. */
  private refuseOtherSchema(
    name: string,
    {databaseSchema, table}: DeclaredNames,
  ): void {
    if (databaseSchema === undefined) return;
    for (const [other, declared] of this.declaredNames) {
      const {databaseSchema: otherSchema} = declared;
      const isOther =
        declared.table === table &&
        otherSchema !== undefined &&
        otherSchema !== databaseSchema &&
        Object.hasOwn(this.definitions, other) &&
        other !== name;
      if (!isOther) continue;
      throw new InMemoryError(
        'INVALID_MODEL',
        `${name} and ${other} name the table ${show(table)} in two schemas of ` +
          `their database, ${databaseSchema} and ${otherSchema}, and here it ` +
          'would be one table. Give one of them another name by ' +
          'memory: {collection}.',
        {table},
      );
    }
  }

  /** An error in which columns have the names of the properties of their models. */
  told(error: Error, model?: string): Error {
    const told = this.inOurWords(error, model);
    return this.emulation?.told(told, model) ?? told;
  }

  private inOurWords(error: Error, model: string | undefined): Error {
    if (!(error instanceof InMemoryError)) return error;
    const own = model === undefined ? undefined : this.storedByModel.get(model);
    renameColumns(error, (table, path) => {
      const names =
        table === '' || table === own?.table ? own?.names : this.namesIn(table);
      return names?.propertyOf(path) ?? path;
    });
    const {value} = error.details;
    if (own?.names && isObject(value)) {
      tellValue(error, own.names.handedIn(value));
    }
    return error;
  }

  /** The names of the first model on a table that has other ones than columns. */
  namesIn(table: string): ColumnNames | undefined {
    for (const stored of this.storedByModel.values()) {
      if (stored.table === table && stored.names) return stored.names;
    }
    return undefined;
  }

  private mendVersion(model: ModelClass, version: string | undefined): void {
    if (version === undefined || this.versionsByModel.has(model)) return;
    this.versionsByModel.set(model, version);
    mendVersion(model, version);
  }

  /** Tells models that refer to one that its table or columns have other names. */
  private declareReferring(name: string): void {
    const {names, table} = this.stored(name);
    if (table === name && names === undefined) return;
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

  /** The first model on each table. */
  byTable(): Map<string, ModelOnTable> {
    const byTable = new Map<string, ModelOnTable>();
    for (const [name, {names, table}] of this.storedByModel) {
      if (byTable.has(table) || !Object.hasOwn(this.definitions, name))
        continue;
      byTable.set(table, {name, rowOut: row => names?.rowOut(row) ?? {...row}});
    }
    return byTable;
  }

  /** The class of a model that is defined. */
  classOf(name: string): ModelClass {
    return this.definitions[name]!.model;
  }

  /** Fails where a database that is emulated cannot make the table of a model. */
  requirePossible(name: string): void {
    this.emulation?.requirePossible(name);
  }

  /** The table of a model. Fails with UNKNOWN_MODEL. */
  tableOf(name: string): string {
    return this.stored(name).table;
  }

  /**
   * The same, of a model that is defined. Another datasource of the store may have
   * put a model of that name on another table since: then this one counts again.
   */
  declaredTableOf(name: string): string {
    const table = this.tableOf(name);
    if (!this.connection.database.isDeclared(table)) this.declare(name);
    return table;
  }

  /** How a model is stored. Fails with UNKNOWN_MODEL. */
  stored(name: string): StoredModel {
    // Nobody tells of a model that is defined, but not on this datasource.
    if (this.unresolved.size > 0) this.declareResolved();
    const stored = this.storedByModel.get(name);
    if (stored !== undefined) return stored;
    // A fork defines its models when somebody asks for them.
    const isLate =
      Object.hasOwn(this.definitions, name) && this.definitions[name];
    if (isLate && this.storedByModel.has(name)) return this.stored(name);
    throw new InMemoryError(
      'UNKNOWN_MODEL',
      `There is no model ${show(name)} on this datasource; define it first.`,
      {table: name},
    );
  }

  /** The id properties of a model. */
  idNamesOf(name: string): readonly string[] {
    return this.storedByModel.get(name)?.ids ?? [];
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
