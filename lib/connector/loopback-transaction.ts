import {InMemoryError} from '../base/errors';
import type {Transaction} from '../database/database';
import {
  type Callback,
  ConnectorTransaction,
  type DataSource,
  type TransactionBase,
  type TransactionClass,
} from './loopback';
import {respond, respondOrPromise, type Told} from './respond';

/** What users hold of a transaction: `Model.beginTransaction()` resolves to it. */
export interface InMemoryTransaction extends TransactionBase {
  ensureActive(callback: Callback): boolean;
}

/** What a transaction asks of the connector that has begun it. */
export interface TransactionOwner {
  /** Is called after each end, and rolls back what is still open. */
  giveUp(): void;
  /** What callers are told of an error. */
  readonly told: Told;
  /** Whether a rollback succeeds also where a commit has failed before. */
  readonly isLenient: boolean;
}

type InMemoryTransactionClass = new (
  connector: unknown,
  connection: Transaction,
  owner: TransactionOwner,
) => InMemoryTransaction;

const classes = new WeakMap<TransactionClass, InMemoryTransactionClass>();

/**
 * The class of the transactions of a datasource. It is derived from the class of
 * the application's copy of loopback-connector, to which the juggler has added
 * its observers and timeouts; ours may be another copy.
 */
export function transactionClassOf(
  dataSource: DataSource | undefined,
): InMemoryTransactionClass {
  const base =
    dataSource?.DataAccessObject?.Transaction ?? ConnectorTransaction;
  let derived = classes.get(base);
  if (derived === undefined) {
    derived = derive(base);
    classes.set(base, derived);
  }
  return derived;
}

function derive(base: TransactionClass): InMemoryTransactionClass {
  return class extends base implements InMemoryTransaction {
    /** Whether a commit has failed, which has rolled it back. */
    private hasFailed = false;

    constructor(
      connector: unknown,
      private readonly transaction: Transaction,
      private readonly owner: TransactionOwner,
    ) {
      super(connector, transaction);
    }

    private readonly giveUp = (): void => this.owner.giveUp();

    override commit(callback?: Callback): Promise<void> | undefined {
      const wasOpen = Boolean(this.connection);
      // An observer may fail a commit that is done.
      return finish(super.commit.bind(this), this.giveUp, callback, () => {
        this.hasFailed ||= wasOpen && !isCommitted(this.transaction);
      });
    }

    /** The juggler tells observers of a timeout so, and rolls back then. */
    override notifyObserversOf(
      operation: string,
      context: object,
      callback?: Callback,
    ): unknown {
      const then = notingTimeout(operation, this.transaction, callback);
      return super.notifyObserversOf(operation, context, then);
    }

    /** Succeeds also after a failed commit or a timeout: callers roll back then. */
    override rollback(callback?: Callback): Promise<void> | undefined {
      const isOver = !this.connection && hasEndedUnasked(this.transaction);
      if (this.owner.isLenient && (this.hasFailed || isOver)) {
        return respondOrPromise(callback, () => undefined) ?? undefined;
      }
      return finish(super.rollback.bind(this), this.giveUp, callback);
    }

    /** The juggler asks this before each statement, commit and rollback. */
    ensureActive(callback: Callback): boolean {
      if (this.connection) return true;
      refuse(callback, this.owner.told(notActive(this.id, this.transaction)));
      return false;
    }
  };
}

/**
 * Ends a transaction, also where an observer keeps the juggler from doing so: it
 * calls the transaction inactive then, and nobody could end it later.
 */
function finish(
  end: TransactionBase['commit'],
  giveUp: () => void,
  callback: Callback | undefined,
  whenFailed?: () => void,
): Promise<void> | undefined {
  if (callback === undefined) {
    return end()?.then(giveUp, (error: unknown) => {
      giveUp();
      whenFailed?.();
      throw error;
    });
  }
  return end(error => {
    giveUp();
    if (error) whenFailed?.();
    callback(error ?? null);
  });
}

function refuse(callback: Callback, error: Error): void {
  respond(callback, () => {
    throw error;
  });
}

function isCommitted({state}: Transaction): boolean {
  return state === 'committed';
}

/** The callback; where a timeout is told of, what is to be called for it. */
function notingTimeout(
  operation: string,
  transaction: Transaction,
  callback: Callback | undefined,
): Callback | undefined {
  if (operation !== 'timeout') return callback;
  return error => {
    if (!error) noteTimeout(transaction);
    callback?.(error);
  };
}

/** Says why a transaction is about to be rolled back. */
function noteTimeout(transaction: Transaction): void {
  const {state} = transaction;
  if (state === 'committed' || state === 'rolled back') return;
  const ageMs = Date.now() - transaction.startedAt;
  transaction.endReason ??= `it timed out after ${ageMs} ms`;
}

function hasEndedUnasked({endReason}: Transaction): boolean {
  return endReason !== undefined;
}

function notActive(
  id: string | undefined,
  {howEnded, state}: Transaction,
): InMemoryError {
  // An observer has kept the juggler from ending it, so we are about to.
  const how = state === 'active' ? 'rolled back' : howEnded;
  return new InMemoryError(
    'TRANSACTION_ENDED',
    `The transaction is not active: ${id}. It was ${how}; begin another one.`,
    {value: id},
  );
}
