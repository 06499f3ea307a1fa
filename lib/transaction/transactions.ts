import {InMemoryError} from '../base/errors';
import {Attempt, Blocked, type Candidates} from './attempt';
import type {Head} from './head';
import type {IsolationLevel} from './isolation';
import {LockTable} from './locks';
import {describeOpen, type OpenTransaction} from './open-transaction';
import {addSavepoint, dropSavepoint, returnToSavepoint} from './savepoints';
import {SerialOrder} from './serializable';
import type {ReadView, WriteView} from './statement';
import {Transaction} from './transaction';
import {inTurn} from './turns';
import {Views} from './views';
import {resumeWaiters, waitFor} from './waits';

/*
 * How transactions work
 *
 * A transaction's changes are in a version of its own, which only its own
 * statements see. Rolling back is forgetting that version; committing is making
 * it the newest one.
 *
 *               READ COMMITTED                REPEATABLE READ, SERIALIZABLE
 *   sees        the newest version when the   the newest version when its first
 *               statement began, with its     statement began, with its own
 *               own changes                   changes
 *   meets a row waits until that one has      waits; if it was committed, fails
 *   that another ended, and tests the row     with SERIALIZATION_FAILURE; so it
 *   one writes  as it is then                 does on rows changed since it began
 *
 * Every row that a transaction writes, and every new unique key, is locked until
 * it ends, so its changes still fit the newest version when it commits: they
 * are applied to that again, unless nothing was committed in between.
 *
 * Statements run in one go, and take no time that others could see. One that
 * must wait is undone, and run again when the other transaction has ended.
 *
 * After an error a transaction goes on without the statement that failed
 * (the dialect decides); but SERIALIZATION_FAILURE and DEADLOCK end it, as the
 * SQL standard has it for all errors of class 40.
 */

/** How long a statement waits for a lock, unless told otherwise. */
const defaultLockTimeoutMs = 10_000;

/** What makes up a database's transactions, besides its head. */
export interface TransactionOptions {
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** The open transactions of a database: they begin, run statements and end here. */
export class Transactions {
  private readonly open = new Set<Transaction>();
  private readonly locks = new LockTable();
  private readonly order = new SerialOrder();
  private readonly views: Views;
  private begun = 0;

  constructor(
    private readonly head: Head,
    private readonly options: TransactionOptions,
  ) {
    this.views = new Views(head, this.order);
  }

  /** Begins a transaction. Its snapshot, if any, is that of its first statement. */
  begin(
    level: IsolationLevel,
    lockTimeoutMs = defaultLockTimeoutMs,
  ): Transaction {
    const now = this.options.now();
    const transaction = new Transaction(
      ++this.begun,
      level,
      now,
      lockTimeoutMs,
    );
    transaction.begunBy = this;
    this.open.add(transaction);
    return transaction;
  }

  /** Whether a transaction, open or not, was begun here. */
  hasBegun(transaction: Transaction): boolean {
    return transaction.begunBy === this;
  }

  /** Whether a write outside of any transaction cannot meet a lock. */
  get isUnlocked(): boolean {
    return this.locks.isEmpty;
  }

  /** The open transactions, the oldest first. */
  list(): OpenTransaction[] {
    const now = this.options.now();
    return [...this.open].map(transaction => describeOpen(transaction, now));
  }

  /**
   * The transactions that have been open for longer than `ageMs` and have not
   * been told of before.
   */
  takeForgotten(ageMs: number): OpenTransaction[] {
    const now = this.options.now();
    const forgotten = [...this.open].filter(
      ({isReported, startedAt}) => !isReported && now - startedAt >= ageMs,
    );
    for (const transaction of forgotten) transaction.isReported = true;
    return forgotten.map(transaction => describeOpen(transaction, now));
  }

  /** Runs a statement that reads; later when one before it waits. */
  read<T>(
    transaction: Transaction,
    statement: (view: ReadView) => T,
  ): T | Promise<T> {
    return inTurn(transaction, () =>
      this.guarded(transaction, () =>
        statement(this.views.forReading(transaction)),
      ),
    );
  }

