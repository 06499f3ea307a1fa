import type {SliceQueue} from '../base/slice-queue';
import {type Cuttable, inSlices} from '../base/cuttable';
import type {Sliced} from '../base/slices';
import {Attempt, type Candidates} from './attempt';
import type {Head} from './head';
import {Blocked} from './locking';
import type {LockTable} from './locks';
import type {SerialOrder} from './serializable';
import {type GoOn, headMoved, runWith, type WriteView} from './statement';
import type {Transaction} from './transaction';
import {inTurn, type Turns} from './turns';
import type {Views} from './views';
import {waitFor} from './waits';

/** A statement of a transaction that is to write. */
export interface WriteStatement<T> {
  readonly transaction: Transaction;
  readonly statement: (view: WriteView) => Cuttable<T>;
  readonly slices: SliceQueue | undefined;
  /**
   * What is done with its changes before anybody else can write. It may end the
   * transaction, and sees to it itself that this is active until then.
   */
  readonly finish?: () => Sliced<void>;
}

/** What statements that write need of the transactions around them. */
export interface Writing {
  readonly head: Head;
  readonly locks: LockTable;
  readonly order: SerialOrder;
  readonly views: Views;
  /** Whose turn it is to write: one statement at a time. */
  readonly writers: Turns;
  /** Takes back what a statement has locked after so many locks. */
  undo(
    transaction: Transaction,
    error: unknown,
    lockCount: number,
  ): Sliced<void>;
}

/** A statement that was begun. */
interface Begun<T> extends WriteStatement<T> {
  /** The locks that its transaction had before. */
  readonly lockCount: number;
  readonly candidates: Candidates;
}

/**
 * Runs the statements of transactions that write: each is tried, and tried
 * again when those have ended who were in its way.
 */
export class WriteStatements {
  constructor(private readonly around: Writing) {}

  /** Runs a statement. Fails as `Transactions.write` does. */
  run<T>(write: WriteStatement<T>): T | Promise<T> {
    const begun = begin(write);
    return this.goOn(begun, this.tryInTurn(begun));
  }

  /**
   * Tries a statement for who has the turn to write. Returns how to go on when
   * others have their turn already.
   */
  tryOnce<T>(write: WriteStatement<T>): GoOn<T> | Promise<GoOn<T>> {
    const begun = begin(write);
    const tried = this.try(begun);
    return tried instanceof Promise
      ? tried.then(result => () => this.goOn(begun, result))
      : () => this.goOn(begun, tried);
  }

  private goOn<T>(begun: Begun<T>, tried: Tried<T>): T | Promise<T> {
    return tried instanceof Promise || tried instanceof Blocked
      ? this.runLater(begun, tried)
      : tried;
  }

  private async runLater<T>(begun: Begun<T>, first: Tried<T>): Promise<T> {
    const {lockCount, transaction} = begun;
    // Without a break where there need be none: the wait begins now.
    let tried = first instanceof Promise ? await first : first;
    while (tried instanceof Blocked) {
      const {holders} = tried;
      try {
        // They may have ended while the result was on its way.
        if (holders().length > 0) await waitFor(transaction, holders);
      } catch (error) {
        await runWith(
          begun.slices,
          this.around.undo(transaction, error, lockCount),
        );
        throw error;
      }
      tried = await this.tryInTurn(begun);
    }
    return tried;
  }

  private tryInTurn<T>(begun: Begun<T>): Tried<T> {
    return inTurn(this.around.writers, () => this.try(begun));
  }

  private try<T>(begun: Begun<T>): Tried<T> {
    return runWith(begun.slices, this.trying(begun));
  }

  private *trying<T>(begun: Begun<T>): Sliced<T | Blocked> {
    const {finish, lockCount, transaction} = begun;
    for (;;) {
      try {
        transaction.requireActive();
        const attempt = this.attempting(begun);
        const result = yield* whileActive(transaction, attempt);
        if (finish) yield* finish();
        return result;
      } catch (error) {
        if (error instanceof Blocked) return error;
        if (error === headMoved) continue;
        yield* this.around.undo(transaction, error, lockCount);
        throw error;
      }
    }
  }

  private *attempting<T>(begun: Begun<T>): Sliced<T> {
    const {candidates, slices, statement, transaction} = begun;
    const {head, locks, order, views} = this.around;
    const isCut = slices !== undefined;
    const attempt = new Attempt(candidates, {
      transaction,
      locks,
      order,
      viewed: yield* views.viewing(transaction, isCut),
      successor: () => views.makeSuccessor(transaction, isCut),
      head: () => head.keep(),
      isCut,
    });
    return yield* inSlices(statement(attempt));
  }
}

/** What has come of a try. */
type Tried<T> = T | Blocked | Promise<T | Blocked>;

function begin<T>(write: WriteStatement<T>): Begun<T> {
  const lockCount = write.transaction.locks.length;
  return {...write, lockCount, candidates: {rows: undefined}};
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
