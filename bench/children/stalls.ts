import {setImmediate} from 'node:timers/promises';
import {DataSource} from 'loopback-datasource-juggler';
import * as connector from '../../index';
import {makeFixture} from '../fixture';
import {LoopBackStore} from '../peers/loopback-store';

/** Prints how long one scan and one bulk write keep the event loop, in milliseconds; with so many rows and `yieldMs`. */

async function main(): Promise<void> {
  const [rows, yieldMs] = process.argv.slice(2).map(Number);
  const dataSource = new DataSource({connector, ...(yieldMs ? {yieldMs} : {})});
  await dataSource.connect();
  const store = new LoopBackStore(dataSource);
  await store.load(makeFixture(rows!).items);
  globalThis.gc!();
  const ask = (method: string, ...operands: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const callback = (error: unknown, answer: unknown): void =>
        error ? reject(error) : resolve(answer);
      dataSource.connector![method]('Item', ...operands, callback);
    });
  const scan = await longestStall(() =>
    ask('all', {where: {isActive: false, stock: {lt: 2}}}, {}),
  );
  const write = await longestStall(() => ask('update', {}, {stock: 1}, {}));
  console.log(JSON.stringify({scan, write}));
}

/** The longest time between two turns of the event loop while the statement runs. */
async function longestStall(
  statement: () => Promise<unknown>,
): Promise<number> {
  let longestMs = 0;
  const end = new AbortController();
  const watch = async (): Promise<void> => {
    let last = performance.now();
    while (!end.signal.aborted) {
      await setImmediate();
      const now = performance.now();
      longestMs = Math.max(longestMs, now - last);
      last = now;
    }
  };
  const watching = watch();
  await setImmediate();
  await statement();
  end.abort();
  await watching;
  return longestMs;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
