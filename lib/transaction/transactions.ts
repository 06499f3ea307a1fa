import {inTime} from '../base/deadline';
import {InMemoryError} from '../base/errors';
import type {SliceQueue} from '../base/slice-queue';
import {type Cuttable, inSlices} from '../base/cuttable';
import {runAtOnce, type Sliced} from '../base/slices';
import {Commits} from './commits';
import {beginDirectly, writeAtOnce} from './direct-write';
import {Endings} from './endings';
import type {Head} from './head';
import type {IsolationLevel} from './isolation';
import {LockTable} from './locks';
import {holding, type Mutex} from './mutex';
import {
  describeOpen,
  type OpenTransaction,
  takeForgotten,
} from './open-transaction';
import type {Version} from '../store/version';
import {addSavepoint, dropSavepoint, returnToSavepoint} from './savepoints';
import {SerialOrder} from './serializable';
import {
  type GoOn,
  type ReadView,
  runWith,
  type StatementOptions,
  thenGoOn,
  type WriteView,
} from './statement';
import {Transaction, whileActive} from './transaction';
import {Views} from './views';
import {waitFor} from './waits';
import {WriteStatements} from './write-statements';

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
 * Statements take no time that others could see. Most run in one go. One that is
 * cut into slices sees a version that nobody changes; if it writes nobody else
 * does until it is done: it holds the write mutex. So do commits. One that must
 * wait gives the mutex back, and is tried again when the other transaction has
 * ended.
 *
 * After an error a transaction goes on without the statement that failed
 * (the dialect decides); but SERIALIZATION_FAILURE and DEADLOCK end it, as the
 * SQL standard has it for all errors of class 40.
 */

/** What transactions need besides the head: the time in milliseconds. */
export interface TransactionOptions {
  readonly now: () => number;
}

/** The open transactions of a database: they begin, run statements and end here. */
export class Transactions {
  private readonly open = new Set<Transaction>();
  private readonly locks = new LockTable();
  private readonly order = new SerialOrder();
  private readonly views: Views;
  private readonly endings: Endings;
  /** Held by the one statement that writes, or commit. */
  private readonly writeMutex: Mutex = {tail: undefined};
  private readonly statements: WriteStatements;
  private readonly commits: Commits;
  private begun = 0;

  constructor(
    private readonly head: Head,
    private readonly options: TransactionOptions,
  ) {
    this.views = new Views(head, this.order, this.open);
    this.endings = new Endings(this.open, head, this.locks, this.order);
    this.commits = new Commits(head, this.order, this.views, this.endings);
    this.statements = new WriteStatements({
      head,
      locks: this.locks,
      order: this.order,
      views: this.views,
      writeMutex: this.writeMutex,
      now: options.now,
    });
  }

  /** Begins a transaction. Its snapshot, if any, is that of its first statement. */
  begin(level: IsolationLevel, lockTimeoutMs = 10_000): Transaction {
    const now = this.options.now();
    const id = ++this.begun;
    const transaction = new Transaction(id, level, now, lockTimeoutMs);
    transaction.begunBy = this;
    transaction.rules = this.head.unsettled.dialect;
    this.open.add(transaction);
    return transaction;
  }

  /** Whether a transaction, open or not, was begun here. */
  hasBegun(transaction: Transaction): boolean {
    return transaction.begunBy === this;
  }

  /** Whether a statement of its own meets nobody who writes, and no lock. */
  get isFree(): boolean {
    return this.writeMutex.tail === undefined && this.locks.isEmpty;
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
    return takeForgotten(this.open, ageMs, this.options.now());
  }

  /**
   * What a statement of a transaction would see that begins now, to keep. Fails with
   * TRANSACTION_ENDED or TRANSACTION_ABORTED.
   */
  versionFor(transaction: Transaction): Version {
    transaction.requireActive();
    return this.views.foreseen(transaction);
  }

