import type {ApplicationLike} from './application';
import type {
  GivenInMemoryDbOptions,
  InMemoryDataSources,
} from './in-memory-application';
import {loadApplications} from './on-demand';
import type {DataSourceLike} from './watched-models';

/**
 * Has the datasources of a LoopBack 4 application hold their rows in memory, so that
 * its tests need no server, also where it is written for PostgreSQL, MySQL or MongoDB.
 * Datasources keep their class and all that models declare for their database; what
 * is bound later, by `app.boot()` or a test, is replaced too. Gives the datasources by
 * name, connected; those that are bound later come in when the application has booted.
 *
 *   const app = new MyApplication();
 *   const dbs = await givenInMemoryDb(app, {seed: givenUsers});
 *   await app.boot();
 *   await app.start();
 *   isolate(() => dbs.db);
 *
 * Fails with INVALID_SETTING where a datasource is connected or used already. Whatever
 * would reach one of the databases fails until the application stops: another
 * datasource of the same connector, one that somebody has kept, or a connection that
 * a driver opens.
 */
export async function givenInMemoryDb<
  DS extends DataSourceLike = DataSourceLike,
>(
  app: ApplicationLike,
  options: GivenInMemoryDbOptions<DS> = {},
): Promise<InMemoryDataSources<DS>> {
  return loadApplications().replaceDataSources(app, options);
}
