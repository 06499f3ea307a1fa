import {copyAccess} from '../disk/access';
import {lookAt, orFailed} from '../disk/failures';
import {journalSuffix, nextJournalSuffix} from '../disk/file-names';
import type {FileSystem} from '../disk/file-system';
import type {JournalHeader} from './format';
import {JournalWriter} from './writer';
import {pause, type Steps, wait} from '../disk/steps';

/** Encoded commits, see `commit-codec.ts`. */
type Payloads = readonly string[];

/** A journal that has taken the place of another. */
export interface Replacement {
  readonly writer: JournalWriter;
  /**
   * Why a power cut may bring the old one back; undefined when it cannot. The
   * writer takes nothing then.
   */
  readonly doubt: unknown;
}

/** Records that are appended at a stretch: about a millisecond's work. */
const sliceBytes = 256 * 1024;

/** More commits come while some are appended and synced; fewer each time. */
const rounds = 2;

/** A journal that is to take the place of another. */
export class NextJournal {
  private readonly journal: string;
  private readonly writer: JournalWriter;
  private appended = 0;

  /**
   * Makes the journal of a data file under another name, with the owner and the
   * permissions of a file that it is to be like, if that is there. Fails with
   * PERSISTENCE_FAILED.
   */
  constructor(
    files: FileSystem,
    dataFile: string,
    header: JournalHeader,
    like: string,
  ) {
    this.journal = dataFile + journalSuffix;
    const temporary = dataFile + nextJournalSuffix;
    if (lookAt(temporary, files) !== undefined) {
      orFailed(temporary, 'cannot be removed', () => files.unlink(temporary));
    }
    const model = lookAt(like, files);
    this.writer = JournalWriter.create(
      files,
      temporary,
      header,
      model?.permissions,
    );
    if (model === undefined) return;
    try {
      orFailed(temporary, 'cannot be shared', () =>
        copyAccess(model, temporary, files),
      );
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /**
   * Appends commits, which may become more meanwhile, and syncs them, so that
   * {@link replace} has little left to do. Others may have their turn. When it
   * fails, with PERSISTENCE_FAILED, the new journal is of no more use.
   */
  *takeAhead(commits: Payloads): Steps<void> {
    try {
      for (let round = 0; round < rounds; round++) {
        const end = commits.length;
        while (this.appended < end) {
          this.appendSlice(commits, end);
          yield pause;
        }
        yield* wait(this.writer.sync());
      }
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /**
   * Appends the commits that it does not have yet, and takes the place of the
   * other journal, unless `check` throws. Fails with that, or PERSISTENCE_FAILED,
   * and the old one is still there.
   */
  replace(commits: Payloads, check?: () => void): Replacement {
    const {journal, writer} = this;
    try {
      check?.();
      while (this.appended < commits.length) {
        this.appendSlice(commits, commits.length);
      }
      writer.moveTo(journal);
    } catch (error) {
      if (writer.path === journal) return {writer, doubt: error};
      this.abandon();
      throw error;
    }
    return {writer, doubt: undefined};
  }

  /** The next one that is made removes the file. */
  private abandon(): void {
    this.writer.abandon();
  }

  private appendSlice(commits: Payloads, end: number): void {
    const {writer} = this;
    while (this.appended < end && writer.addedBytes < sliceBytes) {
      writer.addEncoded(commits[this.appended]!);
      this.appended++;
    }
    writer.flush();
  }
}
