import type {FitRows, Transaction} from '../database/database';
import {isRecord} from '../base/objects';
import {InMemoryError} from '../base/errors';
import type {Statements} from './named-statements';
import type {
  ConnectionSettings,
  ConnectorTraits,
  EmulatedDatabase,
  EmulatedTable,
  EmulationSettings,
  MigratedDatabase,
  ModelFacts,
  PropertyFacts,
} from '../dialects/dialect';
import type {Hazard, MeetHazard} from '../dialects/hazards';
import type {NativeTable, TableSchema} from '../schema/schema';
import type {Dialect} from '../value/dialect';
import type {ColumnNames} from './column-names';
import {ConnectionPool} from './connection-pool';
import {columnWords, type DeclaredNames} from './declared-names';
import {isNullable} from './declared-rules';
import {coerceAsProduction} from './emulated-coercion';
import type {ModelClass, ModelDefinition, PropertyDefinition} from './loopback';
import {loadDialects} from './on-demand';
import {
  doesNothing,
  type InMemorySettings,
  settingsOfConnection,
} from './settings';
import {warnOnce} from './warn';

/** How the models of a datasource are emulated as those of a database. */
export class Emulation {
  readonly database: EmulatedDatabase;
  /** The database where there are no tables but those that migrations have made. */
  readonly migrated: MigratedDatabase | undefined;
  /** Lets hazards be, or refuses them, as the settings say. */
  readonly meet: MeetHazard;
  private readonly tables = new Map<string, EmulatedTable>();
  private readonly facts = new Map<string, ModelFacts>();
  private readonly hazards = new Map<string, Hazard>();

  /** The settings must be checked. */
  constructor(
    readonly settings: EmulationSettings,
    connection: ConnectionSettings,
  ) {
    const {copyHazard, databaseNamed, refuseHazard} = loadDialects();
    this.database = databaseNamed(settings, connection);
    const {ddl} = this.database;
    this.migrated =
      settings.migrations === 'required' && ddl !== undefined
        ? {...this.database, ddl}
        : undefined;
    this.meet = settings.hazards === 'copy' ? copyHazard : refuseHazard;
    if (settings.migrations === 'required' && ddl === undefined) {
      const {code, message} = doesNothing(
        "emulate: {migrations: 'required'}",
        `with the database ${settings.database}: tables are there from their declaration on`,
      );
      process.emitWarning(message, {code});
    }
  }

  /** The rules of the engine under it. */
  get engine(): Dialect {
    const {engine} = this.database;
    return this.migrated
      ? {...engine, tablesAre: 'migrated', migratedBy: this.migrated.name}
      : engine;
  }

  /** A model as its connector sees it; undefined where there is none. */
  factsOf(model: string): ModelFacts | undefined {
    return this.facts.get(model);
  }

  /**
   * The names under which a model is stored. What migrations make has the names
   * of the database.
   */
  namesOf(definition: ModelDefinition, declared: DeclaredNames): DeclaredNames {
    const {migrated: database} = this;
    if (database === undefined) return declared;
    const columns = new Map<string, string>();
    const facts = factsIn(definition, database, '');
    for (const property of facts.properties) {
      const column = database.column(property, facts);
      const name = database.ddl.nameIn(column.name);
      if (name !== property.name) columns.set(property.name, name);
    }
    return {...declared, columns};
  }

  /**
   * What the database makes of the schema of a model: columns of its types, and
   * no rules but its own.
   */
  schemaOf(definition: ModelDefinition, schema: TableSchema): TableSchema {
    const {database} = this;
    const facts = factsIn(definition, database, schema.name);
    const table = loadDialects().emulatedTable(facts, database);
    this.tables.set(facts.name, table);
    for (const {property, unknownType} of table.columns) {
      if (unknownType === undefined) continue;
      warnOnce(
        `The column of ${facts.name}.${property} has the type ${unknownType}, ` +
          'which is not emulated: here it holds any text.',
      );
    }
    this.facts.set(facts.name, facts);
    this.noteHazard(table, schema);
    const {nested: _, ...rest} = schema;
    const id = facts.properties.find(({isId}) => isId);
    const own: TableSchema = {
      ...rest,
      idGeneration: id ? database.idGeneration(id) : schema.idGeneration,
      columns: Object.fromEntries(
        table.columns.map(({property, type}) => [property, type]),
      ),
      notNull: [],
      limits: {},
      typeChecks: 'coerce',
      unknownProperties: 'allow',
      native: nativeTable(facts, schema, database),
    };
    return database.schemaOf?.(own, table) ?? own;
  }

