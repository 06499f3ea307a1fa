import {InMemoryError} from '../base/errors';
import type {Transaction, Wait} from './transaction';

let waitCount = 0;

/**
 * Waits until `holder` ends or gives back a lock. A transaction waits for one
 * other at a time, so who waits for whom is a chain; one that closes to a ring
 * is a deadlock, and the transaction in it that has waited longest fails.
 *
 * Fails with DEADLOCK, or with LOCK_TIMEOUT after the transaction's time.
 */
export function waitFor(by: Transaction, holder: Transaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      holder.waiters.delete(wait);
      if (by.wait === wait) by.wait = undefined;
    };
    const wait: Wait = {
      by,
      for: holder,
      number: ++waitCount,
      resume: () => {
        settle();
        resolve();
      },
      fail: error => {
        settle();
        reject(error);
      },
    };
    const timer = setTimeout(
      () => wait.fail(timedOut(by, holder)),
      by.lockTimeoutMs,
    );
    by.wait = wait;
    holder.waiters.add(wait);
    ringThrough(wait)?.fail(deadlock());
  });
}

/** The oldest wait of the ring that a new wait closes, if it closes one. */
function ringThrough(last: Wait): Wait | undefined {
  const ring: Wait[] = [last];
  let next = last.for.wait;
  while (next !== undefined && next !== last) {
    ring.push(next);
    next = next.for.wait;
  }
  if (next === undefined) return undefined;
  return ring.reduce((oldest, wait) =>
    wait.number < oldest.number ? wait : oldest,
  );
}

/** Lets all statements try again that wait for a transaction. */
export function resumeWaiters(holder: Transaction): void {
  for (const wait of holder.waiters) wait.resume();
}

function deadlock(): InMemoryError {
  return new InMemoryError(
    'DEADLOCK',
    'Deadlock: the transaction waits for one that waits for it. Run it again; ' +
      'transactions that write rows in the same order do not come to this.',
  );
}

function timedOut(by: Transaction, holder: Transaction): InMemoryError {
  return new InMemoryError(
    'LOCK_TIMEOUT',
    `Waited ${by.lockTimeoutMs} ms for the transaction ${holder.id} ` +
      `(${holder.level}, ${holder.writes.size} rows written), which keeps a row ` +
      'that is needed. End it, or set lockTimeoutMs.',
    {value: holder.id},
  );
}
