import createDebug from 'debug';
import type {Clock} from './settings';

const debug = createDebug('loopback:connector:memory');

/** So often are keys removed that have expired, while there are keys that expire. */
const intervalMs = 1000;

/** So many rows are removed by a statement; between two others have their turn. */
const rowsAtOnce = 2000;

/** After so many writes it is done at once: who only writes lets no timer go off. */
const writesAtMost = 1000;

/** What is known of the keys of a datasource that have expired, or will. */
export interface ExpiringKeys {
  /** Removes rows that have expired by then, some of each model. Gives how many. */
  removeExpired(now: number, limit: number): Promise<number>;
  /** Whether there are keys that expire later. */
  expireAfter(now: number): boolean;
}

/**
 * Gives back the memory of keys that have expired, which nobody sees any more. One
 * timer does it for all keys of a datasource, as long as some expire; it keeps
 * neither the process alive nor the datasource.
 */
export class Expiry {
  private timer: NodeJS.Timeout | undefined;
  private writes = 0;

  constructor(
    private readonly keys: ExpiringKeys,
    private readonly now: Clock,
  ) {}

  /** Notes that there may be keys which expire. */
  watch(): void {
    this.timer ??= after(intervalMs, new WeakRef(this));
  }

  /** Notes that a key which expires was written. */
  noteWrite(): void {
    this.watch();
    if (++this.writes >= writesAtMost) void this.remove();
  }

  /** Is called when the timer goes off. */
  goOn(): Promise<void> {
    this.timer = undefined;
    return this.remove();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Removes what has expired, and sees to it that the rest is removed later. */
  private async remove(): Promise<void> {
    this.stop();
    this.writes = 0;
    const ms = await this.removeSome();
    if (ms === undefined) return;
    this.stop();
    this.timer = after(ms, new WeakRef(this));
  }

  /** Gives the milliseconds after which more is to be done, if it is. */
  private async removeSome(): Promise<number | undefined> {
    try {
      const now = this.now();
      const removed = await this.keys.removeExpired(now, rowsAtOnce);
      if (removed >= rowsAtOnce) return 1;
      return this.keys.expireAfter(now) ? intervalMs : undefined;
    } catch (error) {
      // Nobody waits for this, and a full disk is told to those who write.
      debug('Expired keys stay for now: %s', (error as Error).message);
      return intervalMs;
    }
  }
}

function after(ms: number, expiry: WeakRef<Expiry>): NodeJS.Timeout {
  const timer = setTimeout(() => void expiry.deref()?.goOn(), ms);
  // The timers of a test may be mere numbers.
  timer.unref?.();
  return timer;
}
