import type {DiscoveryShapes, Tell} from '../dialects/discovery';
import type {
  DiscoveredColumn,
  DiscoveredForeignKey,
  DiscoveredPrimaryKey,
  DiscoveredTable,
  DiscoveredUniqueKey,
} from './discovered-columns';
import type {DiscoveredModels} from './discovered-models';
import type {Discovery, DiscoveryOptions} from './discovery';
import {type Callback, Connector} from './loopback';
import {promised} from './respond';

/** A database schema, of which there is one. */
export interface DiscoveredSchema {
  readonly catalog: string;
  readonly schema: string;
}

/** What is told without a callback is promised. */
type Told<T> = Promise<T> | void;

type TableShape =
  | 'columnsOf'
  | 'primaryKeysOf'
  | 'uniqueKeysOf'
  | 'foreignKeysOf'
  | 'exportedForeignKeysOf';

type OptionsOr<T> = DiscoveryOptions | null | Callback<T>;

/**
 * The methods that LoopBack's discovery calls, with the results that its SQL
 * connectors give. The options may be left out, and the callback, in the place of
 * which a promise is returned. Of a table that there is not there is nothing to tell.
 */
export abstract class DiscoveringConnector extends Connector {
  protected abstract readonly discovery: () => Discovery;

  private get shapes(): DiscoveryShapes {
    return this.discovery().shapes;
  }

  /** The one owner of all tables. */
  getDefaultSchema(): string {
    return this.shapes.defaultSchema;
  }

  /** The schemas of the database. */
  discoverDatabaseSchemas(
    options?: OptionsOr<DiscoveredSchema[]>,
    callback?: Callback<DiscoveredSchema[]>,
  ): Told<DiscoveredSchema[]> {
    return told(options, callback, (_own, done) =>
      process.nextTick(done, null, this.shapes.schemas() as DiscoveredSchema[]),
    );
  }

  /**
   * The tables, by name: those of models, and those that stand in the file. Of the
   * options `limit` and `offset` count; there are no views.
   */
  discoverModelDefinitions(
    options?: OptionsOr<DiscoveredTable[]>,
    callback?: Callback<DiscoveredTable[]>,
  ): Told<DiscoveredTable[]> {
    return told(options, callback, (own, done) =>
      this.discovery().tables(own, done),
    );
  }

  /** The columns of a table. */
  discoverModelProperties(
    table: string,
    options?: OptionsOr<DiscoveredColumn[]>,
    callback?: Callback<DiscoveredColumn[]>,
  ): Told<DiscoveredColumn[]> {
    return told(options, callback, (own, done) =>
      this.ofTable(table, own, 'columnsOf', done),
    );
  }

  /** The columns that are the id of a table. */
  discoverPrimaryKeys(
    table: string,
    options?: OptionsOr<DiscoveredPrimaryKey[]>,
    callback?: Callback<DiscoveredPrimaryKey[]>,
  ): Told<DiscoveredPrimaryKey[]> {
    return told(options, callback, (own, done) =>
      this.ofTable(table, own, 'primaryKeysOf', done),
    );
  }

  /** The columns of the unique indexes of a table. */
  discoverUniqueKeys(
    table: string,
    options?: OptionsOr<DiscoveredUniqueKey[]>,
    callback?: Callback<DiscoveredUniqueKey[]>,
  ): Told<DiscoveredUniqueKey[]> {
    return told(options, callback, (own, done) =>
      this.ofTable(table, own, 'uniqueKeysOf', done),
    );
  }

  /** The columns of a table that refer to others. */
  discoverForeignKeys(
    table: string,
    options?: OptionsOr<DiscoveredForeignKey[]>,
    callback?: Callback<DiscoveredForeignKey[]>,
  ): Told<DiscoveredForeignKey[]> {
    return told(options, callback, (own, done) =>
      this.ofTable(table, own, 'foreignKeysOf', done),
    );
  }

  /** The columns of all tables that refer to this one. */
  discoverExportedForeignKeys(
    table: string,
    options?: OptionsOr<DiscoveredForeignKey[]>,
    callback?: Callback<DiscoveredForeignKey[]>,
  ): Told<DiscoveredForeignKey[]> {
    return told(options, callback, (own, done) =>
      this.ofTable(table, own, 'exportedForeignKeysOf', done),
    );
  }

  private ofTable<T>(
    table: string,
    asked: DiscoveryOptions,
    shape: TableShape,
    done: Callback<T[]>,
  ): void {
    const tell: Tell = this.shapes[shape];
    this.discovery().ofTable(
      table,
      asked,
      (found, all) => tell(found, all, asked) as T[],
      done,
    );
  }

  /**
   * The models of a table and, with `relations`, of those that it refers to. What
   * the juggler makes of the methods above, and what it does not ask for.
   */
  discoverSchemas(
    table: string,
    options?: OptionsOr<DiscoveredModels>,
    callback?: Callback<DiscoveredModels>,
  ): Told<DiscoveredModels> {
    return told(options, callback, (own, done) =>
      this.discovery().models(table, own, done),
    );
  }
}

function told<T>(
  options: OptionsOr<T> | undefined,
  callback: Callback<T> | undefined,
  tell: (options: DiscoveryOptions, done: Callback<T>) => void,
): Told<T> {
  const isAlone = typeof options === 'function';
  const done = isAlone ? options : callback;
  const own = isAlone ? {} : (options ?? {});
  return done === undefined
    ? promised<T>(settle => tell(own, settle))
    : tell(own, done);
}
