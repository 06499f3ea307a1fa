import {type ErrorDetails, InMemoryError, wordsOf} from '../base/errors';
import type {Sliced} from '../base/slices';
import type {Version} from '../store/version';
import {defaultDialect} from '../value/dialect';
import {
  hasSnapshot,
  type IsolationLevel,
  type MeetingRules,
  readsUncommitted,
  writesToSnapshot,
} from './isolation';
import {transactionMark} from './mark';
import type {Mutex} from './mutex';
import type {SerialNode} from './serializable';
import {WriteSet} from './write-set';

/** Something that a transaction keeps from others until it ends. */
export interface HeldLock {
  /** Gives it back. Returns where somebody waits, to be woken. */
  release(): Waiting | undefined;
}

/** What others may wait for. */
export interface Waiting {
  /** Lets those go on who can; `isCommit` tells why those before them are gone. */
  wakeNext(isCommit: boolean): void;
}

/** What a statement waits for, and its place among those who wait. */
export interface Place {
  /** What it is, for programs. */
  readonly subject: ErrorDetails;
  /** Whether anybody is in the way. */
  readonly isInTheWay: boolean;
  /** Counts up whenever somebody who was before it is not any more. */
  readonly moves: number;
  /** The nearest one that waits, too, and must go on first. */
  readonly next: Transaction | undefined;
  /** Those in the way who have what is waited for. */
  holders(): readonly Transaction[];
  /** Those and others in the way, or enough to find whom they wait for. */
  blockers(): readonly Transaction[];
  /** Whether a transaction must end or go on first. */
  isBehind(other: Transaction): boolean;
  isSameAs(other: Place): boolean;
  /** Takes the place. `resume` is called when the statement may try again. */
  enter(resume: () => void): void;
  /** Waits on at the same place after a try that did not help. */
  waitOn(): void;
  leave(): void;
}

/** A statement that waits for others, or has been told to try again. */
export interface Wait {
  readonly by: Transaction;
  readonly place: Place;
  /** Which of all waits it is. */
  readonly number: number;
  /** Whether it has not been told to try again. */
  readonly isWaiting: boolean;
  /** Ends the wait with an error, unless it has been told to try again. */
  fail(error: Error): void;
  /** Gives up its place, and lets the next one go on. */
  leave(): void;
}

/** A place in a transaction to go back to. */
export interface Savepoint {
  readonly name: string;
  readonly writes: WriteSet;
  readonly working: Version | undefined;
  readonly lockCount: number;
}

/**
 * How a transaction stands. One that has `failed` takes nothing but a rollback,
 * also to a savepoint; one that was `aborted` has lost its changes already.
 */
export type TransactionState =
  'active' | 'failed' | 'aborted' | 'committed' | 'rolled back';

/**
 * A transaction: what it sees, what it has written and locked, and how it
 * stands. The rules are in transactions.ts.
 */
export class Transaction {
  readonly [transactionMark] = true;
  state: TransactionState = 'active';
  /** What it was aborted by, or made it fail. */
  cause: Error | undefined;
  /** Why it was rolled back, where it was not asked to be: `it timed out`. */
  endReason: string | undefined;
  /** Its snapshot, once its first statement took one. */
  snapshot: Version | undefined;
  /** The snapshot with its own changes, once there are any. */
  working: Version | undefined;
  /** A committed version with its own changes: what a commit would lead to. */
  successor: {readonly head: Version; readonly version: Version} | undefined;
  writes = new WriteSet();
  locks: HeldLock[] = [];
  readonly savepoints: Savepoint[] = [];
  /** Its place among serializable transactions. */
  node: SerialNode | undefined;
  /** The wait of its statement, if there is one, until that has been tried again. */
  wait: Wait | undefined;
  /** Whether somebody may wait for it; false where nobody does. */
  mayBeWaitedFor = false;
  /** Held by the one statement of it that runs. */
  readonly mutex: Mutex = {tail: undefined};
  /** Whether a statement that was called without one runs in it. */
  isOfOneStatement = false;
  isReported = false;
  /** How it meets others. */
  rules: MeetingRules = defaultDialect;
  /** Who began it; nobody else can run its statements or end it. */
  begunBy: object | undefined;

  constructor(
    readonly id: number,
    readonly level: IsolationLevel,
    readonly startedAt: number,
    readonly lockTimeoutMs: number,
  ) {}

  /** Whether it sees the database at one moment throughout. */
  get hasSnapshot(): boolean {
    return hasSnapshot(this.level);
  }

  /** Whether what it writes has to fit what it sees. */
  get writesToSnapshot(): boolean {
    return writesToSnapshot(this.level, this.rules);
  }

  /** Whether it sees what others have not committed. */
  get readsUncommitted(): boolean {
    return readsUncommitted(this.level, this.rules);
  }

  /** Fails with TRANSACTION_ENDED or TRANSACTION_ABORTED unless it goes on. */
  requireActive(): void {
    switch (this.state) {
      case 'active':
        return;
      case 'failed':
      case 'aborted':
        throw this.abortedError();
      default:
        throw new InMemoryError(
          'TRANSACTION_ENDED',
          `The transaction ${this.id} was ${this.howEnded}; begin another one.`,
          {value: this.id},
        );
    }
  }

  /**
   * TRANSACTION_ABORTED, because of what it was aborted by; just that where
   * nobody knows of the transaction but its one statement.
   */
  abortedError(): Error {
    const {cause, id, isOfOneStatement} = this;
    if (isOfOneStatement && cause !== undefined) return cause;
    return new InMemoryError(
      'TRANSACTION_ABORTED',
      `The transaction ${id} was aborted (${cause && wordsOf(cause)}) ` +
        'Roll it back, and run it again if that makes sense.',
      {value: id},
      {cause},
    );
  }

  /** Whether it has ended, in whatever way. */
  get isOver(): boolean {
    return this.state !== 'active' && this.state !== 'failed';
  }

  /** How it has ended, and why: `rolled back because it timed out`. */
  get howEnded(): string {
    const {endReason, state} = this;
    return endReason === undefined ? state : `${state} because ${endReason}`;
  }

  /** Lets go of all that a transaction which has ended needs no more. */
  forget(): void {
    this.snapshot = undefined;
    this.working = undefined;
    this.successor = undefined;
    this.savepoints.length = 0;
    // Of a committed one others may ask what it has written.
    if (this.state !== 'committed') this.writes = new WriteSet();
  }
}

/**
 * Does work of a transaction as long as that is active. Fails with
 * TRANSACTION_ENDED or TRANSACTION_ABORTED where it was ended before or between
 * slices.
 */
export function* whileActive<T>(
  transaction: Transaction,
  work: Sliced<T>,
): Sliced<T> {
  for (;;) {
    // Also before the first step, which may have waited for its turn.
    transaction.requireActive();
    const step = work.next();
    if (step.done === true) return step.value;
    yield;
  }
}
