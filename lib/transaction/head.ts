import type {Change, Version} from '../store/version';
import type {CommitLog} from './commit-log';

/** The one mutable cell: the pointer to the newest committed version. */
export class Head {
  /** Whether somebody may hold the newest version besides us. */
  private isKept = false;
  private log: CommitLog | undefined;

  constructor(private version: Version) {}

  /** The newest version, to look at in one go, not to keep. */
  get current(): Version {
    return this.version;
  }

  /**
   * The newest version, to keep: it never changes, a later one takes its place.
   */
  keep(): Version {
    this.isKept = true;
    return this.version;
  }

  /**
   * Whether nobody holds the newest version, so that it may be used up. With a
   * log it may not: a commit that cannot be written down must leave it whole.
   */
  get mayBeUsedUp(): boolean {
    return !this.isKept && this.log === undefined;
  }

  /** Makes another version the newest, which is not written down. */
  moveTo(version: Version): void {
    if (version !== this.version) this.isKept = false;
    this.version = version;
  }

  /** Lets commits be written down from now on; undefined ends it. */
  logTo(log: CommitLog | undefined): void {
    this.log = log;
  }

  /**
   * Makes the version to which some changes lead the newest, after they were
   * written down. Fails as {@link CommitLog.append} does, and nothing happened.
   */
  commit(version: Version, changes: readonly Change[]): void {
    this.log?.append(changes);
    this.moveTo(version);
  }

  /** The result of a statement, held back until its commit is safe. */
  whenSafe<T>(result: T): T | Promise<T> {
    const safe = this.log?.acknowledged();
    return safe === undefined ? result : safe.then(() => result);
  }
}
