import {runAtOnce} from '../../../lib/base/slices';
import type {LockUse} from '../../../lib/transaction/lock-queue';
import {LockTable} from '../../../lib/transaction/locks';
import type {EndState} from '../../../lib/transaction/endings';
import type {Transaction} from '../../../lib/transaction/transaction';
import {endWait, waitFor} from '../../../lib/transaction/waits';
import {indexOn, schemaOf} from '../schema/example';
import {tableOf, versionWith} from '../store/example';

/** A table with a unique index, to lock rows and keys of. */
const table = tableOf(
  versionWith(schemaOf({indexes: [indexOn('code', {isUnique: true})]})),
);

/** Locks that transactions take as statements do, which wait for them. */
export class LockWaits {
  readonly locks = new LockTable();
  /** How often somebody was told to try again. */
  tries = 0;

  /** Locks a row, or looks at it, when nobody is in the way any more. */
  async use(by: Transaction, id: number, use: LockUse = 'change') {
    try {
      for (;;) {
        const place = this.locks.waitForRow(by, table, id, use);
        if (place === undefined) break;
        await waitFor(by, place, () => 12_345);
        by.requireActive();
        this.tries++;
      }
      if (use !== 'look') this.locks.lockRow(by, table, id, use);
    } finally {
      by.wait?.leave();
    }
  }

  /** Waits for a row, and does not take it then. */
  async giveUpAfterWaiting(by: Transaction, id: number) {
    const place = this.locks.waitForRow(by, table, id, 'change')!;
    await waitFor(by, place, () => 12_345);
    by.wait!.leave();
  }

  /** Locks a unique key when nobody is in the way any more. */
  async take(by: Transaction, code: number) {
    const index = table.indexes[0]!;
    try {
      for (;;) {
        const place = this.locks.waitForKey(by, table, index, code);
        if (place === undefined) break;
        await waitFor(by, place, () => 12_345);
      }
      this.locks.lockKey(by, table, index, code);
    } finally {
      by.wait?.leave();
    }
  }

  /** Ends transactions, and what they wait for. */
  end(transactions: readonly Transaction[], state: EndState = 'rolled back') {
    for (const transaction of transactions) {
      transaction.state = state;
      endWait(transaction);
      runAtOnce(this.locks.releasing(transaction, 0));
    }
  }
}
