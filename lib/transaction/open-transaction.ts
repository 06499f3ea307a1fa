import type {IsolationLevel} from './isolation';
import type {Transaction} from './transaction';

/** An open transaction, for people who look for forgotten ones. */
export interface OpenTransaction {
  readonly id: number;
  readonly isolationLevel: IsolationLevel;
  readonly ageMs: number;
  readonly rowsWritten: number;
  readonly isWaiting: boolean;
}

/**
 * The transactions that have been open for longer than `ageMs` and have not been
 * told of before.
 */
export function takeForgotten(
  open: Iterable<Transaction>,
  ageMs: number,
  now: number,
): OpenTransaction[] {
  const forgotten = [...open].filter(
    ({isReported, startedAt}) => !isReported && now - startedAt >= ageMs,
  );
  for (const transaction of forgotten) transaction.isReported = true;
  return forgotten.map(transaction => describeOpen(transaction, now));
}

/** What there is to say of a transaction that is open at a time. */
export function describeOpen(
  transaction: Transaction,
  now: number,
): OpenTransaction {
  return {
    id: transaction.id,
    isolationLevel: transaction.level,
    ageMs: now - transaction.startedAt,
    rowsWritten: transaction.writes.size,
    isWaiting: transaction.wait?.isWaiting === true,
  };
}
