import type {Deadline} from '../base/deadline';
import type {SliceQueue} from '../base/slice-queue';
import type {Cuttable} from '../base/cuttable';
import {runAtOnce, type Sliced} from '../base/slices';
import type {RowChange} from '../store/table';
import type {Version} from '../store/version';
import type {Row} from '../value/copy';

/** Whether a statement is concerned by a row: its condition, compiled. */
export type RowTest = (row: Row) => boolean;

/** The database as a statement sees it while it reads. */
export interface ReadView {
  readonly version: Version;
  /** Whether work on many rows is to be done in slices. */
  readonly isCut: boolean;
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
    find: () => Cuttable<readonly Row[]>,
    test: RowTest,
  ): Cuttable<readonly Row[]>;
  /** Makes the changes of the statement, the last thing that it does. */
  change(table: string, changes: readonly RowChange[]): Cuttable<void>;
  /** Takes all rows out of a table, the last thing that a statement does. */
  truncate(table: string): Cuttable<void>;
}

/** A view on a version for statements whose reads nobody wants to know. */
export function readDirectly(version: Version, isCut: boolean): ReadView {
  return {version, isCut, notesReads: false, noteRead: () => undefined};
}

/** The same on the newest version, whichever it is when it is looked at. */
export function readNewest(
  newest: {readonly current: Version},
  isCut: boolean,
): ReadView {
  return {
    get version() {
      return newest.current;
    },
    isCut,
    notesReads: false,
    noteRead: () => undefined,
  };
}

/** How a statement is run. */
export interface StatementOptions {
  /** How long it waits for a lock; of account where it has no transaction. */
  readonly lockTimeoutMs?: number | undefined;
  /** Cuts it into slices; without it the statement runs in one go. */
  readonly slices?: SliceQueue | undefined;
  /** When it fails with STATEMENT_TIMEOUT. */
  readonly deadline?: Deadline | undefined;
}

/**
 * Whether work on many rows is to be done in slices: others may have their turn
 * between two of them, or the time is looked at.
 */
export function isCut({slices, deadline}: StatementOptions): boolean {
  return slices !== undefined || deadline !== undefined;
}

/** What is left to do once the write mutex is given back: to wait, perhaps. */
export type GoOn<T> = () => T | Promise<T>;

/** Goes on, once what needs the write mutex is done. */
export function thenGoOn<T>(begun: GoOn<T> | Promise<GoOn<T>>): T | Promise<T> {
  return begun instanceof Promise ? begun.then(goOn => goOn()) : begun();
}

/** Does the work of a statement, at once where nobody cuts it. */
export function runWith<T>(
  slices: SliceQueue | undefined,
  work: Sliced<T>,
): T | Promise<T> {
  return slices === undefined ? runAtOnce(work) : slices.run(work);
}

/**
 * Thrown by a statement that was cut into slices when the newest version is
 * another one at its end than the one that it was worked out on: it is worked
 * out again. Other statements wait, so that is by a new definition of a table,
 * or because commits were taken back.
 */
export const headMoved: unique symbol = Symbol('head moved');
