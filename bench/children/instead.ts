import {DataSource} from 'loopback-datasource-juggler';
import {realDatabases} from '../../test/support/dialects/real-database';
import {publishedPackage, publishedTesting} from '../published';
import {defineSuite, destroyAll, runTest, type SuiteModel} from '../suite';

/** Where tests run, and what was opened for them. */
interface Opened {
  readonly dataSource: DataSource;
  close(): Promise<unknown>;
}

/** Runs a test, and takes back what it has changed. */
type Run = (test: number) => Promise<unknown>;

/** How tests are separated, by the name of the way. */
const ways: Readonly<
  Record<string, (opened: Opened, models: readonly SuiteModel[]) => Run>
> = {
  destroyAll: (_, models) => async test => {
    await runTest(models, test);
    await destroyAll(models);
  },
  automigrate:
    ({dataSource}, models) =>
    async test => {
      await runTest(models, test);
      await dataSource.automigrate();
    },
  rollback:
    ({dataSource}, models) =>
    async test => {
      const transaction = await dataSource.beginTransaction({
        isolationLevel: 'READ COMMITTED',
      });
      await runTest(models, test, {transaction});
      await transaction.rollback();
    },
  restore: ({dataSource}, models) => {
    const {restore, snapshot} = publishedTesting();
    const before = snapshot(dataSource);
    return async test => {
      await runTest(models, test);
      await restore(before);
    };
  },
};

/** Prints what a test takes, in milliseconds: of the named contender, separated in the named way, in so many tests. */
async function main(): Promise<void> {
  const [contender, way, tests] = process.argv.slice(2);
  const opened = await open(contender!);
  try {
    const models = defineSuite(opened.dataSource);
    await opened.dataSource.automigrate();
    const run = ways[way!]!(opened, models);
    const start = {ms: performance.now(), cpu: process.cpuUsage()};
    for (let test = 0; test < Number(tests); test++) await run(test);
    const wallMs = (performance.now() - start.ms) / Number(tests);
    const {user, system} = process.cpuUsage(start.cpu);
    const cpuMs = (user + system) / 1000 / Number(tests);
    for (const model of models) {
      if ((await model.count({})) !== 0) throw new Error('rows are left');
    }
    console.log(JSON.stringify({wallMs, cpuMs}));
  } finally {
    await opened.close();
  }
}

async function open(contender: string): Promise<Opened> {
  const openDatabase = realDatabases[contender];
  if (openDatabase) {
    const database = await openDatabase();
    const dataSource = await database.open();
    return {dataSource, close: () => database.drop()};
  }
  const connector = contender === 'inmemory' ? publishedPackage() : 'memory';
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  return {dataSource, close: () => dataSource.disconnect()};
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
