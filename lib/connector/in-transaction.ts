import timers from 'node:timers/promises';
import {types} from 'node:util';
import {backoffMs} from '../base/backoff';
import {errorCodes} from '../base/error-codes';
import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import {
  type IsolationLevel,
  isIsolationLevel,
  isolationLevels,
} from '../database/database';
import {maxTimerMs} from './setting-rules';

/** Kept from the start: a test's fake timers must not stop who waits. */
const sleep = timers.setTimeout;

/**
 * A transaction of LoopBack: what its `beginTransaction` makes, as far as all
 * connectors agree. It fits the types of transactions that LoopBack's packages
 * have.
 */
export interface TransactionHandle {
  readonly id: string;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Whether it was neither committed nor rolled back. */
  isActive(): boolean;
}

/** What of a transaction is needed here, whatever its user knows of it. */
interface Ending {
  commit(): unknown;
  rollback(): unknown;
  isActive?(): boolean;
}

/**
 * A datasource, a repository or a model that begins transactions: LoopBack's, on
 * any connector with them. LoopBack's types tell of some of them that they
 * return nothing; they do return a promise.
 */
export interface TransactionalDataSource {
  beginTransaction(options: {
    isolationLevel?: string;
    timeout?: number;
  }): PromiseLike<object> | void;
}

/** How {@link inTransaction} goes about it. */
export interface InTransactionOptions {
  /** Default `'READ COMMITTED'`. */
  readonly isolationLevel?: IsolationLevel;
  /**
   * How often the work is done again, in a new transaction, after a
   * SERIALIZATION_FAILURE (40001) or a DEADLOCK (40P01), also one that the work
   * has caught. Default 0. The first time it is done at once, then after a random
   * wait that grows up to a second, so that many who conflict get through.
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
// By H callers may say what more their transactions have.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export async function inTransaction<T, H extends Ending = TransactionHandle>(
  dataSource: TransactionalDataSource,
  work: (transaction: H) => Promise<T> | T,
  options: InTransactionOptions = {},
): Promise<T> {
  const {retries = 0, ...begin} = checkedOptions(options);
  refuseWhatBeginsNone(dataSource);
  if (typeof work !== 'function') {
    throw invalid(
      work,
      `The work of a transaction must be a function, not ${show(work)}.`,
    );
  }
  for (let attempt = 0; ; attempt++) {
    const transaction = (await dataSource.beginTransaction(begin)) as H;
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await rollBack(transaction);
      if (attempt >= retries || !isRetryable(error)) throw error;
    }
    const waitMs = backoffMs(attempt + 1);
    if (waitMs > 0) await sleep(waitMs);
  }
}

function refuseWhatBeginsNone(given: unknown): void {
  const {beginTransaction} = (given ?? {}) as {beginTransaction?: unknown};
  if (typeof beginTransaction === 'function') return;
  const shown = types.isPromise(given)
    ? 'a promise; await it first'
    : show(given);
  throw new InMemoryError(
    'INVALID_VALUE',
    'inTransaction needs a datasource, or a repository or model, that has ' +
      `beginTransaction(), not ${shown}.`,
  );
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
    throw invalid(
      options,
      `inTransaction does not know the option ${unknown}, ` +
        only(optionNames, unknown),
    );
  }
  const {retries = 0, timeout = 0} = options;
  refuseUnknownLevel(options.isolationLevel);
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

function refuseUnknownLevel(level: unknown): void {
  if (level === undefined || isIsolationLevel(level)) return;
  throw invalid(
    level,
    `isolationLevel cannot be ${show(level)}, ` +
      only(isolationLevels, show(level)),
  );
}

/** The end of a sentence that says what may be given, and what was meant. */
function only(names: readonly string[], given: string): string {
  const meant = nearest(given, names);
  const hint = meant === undefined ? '.' : `; did you mean ${meant}?`;
  return `only ${names.join(', ')}${hint}`;
}

function invalid(value: unknown, message: string): InMemoryError {
  return new InMemoryError('INVALID_VALUE', message, {value});
}

async function rollBack(transaction: Ending): Promise<void> {
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
 * Whether the same work may succeed when it is done again: after a conflict, also
 * where the work has caught that, and only what came later says so.
 */
function isRetryable(error: unknown): boolean {
  return isConflict(error) || (isAborted(error) && isConflict(causeOf(error)));
}

/** By the SQLSTATE, which SQL connectors have as their `sqlState` or `code`. */
function isConflict(error: unknown): boolean {
  return statesOf(error).some(state => retryableStates.has(state));
}

function isAborted(error: unknown): boolean {
  return statesOf(error).includes(errorCodes.TRANSACTION_ABORTED.sqlState);
}

function statesOf(error: unknown): unknown[] {
  const {code, sqlState} = (error ?? {}) as {
    code?: unknown;
    sqlState?: unknown;
  };
  return [sqlState, code];
}

function causeOf(error: unknown): unknown {
  return (error as {cause?: unknown}).cause;
}
