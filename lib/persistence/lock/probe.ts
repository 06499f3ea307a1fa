import {canonicalPath} from '../disk/canonical-path';
import {allMechanisms, lockDescriptor} from './kernel-lock';
import {closeQuietly, openLockFile} from './lock-file';
import {describeLockFile} from './owner';

/** Who owns a data file now. */
export type LockState =
  | {readonly kind: 'free'}
  | {readonly kind: 'owned'; readonly owner: string}
  /** The lock file cannot be asked, `reason` says why. */
  | {readonly kind: 'unknown'; readonly reason: string};

/**
 * Whether a process owns a data file. Creates and writes nothing; where nobody
 * owns the file it is locked for the few milliseconds of the question, because
 * the kernel has no other way to ask.
 */
export function lockState(file: string): LockState {
  let descriptor: number | undefined;
  try {
    const lockPath = `${canonicalPath(file)}.lock`;
    ({descriptor} = openLockFile(lockPath, 0));
    const attempt = lockDescriptor(descriptor, allMechanisms);
    if (attempt.kind === 'refused') {
      return {kind: 'owned', owner: describeLockFile(lockPath)};
    }
    return attempt.kind === 'held' ? {kind: 'free'} : unknown(attempt.reason);
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? {kind: 'free'} : unknown(message);
  } finally {
    if (descriptor !== undefined) closeQuietly(descriptor);
  }
}

function unknown(reason: string): LockState {
  return {kind: 'unknown', reason};
}
