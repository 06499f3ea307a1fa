import type {Cuttable} from '../base/cuttable';
import type {ReadView, Writer} from '../database/database';
import type {BegunTransactions} from './begun-transactions';
import type {Connection} from './connection';
import type {Callback} from './loopback';
import type {Models, StoredModel} from './models';
import type {Statements} from './named-statements';
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
    statement: (
      view: ReadView,
      table: string,
      statements: Statements,
    ) => Cuttable<T>,
  ): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.read(model, options, callback, statement),
      );
    }
    const read = () => {
      const {statements, table} = this.usable(model, false);
      const how = this.transactions.runOptions(options);
      return this.connection.database.read(
        view => statement(view, table, statements),
        how,
      );
    };
    respond(
      callback,
      () => this.transactions.withConnection(options, read),
      error => this.models.told(error, model),
    );
  }

  /** Runs a statement that writes, and calls back with its result. */
  write<T>(
    model: string,
    options: object | undefined,
    callback: Callback<T>,
    statement: (
      writer: Writer,
      table: string,
      statements: Statements,
    ) => Cuttable<T>,
  ): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.write(model, options, callback, statement),
      );
    }
    const write = () => {
      const {statements, table} = this.usable(model, true);
      const how = this.transactions.runOptions(options);
      return this.connection.database.write(
        writer => statement(writer, table, statements),
        how,
      );
    };
    respond(
      callback,
      () => this.transactions.withConnection(options, write),
      error => this.models.told(error, model),
    );
  }

  private usable(model: string, writes: boolean): StoredModel {
    const stored = this.models.stored(model);
    this.models.warnBeforeUse(model, writes);
    this.connection.database.requireMigrated(stored.table);
    return stored;
  }
}