  /** Runs a statement that reads; later when one before it waits. */
  read<T>(
    transaction: Transaction,
    statement: (view: ReadView) => Cuttable<T>,
    options: StatementOptions = {},
  ): T | Promise<T> {
    return holding(transaction.mutex, () => {
      transaction.requireActive();
      const work = this.reading(transaction, statement, options);
      return runWith(options.slices, work);
    });
  }

  private *reading<T>(
    transaction: Transaction,
    statement: (view: ReadView) => Cuttable<T>,
    options: StatementOptions,
  ): Sliced<T> {
    const {deadline} = options;
    try {
      const viewing = this.views.forReading(transaction, options);
      const view = yield* whileActive(transaction, inTime(deadline, viewing));
      const found = inTime(deadline, inSlices(statement(view)));
      return yield* whileActive(transaction, found);
    } catch (error) {
      yield* this.endings.noteFailure(transaction, error);
      throw error;
    }
  }

  /**
   * Runs a statement that writes. Returns a promise when it has to wait. Fails
   * with DEADLOCK, LOCK_TIMEOUT, STATEMENT_TIMEOUT or SERIALIZATION_FAILURE, and
   * as the statement does.
   */
  write<T>(
    transaction: Transaction,
    statement: (view: WriteView) => Cuttable<T>,
    {deadline, slices}: StatementOptions = {},
  ): T | Promise<T> {
    return holding(transaction.mutex, () => {
      const lockCount = transaction.locks.length;
      return this.statements.run({
        transaction,
        slices,
        deadline,
        work: view =>
          whileActive(transaction, inTime(deadline, inSlices(statement(view)))),
        giveUp: error => this.endings.undo(transaction, error, lockCount),
      });
    });
  }

  /** Runs a statement as a transaction of its own, which waits for locks. */
  writeAlone<T>(
    statement: (view: WriteView) => Cuttable<T>,
    options: StatementOptions = {},
  ): T | Promise<T> {
    if (this.isFree && options.slices === undefined) {
      return writeAtOnce(this.head, statement, options.deadline);
    }
    const begun = holding(this.writeMutex, () =>
      this.locks.isEmpty
        ? beginDirectly(this.head, statement, options)
        : this.beginAlone(statement, options),
    );
    return thenGoOn(begun);
  }

  /**
   * Begins a statement of its own that meets locks, for who holds the write
   * mutex, which is not given back between its changes and its commit.
   */
  private beginAlone<T>(
    statement: (view: WriteView) => Cuttable<T>,
    options: StatementOptions,
  ): GoOn<T> | Promise<GoOn<T>> {
    const {deadline, lockTimeoutMs, slices} = options;
    const transaction = this.beginOne(lockTimeoutMs);
    const begun = this.statements.tryOnce({
      transaction,
      slices,
      deadline,
      work: view => {
        const work = inTime(deadline, inSlices(statement(view)));
        return this.commits.finishing(transaction, work, slices !== undefined);
      },
      giveUp: () => this.endings.ending(transaction, 'rolled back'),
    });
    return begun instanceof Promise
      ? begun.then(goOn => () => thenGoOn(goOn()))
      : () => thenGoOn(begun());
  }

  /** Begins the transaction of a statement that was called without one. */
  private beginOne(lockTimeoutMs: number | undefined): Transaction {
    const transaction = this.begin('READ COMMITTED', lockTimeoutMs);
    transaction.isOfOneStatement = true;
    return transaction;
  }

  /**
   * Waits until nobody has locked anything in some tables, and runs `action`
   * then, before anybody can. Fails with LOCK_TIMEOUT.
   */
  whenUnlocked(
    tables: readonly string[],
    action: () => void | Promise<void>,
    lockTimeoutMs?: number,
  ): void | Promise<void> {
    const actIf = (isFree: () => boolean): boolean | Promise<boolean> =>
      holding(this.writeMutex, () => {
        if (!isFree()) return false;
        const acted = action();
        return acted instanceof Promise ? acted.then(() => true) : true;
      });
    const first = actIf(() => this.locks.areFree(tables));
    if (first === true) return undefined;
    const waiting = this.beginOne(lockTimeoutMs);
    const place = this.locks.placeForTables(waiting, tables);
    const untilDone = async (): Promise<void> => {
      let done = first instanceof Promise ? await first : first;
      while (!done) {
        await waitFor(waiting, place, this.options.now);
        done = await actIf(() => !place.isInTheWay);
      }
    };
    return untilDone().finally(() => {
      this.endings.end(waiting, 'rolled back');
      // Perhaps it was aborted before.
      waiting.wait?.leave();
    });
  }

