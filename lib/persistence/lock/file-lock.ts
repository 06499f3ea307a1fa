import {constants, lstatSync, unlinkSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {shareLock} from '../disk/access';
import {assert} from '../../base/assert';
import {InMemoryError} from '../../base/errors';
import {canonicalPath} from '../disk/canonical-path';
import {codeOf, persistenceFailed, reasonOf} from '../disk/failures';
import {allMechanisms, type LockMechanism, lockDescriptor} from './kernel-lock';
import {closeQuietly, openLockFile, type OpenLockFile} from './lock-file';
import {
  clearOwner,
  describeLockFile,
  isOfThisProcess,
  readOwner,
  writeOwner,
} from './owner';

/*
 * One owner at a time
 * ===================
 *
 * The process that writes a data file owns an exclusive lock of `<file>.lock`,
 * which the kernel keeps and frees:
 *
 *     owner                    kernel                  another process
 *     open db.json.lock
 *     lock the descriptor ---> locked by the owner
 *     write pid, host, ...
 *                              still locked      <---  open, try: refused
 *     stopped (SIGSTOP)        still locked      <---  refused
 *     killed (SIGKILL) ------> free              <---  locked by this one
 *
 * No clock and no pid takes part: a stopped owner keeps the file for as long as
 * it is stopped, and a dead one frees it at once. What the lock file says is for
 * messages. Who gives a file back leaves the lock file: a process that opened it
 * just before a deletion and one that makes it anew just after would lock two
 * files, and both would own the data. Should it be deleted (by somebody else, or
 * by `abandon` while it is still locked), then
 *
 * - a process that locked a file which is no longer at the path tries again with
 *   the one that is;
 * - the owner asks `ensureHeld()` before it writes. If nothing is at the path it
 *   puts a new locked file there, or fails while it cannot; if another file is
 *   there, another process may have become the owner, so this one has lost the
 *   data file for good.
 *
 * Not covered: a second owner between the deletion and the first one's next
 * `ensureHeld()` reads and writes undisturbed, and the first one's write may
 * already be on its way when the second comes; a lock file that is moved away
 * and back again in between; data files with two names (hard links: each name
 * has its own lock; symbolic links are followed); two processes of which one has
 * only the native mechanism and the other only flock(1); file systems that keep
 * locks to one machine, as some network and virtual machine mounts do.
 */

/** How to lock. */
export interface LockOptions {
  /** Which mechanisms to use: each that works here, of all unless given. */
  readonly mechanisms?: readonly LockMechanism[];
}

/** How to lock, and how long to wait for the owner. */
export interface AcquireOptions extends LockOptions {
  /** How long to wait for the owner to end; 0 asks once. */
  readonly timeoutMs: number;
  /** Ends the wait; the call then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const pollIntervalMs = 50;

/**
 * Locks a data file, which need not exist yet, for this process; waits up to
 * `timeoutMs` for the owner to end or to release it.
 *
 * Fails with DATA_LOCKED, naming file and owner, when the time is over; with
 * INVALID_SETTING when the lock file cannot be opened or nothing here can lock.
 */
export async function acquireLock(
  file: string,
  options: AcquireOptions,
): Promise<FileLock> {
  const {timeoutMs, signal} = options;
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryLock(file, options);
    if (lock !== undefined) return lock;
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) throw owned(file, timeoutMs);
    // The wait rejects only when it is aborted, and then the loop ends above.
    await sleep(Math.min(pollIntervalMs, leftMs), undefined, {signal}).catch(
      () => undefined,
    );
  }
}

/**
 * Locks a data file for this process if nobody owns it, this process included;
 * else undefined. Fails as {@link acquireLock} does with INVALID_SETTING.
 */
export function tryLock(
  file: string,
  options: LockOptions = {},
): FileLock | undefined {
  const mechanisms = options.mechanisms ?? allMechanisms;
  try {
    const place = canonicalPath(file);
    const lockPath = place + lockSuffix;
    const isNew = lstatSync(lockPath, {throwIfNoEntry: false}) === undefined;
    const held = lockFileAt(lockPath, mechanisms);
    return held && new FileLock(place, held, mechanisms, isNew);
  } catch (error) {
    throw cannotLock(file, error as Error);
  }
}

/** Who owns, or was last to own, a data file; in words. Never fails. */
export function describeOwner(file: string): string {
  return describeLockFile(lockPathOf(file));
}

/** Whether the owner has named this process: by another copy of this package. */
function isOwnedHere(file: string): boolean {
  return isOfThisProcess(readOwner(lockPathOf(file)));
}

function lockPathOf(file: string): string {
  try {
    return canonicalPath(file) + lockSuffix;
  } catch {
    return file + lockSuffix;
  }
}

/** An owned data file, until it is released or the process ends. */
export class FileLock {
  private isLost = false;
  private isReleased = false;

  /** Takes over a descriptor that is locked; `tryLock` is the way to get one. */
  constructor(
    /** The data file: an absolute path without symbolic links. */
    readonly path: string,
    private held: Held,
    private readonly wanted: readonly LockMechanism[],
    /** Whether there was no lock file before. */
    private readonly isNew = false,
  ) {}

  /** Which mechanisms keep the lock; at least one. */
  get mechanisms(): readonly LockMechanism[] {
    return this.held.mechanisms;
  }

