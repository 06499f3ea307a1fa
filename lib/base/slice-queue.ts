import type {Sliced} from './slices';

/** Kept from the start: a test's fake timers must not stop what is cut. */
const afterTurn = setImmediate;

/** A piece of work that goes on: runs until the slice ends, tells if it is done. */
type Unfinished = () => boolean;

/**
 * Cuts works into slices, so that the event loop has its turn at least every
 * `yieldMs` milliseconds, however many works there are: they share the slices,
 * and take turns.
 */
export class SliceQueue {
  private readonly unfinished: Unfinished[] = [];
  /** When the slice that runs now must end. */
  private endsAt = 0;

  constructor(private readonly yieldMs: number) {}

  /**
   * Begins a work. Returns its result, or fails, at once when that takes no
   * longer than is left of the slice. Else `whenCut` is called, before anybody
   * else has a turn, and a promise is returned.
   */
  run<T>(work: Sliced<T>, whenCut?: () => void): T | Promise<T> {
    const isFirst = this.unfinished.length === 0;
    if (isFirst) this.beginSlice();
    if (isFirst || !this.isOver) {
      const step = this.runSlice(work);
      if (step.done === true) return step.value;
    }
    whenCut?.();
    return new Promise((resolve, reject) => {
      this.add(() => {
        try {
          const step = this.runSlice(work);
          if (step.done !== true) return false;
          resolve(step.value);
        } catch (error) {
          reject(error);
        }
        return true;
      });
    });
  }

  private runSlice<T>(work: Sliced<T>): IteratorResult<void, T> {
    for (;;) {
      const step = work.next();
      if (step.done === true || this.isOver) return step;
    }
  }

  private beginSlice(): void {
    this.endsAt = performance.now() + this.yieldMs;
  }

  private get isOver(): boolean {
    return performance.now() >= this.endsAt;
  }

  private add(unfinished: Unfinished): void {
    this.unfinished.push(unfinished);
    if (this.unfinished.length === 1) afterTurn(() => this.takeTurn());
  }

  /** One slice; the rest waits until the event loop has turned. */
  private takeTurn(): void {
    const {unfinished} = this;
    this.beginSlice();
    do {
      const next = unfinished[0]!;
      const isDone = next();
      unfinished.shift();
      if (!isDone) unfinished.push(next);
    } while (unfinished.length > 0 && !this.isOver);
    if (unfinished.length > 0) afterTurn(() => this.takeTurn());
  }
}
