import {setImmediate} from 'node:timers/promises';

/** The answer of what is still pending after many event loop turns. */
export const waits = 'waits';

const maxTurns = 100;

/** Resolves after so many turns of the event loop that all has gone on that can. No clock. */
export async function allGoesOn(): Promise<void> {
  for (let turn = 0; turn < maxTurns; turn++) await setImmediate();
}

/** The answer, or {@link waits} after many turns of the event loop. No clock. */
export function answerOrWaits<T>(
  answer: Promise<T>,
): Promise<T | typeof waits> {
  return Promise.race([answer, allGoesOn().then(() => waits as typeof waits)]);
}
