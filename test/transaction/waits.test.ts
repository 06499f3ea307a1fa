import assert from 'node:assert/strict';
import {InMemoryError} from '../../lib/base/errors';
import type {Transaction} from '../../lib/transaction/transaction';
import {resumeWaiters, waitFor} from '../../lib/transaction/waits';
import {
  briefly,
  looseTransaction,
  outcomeOf,
  waits,
} from '../support/transaction/session';

/** Waits for one transaction, whatever else there is. */
function waitOn(by: Transaction, ...holders: Transaction[]): Promise<void> {
  return waitFor(by, () => holders);
}

/** Lets transactions wait that no test is about any more. */
function endAll(transactions: readonly Transaction[]): void {
  for (const transaction of transactions) resumeWaiters(transaction);
}

describe('a wait for a transaction', () => {
  it('goes on when that one ends', async () => {
    const [by, holder] = [looseTransaction(), looseTransaction()];
    const waiting = waitOn(by, holder);
    assert.equal(await outcomeOf(waiting), waits);
    assert.equal(by.wait?.holders()[0], holder);
    resumeWaiters(holder);
    assert.equal(await outcomeOf(waiting), undefined);
    assert.equal(by.wait, undefined);
    assert.equal(holder.waiters.size, 0);
  });

  it('goes on in the order in which the waiters came', async () => {
    const holder = looseTransaction();
    const arrived: string[] = [];
    const waiting = ['first', 'second', 'third'].map(async name => {
      await waitOn(looseTransaction(), holder);
      arrived.push(name);
    });
    resumeWaiters(holder);
    await Promise.all(waiting);
    assert.deepEqual(arrived, ['first', 'second', 'third']);
  });

  it('does not go on when another transaction ends', async () => {
    const [by, holder, other] = [1, 2, 3].map(() => looseTransaction());
    const waiting = waitOn(by!, holder!);
    resumeWaiters(other!);
    assert.equal(await outcomeOf(waiting), waits);
    endAll([holder!]);
  });

  it('ends with LOCK_TIMEOUT, naming whom it waited for and why', async () => {
    const by = looseTransaction('READ COMMITTED', briefly);
    const holder = looseTransaction('REPEATABLE READ');
    await assert.rejects(waitOn(by, holder), (error: unknown) => {
      assert.ok(error instanceof InMemoryError, String(error));
      assert.deepEqual(
        {code: error.code, sqlState: error.sqlState, details: error.details},
        {
          code: 'LOCK_TIMEOUT',
          sqlState: '55P03',
          details: {value: holder.id},
        },
      );
      assert.equal(
        error.message,
        `Waited ${briefly} ms for the transaction ${holder.id} ` +
          '(REPEATABLE READ, 0 rows written), which keeps a row that is ' +
          'needed. End it, or set lockTimeoutMs.',
      );
      return true;
    });
    assert.equal(by.wait, undefined);
    assert.equal(holder.waiters.size, 0);
  });

  it('that was given up does not hinder the other waiters', async () => {
    const holder = looseTransaction();
    const brief = waitOn(looseTransaction('READ COMMITTED', briefly), holder);
    const patient = waitOn(looseTransaction(), holder);
    await assert.rejects(brief, {code: 'LOCK_TIMEOUT'});
    assert.equal(await outcomeOf(patient), waits);
    resumeWaiters(holder);
    assert.equal(await outcomeOf(patient), undefined);
  });

  it('fails with what ends it from outside', async () => {
    const [by, holder] = [looseTransaction(), looseTransaction()];
    const waiting = waitOn(by, holder);
    by.wait!.fail(new InMemoryError('TRANSACTION_ENDED', 'It was ended.'));
    assert.equal(await outcomeOf(waiting), 'TRANSACTION_ENDED');
    assert.equal(holder.waiters.size, 0);
  });
});

describe('transactions that wait for each other', () => {
  for (const count of [2, 3, 4]) {
    for (let last = 0; last < count; last++) {
      const title =
        `in a ring of ${count}, closed by number ${last + 1}: ` +
        'the one that has waited longest fails with DEADLOCK, at once';
      it(title, async () => {
        const ring = Array.from({length: count}, () => looseTransaction());
        const outcomes = new Map<number, Promise<unknown>>();
        for (let i = 1; i <= count; i++) {
          const by = (last + i) % count;
          const wait = waitOn(ring[by]!, ring[(by + 1) % count]!);
          outcomes.set(
            by,
            wait.then(String, ({code}) => code),
          );
        }
        const oldest = (last + 1) % count;
        const stillWaiting = ring.map(({wait}) => wait !== undefined);
        assert.deepEqual(
          stillWaiting,
          ring.map((_, i) => i !== oldest),
        );
        assert.equal(await outcomes.get(oldest), 'DEADLOCK');
        endAll(ring);
        outcomes.delete(oldest);
        for (const [i, outcome] of outcomes) {
          assert.equal(await outcome, 'undefined', `number ${i + 1} goes on`);
        }
      });
    }
  }

  it('in a chain without a ring go on waiting', async () => {
    const chain = [1, 2, 3, 4].map(() => looseTransaction());
    const waiting = [2, 0, 1].map(i => waitOn(chain[i]!, chain[i + 1]!));
    assert.deepEqual(await Promise.all(waiting.map(outcomeOf)), [
      waits,
      waits,
      waits,
    ]);
    endAll(chain);
  });

  it('beside a ring that they wait for go on waiting', async () => {
    const [one, two, beside] = [1, 2, 3].map(() => looseTransaction());
    const outside = waitOn(beside!, one!);
    const first = waitOn(one!, two!);
    const second = waitOn(two!, one!);
    assert.equal(await outcomeOf(first), 'DEADLOCK');
    assert.equal(await outcomeOf(outside), waits);
    endAll([one!, two!]);
    await Promise.all([outside, second]);
  });

  it('are told with 40P01 to run again', async () => {
    const [one, two] = [looseTransaction(), looseTransaction()];
    const first = waitOn(one, two);
    const second = waitOn(two, one);
    await assert.rejects(first, {
      code: 'DEADLOCK',
      sqlState: '40P01',
      message:
        'Deadlock: the transaction waits for one that waits for it. Run it ' +
        'again; transactions that write rows in the same order do not come ' +
        'to this.',
    });
    endAll([one]);
    await second;
  });
});

describe('a wait for several transactions', () => {
  it('goes on when any of them ends', async () => {
    const [by, one, two] = [1, 2, 3].map(() => looseTransaction());
    const waiting = waitOn(by!, one!, two!);
    assert.equal(await outcomeOf(waiting), waits);
    resumeWaiters(two!);
    await waiting;
    assert.equal(one!.waiters.size, 0);
  });

  it('is a deadlock when one of them waits for the waiting one', async () => {
    const [by, free, stuck] = [1, 2, 3].map(() => looseTransaction());
    const first = waitOn(by!, free!, stuck!);
    const second = waitOn(stuck!, by!);
    await assert.rejects(first, {code: 'DEADLOCK'});
    assert.equal(await outcomeOf(second), waits);
    endAll([by!, free!, stuck!]);
    await second;
  });

  it('notices who gets in the way while it waits', async () => {
    const [by, one, late] = [1, 2, 3].map(() => looseTransaction());
    const holders = [one!];
    const first = waitFor(by!, () => holders);
    holders.push(late!);
    const second = waitOn(late!, by!);
    await assert.rejects(first, {code: 'DEADLOCK'});
    endAll([by!, one!, late!]);
    await second;
  });
});
