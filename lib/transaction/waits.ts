import {InMemoryError} from '../base/errors';
import type {Transaction, Wait} from './transaction';

let waitCount = 0;

/**
 * Waits until one of those in the way ends or gives back a lock; there must be
 * one, and others may come while it waits. Where who waits for whom closes to a
 * ring, that is a deadlock, and the transaction in it that has waited longest
 * fails.
 *
 * Fails with DEADLOCK, or with LOCK_TIMEOUT after the transaction's time.
 */
export function waitFor(
  by: Transaction,
  holders: () => readonly Transaction[],
): Promise<void> {
  const first = holders();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      for (const holder of first) holder.waiters.delete(wait);
      if (by.wait === wait) by.wait = undefined;
    };
    const wait: Wait = {
      by,
      holders,
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
      () => wait.fail(timedOut(by, first[0]!)),
      by.lockTimeoutMs,
    );
    by.wait = wait;
    for (const holder of first) holder.waiters.add(wait);
    for (;;) {
      const ring = ringThrough(wait);
      if (ring === undefined) return;
      oldest(ring).fail(deadlock());
    }
  });
}

/** The waits of a ring that a new wait closes, if it closes one. */
function ringThrough(last: Wait): readonly Wait[] | undefined {
  const seen = new Set<Wait>();
  const search = (wait: Wait): Wait[] | undefined => {
    seen.add(wait);
    for (const {wait: next} of wait.holders()) {
      if (next === undefined) continue;
      if (next === last) return [wait];
      const rest = seen.has(next) ? undefined : search(next);
      if (rest !== undefined) return [wait, ...rest];
    }
    return undefined;
  };
  return search(last);
}

function oldest(waits: readonly Wait[]): Wait {
  return waits.reduce((old, wait) => (wait.number < old.number ? wait : old));
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

/** Fails the statement of a transaction that waits, if any: that has ended. */
export function failWait({id, state, wait}: Transaction): void {
  wait?.fail(
    new InMemoryError(
      'TRANSACTION_ENDED',
      `The transaction ${id} was ${state} while a statement waited.`,
      {value: id},
    ),
  );
}
