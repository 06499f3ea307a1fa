import type {Transaction} from '../database/database';
import {isRecord} from '../base/objects';
import {InMemoryError} from '../base/errors';
import type {Statements} from './named-statements';
import type {
  EmulatedDatabase,
  EmulatedTable,
  EmulationSettings,
  ModelFacts,
  PropertyFacts,
} from '../dialects/dialect';
import type {MeetHazard} from '../dialects/hazards';
import type {TableSchema} from '../schema/schema';
import {columnWords} from './declared-names';
import {isNullable} from './declared-rules';
import {coerceAsProduction} from './emulated-coercion';
import type {ModelClass, ModelDefinition, PropertyDefinition} from './loopback';
import type {InMemorySettings} from './settings';

/** How the models of a datasource are emulated as those of a database. */
export class Emulation {
  readonly database: EmulatedDatabase;
  private readonly meet: MeetHazard;
  private readonly tables = new Map<string, EmulatedTable>();

  /** The settings must be checked. */
  constructor(readonly settings: EmulationSettings) {
    const {copyHazard, databaseNamed, refuseHazard} = loadDialects();
    this.database = databaseNamed(settings);
    this.meet = settings.hazards === 'copy' ? copyHazard : refuseHazard;
  }

  /**
   * What the database makes of the schema of a model: columns of its types, and
   * no rules but its own.
   */
  schemaOf(definition: ModelDefinition, schema: TableSchema): TableSchema {
    const {database} = this;
    const facts = factsOf(definition, database.connector.name);
    const table = loadDialects().emulatedTable(facts, database);
    this.tables.set(definition.model.modelName, table);
    const {nested: _, ...rest} = schema;
    const id = facts.properties.find(({isId}) => isId);
    return {
      ...rest,
      idGeneration: id ? database.idGeneration(id) : schema.idGeneration,
      columns: Object.fromEntries(
        table.columns.map(({property, type}) => [property, type]),
      ),
      notNull: [],
      limits: {},
      typeChecks: 'coerce',
      unknownProperties: 'allow',
    };
  }

  /** Has the juggler cast what goes into a model as in production. */
  mend(model: ModelClass): void {
    const {isRelational} = this.database.connector;
    const watches = isRelational && this.settings.hazards !== 'copy';
    const {modelName} = model;
    const meet = (property: string, operators: readonly string[]) => {
      const {severalOperators} = loadDialects();
      this.meet(modelName, severalOperators(property, operators, 'LoopBack'));
    };
    coerceAsProduction(model, watches ? meet : undefined);
  }

  /** The statements of a model as the database has them. */
  statementsOf(model: string, statements: Statements): Statements {
    return loadDialects().statementsOf(
      statements,
      this.tables.get(model)!,
      this.database,
      this.meet,
    );
  }

  /**
   * Whether a commit rolls the transaction back, and succeeds, for a statement of
   * it has failed. With `hazards: 'error'` that is refused.
   */
  rollsBackAtCommit({cause, state}: Transaction): boolean {
    const {commitOfFailed} = this.database.connector;
    const hasFailed = state === 'failed' || state === 'aborted';
    if (commitOfFailed !== 'rollsBack' || !hasFailed) return false;
    this.meet('', {
      what:
        'commit() rolls the transaction back, and resolves as if it had been ' +
        `committed, for a statement of it has failed (${cause?.message})`,
      instead: 'Call rollback() when a statement fails',
    });
    return true;
  }

  /** The error that the database fails with in the place of ours. */
  told(error: Error, model: string | undefined): Error {
    if (!(error instanceof InMemoryError)) return error;
    const table = model === undefined ? undefined : this.tables.get(model);
    return this.database.errorOf(error, table);
  }
}

/** The emulation that the settings ask for, which must be checked. */
export function emulationOf({
  emulate,
}: InMemorySettings): Emulation | undefined {
  if (emulate === undefined) return undefined;
  const settings = typeof emulate === 'string' ? {database: emulate} : emulate;
  return new Emulation(settings);
}

/** A model as the connector of a database sees it, by its key in the model. */
function factsOf(definition: ModelDefinition, key: string): ModelFacts {
  const {model, properties, settings = {}} = definition;
  const own = under(settings, key);
  const table = own['tableName'] ?? own['table'] ?? own['collection'];
  return {
    name: model.modelName,
    tableName: typeof table === 'string' ? table : undefined,
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
  const own = under(property, key);
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

function under(holder: object, key: string): Readonly<Record<string, unknown>> {
  const own = (holder as Record<string, unknown>)[key];
  return isRecord(own) ? own : {};
}

/** The dialects; few datasources emulate a database. */
function loadDialects(): typeof import('../dialects/databases') {
  return require('../dialects/databases') as typeof import('../dialects/databases');
}
