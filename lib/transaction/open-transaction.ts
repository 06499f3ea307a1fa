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
    isWaiting: transaction.wait !== undefined,
  };
}