  /**
   * Runs a statement that writes. Returns a promise when it has to wait. Fails
   * with DEADLOCK, LOCK_TIMEOUT or SERIALIZATION_FAILURE, and as the statement
   * does.
   */
  write<T>(
    transaction: Transaction,
    statement: (view: WriteView) => T,
  ): T | Promise<T> {
    return inTurn(transaction, () => this.run(transaction, statement));
  }

  /** Runs a statement as a transaction of its own, which waits for locks. */
  writeAlone<T>(
    statement: (view: WriteView) => T,
    lockTimeoutMs?: number,
  ): T | Promise<T> {
    const transaction = this.begin('READ COMMITTED', lockTimeoutMs);
    const finish = (result: T): T | Promise<T> => {
      this.commitNow(transaction);
      return this.head.whenSafe(result);
    };
    const giveUp = (error: unknown): never => {
      this.end(transaction, 'rolled back');
      throw error;
    };
    try {
      const result = this.write(transaction, statement);
      return result instanceof Promise
        ? result.then(finish).catch(giveUp)
        : finish(result);
    } catch (error) {
      return giveUp(error);
    }
  }

  /**
   * Waits until nobody has locked anything in some tables, and runs `action`
   * then, before anybody can. Fails with LOCK_TIMEOUT.
   */
  async whenUnlocked(
    tables: readonly string[],
    action: () => void,
    lockTimeoutMs?: number,
  ): Promise<void> {
    const transaction = this.begin('READ COMMITTED', lockTimeoutMs);
    try {
      for (;;) {
        const holders = () => this.locks.holdersInTables(tables);
        if (holders().length === 0) return action();
        await waitFor(transaction, holders);
      }
    } finally {
      this.end(transaction, 'rolled back');
    }
  }

  /**
   * Makes a transaction's changes the newest version. Fails with
   * SERIALIZATION_FAILURE, TRANSACTION_ABORTED or TRANSACTION_ENDED; the
   * transaction is then rolled back.
   */
  commit(transaction: Transaction): void | Promise<void> {
    return inTurn(transaction, () => {
      try {
        this.commitNow(transaction);
        return this.head.whenSafe(undefined);
      } finally {
        if (this.open.has(transaction)) this.end(transaction, 'rolled back');
      }
    });
  }

  private commitNow(transaction: Transaction): void {
    transaction.requireActive();
    const {node, writes} = transaction;
    if (node !== undefined) this.order.requireSafe(node);
    if (writes.size > 0) {
      const version = this.views.successorOf(transaction);
      this.head.commit(version, writes.changes());
    }
    if (node !== undefined) this.order.commit(node);
    this.end(transaction, 'committed');
  }

  /** Forgets a transaction's changes; a statement that waits fails. */
  rollback(transaction: Transaction): void {
    const {state} = transaction;
    if (state === 'committed' || state === 'rolled back') {
      transaction.requireActive();
    }
    if (state === 'aborted') transaction.state = 'rolled back';
    else this.end(transaction, 'rolled back');
  }

  private end(
    transaction: Transaction,
    state: 'aborted' | 'committed' | 'rolled back',
  ): void {
    if (!this.open.delete(transaction)) return;
    transaction.state = state;
    if (transaction.node !== undefined && state !== 'committed') {
      this.order.abort(transaction.node);
    }
    this.locks.release(transaction, 0);
    transaction.forget();
    transaction.wait?.fail(
      new InMemoryError(
        'TRANSACTION_ENDED',
        `The transaction ${transaction.id} was ${state} while a statement waited.`,
        {value: transaction.id},
      ),
    );
    resumeWaiters(transaction);
  }

  /** Aborts the writers of a table that is about to be defined anew. */
  abortWriters(table: string): void {
    for (const holder of this.locks.holdersInTables([table])) {
      holder.cause = new InMemoryError(
        'SERIALIZATION_FAILURE',
        `${table} was defined anew while the transaction had written to it; ` +
          'run it again.',
        {table},
      );
      this.end(holder, 'aborted');
    }
  }

