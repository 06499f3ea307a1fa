import {errorCodes} from '../base/error-codes';
import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import type {IsolationLevel} from '../database/database';
import {maxTimerMs} from './settings';

/**
 * A transaction as LoopBack's `beginTransaction` makes it. The types of
 * `juggler.DataSource` do not tell that it has `isActive`, and make its promises
 * uncertain; it has, and they are.
 */
export interface TransactionHandle {
  commit(): Promise<void> | void;
  rollback(): Promise<void> | void;
  isActive?(): boolean;
}

/** A datasource that begins transactions: LoopBack's, on any connector with them. */
export interface TransactionalDataSource<T extends TransactionHandle> {
  beginTransaction(options: {
    isolationLevel?: string;
    timeout?: number;
  }): Promise<T>;
}

/** How {@link inTransaction} goes about it. */
export interface InTransactionOptions {
  /** Default `'READ COMMITTED'`. */
  readonly isolationLevel?: IsolationLevel;
  /**
   * How often the work is done again, in a new transaction, after a
   * SERIALIZATION_FAILURE (40001) or a DEADLOCK (40P01). Default 0.
   */
  readonly retries?: number;
  /** After so many milliseconds the transaction is rolled back. */
  readonly timeout?: number;
}

/**
 * Does work in a transaction: commits when `work` resolves, and resolves to its
 * result; rolls back when it fails, and fails with its error.
 *
 *   await inTransaction(dataSource, async transaction => {
 *     await Account.updateAll({id: 1}, {balance: 5}, {transaction});
 *     await Account.updateAll({id: 2}, {balance: 7}, {transaction});
 *   }, {isolationLevel: 'SERIALIZABLE', retries: 3});
 */
export async function inTransaction<T, H extends TransactionHandle>(
  dataSource: TransactionalDataSource<H>,
  work: (transaction: H) => Promise<T> | T,
  options: InTransactionOptions = {},
): Promise<T> {
  const {retries = 0, ...begin} = checkedOptions(options);
  for (let attempt = 0; ; attempt++) {
    const transaction = await dataSource.beginTransaction(begin);
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await rollBack(transaction);
      if (attempt >= retries || !isRetryable(error)) throw error;
    }
  }
}

const optionNames = ['isolationLevel', 'retries', 'timeout'];

/** Fails with INVALID_VALUE on what is no option, or cannot be its value. */
function checkedOptions(options: InTransactionOptions): InTransactionOptions {
  const isGiven: boolean = isRecord(options);
  if (!isGiven) {
    throw invalid(options, `options must be an object, not ${show(options)}.`);
  }
  const unknown = Object.keys(options).find(
    name => !optionNames.includes(name),
  );
  if (unknown !== undefined) {
    const meant = nearest(unknown, optionNames);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    throw invalid(
      options,
      `inTransaction does not know the option ${unknown}, only ` +
        `${optionNames.join(', ')}${hint}`,
    );
  }
  const {retries = 0, timeout = 0} = options;
  if (!Number.isInteger(retries) || retries < 0) {
    throw invalid(
      retries,
      `retries must be an integer that is not negative, not ${show(retries)}.`,
    );
  }
  if (!(Number.isFinite(timeout) && timeout >= 0 && timeout <= maxTimerMs)) {
    throw invalid(
      timeout,
      `timeout must be a number of milliseconds from 0 to ${maxTimerMs}, ` +
        `not ${show(timeout)}.`,
    );
  }
  return options;
}

function invalid(value: unknown, message: string): InMemoryError {
  return new InMemoryError('INVALID_VALUE', message, {value});
}

async function rollBack(transaction: TransactionHandle): Promise<void> {
  if (transaction.isActive?.() === false) return;
  try {
    await transaction.rollback();
  } catch {
    // It says less than why there was to be a rollback.
  }
}

/** The SQLSTATEs of what may succeed when it is done again, in any database. */
const retryableStates = new Set<unknown>(
  Object.values(errorCodes).flatMap(({isRetryable, sqlState}) =>
    isRetryable && sqlState !== undefined ? [sqlState] : [],
  ),
);

/**
 * Whether the same work may succeed when it is done again; also by the errors
 * of SQL connectors, which have an SQLSTATE as their `sqlState` or `code`.
 */
function isRetryable(error: unknown): boolean {
  if (error instanceof InMemoryError) {
    return errorCodes[error.code].isRetryable === true;
  }
  const {sqlState, code} = (error ?? {}) as {
    sqlState?: unknown;
    code?: unknown;
  };
  return retryableStates.has(sqlState) || retryableStates.has(code);
}
