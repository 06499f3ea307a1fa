import {readDataFile} from './data-file/reader';
import {lookAt, persistenceFailed} from './disk/failures';
import type {FileSystem} from './disk/file-system';
import type {CheckpointIdentity} from './journal/format';
import type {JournalWriter} from './journal/writer';
import type {HeldLock} from './lock/disk';

/** Kept from the start: a test's fake timers must not make old news look fresh. */
const atEndOfTurn = setImmediate;

/** So long a look counts where nobody lets the event loop turn. */
const maxAgeMs = 1;

/**
 * Looks whether the files of a store are still those that it has left: anybody may
 * delete, move or replace them while it has them open, and what is written then
 * reaches no file that will be found again.
 *
 *   at the path            what is done
 *   our file               it is written
 *   nothing                all files are written anew
 *   another file, or ours  nothing is written: nobody but its owner knows
 *   that others changed    whether it may be overwritten
 *
 * The journal is told by device and inode, which nobody else can get while it is
 * open, and by its size; the data file by size and time, and where these are not
 * the same by its content.
 */
export class FileWatch {
  /** The data file as it was left; undefined when there is none. */
  private left: CheckpointIdentity | undefined;
  /** When it was changed last, where that is known. */
  private modifiedMs: number | undefined;
  /** Whether a checkpoint is putting another one in its place. */
  private isChanging = false;
  private isMissing = false;
  /** Whether something was written since the last look. */
  private isUnseen = false;
  private lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly lock: HeldLock,
    private readonly files: FileSystem,
    left: CheckpointIdentity | undefined,
    /** Called when files are seen to be missing after commits were written. */
    private readonly onMissing: () => void,
  ) {
    this.left = left;
    this.noteTime();
  }

  /** From now on there may be either data file. */
  beginChange(): void {
    this.isChanging = true;
  }

  /** Notes that a data file has taken the place of the other. */
  endChange(left: CheckpointIdentity): void {
    this.isChanging = false;
    this.left = left;
    this.isMissing = false;
    this.lookedAtMs = Number.NEGATIVE_INFINITY;
    this.noteTime();
  }

  /**
   * Whether files are missing. To be asked before commits are written; looks once
   * in a turn of the event loop, or in a millisecond, and once more at the end of
   * the turn when commits came after that. Fails as {@link requireOurs} does.
   */
  lacksFiles(journal: JournalWriter): boolean {
    const nowMs = performance.now();
    if (nowMs - this.lookedAtMs < maxAgeMs) {
      this.isUnseen = true;
      return this.isMissing;
    }
    const isFirst = this.lookedAtMs === Number.NEGATIVE_INFINITY;
    this.isMissing = this.requireOurs(journal);
    this.isUnseen = false;
    this.lookedAtMs = nowMs;
    if (isFirst) atEndOfTurn(() => this.endTurn(journal));
    return this.isMissing;
  }

  private endTurn(journal: JournalWriter): void {
    this.lookedAtMs = Number.NEGATIVE_INFINITY;
    if (!this.isUnseen) return;
    this.isUnseen = false;
    try {
      if (!journal.hasEnded && journal.look() === 'none') this.onMissing();
    } catch {
      // Whoever writes next is told.
    }
  }

  /**
   * Whether files are missing, all of which are looked at. Fails with
   * PERSISTENCE_FAILED when another file stands in the place of one, and with
   * DATA_LOCKED when another process may have them.
   */
  requireOurs(journal: JournalWriter): boolean {
    this.lock.ensureHeld();
    const lacksJournal = this.lacksJournal(journal);
    return this.lacksDataFile() || lacksJournal;
  }

  private lacksJournal(journal: JournalWriter): boolean {
    const found = journal.look();
    if (found === 'another') throw replaced(journal.path, this.lock.path);
    return found === 'none';
  }

  private lacksDataFile(): boolean {
    if (this.isChanging) return false;
    const {path} = this.lock;
    const {left} = this;
    const found = lookAt(path, this.files);
    if (found === undefined) return left !== undefined;
    if (left === undefined) throw replaced(path, path);
    const isSame =
      found.bytes === left.bytes && found.modifiedMs === this.modifiedMs;
    if (isSame) return false;
    // It may have been touched, or put back.
    if (found.bytes !== left.bytes || !this.hasContent(left)) {
      throw replaced(path, path);
    }
    this.modifiedMs = found.modifiedMs;
    return false;
  }

  private hasContent({bytes, crc32}: CheckpointIdentity): boolean {
    try {
      const found = readDataFile(this.lock.path, this.files)?.identity;
      return found?.size === bytes && found.crc32 === crc32;
    } catch {
      return false;
    }
  }

  private noteTime(): void {
    this.modifiedMs = undefined;
    if (this.left === undefined) return;
    try {
      const found = this.files.stat(this.lock.path);
      if (found?.bytes === this.left.bytes) this.modifiedMs = found.modifiedMs;
    } catch {
      // The next look at it compares the content.
    }
  }
}

function replaced(file: string, dataFile: string): Error {
  return persistenceFailed(
    file,
    'was replaced or changed by somebody else while this process had it open. ' +
      'Neither is overwritten, and nothing was changed. To go on with what this ' +
      `process has, move it away, and ${dataFile} is written anew; to go on with ` +
      'the file, end this process and start it again',
  );
}
