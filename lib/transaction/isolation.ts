import type {Dialect} from '../value/dialect';

/** The isolation levels of the SQL standard, in the words of LoopBack. */
export const isolationLevels = [
  'READ UNCOMMITTED',
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
] as const;

/** One of the {@link isolationLevels}. */
export type IsolationLevel = (typeof isolationLevels)[number];

/** Whether a value names an isolation level. */
export function isIsolationLevel(value: unknown): value is IsolationLevel {
  return isolationLevels.includes(value as IsolationLevel);
}

/** Whether all statements of a transaction see the database at one moment. */
export function hasSnapshot(level: IsolationLevel): boolean {
  return level === 'REPEATABLE READ' || level === 'SERIALIZABLE';
}

/** What a dialect says of transactions that meet. */
export type MeetingRules = Pick<
  Dialect,
  'deadlockVictim' | 'repeatableWrites' | 'uncommittedReads'
>;

/** Whether what a transaction writes has to fit its snapshot. */
export function writesToSnapshot(
  level: IsolationLevel,
  {repeatableWrites}: MeetingRules,
): boolean {
  return level === 'REPEATABLE READ'
    ? repeatableWrites === 'snapshot'
    : hasSnapshot(level);
}

/** Whether a transaction reads what others have not committed. */
export function readsUncommitted(
  level: IsolationLevel,
  {uncommittedReads}: MeetingRules,
): boolean {
  return level === 'READ UNCOMMITTED' && uncommittedReads === 'all';
}
