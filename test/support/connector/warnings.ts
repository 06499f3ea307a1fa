import {setImmediate} from 'node:timers/promises';

/** What is warned of while `work` is done, without the package's name. */
export async function warnings(work: () => unknown): Promise<string[]> {
  const told: string[] = [];
  const listen = (warning: Error & {code?: string}): void => {
    if (warning.code !== 'INMEMORY_DECLARATION') return;
    told.push(warning.message.replace('loopback-connector-inmemory: ', ''));
  };
  process.on('warning', listen);
  try {
    await work();
    // Node emits a warning on the next tick.
    await setImmediate();
  } finally {
    process.off('warning', listen);
  }
  return told;
}
