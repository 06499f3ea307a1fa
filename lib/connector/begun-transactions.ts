import {types} from 'node:util';
import createDebug from 'debug';
import {InMemoryError, show} from '../base/errors';
import type {SliceQueue} from '../base/slice-queue';
import {
  type Database,
  type IsolationLevel,
  isIsolationLevel,
  isTransaction,
  isolationLevels,
  type RunOptions,
  type Transaction,
} from '../database/database';
import type {Connection} from './connection';
import type {ConnectionPool} from './connection-pool';
import type {Emulation} from './emulation';
import {ForgottenTransactions} from './forgotten-transactions';
import type {Callback, DataSource} from './loopback';
import {
  type InMemoryTransaction,
  transactionClassOf,
} from './loopback-transaction';
import {respond, respondOrPromise, type Told} from './respond';
import {milliseconds} from './setting-rules';
import type {InMemorySettings} from './settings';
import type {Failure, StatementHooks} from './statement-hooks';

const debug = createDebug('loopback:connector:memory:transaction');

/**
 * The transactions that were begun on a datasource. A `handle` is what its users
 * and LoopBack hand in: a transaction, or what LoopBack wraps it in.
 */
export class BegunTransactions {
  private readonly begun = new Set<Transaction>();
  private forgotten: ForgottenTransactions | undefined;
  private readonly pool: ConnectionPool | undefined;

  /**
   * The settings must be checked; `slices` cuts what takes long, `parts` say what is
   * called back with for an error, and who else is asked and told.
   */
  constructor(
    private readonly connection: Connection,
    private readonly settings: InMemorySettings,
    private readonly slices: SliceQueue | undefined,
    private readonly parts: {
      readonly told: Told;
      readonly emulation: Emulation | undefined;
      readonly hooks: StatementHooks;
    },
  ) {
    this.pool = parts.emulation?.poolOf(settings);
  }

  /**
   * Begins a transaction that LoopBack ends by way of `connector`. Fails with
   * INVALID_VALUE on a level that there is not. Connects where need be.
   */
  begin(
    connector: {readonly dataSource?: DataSource},
    isolationLevel: string,
    callback: Callback<InMemoryTransaction>,
  ): void {
    if (!this.connection.isConnected) {
      return this.connection.later(callback, () =>
        this.begin(connector, isolationLevel, callback),
      );
    }
    this.ask('beginTransaction', [isolationLevel], callback, (answer, failed) =>
      this.beginNow(connector, isolationLevel, answer, failed),
    );
  }

  private beginNow(
    connector: {readonly dataSource?: DataSource},
    isolationLevel: string,
    callback: Callback<InMemoryTransaction>,
    failed: Failure | undefined,
  ): boolean {
    return respond(
      callback,
      () => {
        if (failed) throw failed.error;
        const {emulation} = this.parts;
        const refusal = emulation?.refusalOfBegin(isolationLevel);
        if (refusal !== undefined) throw refusal;
        const own = emulation?.transactions;
        const level = checkedLevel(own?.level ?? isolationLevel);
        const taken = this.pool?.take();
        return taken === undefined
          ? this.beginAt(level, connector)
          : taken.then(() => this.beginAt(level, connector));
      },
      this.parts.told,
    );
  }

  private beginAt(
    level: IsolationLevel,
    connector: {readonly dataSource?: DataSource},
  ): InMemoryTransaction {
    const {emulation, told} = this.parts;
    const transaction = this.database.transactions.begin(
      level,
      emulation?.transactions?.lockTimeoutMs ?? this.settings.lockTimeoutMs,
    );
    this.begun.add(transaction);
    this.watchForgotten();
    debug('Transaction %d begins, %s', transaction.id, level);
    const TransactionOfLoopBack = transactionClassOf(connector.dataSource);
    return new TransactionOfLoopBack(connector, transaction, {
      giveUp: () => this.giveUp(transaction),
      told,
      isLenient: emulation === undefined,
    });
  }

  /** Made when somebody wants to be told: there may be many datasources. */
  private watchForgotten(): void {
    if (!debug.enabled) return;
    this.forgotten ??= new ForgottenTransactions(
      () => this.database.transactions,
      () => this.begun.size > 0,
    );
    this.forgotten.watch();
  }

