import type {Sliced} from '../base/slices';
import type {Endings} from './endings';
import type {Head} from './head';
import type {SerialOrder} from './serializable';
import type {GoOn} from './statement';
import {type Transaction, whileActive} from './transaction';
import type {Views} from './views';

/**
 * How transactions commit, for who holds the write mutex: their changes become
 * the newest version. Each of them is over then, whether it has failed or not;
 * what is left to do is to wait until the commit is safe.
 */
export class Commits {
  constructor(
    private readonly head: Head,
    private readonly order: SerialOrder,
    private readonly views: Views,
    private readonly endings: Endings,
  ) {}

  /**
   * Commits a transaction. Returns how to wait until that is safe. Fails with
   * SERIALIZATION_FAILURE, TRANSACTION_ABORTED or TRANSACTION_ENDED.
   */
  *committing(transaction: Transaction, isCut: boolean): Sliced<GoOn<void>> {
    try {
      transaction.requireActive();
      yield* whileActive(transaction, this.movingHead(transaction, isCut));
    } catch (error) {
      yield* this.endings.ending(transaction, 'rolled back');
      throw error;
    }
    // From now on: the commit may be taken back before anybody asks.
    const safe = this.head.whenSafe(undefined);
    if (safe instanceof Promise) safe.catch(() => undefined);
    yield* this.endings.ending(transaction, 'committed');
    return () => safe;
  }

  /**
   * Does the work of the only statement of a transaction and commits that, or
   * does neither. Returns how to wait for the result until the commit is safe.
   */
  *finishing<T>(
    transaction: Transaction,
    work: Sliced<T>,
    isCut: boolean,
  ): Sliced<GoOn<T>> {
    const result = yield* whileActive(transaction, work);
    const untilSafe = yield* this.committing(transaction, isCut);
    return () => {
      const safe = untilSafe();
      return safe instanceof Promise ? safe.then(() => result) : result;
    };
  }

  /** Makes a transaction's changes, if any, the newest version. */
  private *movingHead(transaction: Transaction, isCut: boolean): Sliced<void> {
    const {node, writes} = transaction;
    if (node !== undefined) this.order.requireSafe(node);
    while (writes.size > 0) {
      const head = this.head.keep();
      const version = yield* this.views.makeSuccessor(transaction, isCut);
      const changes = yield* writes.changes();
      if (node !== undefined) this.order.requireSafe(node);
      if (this.head.current !== head) continue;
      this.head.commit(version, changes);
      break;
    }
    if (node !== undefined) this.order.commit(node);
  }
}
