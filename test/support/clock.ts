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

  /** Lets time pass; what is due by then fires, in the order in which it was set. */
  pass(ms: number): void {
    this.nowMs += ms;
    for (const timer of this.timers) {
      if (timer.dueMs > this.nowMs) continue;
      this.timers.delete(timer);
      timer.fire();
    }
  }
}
