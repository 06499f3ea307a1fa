import {InMemoryError} from './errors';
import type {Sliced} from './slices';

/** The time by which a statement must have made its changes, or be done. */
export class Deadline {
  private readonly endsAt: number;
  private isLifted = false;

  constructor(
    private readonly timeoutMs: number,
    begunAt = performance.now(),
  ) {
    this.endsAt = begunAt + timeoutMs;
  }

  /** How long is left; not positive when the time is over. */
  get leftMs(): number {
    return this.endsAt - performance.now();
  }

  /** Fails with STATEMENT_TIMEOUT when the time is over. */
  check(now = performance.now()): void {
    if (now >= this.endsAt && !this.isLifted) throw this.error();
  }

  /** Lets the statement go on however long it takes: its changes are made. */
  lift(): void {
    this.isLifted = true;
  }

  error(): InMemoryError {
    return new InMemoryError(
      'STATEMENT_TIMEOUT',
      `The statement was ended after ${this.timeoutMs} ms (statementTimeoutMs) ` +
        'and has changed nothing. Ask for less, add an index, or allow more time.',
      {value: this.timeoutMs},
    );
  }
}

/** Work that fails with STATEMENT_TIMEOUT where it could be cut, in time. */
export function inTime<T>(
  deadline: Deadline | undefined,
  work: Sliced<T>,
): Sliced<T> {
  return deadline === undefined ? work : checked(deadline, work);
}

function* checked<T>(deadline: Deadline, work: Sliced<T>): Sliced<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    deadline.check();
    yield;
  }
}
