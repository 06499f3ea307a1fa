interface Timer {
  readonly fire: () => void;
  readonly dueMs: number;
}

/** A clock that goes on when it is told; it takes the place of `setTimeout`. */
export class Clock {
  private nowMs = 0;
  private readonly timers = new Set<Timer>();

  /** Runs `work` with this clock. Whoever kept `setTimeout` has the true one. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const {setTimeout, clearTimeout} = globalThis;
    const set = (fire: () => void, ms = 0): Timer => {
      const timer = {fire, dueMs: this.nowMs + ms};
      this.timers.add(timer);
      return timer;
    };
    const clear = (timer: Timer): void => void this.timers.delete(timer);
    Object.assign(globalThis, {setTimeout: set, clearTimeout: clear});
    try {
      return await work();
    } finally {
      Object.assign(globalThis, {setTimeout, clearTimeout});
    }
  }

  /** Lets time pass; what is due by then fires, when it is due. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const next = this.next(endMs);
      if (next === undefined) break;
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      this.timers.delete(next);
      next.fire();
    }
    this.nowMs = endMs;
  }

  /** Lets time pass in which the event loop does not turn; then what is due fires. */
  passAtOnce(ms: number): void {
    this.nowMs += ms;
    for (const timer of this.timers) {
      if (timer.dueMs > this.nowMs || !this.timers.delete(timer)) continue;
      timer.fire();
    }
  }

  /** The timer that is due first, of those the one that was set first. */
  private next(endMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      const isDue = timer.dueMs <= endMs;
      if (isDue && (first === undefined || timer.dueMs < first.dueMs)) {
        first = timer;
      }
    }
    return first;
  }
}
