import type {Cuttable} from '../base/cuttable';
import {Deadline} from '../base/deadline';
import type {ReadView, RunOptions, Writer} from '../database/database';
import type {BegunTransactions} from './begun-transactions';
import type {Connection} from './connection';
import type {Callback} from './loopback';
import type {Models, StoredModel} from './models';
import type {Statements} from './named-statements';
import {respond} from './respond';
import type {Failure, StatementCall, StatementHooks} from './statement-hooks';

/** A statement as the connector was asked for it. */
export function asked(
  method: string,
  model: string,
  options: object | undefined,
  ...given: readonly unknown[]
): StatementCall {
  return {method, model, given, options};
}

/**
 * Runs statements on models, in their transactions, and answers them; where the
 * datasource is not connected, as soon as it is.
 */
export class StatementRunner {
  constructor(
    private readonly connection: Connection,
    private readonly models: Models,
    private readonly transactions: BegunTransactions,
    private readonly hooks: StatementHooks,
  ) {}

  /** Runs a statement that reads, and calls back with its result. */
  read<T>(
    call: StatementCall,
    callback: Callback<T>,
    statement: (
      view: ReadView,
      table: string,
      statements: Statements,
    ) => Cuttable<T>,
  ): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.read(call, callback, statement),
      );
    }
    if (!this.hooks.areNone) {
      const begunAt = performance.now();
      return this.hooks.around(call, callback, (answer, failure) =>
        failure?.endsConnection
          ? this.lose(call, answer, failure.error)
          : this.readNow(call, answer, failing(failure) ?? statement, begunAt),
      );
    }
    this.readNow(call, callback, statement);
  }

  private readNow<T>(
    {model, options}: StatementCall,
    callback: Callback<T>,
    statement: (
      view: ReadView,
      table: string,
      statements: Statements,
    ) => Cuttable<T>,
    begunAt?: number,
  ): boolean {
    const read = () => {
      const {statements, table} = this.usable(model, false);
      const how = this.transactions.runOptions(options, begunAt);
      return this.connection.database.read(view => {
        requireTimeLeft(how);
        return statement(view, table, statements);
      }, how);
    };
    return respond(
      callback,
      () => this.transactions.withConnection(options, read),
      error => this.models.told(error, model),
    );
  }

  /** Runs a statement that writes, and calls back with its result. */
  write<T>(
    call: StatementCall,
    callback: Callback<T>,
    statement: (
      writer: Writer,
      table: string,
      statements: Statements,
    ) => Cuttable<T>,
  ): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.write(call, callback, statement),
      );
    }
    if (!this.hooks.areNone) {
      const begunAt = performance.now();
      return this.hooks.around(call, callback, (answer, failure) =>
        failure?.endsConnection
          ? this.lose(call, answer, failure.error)
          : this.writeNow(call, answer, failing(failure) ?? statement, begunAt),
      );
    }
    this.writeNow(call, callback, statement);
  }

  private writeNow<T>(
    {model, options}: StatementCall,
    callback: Callback<T>,
    statement: (
      writer: Writer,
      table: string,
      statements: Statements,
    ) => Cuttable<T>,
    begunAt?: number,
  ): boolean {
    const write = () => {
      const {statements, table} = this.usable(model, true);
      const how = this.transactions.runOptions(options, begunAt);
      return this.connection.database.write(writer => {
        requireTimeLeft(how);
        return statement(writer, table, statements);
      }, how);
    };
    return respond(
      callback,
      () => this.transactions.withConnection(options, write),
      error => this.models.told(error, model),
    );
  }

  /** Fails as where the connection is lost, and its transaction with it. */
  private lose<T>(
    {model, options}: StatementCall,
    callback: Callback<T>,
    error: Error,
  ): boolean {
    return respond(
      callback,
      () => {
        this.transactions.lose(options);
        throw error;
      },
      told => this.models.told(told, model),
    );
  }

  private usable(model: string, writes: boolean): StoredModel {
    const stored = this.models.stored(model);
    this.models.warnBeforeUse(model, writes);
    this.connection.database.requireMigrated(stored.table);
    return stored;
  }
}

/** Fails with STATEMENT_TIMEOUT where a gate has taken all the time of a statement. */
function requireTimeLeft({begunAt, timeoutMs = 0}: RunOptions): void {
  if (begunAt === undefined || timeoutMs === 0) return;
  new Deadline(timeoutMs, begunAt).check();
}

/** A statement that fails where another one would run. */
function failing(failure: Failure | undefined): (() => never) | undefined {
  return (
    failure &&
    (() => {
      throw failure.error;
    })
  );
}
