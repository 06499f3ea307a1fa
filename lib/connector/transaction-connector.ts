import createDebug from 'debug';
import {InMemoryError, show} from '../base/errors';
import {
  type IsolationLevel,
  isIsolationLevel,
  isolationLevels,
  type RunOptions,
  Transaction,
} from '../database/database';
import type {Statistics} from '../database/database';
import {
  type Callback,
  ConnectorTransaction,
  type TransactionBase,
} from './loopback';
import {ModelConnector} from './model-connector';
import {respond, respondOrPromise} from './respond';

const debug = createDebug('loopback:connector:memory:transaction');

/** A transaction that is open for longer than this is said to be forgotten. */
const forgottenAfterMs = 30_000;

/** What users hold of a transaction: `Model.beginTransaction()` resolves to it. */
class InMemoryTransaction extends ConnectorTransaction {
  /** `giveUp` is called after each end, and rolls back what is still open. */
  constructor(
    connector: unknown,
    connection: Transaction,
    private readonly giveUp: () => void,
  ) {
    super(connector, connection);
  }

  override commit(callback?: Callback): Promise<void> | undefined {
    return this.finish(done => super.commit(done), callback);
  }

  override rollback(callback?: Callback): Promise<void> | undefined {
    return this.finish(done => super.rollback(done), callback);
  }

  /**
   * Ends the transaction, also where an observer keeps the juggler from doing
   * so: it calls the transaction inactive then, and nobody could end it later.
   */
  private finish(
    end: TransactionBase['commit'],
    callback: Callback | undefined,
  ): Promise<void> | undefined {
    if (callback === undefined) return end()?.finally(this.giveUp);
    return end(error => {
      this.giveUp();
      callback(error);
    });
  }

  /** The juggler asks this before each statement, commit and rollback. */
  ensureActive(callback: Callback): boolean {
    if (this.connection) return true;
    const error = new InMemoryError(
      'TRANSACTION_ENDED',
      `The transaction is not active: ${this.id}. It was committed or rolled ` +
        'back; begin another one.',
      {value: this.id},
    );
    respond(callback, () => {
      throw error;
    });
    return false;
  }
}

/** What a connector is besides its statements: its transactions. */
export abstract class TransactionConnector extends ModelConnector {
  private readonly begun = new Set<Transaction>();
  private watch: NodeJS.Timeout | undefined;

  /**
   * Begins a transaction. Calls back with what `Model.beginTransaction()`
   * resolves to. Fails with INVALID_VALUE on a level that there is not.
   */
  beginTransaction(
    isolationLevel: string,
    callback: Callback<InMemoryTransaction>,
  ): void {
    respond(callback, () => {
      this.requireConnection();
      const transaction = this.database.transactions.begin(
        checkedLevel(isolationLevel),
        this.lockTimeoutMs,
      );
      this.begun.add(transaction);
      this.watchForgotten();
      debug('Transaction %d begins, %s', transaction.id, isolationLevel);
      return new InMemoryTransaction(this, transaction, () =>
        this.giveUp(transaction),
      );
    });
  }

  /**
   * Commits. Fails with SERIALIZATION_FAILURE, TRANSACTION_ABORTED or
   * TRANSACTION_ENDED; the transaction is then rolled back.
   */
  commit(connection: unknown, callback: Callback): void {
    this.end(connection, callback, transaction =>
      this.database.transactions.commit(transaction, this.slices),
    );
  }

  /** Rolls back. Fails with TRANSACTION_ENDED. */
  rollback(connection: unknown, callback: Callback): void {
    this.end(connection, callback, transaction =>
      this.database.transactions.rollbackInSlices(transaction, this.slices),
    );
  }

  private end(
    connection: unknown,
    callback: Callback,
    how: (transaction: Transaction) => void | Promise<void>,
  ): void {
    let ending: Transaction | undefined;
    const answer: Callback = error => {
      // Not before: a disconnect also ends what still waits to be committed.
      if (ending !== undefined) this.begun.delete(ending);
      callback(error);
    };
    respond(answer, () => {
      ending = this.ownTransaction(connection);
      debug('Transaction %d ends', ending.id);
      return how(ending);
    });
  }

  /** Rolls a transaction back that is still open. */
  private giveUp(transaction: Transaction): void {
    this.begun.delete(transaction);
    if (transaction.state === 'active' || transaction.state === 'failed') {
      this.database.transactions.rollback(transaction);
    }
  }

