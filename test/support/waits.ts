import {setImmediate} from 'node:timers/promises';

/** The answer of what is still pending after many event loop turns. */
export const waits = 'waits';

const maxTurns = 100;

/** The answer, or {@link waits} after many turns of the event loop. No clock. */
export function answerOrWaits<T>(
  answer: Promise<T>,
): Promise<T | typeof waits> {
  const turns = async (): Promise<typeof waits> => {
    for (let turn = 0; turn < maxTurns; turn++) await setImmediate();
    return waits;
  };
  return Promise.race([answer, turns()]);
}
