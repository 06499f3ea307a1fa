import {InMemoryError} from '../base/errors';
import {inTransaction} from '../connector/in-transaction';
import * as connector from '../connector/initialize';
import type {Row} from '../value/copy';
import type {CopyModel} from './copy-models';
import {DatabaseEndpoint} from './database-endpoint';
import type {Endpoint, LeftOut} from './endpoint';
import {dataSourceWith} from './juggler';

/** A data file, and the settings of its datasource. */
export interface ModelFilePlace {
  readonly file: string;
  readonly isThere: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where rows come from, for errors. */
  readonly places?: ReadonlyMap<Row, string>;
  /** Whether rows take the place of those with their ids. */
  readonly replaces?: boolean;
}

/**
 * A data file to which rows of an application's models are added, as its own
 * datasource would: under the names of its tables and columns, held to what the
 * models declare, and with their schemas. All rows come in or none, and a file that
 * was not there is only made when all can.
 */
export class ModelFile implements Endpoint {
  readonly name: string;
  private opened: DatabaseEndpoint | undefined;
  private readonly added = new Map<CopyModel, Row[]>();

  constructor(
    private readonly place: ModelFilePlace,
    private readonly declared: readonly CopyModel[],
  ) {
    this.name = place.file;
  }

  async models(): Promise<readonly CopyModel[]> {
    return this.declared;
  }

  async othersThan(): Promise<readonly LeftOut[]> {
    return [];
  }

  define(): Endpoint {
    return this;
  }

  async count(model: CopyModel): Promise<number | undefined> {
    return this.database?.count(model) ?? 0;
  }

  async migrate(models: readonly CopyModel[]): Promise<void> {
    await this.database?.migrate(models);
  }

  async *batches(
    model: CopyModel,
    size: number,
  ): AsyncGenerator<readonly Row[]> {
    if (this.database) yield* this.database.batches(model, size);
  }

  async withIdsOf(
    model: CopyModel,
    rows: readonly Row[],
  ): Promise<readonly Row[]> {
    return this.database?.withIdsOf(model, rows) ?? [];
  }

  async add(model: CopyModel, rows: readonly Row[]): Promise<void> {
    const own = this.added.get(model);
    if (own === undefined) this.added.set(model, [...rows]);
    else own.push(...rows);
  }

  async finish(): Promise<void> {
    if (this.added.size === 0) return;
    if (this.database === undefined) await this.tryInMemory();
    this.opened ??= this.open(this.place.file);
    await this.addAll(this.opened);
    this.added.clear();
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }

  /** Of a file that is not there nothing needs to be asked. */
  private get database(): DatabaseEndpoint | undefined {
    if (this.place.isThere) this.opened ??= this.open(this.place.file);
    return this.opened;
  }

  private open(file: string | undefined): DatabaseEndpoint {
    const {settings} = this.place;
    const dataSource = dataSourceWith({...settings, file}, connector, []);
    const database = new DatabaseEndpoint(dataSource, this.name, true);
    database.define(this.declared);
    return database;
  }

  /** A file that is not there is only made when this has gone well. */
  private tryInMemory(): Promise<void> {
    return this.inMemory(database => this.addAll(database));
  }

  private async inMemory(
    work: (database: DatabaseEndpoint) => Promise<void>,
  ): Promise<void> {
    const database = this.open(undefined);
    try {
      await work(database);
    } finally {
      await database.close();
    }
  }

  private async addAll(database: DatabaseEndpoint): Promise<void> {
    const {dataSource} = database;
    await inTransaction(dataSource, async transaction => {
      // At once, for rows of a model may refer to each other.
      for (const [model, rows] of this.added) {
        try {
          if (this.place.replaces !== true) {
            await database.add(model, rows, {transaction});
          } else await database.replace(model, rows, {transaction});
        } catch (error) {
          await this.refuseRow(model, rows, error as InMemoryError);
          throw error;
        }
      }
    });
  }

  /** Fails with the first row that is refused by itself, if there is one. */
  private async refuseRow(
    model: CopyModel,
    rows: readonly Row[],
    {cause}: InMemoryError,
  ): Promise<void> {
    const isAlone =
      cause instanceof InMemoryError && cause.code !== 'FOREIGN_KEY_VIOLATION';
    if (!isAlone) return;
    await this.inMemory(async database => {
      await inTransaction(database.dataSource, async transaction => {
        for (const row of rows) {
          try {
            await database.add(model, [row], {transaction});
          } catch (error) {
            throw this.atPlace(row, error);
          }
        }
      });
    });
  }

  private atPlace(row: Row, error: unknown): unknown {
    const place = this.place.places?.get(row);
    const {cause} = error as InMemoryError;
    if (place === undefined || !(cause instanceof InMemoryError)) return error;
    const {code, details, message} = cause;
    const text = `${place}: ${message} Nothing was loaded.`;
    return new InMemoryError(code, text, details, {cause});
  }
}
