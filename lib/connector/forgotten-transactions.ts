import createDebug from 'debug';
import type {Database} from '../database/database';

const debug = createDebug('loopback:connector:memory:transaction');

/** A transaction that is open for longer than this is said to be forgotten. */
const forgottenAfterMs = 30_000;

/** Tells of forgotten transactions by `debug`, each once. */
export class ForgottenTransactions {
  private timer: NodeJS.Timeout | undefined;

  /** `mayBe` tells whether any are open. */
  constructor(
    private readonly transactions: () => Database['transactions'],
    private readonly mayBe: () => boolean,
  ) {}

  /** To be called when one has begun. */
  watch(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => {
      this.tell();
      if (!this.mayBe()) this.stop();
    }, forgottenAfterMs);
    this.timer.unref();
  }

  private tell(): void {
    for (const forgotten of this.transactions().takeForgotten(
      forgottenAfterMs,
    )) {
      debug(
        'Transaction %d (%s) has been open for %d s and has written %d rows; ' +
          'was its end forgotten?',
        forgotten.id,
        forgotten.isolationLevel,
        Math.round(forgotten.ageMs / 1000),
        forgotten.rowsWritten,
      );
    }
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
