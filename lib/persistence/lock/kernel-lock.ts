import {spawnSync} from 'node:child_process';

/**
 * Who asks the kernel for the lock. `native`: the optional dependency
 * `fs-native-extensions` (an open file description lock on Linux, flock on
 * macOS, LockFileEx on Windows). `flock`: the command flock(1) of util-linux or
 * BusyBox, which is handed our descriptor and locks what we have open.
 */
export type LockMechanism = 'native' | 'flock';

export const allMechanisms: readonly LockMechanism[] = ['native', 'flock'];

/** What came of asking for a lock without waiting. */
export type LockAttempt =
  | {readonly kind: 'held'; readonly mechanisms: readonly LockMechanism[]}
  | {readonly kind: 'refused'}
  | {readonly kind: 'unavailable'; readonly reason: string};

/**
 * Locks an open file exclusively, without waiting. The descriptor must be open
 * for writing. The lock belongs to what was opened: another descriptor of the
 * same file is refused, in the same process too, and closing the descriptor
 * frees it, as does the end of the process, however it ends.
 *
 * It takes the lock of every mechanism that works here, because on Linux they do
 * not see each other: a process without the optional dependency has only flock,
 * and one that has it must still be in its way. Closing the descriptor after a
 * refusal frees what was taken before. flock(1) costs 3 to 5 ms.
 */
export function lockDescriptor(
  descriptor: number,
  mechanisms: readonly LockMechanism[],
): LockAttempt {
  const held: LockMechanism[] = [];
  const reasons: string[] = [];
  for (const mechanism of mechanisms) {
    const attempt = attempts[mechanism](descriptor);
    if (attempt.kind === 'refused') return attempt;
    if (attempt.kind === 'held') held.push(mechanism);
    else reasons.push(`${mechanism}: ${attempt.reason}`);
  }
  if (held.length > 0) return {kind: 'held', mechanisms: held};
  return {kind: 'unavailable', reason: reasons.join('; ')};
}

const attempts: Record<LockMechanism, (descriptor: number) => LockAttempt> = {
  native: lockByAddon,
  flock: lockByCommand,
};

/** What we use of `fs-native-extensions`, which has no types. */
interface NativeExtensions {
  /** False when another descriptor has the lock. */
  tryLock(descriptor: number): boolean;
}

let loaded: NativeExtensions | Error | undefined;

/** The optional dependency, or why it cannot be used; loaded when first needed. */
function loadAddon(): NativeExtensions | Error {
  try {
    loaded ??= require('fs-native-extensions') as NativeExtensions;
  } catch (error) {
    loaded = error as Error;
  }
  return loaded;
}

function lockByAddon(descriptor: number): LockAttempt {
  const addon = loadAddon();
  if (addon instanceof Error) return unavailable(addon);
  try {
    const isHeld = addon.tryLock(descriptor);
    return isHeld ? held('native') : {kind: 'refused'};
  } catch (error) {
    // A file system without such locks.
    return unavailable(error as Error);
  }
}

/**
 * The lock stays when the command has ended: it belongs to the open file, which
 * the command only shared with us. Exit code 1 without a word says that another
 * has the lock; BusyBox uses the same code for errors, with words.
 */
function lockByCommand(descriptor: number): LockAttempt {
  const command = spawnSync('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', descriptor],
    encoding: 'utf8',
    windowsHide: true,
  });
  if (command.error !== undefined) return unavailable(command.error);
  if (command.status === 0) return held('flock');
  const words = command.stderr.trim();
  if (command.status === 1 && words === '') return {kind: 'refused'};
  const end = command.signal ?? `exit code ${command.status}`;
  return {kind: 'unavailable', reason: words === '' ? end : words};
}

function held(mechanism: LockMechanism): LockAttempt {
  return {kind: 'held', mechanisms: [mechanism]};
}

/** The first line only: the loader's messages go on with a list of files. */
function unavailable(error: Error): LockAttempt {
  return {kind: 'unavailable', reason: error.message.split('\n', 1)[0]!};
}
