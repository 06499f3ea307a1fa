import {fchmodSync, fchownSync, fstatSync, statSync} from 'node:fs';
import type {AnyFileCalls, FileCalls, FileStatus} from './file-system';
import {codeOf} from './failures';
import {runBlocking, type Steps, wait} from './steps';

/**
 * Gives an open file the owner and the permissions of another; the owner as far as the
 * process may choose it.
 */
export function* keepAccess(
  descriptor: number,
  old: FileStatus,
  files: AnyFileCalls,
): Steps<void> {
  try {
    yield* wait(files.changeOwner(descriptor, old.uid, old.gid));
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
  // They come second: a change of owner takes some of them away.
  yield* wait(files.changePermissions(descriptor, old.permissions));
}

/** Gives a file the owner and the permissions of another. */
export function copyAccess(
  from: FileStatus,
  to: string,
  files: FileCalls,
): void {
  const descriptor = files.open(to, 'r+');
  try {
    runBlocking(keepAccess(descriptor, from, files));
  } finally {
    files.close(descriptor);
  }
}

/**
 * Lets those lock a data file who may write it: an open lock file gets its owner
 * and its mode, if we may give it those. Never fails.
 */
export function shareLock(descriptor: number, file: string): void {
  try {
    const {gid, mode, uid} = statSync(file);
    // With a second name it might be anybody's file.
    if (fstatSync(descriptor).nlink !== 1) return;
    fchownSync(descriptor, uid, gid);
    fchmodSync(descriptor, (mode & 0o666) | 0o600);
  } catch {
    return;
  }
}
