import {DataSource} from 'loopback-datasource-juggler';
import {publishedPackage} from './published';
import {defineSuite, destroyAll, runTest} from './suite';

/** What a file of one test does. */
export async function runFile(contender: string): Promise<void> {
  const connector = contender === 'inmemory' ? publishedPackage() : 'memory';
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  const models = defineSuite(dataSource);
  await runTest(models, 0);
  await destroyAll(models);
  await dataSource.disconnect();
}
