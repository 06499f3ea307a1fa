import {InMemoryError} from '../base/errors';
import type {Transaction} from '../database/database';
import {
  type Callback,
  ConnectorTransaction,
  type DataSource,
  type TransactionBase,
  type TransactionClass,
} from './loopback';
import {respond, respondOrPromise} from './respond';

/** What users hold of a transaction: `Model.beginTransaction()` resolves to it. */
export interface InMemoryTransaction extends TransactionBase {
  ensureActive(callback: Callback): boolean;
}

/** `giveUp` is called after each end, and rolls back what is still open. */
type InMemoryTransactionClass = new (
  connector: unknown,
  connection: Transaction,
  giveUp: () => void,
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
      private readonly giveUp: () => void,
    ) {
      super(connector, transaction);
    }

    override commit(callback?: Callback): Promise<void> | undefined {
      const wasOpen = Boolean(this.connection);
      // An observer may fail a commit that is done.
      return this.finish(super.commit.bind(this), callback, () => {
        this.hasFailed ||= wasOpen && !isCommitted(this.transaction);
      });
    }

    /** Succeeds also after a commit that failed: callers roll back then. */
    override rollback(callback?: Callback): Promise<void> | undefined {
      if (this.hasFailed) {
        return respondOrPromise(callback, () => undefined) ?? undefined;
      }
      return this.finish(done => super.rollback(done), callback);
    }

    /**
     * Ends the transaction, also where an observer keeps the juggler from doing
     * so: it calls the transaction inactive then, and nobody could end it later.
     */
    private finish(
      end: TransactionBase['commit'],
      callback: Callback | undefined,
      whenFailed?: () => void,
    ): Promise<void> | undefined {
      if (callback === undefined) {
        return end()?.then(this.giveUp, (error: unknown) => {
          this.giveUp();
          whenFailed?.();
          throw error;
        });
      }
      return end(error => {
        this.giveUp();
        if (error) whenFailed?.();
        callback(error ?? null);
      });
    }

    /** The juggler asks this before each statement, commit and rollback. */
    ensureActive(callback: Callback): boolean {
      if (this.connection) return true;
      refuse(callback, notActive(this.id));
      return false;
    }
  };
}

function refuse(callback: Callback, error: InMemoryError): void {
  respond(callback, () => {
    throw error;
  });
}

function isCommitted({state}: Transaction): boolean {
  return state === 'committed';
}

function notActive(id: string | undefined): InMemoryError {
  return new InMemoryError(
    'TRANSACTION_ENDED',
    `The transaction is not active: ${id}. It was committed or rolled back; ` +
      'begin another one.',
    {value: id},
  );
}
