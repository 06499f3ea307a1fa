import type {SliceQueue} from '../base/slice-queue';
import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import type {InferredTable} from '../database/database';
import type {Connection} from './connection';
import type {DiscoveryShapes} from '../dialects/discovery';
import {type DiscoveredTable, ownShapes} from './discovered-columns';
import {
  completeModel,
  type DiscoveredModels,
  type DiscoveredModel,
} from './discovered-models';
import type {Callback, DataSource} from './loopback';
import {respond} from './respond';

/** What may be asked with, as of LoopBack's SQL connectors. */
export interface DiscoveryOptions {
  /** Tables of another owner than `memory` there are none. */
  readonly owner?: unknown;
  /** Another name of `owner`. */
  readonly schema?: unknown;
  readonly limit?: unknown;
  readonly offset?: unknown;
  /** Another name of `offset`. */
  readonly skip?: unknown;
  readonly [option: string]: unknown;
}

/** Tells what tables the database of a datasource has. */
export class Discovery {
  /**
   * `dataSource` tells the one that LoopBack has made, if there is one; `slices`
   * cuts what takes long; `shapes` are those of an emulated database.
   */
  constructor(
    private readonly connection: Connection,
    private readonly dataSource: () => DataSource | undefined,
    private readonly slices: SliceQueue | undefined,
    readonly shapes: DiscoveryShapes = ownShapes,
  ) {}

  /** Calls back with the tables, by name. There are no views. */
  tables(given: DiscoveryOptions, callback: Callback<DiscoveredTable[]>): void {
    respond(callback, async () => {
      const options: DiscoveryOptions =
        this.shapes.definitionsAsked?.(given) ?? given;
      const offset = countOf('offset', options.offset || options.skip) ?? 0;
      const limit = countOf('limit', options.limit) ?? Infinity;
      const all = await this.owned(options);
      return all.slice(offset, offset + limit).map(table => {
        const {owner} = this.shapes;
        const name = this.shapes.nameOf(table);
        return {type: 'table', name, owner} as const;
      });
    });
  }

  /**
   * Calls back with what `tell` makes of a table and all others; with nothing when
   * there is no such table, as SQL databases have nothing to tell of it. Fails with
   * UNKNOWN_MODEL on what is no name.
   */
  ofTable<T>(
    table: unknown,
    options: DiscoveryOptions,
    tell: (table: InferredTable, all: readonly InferredTable[]) => T[],
    callback: Callback<T[]>,
  ): void {
    respond(callback, async () => {
      requireName(table);
      const all = await this.owned(options);
      const found = all.find(each => this.shapes.nameOf(each) === table);
      return found === undefined ? [] : tell(found, all);
    });
  }

  /**
   * Calls back with the models of a table and, with `relations`, of those that it
   * refers to, by owner and table: LoopBack's, and what it does not ask for.
   */
  models(
    table: unknown,
    options: DiscoveryOptions,
    callback: Callback<DiscoveredModels>,
  ): void {
    respond(callback, async () => {
      requireName(table);
      const all = await this.owned(options);
      const found = await this.modelsOfLoopBack(table, options);
      for (const model of found.added) {
        const own = tableNamed(model.options.memory?.table, all);
        if (own !== undefined) completeModel(model, own);
      }
      return found.visited;
    });
  }

  /** LoopBack makes models by itself where a connector does not. */
  private async modelsOfLoopBack(
    table: string,
    options: DiscoveryOptions,
  ): Promise<{visited: DiscoveredModels; added: DiscoveredModel[]}> {
    const dataSource = this.dataSource();
    if (dataSource === undefined) {
      throw new InMemoryError(
        'NOT_CONNECTED',
        'Models are discovered on a datasource, which the connector is not ' +
          'attached to.',
      );
    }
    const {visited: given} = options;
    const visited = (isObject(given) ? given : {}) as DiscoveredModels;
    const before = new Set(Object.keys(visited));
    const asked = withoutDiscoverSchemas(dataSource);
    await asked.discoverSchemas(table, {...options, visited});
    const added = Object.keys(visited).filter(key => !before.has(key));
    return {visited, added: added.map(key => visited[key]!)};
  }

  /** The tables of the owner that is asked for, by name; waits for a connect. */
  private async owned(options: DiscoveryOptions): Promise<InferredTable[]> {
    const {connection, shapes} = this;
    if (!connection.isConnected) await connection.reconnect();
    const asked = options.owner || options.schema || shapes.owner;
    if (asked !== shapes.owner) return [];
    const {slices} = this;
    const tables = await connection.database.discoverable({slices});
    return tables
      .filter(table => shapes.has(table))
      .toSorted((a, b) => (a.schema.name < b.schema.name ? -1 : 1));
  }
}

function tableNamed(
  name: unknown,
  all: readonly InferredTable[],
): InferredTable | undefined {
  return all.find(({schema}) => schema.name === name);
}

function requireName(table: unknown): asserts table is string {
  if (typeof table === 'string') return;
  throw new InMemoryError(
    'UNKNOWN_MODEL',
    `There is no table ${show(table)} to discover: a name is a text.`,
  );
}

/** A limit or offset, as a text too; undefined for none. */
function countOf(option: string, given: unknown): number | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const count = Number(given);
  if (Number.isInteger(count) && count >= 0) return count || undefined;
  throw new InMemoryError(
    'INVALID_FILTER',
    `Tables cannot be discovered with ${option}: ${show(given)}; it must be an ` +
      'integer that is not negative.',
    {property: option, value: given},
  );
}

/** A datasource as it is to LoopBack with a connector that makes no models. */
function withoutDiscoverSchemas(dataSource: DataSource): DataSource {
  const connector = Object.create(dataSource.connector as object, {
    discoverSchemas: {value: undefined},
  }) as object;
  return Object.create(dataSource, {
    connector: {value: connector},
  }) as DataSource;
}
