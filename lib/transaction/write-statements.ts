import {type Deadline, inTime} from '../base/deadline';
import type {SliceQueue} from '../base/slice-queue';
import type {Sliced} from '../base/slices';
import type {Candidates} from './attempt';
import type {Head} from './head';
import {Blocked} from './locking';
import {loadAttempt} from './on-demand';
import type {LockTable} from './locks';
import {holding, type Mutex} from './mutex';
import type {SerialOrder} from './serializable';
import {
  type GoOn,
  headMoved,
  isCut,
  runWith,
  type WriteView,
} from './statement';
import type {Surroundings} from './surroundings';
import {type Place, type Transaction, whileActive} from './transaction';
import type {Views} from './views';
import {waitFor} from './waits';

/** A statement of a transaction that is to write. */
export interface WriteStatement<T> {
  readonly transaction: Transaction;
  readonly slices: SliceQueue | undefined;
  readonly deadline: Deadline | undefined;
  /**
   * The work of one try, done before anybody else can write. It may end the
   * transaction, and sees to it itself that this is active until then.
   */
  readonly work: (view: WriteView) => Sliced<T>;
  /** Takes back what it has locked, when it has failed for good. */
  readonly giveUp: (error: unknown) => Sliced<void>;
}

/** What statements that write need of the transactions around them. */
export interface Writing {
  readonly head: Head;
  readonly locks: LockTable;
  readonly order: SerialOrder;
  readonly views: Views;
  /** Held by the one statement that writes. */
  readonly writeMutex: Mutex;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** A statement that was begun. */
interface Begun<T> {
  readonly write: WriteStatement<T>;
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
    return this.goOn(begun, this.tryAlone(begun));
  }

  /**
   * Tries a statement for who holds the write mutex. Returns how to go on when
   * others hold it.
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
    // Without a break where there need be none: the wait begins now.
    let tried = first instanceof Promise ? await first : first;
    try {
      while (tried instanceof Blocked) {
        await this.waitAt(tried.place, begun.write);
        tried = await this.tryAlone(begun);
      }
      return tried;
    } finally {
      begun.write.transaction.wait?.leave();
    }
  }

  private async waitAt<T>(
    place: Place,
    {deadline, giveUp, slices, transaction}: WriteStatement<T>,
  ): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      timer = failInTime(deadline, transaction);
      await waitFor(transaction, place, this.around.now);
    } catch (error) {
      await runWith(slices, giveUp(error));
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private tryAlone<T>(begun: Begun<T>): Tried<T> {
    return holding(this.around.writeMutex, () => this.try(begun));
  }

  private try<T>(begun: Begun<T>): Tried<T> {
    return runWith(begun.write.slices, this.trying(begun));
  }

  private *trying<T>({write, candidates}: Begun<T>): Sliced<T | Blocked> {
    for (;;) {
      try {
        write.transaction.requireActive();
        const surroundings = yield* inTime(
          write.deadline,
          this.surroundingsOf(write),
        );
        return yield* write.work(
          new (loadAttempt().Attempt)(candidates, surroundings),
        );
      } catch (error) {
        if (error instanceof Blocked) return error;
        if (error === headMoved) continue;
        yield* write.giveUp(error);
        throw error;
      }
    }
  }

  private *surroundingsOf<T>(write: WriteStatement<T>): Sliced<Surroundings> {
    const {deadline, slices, transaction} = write;
    const {head, locks, order, views} = this.around;
    const isShared = slices !== undefined;
    const viewing = views.forWriting(transaction, isShared);
    return {
      transaction,
      locks,
      order,
      viewed: yield* whileActive(transaction, viewing),
      successor: () => views.makeSuccessor(transaction, isShared),
      head: () => head.keep(),
      isCut: isCut(write),
      deadline,
    };
  }
}

/** What has come of a try. */
type Tried<T> = T | Blocked | Promise<T | Blocked>;

function begin<T>(write: WriteStatement<T>): Begun<T> {
  return {write, candidates: {rows: undefined}};
}

/** Fails the wait of a transaction when the time is over; to be cleared. */
function failInTime(
  deadline: Deadline | undefined,
  transaction: Transaction,
): NodeJS.Timeout | undefined {
  if (deadline === undefined) return undefined;
  deadline.check();
  const fail = (): void => transaction.wait?.fail(deadline.error());
  return setTimeout(fail, deadline.leftMs);
}
