import type {RowChange} from '../store/table';
import {
  applyInPlace,
  type Change,
  findTable,
  type Version,
} from '../store/version';
import {CommitBatch, inverseOf} from './commit-batch';
import type {CommitLog} from './commit-log';

/** Kept from the start: a test's fake timers must not stop a commit. */
const afterAllThatCanRun = process.nextTick.bind(process);

/**
 * The one mutable cell: the pointer to the newest committed version.
 *
 * With a log, statements that write one after the other without letting anybody
 * else run share one call of the operating system:
 *
 *   write A   write B   write C   (all that can run has run)   log.write()
 *     `-- append, and make it the newest version --'             |
 *                                                   acknowledge A, B, C
 *
 * Nobody but the writers of such a batch sees its commits before they are in the
 * log: whoever reads has the batch written first. A batch that cannot be written
 * is taken back as a whole, and all of its statements fail.
 */
export class Head {
  /** Whether somebody may hold the newest version besides us. */
  private isKept = false;
  private log: CommitLog | undefined;
  /** The commits that are not in the log yet. */
  private batch: CommitBatch | undefined;

  constructor(private version: Version) {}

  /** The newest version, to look at in one go, not to keep. */
  get current(): Version {
    this.settle();
    return this.version;
  }

  /**
   * The newest version, to keep: it never changes, a later one takes its place.
   */
  keep(): Version {
    this.settle();
    this.isKept = true;
    return this.version;
  }

  /**
   * As {@link current}, but with commits that are not written down yet: for a
   * statement that fails with them if they cannot be.
   */
  get unsettled(): Version {
    return this.version;
  }

  /** Whether there are commits that are not written down yet. */
  get isUnsettled(): boolean {
    return this.batch !== undefined;
  }

  /** Whether commits are written down. */
  get isLogged(): boolean {
    return this.log !== undefined;
  }

  /** Whether nobody holds the newest version, so that it may be used up. */
  get mayBeUsedUp(): boolean {
    return !this.isKept;
  }

  /** Makes another version the newest, which is not written down. */
  moveTo(version: Version): void {
    this.settle();
    if (version !== this.version) this.isKept = false;
    this.version = version;
  }

  /** Lets commits be written down from now on; undefined ends it. */
  logTo(log: CommitLog | undefined): void {
    this.settle();
    this.log = log;
  }

  /** To be called before a statement writes: bounds what is not written down. */
  makeRoom(): void {
    if (this.batch?.log.isFull) this.settle();
  }

  /**
   * Makes the version to which some changes lead the newest, to be written down
   * soon. Fails as {@link CommitLog.append} does, and nothing happened.
   */
  commit(version: Version, changes: readonly Change[]): void {
    const {log, version: before} = this;
    if (log !== undefined) {
      log.append(changes, name => findTable(before, name));
      this.openBatch(log).noteCopy(before);
    }
    if (version !== before) this.isKept = false;
    this.version = version;
  }

  /**
   * Makes one change in the newest version itself, which must be one that may be
   * used up, to be written down soon. Fails as `applyInPlace` and
   * {@link CommitLog.append} do, and nothing happened.
   */
  commitInPlace(table: string, change: RowChange): void {
    const {log, version} = this;
    if (log === undefined) {
      this.version = applyInPlace(version, table, change);
      return;
    }
    const before = findTable(version, table)!;
    const inverse = inverseOf(change, before);
    const next = applyInPlace(version, table, change);
    try {
      log.append([{kind: 'rows', table, changes: [change]}], () => before);
    } catch (error) {
      this.version = applyInPlace(next, table, inverse);
      throw error;
    }
    this.openBatch(log).noteInPlace(table, inverse);
    this.version = next;
  }

  private openBatch(log: CommitLog): CommitBatch {
    if (this.batch === undefined) {
      this.batch = new CommitBatch(log);
      afterAllThatCanRun(() => this.settle());
    }
    return this.batch;
  }

  /**
   * Has all commits written down. When that fails they are taken back, those who
   * wait for them are told, and so is the caller, by the error.
   */
  settle(): Error | undefined {
    const {batch, version} = this;
    if (batch === undefined) return undefined;
    this.batch = undefined;
    try {
      batch.log.write();
    } catch (error) {
      // Unless the log has had it moved back further.
      if (this.version === version) {
        this.version = batch.versionBefore(version);
        this.isKept = true;
      }
      batch.noteFailure(error);
      return error as Error;
    }
    batch.noteWritten();
    return undefined;
  }

  /** The result of a statement, held back until its commit is safe. */
  whenSafe<T>(result: T): T | Promise<T> {
    const safe = this.batch?.whenSafe() ?? this.log?.acknowledged();
    return safe === undefined ? result : safe.then(() => result);
  }
}
