import type {Cuttable} from '../base/cuttable';
import type {ReadView, Writer} from '../database/database';
import type {BegunTransactions} from './begun-transactions';
import type {Connection} from './connection';
import type {Callback} from './loopback';
import type {Models} from './models';
import {respond} from './respond';

/**
 * Runs statements on models, in their transactions, and answers them; where the
 * datasource is not connected, as soon as it is.
 */
export class StatementRunner {
  constructor(
    private readonly connection: Connection,
    private readonly models: Models,
    private readonly transactions: BegunTransactions,
  ) {}

  /** Runs a statement that reads, and calls back with its result. */
  read<T>(
    model: string,
    options: object | undefined,
    callback: Callback<T>,
    statement: (view: ReadView, table: string) => Cuttable<T>,
  ): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.read(model, options, callback, statement),
      );
    }
    respond(callback, () => {
      const table = this.usableTable(model, false);
      const how = this.transactions.runOptions(options);
      return this.connection.database.read(view => statement(view, table), how);
    });
  }

  /** Runs a statement that writes, and calls back with its result. */
  write<T>(
    model: string,
    options: object | undefined,
    callback: Callback<T>,
    statement: (writer: Writer, table: string) => Cuttable<T>,
  ): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.write(model, options, callback, statement),
      );
    }
    respond(callback, () => {
      const table = this.usableTable(model, true);
      const how = this.transactions.runOptions(options);
      return this.connection.database.write(
        writer => statement(writer, table),
        how,
      );
    });
  }

  private usableTable(model: string, writes: boolean): string {
    const table = this.models.tableOf(model);
    this.models.warnBeforeUse(model, writes);
    this.connection.database.requireMigrated(table);
    return table;
  }

  /** Empties the tables of models, all or none. */
  recreate(models: readonly string[], callback: Callback): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.recreate(models, callback),
      );
    }
    respond(callback, () => {
      const tables = models.map(model => this.models.tableOf(model));
      return this.connection.database.recreate(
        tables,
        this.transactions.runOptions(undefined),
      );
    });
  }
}
