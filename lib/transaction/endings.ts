import {errorCodes} from '../base/error-codes';
import {InMemoryError} from '../base/errors';
import {runAtOnce, type Sliced} from '../base/slices';
import type {Head} from './head';
import type {LockTable} from './locks';
import type {SerialOrder} from './serializable';
import type {Transaction} from './transaction';
import {endWait} from './waits';

/** How a transaction has ended. */
export type EndState = 'aborted' | 'committed' | 'rolled back';

/**
 * How transactions end, and how they give back their locks. That may take long,
 * so it can be cut: a transaction is over at once, and those who wait for a lock
 * of it go on when all of them are given back.
 */
export class Endings {
  constructor(
    private readonly open: Set<Transaction>,
    private readonly head: Head,
    private readonly locks: LockTable,
    private readonly order: SerialOrder,
  ) {}

  /** Ends a transaction, unless it has ended, in one go. */
  end(transaction: Transaction, state: EndState): void {
    runAtOnce(this.ending(transaction, state));
  }

  /** As {@link end}, as work that can be cut. */
  *ending(transaction: Transaction, state: EndState): Sliced<void> {
    this.close(transaction, state);
    // Also where others are to find none left of one that is giving them back.
    yield* this.giveAllBack(transaction);
  }

  /** Ends a transaction, unless it has ended, all but its locks. */
  close(transaction: Transaction, state: EndState): void {
    if (!this.open.delete(transaction)) return;
    transaction.state = state;
    if (transaction.node !== undefined && state !== 'committed') {
      this.order.abort(transaction.node);
    }
    transaction.forget();
    endWait(transaction);
  }

  /** Gives back the locks of a transaction that has ended. */
  *giveAllBack(transaction: Transaction): Sliced<void> {
    yield* this.locks.releasing(transaction, 0);
  }

  /** Gives back the locks after the first `count`. */
  *releasing(transaction: Transaction, count: number): Sliced<void> {
    yield* this.locks.releasing(transaction, count);
  }

  /** Ends a transaction, or stops it, where a statement failed with that. */
  *noteFailure(transaction: Transaction, error: unknown): Sliced<void> {
    if (transaction.state !== 'active' || !(error instanceof Error)) return;
    if (endsTransaction(error)) {
      transaction.cause = error;
      yield* this.ending(transaction, 'aborted');
    } else if (this.head.current.dialect.errorFailsTransaction(error)) {
      transaction.cause = error;
      transaction.state = 'failed';
    }
  }

  /** Takes back what a statement that failed has locked after `count` locks. */
  *undo(transaction: Transaction, error: unknown, count: number): Sliced<void> {
    if (transaction.state !== 'active') return;
    yield* this.releasing(transaction, count);
    yield* this.noteFailure(transaction, error);
  }
}

function endsTransaction(error: Error): boolean {
  return (
    error instanceof InMemoryError &&
    errorCodes[error.code].endsTransaction === true
  );
}
