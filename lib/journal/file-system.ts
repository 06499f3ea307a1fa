import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import {promisify} from 'node:util';

/**
 * How a file is opened: to read, to read and write one that exists, or to
 * create one that must not exist yet.
 */
export type OpenMode = 'r' | 'r+' | 'wx+';

/** What is known of a file without opening it. */
export interface FileStatus {
  readonly bytes: number;
  /** The permission bits. */
  readonly permissions: number;
}

/**
 * All that this folder asks of files, so that tests can put another one in its
 * place: one that fails, forgets or stops at any of these calls. Every method
 * throws what `node:fs` throws. A `descriptor` is what `open` has returned.
 */
export interface FileSystem {
  /** Opens a file; a new one gets the permissions, less the process's umask. */
  open(path: string, mode: OpenMode, permissions?: number): number;

  /**
   * Writes at a position and returns how many bytes were written. They can be
   * fewer than asked for: a full disk gives a short count first and an error
   * only at the next call.
   */
  write(descriptor: number, bytes: Uint8Array, position: number): number;

  /** Reads from a position and returns how many bytes came; 0 at the end. */
  read(descriptor: number, into: Uint8Array, position: number): number;

  /** The size of an open file in bytes. */
  size(descriptor: number): number;

  /** Cuts or extends (with NULs) an open file to a size. */
  truncate(descriptor: number, bytes: number): void;

  /** Returns when the file, all of it, has reached the disk. */
  fsync(descriptor: number): void;

  /** Returns when the content and the size of the file have reached the disk. */
  fdatasync(descriptor: number): void;

  /** As {@link fdatasync}, on another thread. */
  fdatasyncLater(descriptor: number): Promise<void>;

  /** Ends the use of a descriptor. */
  close(descriptor: number): void;

  /** Gives a file another name at once, replacing what has that name. */
  rename(from: string, to: string): void;

  /** Removes a file. */
  unlink(path: string): void;

  /** What is known of a file; undefined when there is none. */
  stat(path: string): FileStatus | undefined;

  /** Returns when creations and renames in a directory have reached the disk. */
  fsyncDirectory(path: string): void;
}

const fdatasyncAsync = promisify(fdatasync);

/** The files of this machine. */
export const realFileSystem: FileSystem = {
  open(path, mode, permissions = 0o666) {
    return openSync(path, mode, permissions);
  },
  write(descriptor, bytes, position) {
    return writeSync(descriptor, bytes, 0, bytes.length, position);
  },
  read(descriptor, into, position) {
    return readSync(descriptor, into, 0, into.length, position);
  },
  size(descriptor) {
    return fstatSync(descriptor).size;
  },
  truncate(descriptor, bytes) {
    ftruncateSync(descriptor, bytes);
  },
  fsync(descriptor) {
    fsyncSync(descriptor);
  },
  fdatasync(descriptor) {
    fdatasyncSync(descriptor);
  },
  fdatasyncLater(descriptor) {
    return fdatasyncAsync(descriptor);
  },
  close(descriptor) {
    closeSync(descriptor);
  },
  rename(from, to) {
    renameSync(from, to);
  },
  unlink(path) {
    unlinkSync(path);
  },
  stat(path) {
    const status = statSync(path, {throwIfNoEntry: false});
    if (status === undefined) return undefined;
    return {bytes: status.size, permissions: status.mode & 0o777};
  },
  fsyncDirectory(path) {
    // Windows cannot open a directory; its renames need no sync of one.
    if (process.platform === 'win32') return;
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
};
