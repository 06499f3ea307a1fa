import type {HeldLock} from './disk';

/** Kept from the start: a test's fake timers must not make a lock look held. */
const atEndOfTurn = setImmediate;

/** Makes sure that a lock is held, for which it asks the system now and then. */
export class Ownership {
  /** Whether the lock was looked at in this turn of the event loop. */
  private isKnown = false;

  constructor(private readonly lock: HeldLock) {}

  /** Fails when the lock is lost. Asks once in a turn of the event loop. */
  ensure(): void {
    if (this.isKnown) return;
    this.lock.ensureHeld();
    this.isKnown = true;
    atEndOfTurn(() => {
      this.isKnown = false;
    });
  }
}