  /** Runs a statement with these options, which waits where it finds no connection. */
  withConnection<T>(
    options: object | undefined,
    run: () => T | Promise<T>,
  ): T | Promise<T> {
    const {transaction} = (options ?? {}) as {transaction?: unknown};
    const isAlone = transaction === undefined || transaction === null;
    return this.pool && isAlone ? this.pool.use(run) : run();
  }

  /** Has whoever wants to know of it, or has a say, be told and asked. */
  private ask<A extends Callback<never>>(
    method: string,
    given: readonly unknown[],
    callback: A,
    run: (answer: A, failure: Failure | undefined) => boolean,
  ): void {
    const {hooks} = this.parts;
    if (hooks.areNone) return void run(callback, undefined);
    const [handle] = given;
    const options = method === 'beginTransaction' ? {} : {transaction: handle};
    hooks.around({method, model: '', given, options}, callback, run);
  }

  /** Ends the transaction of a statement whose connection is lost. */
  lose(options: object | undefined): void {
    const {transaction} = (options ?? {}) as {transaction?: unknown};
    if (transaction === undefined || transaction === null) return;
    const own = this.joined(transaction);
    if (own) this.giveUp(own, 'its connection was lost');
  }

  /** Commits, or rolls back and fails. */
  commit(handle: unknown, callback: Callback): void {
    this.ask('commit', [handle], callback, (answer, failed) =>
      this.commitNow(handle, answer, failed),
    );
  }

  private commitNow(
    handle: unknown,
    callback: Callback,
    failed: Failure | undefined,
  ): boolean {
    return this.end(handle, callback, transaction => {
      if (failed) {
        this.giveUp(transaction, 'its commit failed');
        throw failed.error;
      }
      const {transactions} = this.database;
      if (this.parts.emulation?.rollsBackAtCommit(transaction)) {
        return transactions.rollbackInSlices(transaction, this.slices);
      }
      return transactions.commit(transaction, this.slices);
    });
  }

  /** Rolls back. Fails with TRANSACTION_ENDED. */
  rollback(handle: unknown, callback: Callback): void {
    this.ask('rollback', [handle], callback, (answer, failed) =>
      this.end(handle, answer, transaction => {
        const {slices} = this;
        const {transactions} = this.database;
        const done = transactions.rollbackInSlices(transaction, slices);
        // As where the answer is lost on the way: it is over all the same.
        if (failed) throw failed.error;
        return done;
      }),
    );
  }

  private end(
    handle: unknown,
    callback: Callback,
    how: (transaction: Transaction) => void | Promise<void>,
  ): boolean {
    let ending: Transaction | undefined;
    const answer: Callback = error => {
      // Not before: a disconnect also ends what still waits to be committed.
      if (ending?.isOver) this.forget(ending);
      callback(error);
    };
    const end = () => {
      ending = this.own(handle);
      debug('Transaction %d ends', ending.id);
      return how(ending);
    };
    return respond(answer, end, this.parts.told);
  }

  private forget(transaction: Transaction): void {
    if (this.begun.delete(transaction)) this.pool?.release();
  }

  /** Rolls a transaction back that is still open. */
  private giveUp(transaction: Transaction, reason?: string): void {
    this.forget(transaction);
    if (transaction.state === 'active' || transaction.state === 'failed') {
      transaction.endReason ??= reason;
      this.database.transactions.rollback(transaction);
    }
  }

  /** Marks a place; like the two below, without a callback by a promise. */
  savepoint(
    handle: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return respondOrPromise(callback, () =>
      this.database.transactions.savepoint(this.own(handle), checkedName(name)),
    );
  }

  /** Goes back to a savepoint. Fails with INVALID_SAVEPOINT. */
  rollbackTo(
    handle: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return respondOrPromise(callback, () =>
      this.database.transactions.rollbackTo(
        this.own(handle),
        name,
        this.slices,
      ),
    );
  }

  /** Forgets a savepoint. Fails with INVALID_SAVEPOINT. */
  release(
    handle: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return respondOrPromise(callback, () =>
      this.database.transactions.releaseSavepoint(this.own(handle), name),
    );
  }

  /** Rolls back all that are still open, for that reason. */
  giveUpAll(reason: string): void {
    for (const transaction of this.begun) {
      this.giveUp(transaction, reason);
    }
    this.forgotten?.stop();
  }

