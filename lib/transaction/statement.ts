import type {RowChange} from '../store/table';
import type {Version} from '../store/version';
import type {Row} from '../value/copy';

/** Whether a statement is concerned by a row: its condition, compiled. */
export type RowTest = (row: Row) => boolean;

/** The database as a statement sees it while it reads. */
export interface ReadView {
  readonly version: Version;
  /** Whether somebody wants to know what is read. */
  readonly notesReads: boolean;
  /** Notes that the statement depends on which rows of a table pass a test. */
  noteRead(table: string, test: RowTest): void;
}

/** The database as a statement sees it while it writes. */
export interface WriteView extends ReadView {
  /**
   * The rows that a statement is to change: those that `find` returns. When the
   * statement had to wait for another transaction it runs again, and gets the
   * rows that were found the first time as they are by then, without those that
   * are gone or do not pass the test any more.
   */
  candidates(
    table: string,
    find: () => readonly Row[],
    test: RowTest,
  ): readonly Row[];
  /** Makes the changes of the statement, the last thing that it does. */
  change(table: string, changes: readonly RowChange[]): void;
  /** Takes all rows out of a table, the last thing that a statement does. */
  truncate(table: string): void;
}

/** A view on a version for statements whose reads nobody wants to know. */
export function readDirectly(version: Version): ReadView {
  return {version, notesReads: false, noteRead: () => undefined};
}
