import {setImmediate} from 'node:timers/promises';
import {DataSource} from 'loopback-datasource-juggler';
import * as connector from 'loopback-connector-inmemory';
import {makeFixture} from '../fixture';
import {useOtherModels} from '../other-models';
import {LoopBackStore} from '../peers/loopback-store';

/** Rows that are created at once. */
const createdRows = 200_000;

/**
 * Prints how long each of some statements keeps the event loop, in milliseconds; with so many rows and `yieldMs`.
 */
async function main(): Promise<void> {
  const [rows, yieldMs] = process.argv.slice(2).map(Number);
  const dataSource = new DataSource({connector, ...(yieldMs ? {yieldMs} : {})});
  await dataSource.connect();
  await useOtherModels(dataSource);
  const store = new LoopBackStore(dataSource);
  await store.load(makeFixture(rows!).items);
  const connected = dataSource.connector!;
  const call = (method: string, ...operands: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const callback = (error: unknown, answer: unknown): void =>
        error ? reject(error) : resolve(answer);
      connected[method](...operands, callback);
    });
  const ask = (method: string, ...operands: unknown[]): Promise<unknown> =>
    call(method, 'Item', ...operands);
  const stalls: Record<string, number> = {};
  const note = async (
    name: string,
    statement: () => Promise<unknown>,
  ): Promise<void> => {
    globalThis.gc!();
    stalls[name] = await longestStall(statement);
  };
  await note('scan', () =>
    ask('all', {where: {isActive: false, stock: {lt: 2}}}, {}),
  );
  await note('order', () => ask('all', {order: 'name', fields: ['id']}, {}));
  await note('updateAll', () => ask('update', {}, {stock: 1}, {}));
  const ended = async (end: 'commit' | 'rollback'): Promise<void> => {
    const transaction = await call('beginTransaction', 'READ COMMITTED');
    await ask('update', {}, {stock: 2}, {transaction});
    await note(end, () => call(end, transaction));
  };
  await ended('commit');
  await ended('rollback');
  const added = makeFixture(createdRows).items.map(({id, ...item}) => ({
    ...item,
    code: `+${item.code}`,
    id: rows! + id,
  }));
  await note(`createAll of ${createdRows}`, () => ask('createAll', added, {}));
  await note('destroyAll of half', () =>
    ask('destroyAll', {isActive: true}, {}),
  );
  console.log(JSON.stringify(stalls));
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
