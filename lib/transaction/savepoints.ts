import {InMemoryError} from '../base/errors';
import type {Transaction} from './transaction';

/** Marks the place at which a transaction is. */
export function addSavepoint(transaction: Transaction, name: string): void {
  transaction.savepoints.push({
    name,
    writes: transaction.writes.copy(),
    working: transaction.working,
    lockCount: transaction.locks.length,
  });
}

/**
 * Makes the changes of a transaction what they were at the last savepoint of
 * that name, which stays. Returns how many locks it had then. Fails with
 * INVALID_SAVEPOINT.
 */
export function returnToSavepoint(
  transaction: Transaction,
  name: string,
): number {
  const place = savepointPlace(transaction, name);
  const savepoint = transaction.savepoints[place]!;
  transaction.savepoints.length = place + 1;
  transaction.writes = savepoint.writes.copy();
  transaction.working = savepoint.working;
  transaction.successor = undefined;
  return savepoint.lockCount;
}

/**
 * Forgets the last savepoint of that name and those after it. Fails with
 * INVALID_SAVEPOINT.
 */
export function dropSavepoint(transaction: Transaction, name: string): void {
  transaction.savepoints.length = savepointPlace(transaction, name);
}

function savepointPlace({savepoints}: Transaction, name: string): number {
  const place = savepoints.findLastIndex(savepoint => savepoint.name === name);
  if (place !== -1) return place;
  throw new InMemoryError(
    'INVALID_SAVEPOINT',
    `There is no savepoint ${name} in this transaction` +
      (savepoints.length === 0
        ? '.'
        : `; it has ${savepoints.map(({name: known}) => known).join(', ')}.`),
    {value: name},
  );
}
