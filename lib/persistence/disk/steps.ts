import {setImmediate} from 'node:timers/promises';

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

/** Runs steps to their end without a break; their files must block. */
export function runAtOnce<T>(steps: Steps<T>): T {
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