  private noteHazard(table: EmulatedTable, declared: TableSchema): void {
    const {database} = this;
    const {model} = table;
    this.hazards.delete(model);
    if (!('hazardOf' in database)) return;
    const hazard = database.hazardOf?.(table, declared);
    if (hazard !== undefined) this.hazards.set(model, hazard);
  }

  /** Meets what nobody means of how the table of a model is made. */
  meetMigration(model: string): void {
    const hazard = this.hazards.get(model);
    if (hazard !== undefined) this.meet(model, hazard);
  }

  /**
   * Fails as a migration does where the table of a model cannot be made, or is made
   * as nobody means it.
   */
  requirePossible(model: string): void {
    const {database} = this;
    this.meetMigration(model);
    if (!('refusalOf' in database)) return;
    const refusal = database.refusalOf?.(this.tables.get(model)!);
    if (refusal !== undefined) throw refusal;
  }

  /** Has the juggler cast what goes into a model as in production. */
  mend(model: ModelClass): void {
    const watches = this.settings.hazards !== 'copy';
    const {modelName} = model;
    const meet = (property: string, operators: readonly string[]) => {
      const {severalOperators} = loadDialects();
      this.meet(modelName, severalOperators(property, operators, 'LoopBack'));
    };
    coerceAsProduction(model, watches ? meet : undefined);
  }

  /** The statements of a model as the database has them. */
  statementsOf(
    model: string,
    statements: Statements,
    names: ColumnNames | undefined,
  ): Statements {
    const {migratedStatements, statementsOf} = loadDialects();
    const {database, meet, migrated} = this;
    return migrated
      ? migratedStatements(statements, this.facts.get(model)!, {
          database: migrated,
          meet,
          propertyOf: column => names?.propertyOf(column) ?? column,
        })
      : statementsOf(statements, this.tables.get(model)!, database, meet);
  }

  /** What its columns make of the rows of a model that others have stored. */
  fitOf(model: string, names: ColumnNames | undefined): FitRows['write'] {
    return loadDialects().fitting(
      this.tables.get(model)!,
      property => names?.columnOf(property) ?? property,
    );
  }

  /**
   * Whether a commit rolls the transaction back, and succeeds, for a statement of
   * it has failed. With `hazards: 'error'` that is refused.
   */
  rollsBackAtCommit({cause, state}: Transaction): boolean {
    const {afterFailure} = this.database.connector;
    const hasFailed = state === 'failed' || state === 'aborted';
    if (afterFailure === 'fails' || !hasFailed) return false;
    this.meet('', {
      what:
        'commit() rolls the transaction back, and resolves as if it had been ' +
        `committed, for a statement of it has failed (${cause?.message})`,
      instead: 'Call rollback() when a statement fails',
    });
    return true;
  }

  /**
   * Whether the statements of a transaction are transactions of their own from now
   * on, for the server has rolled it back. With `hazards: 'error'` that is refused.
   */
  hasLeft({cause, state}: Transaction): boolean {
    const {afterFailure} = this.database.connector;
    if (afterFailure !== 'isLeft' || state !== 'aborted') return false;
    this.meet('', {
      what:
        'the statement runs outside of its transaction, which the server has ' +
        `rolled back (${cause?.message})`,
      instead: 'Call rollback() when a statement fails so',
    });
    return true;
  }

  /** Meets the hazard of a method that leaves out the transaction it is given. */
  meetWithoutTransaction(method: string): void {
    this.meet('', {
      what:
        `${method}() of loopback-connector-${this.database.connector.name} ` +
        'leaves out the transaction: it writes outside of it, and at once',
      instead: 'Write by updateAll() or create() in a transaction',
    });
  }

