import {InMemoryError} from '../base/errors';
import type {MigrationStep} from '../database/database';
import type {BegunTransactions} from './begun-transactions';
import type {Connection} from './connection';
import type {Callback} from './loopback';
import type {Models} from './models';
import {respond} from './respond';

/** Models by name, one of them, or undefined for all. */
export type ModelNames = string | readonly string[] | undefined;

/** Brings the tables of models up to what is declared. */
export class Migrations {
  constructor(
    private readonly connection: Connection,
    private readonly models: Models,
    private readonly transactions: BegunTransactions,
  ) {}

  /** Empties tables, all or none, and lets them be what is declared. */
  recreate(models: ModelNames, callback: Callback): void {
    this.run(models, callback, tables =>
      this.connection.database.recreate(
        tables,
        this.transactions.runOptions(undefined),
      ),
    );
  }

  /** Lets tables be what is declared, all or none; their rows are kept. */
  update(models: ModelNames, callback: Callback): void {
    this.run(models, callback, tables =>
      this.connection.database.migrate(
        tables,
        this.transactions.runOptions(undefined),
      ),
    );
  }

  /** Calls back with whether {@link update} would change nothing. */
  isActual(models: ModelNames, callback: Callback<boolean>): void {
    this.run(models, callback, tables =>
      this.connection.database.areActual(tables),
    );
  }

  /** What {@link update} would do. Fails with NOT_CONNECTED before the first connect. */
  plan(models: ModelNames): MigrationStep[] {
    this.connection.requireOpened();
    return this.connection.database.migrationSteps(this.tablesOf(models));
  }

  private run<T>(
    models: ModelNames,
    callback: Callback<T>,
    act: (tables: readonly string[]) => T | Promise<T>,
  ): void {
    const {connection} = this;
    if (!connection.isConnected) {
      const done = callback as Callback<never>;
      return connection.later(done, () => this.run(models, callback, act));
    }
    const run = () => act(this.tablesOf(models));
    respond(callback, run, error => this.models.told(error));
  }

  /** The tables of models, each once. Fails with UNKNOWN_MODEL. */
  private tablesOf(models: ModelNames): string[] {
    this.models.forgetDeleted();
    const {names} = this.models;
    const wanted = typeof models === 'string' ? [models] : (models ?? names);
    const unknown = wanted.filter(name => !names.includes(name));
    if (unknown.length > 0) {
      throw new InMemoryError(
        'UNKNOWN_MODEL',
        // LoopBack's own words, which it says of some of the calls itself.
        'Cannot migrate models not attached to this datasource: ' +
          unknown.join(' '),
        {table: unknown[0]!},
      );
    }
    for (const name of wanted) this.models.requirePossible(name);
    return [...new Set(wanted.map(name => this.models.declaredTableOf(name)))];
  }
}
