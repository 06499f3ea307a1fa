/**
 * A process of its own that owns a data file, for file-*.test.ts. Its argument
 * is the settings; it answers each order that its parent sends.
 */
import {makeDataSource} from './data-source';

const settings = JSON.parse(process.argv[2]!) as object;
const dataSource = makeDataSource({lazyConnect: true, ...settings});
(dataSource as unknown as NodeJS.EventEmitter).on('error', () => undefined);
const M = dataSource.define('M', {
  id: {type: Number, id: true},
  n: Number,
  text: String,
});

const orders: Record<string, (argument: any) => unknown> = {
  create: async row => (await M.create(row)).id,
  createMany: async count => {
    for (let n = 0; n < count; n++) await M.create({n, text: 'x'.repeat(100)});
    return count;
  },
  count: () => M.count(),
  connect: () => dataSource.connect(),
  disconnect: () => dataSource.disconnect(),
  /** Ends as a program does that has nothing more to do. */
  finish: () => process.disconnect(),
  exit: () => process.exit(0),
  createAndExit: () => {
    void M.create({n: 1});
    process.exit(0);
  },
  /** Ends while a checkpoint runs. */
  checkpointAndExit: async () => {
    void dataSource.connector.database.checkpoint();
    await M.create({n: 1});
    await new Promise(setImmediate);
    process.exit(0);
  },
  disconnectAndExit: () => {
    void dataSource.disconnect();
    process.exit(0);
  },
  throw: () => {
    setImmediate(() => {
      throw new Error('not caught, on purpose');
    });
  },
};

process.on(
  'message',
  async ({order, argument}: {order: string; argument: unknown}) => {
    let answer: unknown;
    try {
      answer = {value: (await orders[order]!(argument)) ?? null};
    } catch (error) {
      const {code, message, cause} = error as NodeJS.ErrnoException;
      answer = {code, message, cause: String(cause)};
    }
    if (process.connected) process.send!(answer);
  },
);

dataSource.connect().then(
  () => process.send!({}),
  (error: unknown) => process.send!({message: (error as Error).message}),
);
