import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import {hostname} from 'node:os';
import {kindOf, requireRegular} from '../disk/file-kind';

/**
 * The line of JSON in a lock file: who has it. It is for messages only. Nothing
 * is ever decided by it, because it may be out of date: an owner that was killed
 * leaves its line, and a new one has the lock for a moment before it writes its
 * own.
 */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** The title of the process and the script that it runs. */
  readonly program: string;
  /** When the lock was taken, in ISO form. */
  readonly since: string;
}

const maxLineBytes = 4096;
const maxShownLength = 200;

/**
 * Names this process in a lock file that it has locked. A failure (a full disk)
 * is passed over: the lock holds without a name.
 */
export function writeOwner(descriptor: number): void {
  const owner: LockOwner = {
    pid: process.pid,
    host: hostname(),
    program: [process.title, process.argv[1] ?? ''].join(' ').trim(),
    since: new Date().toISOString(),
  };
  const line = Buffer.from(`${JSON.stringify(owner)}\n`);
  try {
    writeSync(descriptor, line, 0, line.length, 0);
    ftruncateSync(descriptor, line.length);
  } catch {
    return;
  }
}

/** Takes the name out, before the lock is given back. */
export function clearOwner(descriptor: number): void {
  try {
    ftruncateSync(descriptor, 0);
  } catch {
    return;
  }
}

/** Who was last to name itself in a lock file, in words. Never fails. */
export function describeLockFile(lockPath: string): string {
  const owner = readOwner(lockPath);
  if (owner === undefined) return 'a process that has not given its name';
  const {pid, host, program, since} = owner;
  const isThis = isOfThisProcess(owner) ? ', which is this process' : '';
  return `process ${pid} on ${host} (${program}), since ${since}${isThis}`;
}

/**
 * Whether an owner is this process, as far as what it says of itself can tell:
 * a process of another container may have the same number and host.
 */
export function isOfThisProcess(owner: LockOwner | undefined): boolean {
  if (owner?.pid !== process.pid || owner.host !== hostname()) return false;
  const startedAtMs = Date.now() - process.uptime() * 1000;
  return Date.parse(owner.since) >= startedAtMs - clockSlackMs;
}

const clockSlackMs = 1000;

/** Who was last to name itself in a lock file. Never fails. */
export function readOwner(lockPath: string): LockOwner | undefined {
  try {
    const [line = ''] = readStart(lockPath).split('\n', 1);
    const {pid, host, program, since} = JSON.parse(line) as LockOwner;
    if (!Number.isSafeInteger(pid)) return undefined;
    return {
      pid,
      host: printable(host),
      program: printable(program),
      since: printable(since),
    };
  } catch {
    return undefined;
  }
}

function readStart(file: string): string {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const descriptor = openSync(file, flags);
  try {
    requireRegular(kindOf(fstatSync(descriptor)));
    const bytes = Buffer.alloc(maxLineBytes);
    const count = readSync(descriptor, bytes, 0, maxLineBytes, 0);
    return bytes.toString('utf8', 0, count);
  } finally {
    closeSync(descriptor);
  }
}

/** Anybody may have written the file; so nothing that steers a terminal. */
function printable(text: unknown): string {
  if (typeof text !== 'string') return 'unknown';
  return text.replace(/\p{C}/gu, '?').slice(0, maxShownLength);
}