  /**
   * Marks a place in a transaction that {@link rollbackTo} leads back to. Like
   * the two below it returns a promise when it is given no callback.
   */
  savepoint(
    connection: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return respondOrPromise(callback, () =>
      this.database.transactions.savepoint(
        this.ownTransaction(connection),
        checkedName(name),
      ),
    );
  }

  /**
   * Takes back all that a transaction has changed since a savepoint, which
   * stays. Fails with INVALID_SAVEPOINT.
   */
  rollbackTo(
    connection: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return respondOrPromise(callback, () =>
      this.database.transactions.rollbackTo(
        this.ownTransaction(connection),
        name,
        this.slices,
      ),
    );
  }

  /**
   * Forgets a savepoint and those after it; their changes stay. Fails with
   * INVALID_SAVEPOINT.
   */
  release(
    connection: unknown,
    name: string,
    callback?: Callback,
  ): Promise<void> | void {
    return respondOrPromise(callback, () =>
      this.database.transactions.releaseSavepoint(
        this.ownTransaction(connection),
        name,
      ),
    );
  }

  /** How many rows there are, and which transactions are open. */
  statistics(): Statistics {
    return this.database.statistics();
  }

  /** Disconnects; transactions that are still open are rolled back. */
  override disconnect(callback?: Callback): void {
    for (const transaction of this.begun) this.giveUp(transaction);
    this.stopWatching();
    super.disconnect(callback);
  }

  protected override runOptions(options: object | undefined): RunOptions {
    const {lockTimeoutMs, slices} = this;
    const {transaction} = (options ?? {}) as {transaction?: unknown};
    return transaction === undefined || transaction === null
      ? {lockTimeoutMs, slices}
      : {lockTimeoutMs, slices, transaction: this.joined(transaction)};
  }

  /** The transaction of `options`, or undefined when it is not of this store. */
  private joined(given: unknown): Transaction | undefined {
    const {connector} = given as {connector?: unknown};
    const isOurs =
      given instanceof Transaction
        ? this.database.transactions.hasBegun(given)
        : connector === this ||
          (connector instanceof TransactionConnector &&
            connector.database === this.database);
    if (isOurs) return this.ownTransaction(given);
    if (this.settings['foreignTransactions'] === 'error') {
      throw foreignTransaction('options.transaction', given);
    }
    debug('Ignored a transaction that is not of this datasource: %s', given);
    return undefined;
  }

  /** The transaction behind a connection, which must be one of this store. */
  private ownTransaction(connection: unknown): Transaction {
    const transaction = transactionOf(connection);
    if (this.database.transactions.hasBegun(transaction)) return transaction;
    throw foreignTransaction('The connection', connection);
  }

  private get lockTimeoutMs(): number | undefined {
    return this.settings['lockTimeoutMs'] as number | undefined;
  }

  /** Tells of forgotten transactions by `debug`, each once. */
  private watchForgotten(): void {
    if (this.watch !== undefined || !debug.enabled) return;
    this.watch = setInterval(() => {
      const {transactions} = this.database;
      for (const forgotten of transactions.takeForgotten(forgottenAfterMs)) {
        debug(
          'Transaction %d (%s) has been open for %d s and has written %d rows; ' +
            'was its end forgotten?',
          forgotten.id,
          forgotten.isolationLevel,
          Math.round(forgotten.ageMs / 1000),
          forgotten.rowsWritten,
        );
      }
      if (this.begun.size === 0) this.stopWatching();
    }, forgottenAfterMs);
    this.watch.unref();
  }

  private stopWatching(): void {
    clearInterval(this.watch);
    this.watch = undefined;
  }
}

/** The transaction behind a connection, which LoopBack wraps in an object. */
function transactionOf(connection: unknown): Transaction {
  if (connection instanceof Transaction) return connection;
  const inner = (connection as {connection?: unknown} | null)?.connection;
  if (inner instanceof Transaction) return inner;
  throw new InMemoryError(
    'TRANSACTION_ENDED',
    `There is no open transaction behind ${show(connection)}.`,
  );
}

function foreignTransaction(what: string, given: unknown): InMemoryError {
  const shown =
    given instanceof Transaction ? 'one of another store' : show(given);
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
