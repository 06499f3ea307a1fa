import {InMemoryError} from '../base/errors';
import type {MigrationStep} from '../database/database';
import type {Catalog, MadeTable, Query} from '../dialects/ddl';
import type {MigratedDatabase, ModelFacts} from '../dialects/dialect';
import type {BegunTransactions} from './begun-transactions';
import type {Connection} from './connection';
import type {Emulation} from './emulation';
import {loadDialects} from './on-demand';
import type {Callback} from './loopback';
import type {ModelNames} from './migrations';
import type {Models} from './models';
import {respond} from './respond';

/** What migrations work with. */
interface Parts {
  readonly connection: Connection;
  readonly models: Models;
  readonly transactions: BegunTransactions;
  readonly emulation: Emulation;
  readonly database: MigratedDatabase;
}

/**
 * The migrations of LoopBack's connector for a database, which send one query
 * after the other: what was done before one fails stays.
 */
export class EmulatedMigrations {
  constructor(private readonly parts: Parts) {}

  /** `automigrate`. */
  recreate(models: ModelNames, callback: Callback): void {
    this.respond(callback, async () => {
      const names = this.namesOf(models);
      const unknown = names.filter(name => !this.factsOf(name));
      if (unknown.length > 0) throw notAttached(unknown);
      this.meetHazards(names);
      for (const name of names) {
        await this.run(this.ddl.recreate(this.factsOf(name)!, this.catalog));
      }
    });
  }

  /** `autoupdate`. */
  update(models: ModelNames, callback: Callback): void {
    this.respond(callback, async () => {
      const names = this.namesOf(models);
      this.meetHazards(names);
      for (const name of names) {
        const facts = this.factsOf(name);
        if (facts === undefined) throw this.ddl.unknownModel(name, 'update');
        await this.run(this.ddl.update(facts, this.catalog));
      }
    });
  }

  /** `isActual`. */
  isActual(models: ModelNames, callback: Callback<boolean>): void {
    this.respond(callback, () =>
      this.namesOf(models).every(name => {
        const facts = this.factsOf(name);
        if (facts === undefined) throw this.ddl.unknownModel(name, 'isActual');
        return this.ddl.isActual(facts, this.catalog);
      }),
    );
  }

  /** Fails: the connector that is emulated has nothing like it. */
  plan(_models: ModelNames): MigrationStep[] {
    const {name} = this.parts.database.connector;
    throw new InMemoryError(
      'NOT_EMULATED',
      `loopback-connector-${name} does not tell what autoupdate would do. Call ` +
        "isActual(), or planMigration() with migrations: 'automatic'.",
    );
  }

  private respond<T>(callback: Callback<T>, act: () => T | Promise<T>): void {
    const {connection, models} = this.parts;
    if (!connection.isConnected) {
      const done = callback as Callback<never>;
      return connection.later(done, () => this.respond(callback, act));
    }
    respond(callback, act, error => models.told(error));
  }

  /** Before anything is done. */
  private meetHazards(names: readonly string[]): void {
    for (const name of names) this.parts.emulation.meetMigration(name);
  }

  private get ddl() {
    return this.parts.database.ddl;
  }

  private namesOf(models: ModelNames): readonly string[] {
    if (typeof models === 'string') return [models];
    return models ?? this.parts.models.names;
  }

  private factsOf(name: string): ModelFacts | undefined {
    const {emulation, models} = this.parts;
    return models.names.includes(name) ? emulation.factsOf(name) : undefined;
  }

  private get catalog(): Catalog {
    const {connection} = this.parts;
    const {tableNamed} = loadDialects();
    return {
      tableNamed: (name): MadeTable | undefined =>
        tableNamed(connection.database.head, name),
      modelNamed: name => this.factsOf(name),
    };
  }

  private async run(queries: Iterable<Query>): Promise<void> {
    for (const query of queries) {
      try {
        await this.send(query);
      } catch (error) {
        if (!query.mayFail) throw error;
      }
    }
  }

  /** Does what a query says, as a whole. */
  private send({statements}: Query): void | Promise<void> {
    const {connection, database, emulation, transactions} = this.parts;
    const {changesOf, failureOf, tablesIn} = loadDialects();
    const {head} = connection.database;
    const tables = statements.flatMap(each => tablesIn(head, each));
    const how = transactions.runOptions(undefined);
    const change = () =>
      connection.database.changeTables(
        [...new Set(tables)],
        statements.map(statement => ({
          changes: version =>
            changesOf(version, statement, database, emulation.meet),
          failed: (version, error) =>
            failureOf(version, statement, error, database),
        })),
        how,
      );
    return transactions.withConnection(undefined, change);
  }
}

function notAttached(names: readonly string[]): Error {
  return new Error(
    'Cannot migrate models not attached to this datasource: ' + names.join(' '),
  );
}
