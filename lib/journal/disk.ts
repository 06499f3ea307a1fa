import {acquireLock} from './file-lock';
import {blockingFiles, type Files, promisedFiles} from './files';
import {type FileSystem, realFileSystem} from './file-system';

/** The right to write a data file, see `FileLock`. */
export interface HeldLock {
  /** The data file: an absolute path without symbolic links. */
  readonly path: string;
  /** Fails with DATA_LOCKED when another process may have the file by now. */
  ensureHeld(): void;
  /** Gives the data file back. */
  release(): void;
}

/**
 * All that the files of a database are kept with, so that tests can put another
 * disk in its place.
 */
export interface Disk {
  /** The journal's files, and what happens between two files. */
  readonly journal: FileSystem;
  /** The data file, where nothing else may happen meanwhile. */
  readonly blocking: Files;
  /** The data file, where others may have their turn. */
  readonly promised: Files;
  /** Owns a data file; waits for another owner. Fails with DATA_LOCKED. */
  lock(file: string, timeoutMs: number): Promise<HeldLock>;
}

/** The disk of this machine. */
export const realDisk: Disk = {
  journal: realFileSystem,
  blocking: blockingFiles,
  promised: promisedFiles,
  lock: (file, timeoutMs) => acquireLock(file, {timeoutMs}),
};
