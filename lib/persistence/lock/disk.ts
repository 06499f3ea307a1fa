import {acquireLock} from './file-lock';
import {type FileSystem, realFileSystem} from '../disk/file-system';

/** The right to write a data file, see `FileLock`. */
export interface HeldLock {
  /** The data file: an absolute path without symbolic links. */
  readonly path: string;
  /** Fails with DATA_LOCKED when another process may have the file by now. */
  ensureHeld(): void;
  /** Gives the data file back. */
  release(): void;
  /**
   * Gives the data file back where nothing came of it: a lock file that was made
   * for this goes, too.
   */
  abandon(): void;
}

/**
 * All that the files of a database are kept with, so that tests can put another
 * disk in its place.
 */
export interface Disk {
  readonly files: FileSystem;
  /** Owns a data file; waits for another owner. Fails with DATA_LOCKED. */
  lock(file: string, timeoutMs: number): Promise<HeldLock>;
}

/** The disk of this machine. */
export const realDisk: Disk = {
  files: realFileSystem,
  lock: (file, timeoutMs) => acquireLock(file, {timeoutMs}),
};
