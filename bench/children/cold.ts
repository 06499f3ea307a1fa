import {DataSource} from 'loopback-datasource-juggler';
import {publishedPackage} from '../published';
import {defineSuite, destroyAll, runTest} from '../suite';

/**
 * Runs so many tests of the suite on `inmemory` or `built-in`, and prints the processor time of this process until its
 * end, and until everything was loaded, in milliseconds.
 */
async function main(): Promise<void> {
  const [contender, tests] = process.argv.slice(2);
  const connector = contender === 'inmemory' ? publishedPackage() : 'memory';
  const loadedMs = spentMs();
  process.on('exit', () => {
    const wholeMs = spentMs();
    const {node} = process.versions;
    console.log(JSON.stringify({wholeMs, loadedMs, node}));
  });
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  const models = defineSuite(dataSource);
  for (let test = 0; test < Number(tests); test++) {
    await runTest(models, test);
    await destroyAll(models);
  }
  await dataSource.disconnect();
}

/** Since the process began. */
function spentMs(): number {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
