import fs from 'node:fs';
import {promisify} from 'node:util';

/** What a file call gives: its result, or a promise of it. */
export type Eventual<T> = T | Promise<T>;

/** What is asked about a file. */
export interface FileFacts {
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  isFile(): boolean;
}

/**
 * The file calls of this folder, so that tests can let them fail. Each fails as
 * Node's call of that name does. An implementation gives results at once in all
 * calls, or promises in all.
 */
export interface Files {
  /** A descriptor; `flags` are Node's. */
  open(path: string, flags: string, mode?: number): Eventual<number>;
  /** Fills the bytes from where the last read ended; how many were read. */
  read(descriptor: number, bytes: Uint8Array): Eventual<number>;
  /** Writes at the end; how many bytes were written, maybe not all. */
  write(descriptor: number, bytes: Uint8Array): Eventual<number>;
  sync(descriptor: number): Eventual<void>;
  close(descriptor: number): Eventual<void>;
  rename(from: string, to: string): Eventual<void>;
  remove(path: string): Eventual<void>;
  stat(path: string): Eventual<FileFacts>;
  /** Where a symbolic link points; fails with EINVAL where there is none. */
  readLink(path: string): Eventual<string>;
  changeMode(descriptor: number, mode: number): Eventual<void>;
  changeOwner(descriptor: number, uid: number, gid: number): Eventual<void>;
}

/** Calls that return when they are done. */
export const blockingFiles: Files = {
  open: fs.openSync,
  read: (descriptor, bytes) => fs.readSync(descriptor, bytes),
  write: (descriptor, bytes) => fs.writeSync(descriptor, bytes),
  sync: fs.fsyncSync,
  close: fs.closeSync,
  rename: fs.renameSync,
  remove: fs.unlinkSync,
  stat: path => fs.statSync(path),
  readLink: path => fs.readlinkSync(path),
  changeMode: fs.fchmodSync,
  changeOwner: fs.fchownSync,
};

const promised = {
  open: promisify(fs.open),
  read: promisify(fs.read),
  write: promisify(fs.write),
  stat: promisify(fs.stat),
  readLink: promisify(fs.readlink),
};

/** Calls that leave the thread to others until they are done. */
export const promisedFiles: Files = {
  open: (path, flags, mode) => promised.open(path, flags, mode),
  read: async (descriptor, bytes) => {
    const {length} = bytes;
    const result = await promised.read(descriptor, bytes, 0, length, null);
    return result.bytesRead;
  },
  write: async (descriptor, bytes) => {
    const {length} = bytes;
    const result = await promised.write(descriptor, bytes, 0, length, null);
    return result.bytesWritten;
  },
  sync: promisify(fs.fsync),
  close: promisify(fs.close),
  rename: promisify(fs.rename),
  remove: promisify(fs.unlink),
  stat: path => promised.stat(path),
  readLink: path => promised.readLink(path),
  changeMode: promisify(fs.fchmod),
  changeOwner: promisify(fs.fchown),
};