  /** Runs what makes another version the newest when nobody writes. */
  whenNobodyWrites(action: () => void | Promise<void>): void | Promise<void> {
    return holding(this.writeMutex, action);
  }

  /**
   * Makes a transaction's changes the newest version. Fails with
   * SERIALIZATION_FAILURE, TRANSACTION_ABORTED or TRANSACTION_ENDED; the
   * transaction is then rolled back.
   */
  commit(transaction: Transaction, slices?: SliceQueue): void | Promise<void> {
    return holding(transaction.mutex, () => {
      const isCut = slices !== undefined;
      const committed = holding(this.writeMutex, () =>
        runWith(slices, this.commits.committing(transaction, isCut)),
      );
      return thenGoOn(committed);
    });
  }

  /** Forgets a transaction's changes; a statement that waits fails. */
  rollback(transaction: Transaction): void {
    runAtOnce(this.rollingBack(transaction));
  }

  /**
   * As {@link rollback}. The transaction is over when this returns, but others
   * may run before its locks are given back.
   */
  rollbackInSlices(
    transaction: Transaction,
    slices: SliceQueue | undefined,
  ): void | Promise<void> {
    return runWith(slices, this.rollingBack(transaction));
  }

  /** Rolls back all but the locks, which are left to be given back. */
  private rollingBack(transaction: Transaction): Sliced<void> {
    const {endReason, state} = transaction;
    // Whoever did not ask for its end may not know of it.
    const isKnown = state === 'rolled back' && endReason === undefined;
    if (state === 'committed' || isKnown) transaction.requireActive();
    if (state === 'aborted') transaction.state = 'rolled back';
    else this.endings.close(transaction, 'rolled back');
    return this.endings.giveAllBack(transaction);
  }

  /**
   * Aborts the writers of a table that is about to be defined anew, and those of
   * the tables that its rows begin to refer to: these may be on their way out.
   */
  abortWriters(table: string, parents: readonly string[]): void {
    for (const holder of this.locks.holdersInTables([table, ...parents])) {
      holder.cause = new InMemoryError(
        'SERIALIZATION_FAILURE',
        `${table} was defined anew while the transaction had written to it, or ` +
          'to a table that it refers to now; run it again.',
        {table},
      );
      this.endings.end(holder, 'aborted');
    }
  }

  /**
   * Aborts all transactions, for commits that they may have seen are taken back. Their
   * cause may be a function that makes it: where there are none it takes no time.
   */
  abortAll(cause: Error | (() => Error)): void {
    for (const transaction of this.open) {
      transaction.cause = typeof cause === 'function' ? cause() : cause;
      this.endings.end(transaction, 'aborted');
    }
  }

  /** Marks the place to which {@link rollbackTo} leads back. */
  savepoint(transaction: Transaction, name: string): void | Promise<void> {
    return holding(transaction.mutex, () => {
      transaction.requireActive();
      addSavepoint(transaction, name);
    });
  }

  /**
   * Takes back what was changed since the last savepoint of that name, which
   * stays. Fails with INVALID_SAVEPOINT when there is none.
   */
  rollbackTo(
    transaction: Transaction,
    name: string,
    slices?: SliceQueue,
  ): void | Promise<void> {
    return holding(transaction.mutex, () => {
      if (transaction.state !== 'failed') transaction.requireActive();
      const lockCount = returnToSavepoint(transaction, name);
      transaction.state = 'active';
      transaction.cause = undefined;
      return runWith(slices, this.endings.releasing(transaction, lockCount));
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
    return holding(transaction.mutex, () => {
      transaction.requireActive();
      dropSavepoint(transaction, name);
    });
  }
}
