// Kept from the start: a test's fake timers must not stop who waits.
const afterTurn = setImmediate;
const afterWhatComesOfIt = queueMicrotask;

/** How long tasks and what comes of them may keep the event loop from turning. */
const maxTurnMs = 5;

/**
 * Runs short tasks, first come first: at once, or when the event loop has turned
 * where those before have taken long. What a task sets off by promises and
 * `process.nextTick` counts as well, so a chain of tasks each of which leads to
 * the next one cannot keep others from their turn.
 */
export class Turns {
  private readonly tasks: (() => void)[] = [];
  /** When the tasks of this turn have taken long; undefined before the first. */
  private endsAt: number | undefined;
  /** Whether no task was run since others could run. */
  private isFirst = true;

  run(task: () => void): void {
    if (this.isFirst && this.tasks.length === 0 && !this.isOver) {
      // What comes of it is yet to be done, and its time not known.
      this.isFirst = false;
      afterWhatComesOfIt(this.runFirst);
      task();
    } else {
      this.tasks.push(task);
      afterTurn(this.next);
    }
  }

  private readonly runFirst = (): void => {
    this.isFirst = true;
  };

  /** There is one call of this to come for each task. */
  private readonly next = (): void => {
    if (this.isOver) afterTurn(this.next);
    else this.tasks.shift()!();
  };

  private get isOver(): boolean {
    const now = performance.now();
    if (this.endsAt === undefined) {
      this.endsAt = now + maxTurnMs;
      afterTurn(this.end);
    }
    return now >= this.endsAt;
  }

  private readonly end = (): void => {
    this.endsAt = undefined;
  };
}