  /**
   * How a statement with these options is run: in which transaction, if any, and
   * how long it may take, from when it was begun if that is not now. Fails with INVALID_VALUE, TRANSACTION_ENDED, or
   * FOREIGN_TRANSACTION where the settings ask for that.
   */
  runOptions(options: object | undefined, begunAt?: number): RunOptions {
    const {slices} = this;
    const {lockTimeoutMs} = this.settings;
    const given = (options ?? {}) as {
      transaction?: unknown;
      statementTimeoutMs?: unknown;
    };
    const timeoutMs = this.timeoutOf(given.statementTimeoutMs);
    const {transaction} = given;
    return transaction === undefined || transaction === null
      ? {lockTimeoutMs, slices, timeoutMs, begunAt}
      : {
          lockTimeoutMs,
          slices,
          timeoutMs,
          begunAt,
          transaction: this.unlessLeft(this.joined(transaction)),
        };
  }

  private unlessLeft(joined: Transaction | undefined): Transaction | undefined {
    const hasLeft = joined && this.parts.emulation?.hasLeft(joined);
    return hasLeft ? undefined : joined;
  }

  /** The time that a statement says it may take, or what the settings say. */
  private timeoutOf(given: unknown): number | undefined {
    const {statementTimeoutMs} = this.settings;
    if (given === undefined || given === null) {
      return statementTimeoutMs;
    }
    if (milliseconds.allows(given)) return given as number;
    throw new InMemoryError(
      'INVALID_VALUE',
      `options.statementTimeoutMs cannot be ${show(given)}; it must be ` +
        `${milliseconds.expected}.`,
      {property: 'statementTimeoutMs', value: given},
    );
  }

  /** The transaction of `options`, or undefined when it is not of this store. */
  private joined(given: unknown): Transaction | undefined {
    if (types.isPromise(given)) {
      throw new InMemoryError(
        'INVALID_VALUE',
        'options.transaction is a promise; await beginTransaction() first.',
        {property: 'transaction'},
      );
    }
    const isOurs = isTransaction(given)
      ? this.database.transactions.hasBegun(given)
      : databaseOf(given) === this.database;
    if (isOurs) return this.own(given);
    if (this.settings.foreignTransactions === 'error') {
      throw foreignTransaction('options.transaction', given);
    }
    debug('Ignored a transaction that is not of this datasource: %s', given);
    return undefined;
  }

  /** The transaction behind a handle, which must be one of this store. */
  private own(handle: unknown): Transaction {
    const transaction = transactionOf(handle);
    if (this.database.transactions.hasBegun(transaction)) return transaction;
    throw foreignTransaction('The connection', handle);
  }

  private get database(): Database {
    return this.connection.database;
  }
}

/** The database of the connector through which a transaction was begun. */
function databaseOf(handle: unknown): unknown {
  const {connector} = handle as {connector?: {database?: unknown} | null};
  return connector?.database;
}

/** The transaction behind a handle. Fails with TRANSACTION_ENDED. */
function transactionOf(handle: unknown): Transaction {
  if (isTransaction(handle)) return handle;
  const inner = (handle as {connection?: unknown} | null)?.connection;
  if (isTransaction(inner)) return inner;
  throw new InMemoryError(
    'TRANSACTION_ENDED',
    `There is no open transaction behind ${show(handle)}: it has ended, or is ` +
      'none; begin another one.',
  );
}

function foreignTransaction(what: string, given: unknown): InMemoryError {
  const shown = isTransaction(given) ? 'one of another store' : show(given);
  return new InMemoryError(
    'FOREIGN_TRANSACTION',
    `${what} is not a transaction of this datasource but ${shown}; ` +
      'begin one on the datasource of the model.',
  );
}

function checkedLevel(level: unknown): IsolationLevel {
  if (isIsolationLevel(level)) return level;
  throw new InMemoryError(
    'INVALID_VALUE',
    `${show(level)} is not an isolation level; use one of ` +
      `${isolationLevels.join(', ')}.`,
    {value: level},
  );
}

function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new InMemoryError(
    'INVALID_SAVEPOINT',
    `A savepoint needs a name, not ${show(name)}.`,
    {value: name},
  );
}
