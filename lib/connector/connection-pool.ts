/**
 * The connections that the connector of a database has. A transaction holds one
 * until its end, any other statement until it is done; who finds none waits, and
 * gets the next one that is given back, first come first.
 */
export class ConnectionPool {
  private held = 0;
  private readonly waiting: (() => void)[] = [];

  /** `size` is how many there are. */
  constructor(private readonly size: number) {}

  /** Takes one: at once, or when the promise is fulfilled. */
  take(): Promise<void> | undefined {
    if (this.held < this.size) {
      this.held++;
      return undefined;
    }
    return new Promise(resolve => this.waiting.push(resolve));
  }

  /** Gives one back. */
  release(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.held--;
    else next();
  }

  /** Runs what needs a connection until it is done. */
  use<T>(run: () => T | Promise<T>): T | Promise<T> {
    const taken = this.take();
    return taken === undefined
      ? this.runHolding(run)
      : taken.then(() => this.runHolding(run));
  }

  private runHolding<T>(run: () => T | Promise<T>): T | Promise<T> {
    let result: T | Promise<T> | undefined;
    try {
      result = run();
    } finally {
      if (!(result instanceof Promise)) this.release();
    }
    return result instanceof Promise
      ? result.finally(() => this.release())
      : result;
  }
}
