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
