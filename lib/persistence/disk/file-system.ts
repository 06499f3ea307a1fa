import fs from 'node:fs';
import {promisify} from 'node:util';
import {type FileKind, kindOf, requireRegular} from './file-kind';

/**
 * How a file is opened: to read, to read and write one that exists, or to
 * create one that must not exist yet.
 */
export type OpenMode = 'r' | 'r+' | 'wx+';

/** What is known of a file. */
export interface FileStatus {
  readonly kind: FileKind;
  readonly bytes: number;
  /** The permission bits, those for sticky and set-id among them. */
  readonly permissions: number;
  readonly uid: number;
  readonly gid: number;
  /** With `inode` what tells it from all other files that are there now. */
  readonly device: number;
  readonly inode: number;
  /** When its content was changed last. */
  readonly modifiedMs: number;
}

/**
 * What is asked of files, by calls that return when they are done. Each throws
 * what `node:fs` throws. A `descriptor` is what `open` has returned.
 */
export interface FileCalls {
  /**
   * Opens a file; a new one gets the permissions, less the process's umask.
   * Fails at once on what is no regular file, and says what it is.
   */
  open(path: string, mode: OpenMode, permissions?: number): number;

  /**
   * Writes at a position and returns how many bytes were written. They can be
   * fewer than asked for: a full disk gives a short count first and an error
   * only at the next call.
   */
  write(descriptor: number, bytes: Uint8Array, position: number): number;

  /** Reads from a position and returns how many bytes came; 0 at the end. */
  read(descriptor: number, into: Uint8Array, position: number): number;

  /** What is known of an open file. */
  status(descriptor: number): FileStatus;

  /** Cuts or extends (with NULs) an open file to a size. */
  truncate(descriptor: number, bytes: number): void;

  /** Sets the permission bits of an open file. */
  changePermissions(descriptor: number, permissions: number): void;

  /** Gives an open file to a user and a group. */
  changeOwner(descriptor: number, uid: number, gid: number): void;

  /** Returns when the file, all of it, has reached the disk. */
  fsync(descriptor: number): void;

  /** Returns when the content and the size of the file have reached the disk. */
  fdatasync(descriptor: number): void;

  /** Ends the use of a descriptor. */
  close(descriptor: number): void;

  /** Gives a file another name at once, replacing what has that name. */
  rename(from: string, to: string): void;

  /** Removes a file. */
  unlink(path: string): void;

  /** What is known of a file; undefined when there is none. */
  stat(path: string): FileStatus | undefined;

  /** Where a symbolic link points; fails with EINVAL where there is none. */
  readLink(path: string): string;

  /** Returns when creations and renames in a directory have reached the disk. */
  fsyncDirectory(path: string): void;
}

/** The same calls, each of which leaves this thread to others until it is done. */
export type LaterFileCalls = {
  readonly [Name in keyof FileCalls]: (
    ...given: Parameters<FileCalls[Name]>
  ) => Promise<ReturnType<FileCalls[Name]>>;
};

/** For steps that are the same whether the calls return or promise. */
export type AnyFileCalls = FileCalls | LaterFileCalls;

/**
 * All that commits, checkpoints and recovery ask of files, so that tests can put
 * another one in its place: one that fails, forgets or stops at any of these calls.
 */
export interface FileSystem extends FileCalls {
  readonly later: LaterFileCalls;
}

const promised = {
  open: promisify(fs.open),
  write: promisify(fs.write),
  read: promisify(fs.read),
  fstat: promisify(fs.fstat),
  stat: promisify(fs.stat),
  readLink: promisify(fs.readlink),
  fsync: promisify(fs.fsync),
  close: promisify(fs.close),
};

const newFilePermissions = 0o666;

const {O_CREAT, O_EXCL, O_RDONLY, O_RDWR} = fs.constants;

/** A pipe without a writer must not hold us up. (Windows has none; 0 stands for it.) */
const atOnce = fs.constants.O_NONBLOCK ?? 0;