  /** Aborts all transactions, for commits that they may have seen are taken back. */
  abortAll(cause: Error): void {
    for (const transaction of this.open) {
      transaction.cause = cause;
      this.end(transaction, 'aborted');
    }
  }

  /** Marks the place to which {@link rollbackTo} leads back. */
  savepoint(transaction: Transaction, name: string): void | Promise<void> {
    return inTurn(transaction, () => {
      transaction.requireActive();
      addSavepoint(transaction, name);
    });
  }

  /**
   * Takes back what was changed since the last savepoint of that name, which
   * stays. Fails with INVALID_SAVEPOINT when there is none.
   */
  rollbackTo(transaction: Transaction, name: string): void | Promise<void> {
    return inTurn(transaction, () => {
      if (transaction.state !== 'failed') transaction.requireActive();
      const lockCount = returnToSavepoint(transaction, name);
      transaction.state = 'active';
      transaction.cause = undefined;
      this.releaseLocks(transaction, lockCount);
    });
  }

  /**
   * Forgets the last savepoint of that name and those after it; the changes
   * stay. Fails with INVALID_SAVEPOINT when there is none.
   */
  releaseSavepoint(
    transaction: Transaction,
    name: string,
  ): void | Promise<void> {
    return inTurn(transaction, () => {
      transaction.requireActive();
      dropSavepoint(transaction, name);
    });
  }

  private releaseLocks(transaction: Transaction, count: number): void {
    if (transaction.locks.length === count) return;
    this.locks.release(transaction, count);
    resumeWaiters(transaction);
  }

  /** Runs a statement; what it fails with may end the transaction. */
  private guarded<T>(transaction: Transaction, statement: () => T): T {
    transaction.requireActive();
    try {
      return statement();
    } catch (error) {
      this.noteFailure(transaction, error);
      throw error;
    }
  }

  private noteFailure(transaction: Transaction, error: unknown): void {
    if (transaction.state !== 'active' || !(error instanceof Error)) return;
    if (error instanceof InMemoryError && error.sqlState?.startsWith('40')) {
      transaction.cause = error;
      this.end(transaction, 'aborted');
    } else if (this.head.current.dialect.errorFailsTransaction) {
      transaction.cause = error;
      transaction.state = 'failed';
    }
  }

  private run<T>(
    transaction: Transaction,
    statement: (view: WriteView) => T,
  ): T | Promise<T> {
    const lockCount = transaction.locks.length;
    const candidates: Candidates = {rows: undefined};
    const result = this.attempt(transaction, statement, candidates, lockCount);
    if (!(result instanceof Blocked)) return result;
    return this.runLater(transaction, statement, candidates, {
      lockCount,
      blocked: result,
    });
  }

  private async runLater<T>(
    transaction: Transaction,
    statement: (view: WriteView) => T,
    candidates: Candidates,
    start: {readonly lockCount: number; readonly blocked: Blocked},
  ): Promise<T> {
    const {lockCount} = start;
    let {blocked} = start;
    for (;;) {
      try {
        await waitFor(transaction, blocked.holders);
      } catch (error) {
        this.undo(transaction, error, lockCount);
        throw error;
      }
      const result = this.attempt(
        transaction,
        statement,
        candidates,
        lockCount,
      );
      if (!(result instanceof Blocked)) return result;
      blocked = result;
    }
  }

  private attempt<T>(
    transaction: Transaction,
    statement: (view: WriteView) => T,
    candidates: Candidates,
    lockCount: number,
  ): T | Blocked {
    try {
      transaction.requireActive();
      const view = new Attempt(transaction, candidates, {
        locks: this.locks,
        order: this.order,
        viewed: this.views.versionFor(transaction),
        successor: () => this.views.successorOf(transaction),
        head: () => this.head.keep(),
      });
      return statement(view);
    } catch (error) {
      if (error instanceof Blocked) return error;
      this.undo(transaction, error, lockCount);
      throw error;
    }
  }

  private undo(
    transaction: Transaction,
    error: unknown,
    lockCount: number,
  ): void {
    if (transaction.state !== 'active') return;
    this.releaseLocks(transaction, lockCount);
    this.noteFailure(transaction, error);
  }
}
