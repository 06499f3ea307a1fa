import {InMemoryError} from '../base/errors';
import type {Sliced} from '../base/slices';
import type {Version} from '../store/version';
import {hasSnapshot, type IsolationLevel} from './isolation';
import type {Mutex} from './mutex';
import type {SerialNode} from './serializable';
import {WriteSet} from './write-set';

/** Something that a transaction keeps from others until it ends. */
export interface Lock {
  release(): void;
}

/** A statement that waits for another transaction to end. */
export interface Wait {
  readonly by: Transaction;
  /** Who is in the way: the wait is over when one of them ends. */
  readonly holders: () => readonly Transaction[];
  /** Which of all waits it is. */
  readonly number: number;
  /** Lets the statement try again. */
  resume(): void;
  /** Ends the wait with an error. */
  fail(error: Error): void;
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
  state: TransactionState = 'active';
  /** What it was aborted by, or made it fail. */
  cause: Error | undefined;
  /** Its snapshot, once its first statement took one. */
  snapshot: Version | undefined;
  /** The snapshot with its own changes, once there are any. */
  working: Version | undefined;
  /** A committed version with its own changes: what a commit would lead to. */
  successor: {readonly head: Version; readonly version: Version} | undefined;
  writes = new WriteSet();
  locks: Lock[] = [];
  readonly savepoints: Savepoint[] = [];
  /** Its place among serializable transactions. */
  node: SerialNode | undefined;
  /** The statement that waits for another transaction. */
  wait: Wait | undefined;
  /** The waits of others for this one, first come first. */
  readonly waiters = new Set<Wait>();
  /** Held by the one statement of it that runs. */
  readonly mutex: Mutex = {tail: undefined};
  isReported = false;
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

  /** Fails with TRANSACTION_ENDED or TRANSACTION_ABORTED unless it goes on. */
  requireActive(): void {
    switch (this.state) {
      case 'active':
        return;
      case 'failed':
      case 'aborted':
        throw new InMemoryError(
          'TRANSACTION_ABORTED',
          `The transaction ${this.id} was aborted (${this.cause?.message}) ` +
            'Roll it back, and run it again if that makes sense.',
          {value: this.id},
        );
      default:
        throw new InMemoryError(
          'TRANSACTION_ENDED',
          `The transaction ${this.id} was ${this.state}; begin another one.`,
          {value: this.id},
        );
    }
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
 * TRANSACTION_ENDED or TRANSACTION_ABORTED where it was ended between slices.
 */
export function* whileActive<T>(
  transaction: Transaction,
  work: Sliced<T>,
): Sliced<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    yield;
    transaction.requireActive();
  }
}
