/**
 * A process of its own that locks what it is told to, for file-lock.test.ts. It
 * answers each order that its parent sends, and ends when told or orphaned.
 */
import {spawn} from 'node:child_process';
import {
  acquireLock,
  type FileLock,
  tryLock,
} from '../../../lib/persistence/lock/file-lock';
import type {LockMechanism} from '../../../lib/persistence/lock/kernel-lock';

/** What the parent may ask for. */
export type Order = {
  readonly do: 'try' | 'acquire' | 'release' | 'ensureHeld' | 'spawn' | 'exit';
  readonly file?: string;
  readonly timeoutMs?: number;
  readonly mechanisms?: readonly LockMechanism[] | undefined;
};

/** What the child says once an order is done. */
export interface Answer {
  readonly isHeld: boolean;
  /** The code and the message of the error that the order failed with. */
  readonly code?: string;
  readonly message?: string;
  /** The process that `spawn` started, which outlives this one. */
  readonly pid?: number | undefined;
}

let lock: FileLock | undefined;

async function obey(order: Order): Promise<number | undefined> {
  const {file = '', timeoutMs = 0, mechanisms} = order;
  const options = mechanisms === undefined ? {} : {mechanisms};
  if (order.do === 'exit') process.exit();
  if (order.do === 'try') lock = tryLock(file, options);
  if (order.do === 'acquire') {
    lock = await acquireLock(file, {...options, timeoutMs});
  }
  if (order.do === 'ensureHeld') lock?.ensureHeld();
  if (order.do === 'release') {
    lock?.release();
    lock = undefined;
  }
  if (order.do !== 'spawn') return undefined;
  const script = 'setTimeout(() => {}, 120_000)';
  return spawn(process.execPath, ['-e', script], {
    stdio: 'ignore',
    detached: true,
  }).pid;
}

function answer(message: Partial<Answer>): void {
  process.send?.({isHeld: lock !== undefined, ...message});
}

process.on('message', (order: Order) => {
  obey(order).then(
    pid => answer({pid}),
    ({code, message}: NodeJS.ErrnoException) =>
      answer({code: code ?? '', message}),
  );
});
process.on('disconnect', () => process.exit());
