import {setImmediate} from 'node:timers/promises';

/*
 * Work that waits for files, and that is also to be done at once, as at the end
 * of a process, where nothing can be waited for. Work in memory that is only to
 * be cut so that others have their turn is `Sliced` (base/slices.ts): that waits
 * for nothing, all of it is run by one queue, and it yields no results.
 */

/** What a file call gives: its result, or a promise of it. */
type Eventual<T> = T | Promise<T>;

/** What steps yield where others may have their turn. */
export const pause: unique symbol = Symbol('pause');

/**
 * Work on files that is written once and runs in two ways: it yields what a
 * file call gave and gets its result back, and {@link pause} now and then.
 */
export type Steps<T> = Generator<Eventual<unknown>, T, unknown>;

/** The result of a file call. */
export function* wait<T>(call: Eventual<T>): Steps<T> {
  return (yield call) as T;
}

/** Runs steps to their end without a break; their file calls must block. */
export function runBlocking<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next(step.value);
  return step.value;
}

/** Runs steps to their end; the event loop turns at each pause. */
export async function runInTurns<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (step.done !== true) {
    let result: unknown;
    try {
      result = step.value === pause ? await setImmediate() : await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
  return step.value;
}
