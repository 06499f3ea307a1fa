import {InMemoryError} from '../base/errors';
import type {Transaction} from '../database/database';
import {
  type Callback,
  ConnectorTransaction,
  type TransactionBase,
} from './loopback';
import {respond} from './respond';

/** What users hold of a transaction: `Model.beginTransaction()` resolves to it. */
export class InMemoryTransaction extends ConnectorTransaction {
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
      callback(error ?? null);
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