  /** What beginning a transaction fails with, where there are none. */
  refusalOfBegin(level: string): Error | undefined {
    return this.database.connector.beginning?.(level);
  }

  /** The level of all transactions, and how long they wait, if that is one. */
  get transactions(): ConnectorTraits['transactions'] {
    return this.database.connector.transactions;
  }

  /** The connections that the settings say it has; undefined for no limit. */
  poolOf(settings: InMemorySettings): ConnectionPool | undefined {
    const {connector, name} = this.database;
    const {pool} = connector;
    for (const setting of ['max', 'connectionLimit'] as const) {
      if (settings[setting] === undefined || setting === pool?.setting) {
        continue;
      }
      const instead = pool ? `; ${pool.setting} does` : '';
      const why = `with the database ${name}${instead}`;
      const {code, message} = doesNothing(setting, why);
      process.emitWarning(message, {code});
    }
    return pool && new ConnectionPool(settings[pool.setting] ?? pool.size);
  }

  /** The error that the database fails with in the place of ours. */
  told(error: Error, model: string | undefined): Error {
    if (!(error instanceof InMemoryError)) return error;
    const table = model === undefined ? undefined : this.tables.get(model);
    return this.database.errorOf(error, table, name => {
      const facts = [...this.facts.values()].find(each => each.table === name);
      return facts && this.tables.get(facts.name);
    });
  }
}

/** The emulation that is asked for; `given` are all settings of the datasource. */
export function emulationOf(
  emulate: NonNullable<InMemorySettings['emulate']>,
  given: Readonly<Record<string, unknown>>,
): Emulation {
  const settings = typeof emulate === 'string' ? {database: emulate} : emulate;
  const names = settingsOfConnection.filter(
    name => typeof given[name] === 'string',
  );
  return new Emulation(
    settings,
    Object.fromEntries(names.map(name => [name, given[name]])),
  );
}

/** What the database has of a table that is as it is declared. */
function nativeTable(
  facts: ModelFacts,
  {indexes}: TableSchema,
  database: EmulatedDatabase,
): NativeTable {
  const {ddl} = database;
  return {
    database: database.name,
    name: database.tableName(facts),
    columns: Object.fromEntries(
      facts.properties.flatMap(each =>
        ddl ? [[each.name, ddl.nativeColumn(each)]] : [],
      ),
    ),
    indexes: Object.fromEntries(
      indexes.flatMap(({name}) => (ddl ? [[name, 'btree']] : [])),
    ),
  };
}

/** A model as the connector of a database sees it, by its key in the model. */
export function factsIn(
  definition: ModelDefinition,
  database: EmulatedDatabase,
  tableHere: string,
): ModelFacts {
  const {model, properties, settings = {}} = definition;
  const {name: key} = database.connector;
  const own = recordIn(settings, key);
  const table = own['tableName'] ?? own['table'] ?? own['collection'];
  return {
    name: model.modelName,
    tableName: typeof table === 'string' ? table : undefined,
    table: tableHere,
    settings,
    indexes: recordIn(settings, 'indexes'),
    foreignKeys: recordIn(settings, 'foreignKeys'),
    properties: Object.entries(properties).map(([name, property]) =>
      propertyFacts(name, property, key),
    ),
  };
}

function propertyFacts(
  name: string,
  property: PropertyDefinition,
  key: string,
): PropertyFacts {
  const own = recordIn(property, key);
  const word = columnWords.find(each => typeof own[each] === 'string');
  return {
    name,
    typeName: typeNameOf(property.type),
    columnName: word === undefined ? undefined : (own[word] as string),
    isId: Boolean(property.id),
    isGenerated: Boolean(property.generated),
    isNullable: isNullable(property),
    own,
    declared: property as Readonly<Record<string, unknown>>,
  };
}

function typeNameOf(type: unknown): string {
  if (Array.isArray(type)) return 'Array';
  return typeof type === 'function' ? type.name : String(type);
}

function recordIn(
  holder: object,
  key: string,
): Readonly<Record<string, unknown>> {
  const own = (holder as Record<string, unknown>)[key];
  return isRecord(own) ? own : {};
}
