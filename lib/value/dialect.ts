import type {TextOrder} from './text-order';

/**
 * Where databases differ, the code asks the dialect. There is one today: the
 * built-in memory connector's documented behaviour with its bugs mended.
 */
export interface Dialect {
  readonly name: string;
  /** Whether `neq`, `nin`, `nlike` and `nilike` match null and missing. */
  readonly negationMatchesNull: boolean;
  /** Whether `like` tells upper from lower case. */
  readonly likeIsCaseSensitive: boolean;
  /** Whether `gte: null` and `lte: null` match null. */
  readonly rangesMatchNull: boolean;
  /** Whether a unique key may repeat when one of its values is null. */
  readonly uniqueIgnoresNull: boolean;
  /**
   * Whether an error makes the whole transaction fail, or just the statement.
   * PostgreSQL: all of its own; then nothing but a rollback is taken.
   */
  readonly errorFailsTransaction: (error: Error) => boolean;
  /** Whether rows are checked for duplicates before they are for foreign keys. */
  readonly foreignKeysComeLast: boolean;
  /**
   * What READ UNCOMMITTED reads: what READ COMMITTED does, as in PostgreSQL, or
   * also what others have written and not committed.
   */
  readonly uncommittedReads: 'committed' | 'all';
  /**
   * What a transaction of REPEATABLE READ writes to: rows as its snapshot has them,
   * and it fails where they were changed since, or the newest ones, as at READ
   * COMMITTED. With these its snapshot is that of its first statement that reads.
   */
  readonly repeatableWrites: 'snapshot' | 'newest';
  /**
   * Which of those who wait for each other fails: who has waited longest, or who has
   * written the fewest rows, and of several the one that came last.
   */
  readonly deadlockVictim: 'waitedLongest' | 'wroteLeast';
  /**
   * Where tables come from: they are what models declare, or what migrations have
   * made of them, and nothing before.
   */
  readonly tablesAre: 'declared' | 'migrated';
  /** The database whose migrations have made them, where they are migrated. */
  readonly migratedBy?: string;
  /** Whether NO ACTION refuses as early as RESTRICT, as in MySQL. */
  readonly noActionIsRestrict: boolean;
  /**
   * The order in which texts are keys, where that is not the one by code unit:
   * texts that it has equal are one id and one unique key, and foreign keys refer
   * to any of them.
   */
  readonly texts?: TextOrder;
}

/** The rules of docs/queries.md. */
export const defaultDialect: Dialect = {
  name: 'default',
  negationMatchesNull: true,
  likeIsCaseSensitive: true,
  rangesMatchNull: true,
  uniqueIgnoresNull: true,
  errorFailsTransaction: () => false,
  foreignKeysComeLast: false,
  uncommittedReads: 'committed',
  repeatableWrites: 'snapshot',
  deadlockVictim: 'waitedLongest',
  tablesAre: 'declared',
  noActionIsRestrict: false,
};