const flagsOf: Record<OpenMode, number> = {
  r: O_RDONLY | atOnce,
  'r+': O_RDWR | atOnce,
  'wx+': O_RDWR | O_CREAT | O_EXCL,
};

const realLater: LaterFileCalls = {
  open: async (path, mode, permissions = newFilePermissions) => {
    const flags = flagsOf[mode];
    if (mode === 'wx+') return promised.open(path, flags, permissions);
    requireRegular(kindOf(await promised.stat(path)));
    const descriptor = await promised.open(path, flags);
    try {
      requireRegular(kindOf(await promised.fstat(descriptor)));
      return descriptor;
    } catch (error) {
      await promised.close(descriptor);
      throw error;
    }
  },
  write: async (descriptor, bytes, position) => {
    const {length} = bytes;
    const done = await promised.write(descriptor, bytes, 0, length, position);
    return done.bytesWritten;
  },
  read: async (descriptor, into, position) => {
    const {length} = into;
    const done = await promised.read(descriptor, into, 0, length, position);
    return done.bytesRead;
  },
  status: async descriptor => statusOf(await promised.fstat(descriptor)),
  truncate: promisify(fs.ftruncate),
  changePermissions: promisify(fs.fchmod),
  changeOwner: promisify(fs.fchown),
  fsync: promised.fsync,
  fdatasync: promisify(fs.fdatasync),
  close: promised.close,
  rename: promisify(fs.rename),
  unlink: promisify(fs.unlink),
  stat: async path => {
    try {
      return statusOf(await promised.stat(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  readLink: path => promised.readLink(path),
  fsyncDirectory: async path => {
    if (!hasDirectorySync) return;
    const descriptor = await promised.open(path, 'r');
    try {
      await promised.fsync(descriptor);
    } finally {
      await promised.close(descriptor);
    }
  },
};

/** The files of this machine. */
export const realFileSystem: FileSystem = {
  open: (path, mode, permissions = newFilePermissions) => {
    const flags = flagsOf[mode];
    if (mode === 'wx+') return fs.openSync(path, flags, permissions);
    // First by its path: to open a device may do something.
    requireRegular(kindOf(fs.statSync(path)));
    const descriptor = fs.openSync(path, flags);
    try {
      requireRegular(kindOf(fs.fstatSync(descriptor)));
      return descriptor;
    } catch (error) {
      fs.closeSync(descriptor);
      throw error;
    }
  },
  write: (descriptor, bytes, position) =>
    fs.writeSync(descriptor, bytes, 0, bytes.length, position),
  read: (descriptor, into, position) =>
    fs.readSync(descriptor, into, 0, into.length, position),
  status: descriptor => statusOf(fs.fstatSync(descriptor)),
  truncate: fs.ftruncateSync,
  changePermissions: fs.fchmodSync,
  changeOwner: fs.fchownSync,
  fsync: fs.fsyncSync,
  fdatasync: fs.fdatasyncSync,
  close: fs.closeSync,
  rename: fs.renameSync,
  unlink: fs.unlinkSync,
  stat: path => {
    const status = fs.statSync(path, {throwIfNoEntry: false});
    return status && statusOf(status);
  },
  readLink: path => fs.readlinkSync(path),
  fsyncDirectory: path => {
    if (!hasDirectorySync) return;
    const descriptor = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  },
  later: realLater,
};

/** Windows cannot open a directory; its renames need no sync of one. */
const hasDirectorySync = process.platform !== 'win32';

function statusOf(status: fs.Stats): FileStatus {
  const {size, mode, uid, gid, dev, ino, mtimeMs} = status;
  return {
    kind: kindOf(status),
    bytes: size,
    permissions: mode & 0o7777,
    uid,
    gid,
    device: dev,
    inode: ino,
    modifiedMs: mtimeMs,
  };
}