  /**
   * To be called before the data file or its journal is written: makes sure that
   * no other process can have become the owner because the lock file was
   * deleted. Costs a look at the file, about a microsecond.
   *
   * Fails with DATA_LOCKED, then and ever after, if another may have; what this
   * process has in memory may be out of date, and it must not write any more.
   * Fails with PERSISTENCE_FAILED when that cannot be told, or no lock file can
   * be put there; both may pass.
   */
  ensureHeld(): void {
    assert(!this.isReleased, 'a released lock is not asked for');
    if (!this.isLost && this.isHeld()) return;
    this.isLost = true;
    throw lost(this.path);
  }

  private isHeld(): boolean {
    const lockPath = this.path + lockSuffix;
    try {
      return isAt(lockPath, this.held) || this.putBack(lockPath);
    } catch (error) {
      const what = 'cannot be locked, so nothing is written';
      throw persistenceFailed(this.path, what, error);
    }
  }

  /** Gives the data file back. Releasing again does nothing. */
  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    clearOwner(this.held.descriptor);
    closeQuietly(this.held.descriptor);
  }

  /**
   * As {@link release}; takes a lock file away that was not there before, while it
   * is still locked: who has opened it meanwhile finds another one at the path,
   * or none, and tries again with that.
   */
  abandon(): void {
    if (this.isNew && !this.isReleased) this.removeFile();
    this.release();
  }

  private removeFile(): void {
    const lockPath = this.path + lockSuffix;
    try {
      if (isAt(lockPath, this.held)) unlinkSync(lockPath);
    } catch {
      // It stays, as it does when a file is given back.
    }
  }

  /** Puts a new lock file where ours was deleted, if nothing is there yet. */
  private putBack(lockPath: string): boolean {
    let outcome: Outcome;
    try {
      outcome = lockOnce(lockPath, constants.O_EXCL, this.wanted);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
    if (outcome.kind !== 'held') return false;
    closeQuietly(this.held.descriptor);
    this.held = outcome;
    return true;
  }
}

interface Held extends OpenLockFile {
  readonly mechanisms: readonly LockMechanism[];
}

type Outcome =
  | ({readonly kind: 'held'} & Held)
  | {readonly kind: 'refused'}
  /** The file that was locked or tried is no longer at the path. */
  | {readonly kind: 'moved'};

const maxAttempts = 100;

/** Locks the file at a path, creating it; undefined when another has it. */
function lockFileAt(
  lockPath: string,
  mechanisms: readonly LockMechanism[],
): Held | undefined {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const outcome = lockOnce(lockPath, 0, mechanisms);
    if (outcome.kind === 'held') return outcome;
    if (outcome.kind === 'refused') return undefined;
  }
  throw new Error(`somebody keeps replacing ${lockPath}`);
}

/** What the name of a lock file ends with, after that of the data file. */
const lockSuffix = '.lock';

/** Opens and locks the file once, and names this process in it. */
function lockOnce(
  lockPath: string,
  extraFlags: number,
  mechanisms: readonly LockMechanism[],
): Outcome {
  const opened = openLockFile(lockPath, constants.O_CREAT | extraFlags);
  const {descriptor} = opened;
  let isKept = false;
  try {
    const attempt = lockDescriptor(descriptor, mechanisms);
    if (attempt.kind === 'unavailable') throw new Error(attempt.reason);
    if (!isAt(lockPath, opened)) return {kind: 'moved'};
    if (attempt.kind === 'refused') return attempt;
    shareLock(descriptor, lockPath.slice(0, -lockSuffix.length));
    writeOwner(descriptor);
    isKept = true;
    return {kind: 'held', ...opened, mechanisms: attempt.mechanisms};
  } finally {
    if (!isKept) closeQuietly(descriptor);
  }
}

/** Whether the file at a path is one that is open. */
function isAt(file: string, {device, inode}: OpenLockFile): boolean {
  const there = lstatSync(file, {bigint: true, throwIfNoEntry: false});
  return there?.ino === inode && there.dev === device;
}

function owned(file: string, timeoutMs: number): InMemoryError {
  const waited = timeoutMs > 0 ? ` Waited ${timeoutMs} ms for it.` : '';
  const advice = isOwnedHere(file)
    ? 'A datasource of another copy of this package has it: jest --runInBand ' +
      'runs all spec files in one process, each with a copy of its own, and so ' +
      'have worker threads. Disconnect that datasource (in afterAll of each ' +
      'spec file), give each spec file another data file'
    : 'Stop that process, wait for it to end with lockTimeoutMs';
  return new InMemoryError(
    'DATA_LOCKED',
    `The data file ${file} is owned by ${describeOwner(file)}.${waited} ` +
      `${advice}, or open with readOnly: true.`,
    {file},
  );
}

function lost(file: string): InMemoryError {
  return new InMemoryError(
    'DATA_LOCKED',
    `The data file ${file} is no longer owned by this process: ${file}.lock was ` +
      `deleted or replaced, and may belong to ${describeOwner(file)} by now. ` +
      'Nothing more is written to it from here; connect again to go on, and ' +
      'leave the lock file alone: it is freed by itself when its owner ends.',
    {file},
  );
}

function cannotLock(file: string, error: Error): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    `Cannot lock the data file ${file}: ${reasonOf(error)}. Its directory must ` +
      `exist, ${file}.lock must be a file that can be written and has no second name, and either the ` +
      'package fs-native-extensions or the command flock must work here; or ' +
      'open with readOnly: true.',
    {file},
  );
}
