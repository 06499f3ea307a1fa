import {closeSync, constants, fstatSync, lstatSync, openSync} from 'node:fs';
import {kindOf, requireRegular} from '../disk/file-kind';

/** A lock file that is open, and which file it is. */
export interface OpenLockFile {
  readonly descriptor: number;
  readonly device: bigint;
  readonly inode: bigint;
}

/**
 * Opens a lock file to read and write it, with flags besides. Fails as `node:fs`
 * does, and on what is no lock file of anybody: a link or a file with several
 * names, which in a directory where others may write could lead our line into any
 * file, and what is no regular file.
 */
export function openLockFile(file: string, flags: number): OpenLockFile {
  const there = lstatSync(file, {throwIfNoEntry: false});
  // A link has its error from the flag.
  if (there?.isSymbolicLink() === false) requireRegular(kindOf(there));
  const descriptor = openSync(file, openFlags | flags, 0o666);
  try {
    requireRegular(kindOf(fstatSync(descriptor)));
    const {dev, ino, nlink} = fstatSync(descriptor, {bigint: true});
    if (nlink > 1n) {
      const names = `${file} is one of ${nlink} names of one file`;
      throw new Error(`${names}; delete it, if that is not in use`);
    }
    return {descriptor, device: dev, inode: ino};
  } catch (error) {
    closeQuietly(descriptor);
    throw error;
  }
}

/** Closes a lock file. Never fails: the descriptor is gone in any case. */
export function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    return;
  }
}

/** Windows has neither of the latter two; 0 stands for them. */
const openFlags =
  constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
