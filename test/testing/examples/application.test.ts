import assert from 'node:assert/strict';
import {Application, inject} from '@loopback/core';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  model,
  property,
  RepositoryMixin,
} from '@loopback/repository';
import {givenInMemoryDb, isolate} from '../../../testing';

class DbDataSource extends juggler.DataSource {
  static dataSourceName = 'db';

  constructor() {
    super({name: 'db', connector: 'postgresql', host: 'db.internal'});
  }
}

@model()
class City extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;
  @property({type: 'string', required: true})
  name!: string;
}

class CityRepository extends DefaultCrudRepository<City, number> {
  constructor(@inject('datasources.db') dataSource: juggler.DataSource) {
    super(City, dataSource);
  }
}

class MyApplication extends RepositoryMixin(Application) {
  constructor() {
    super();
    this.dataSource(DbDataSource);
    this.repository(CityRepository);
  }

  async boot(): Promise<void> {}
}

// docs/testing.md: givenInMemoryDb
describe('the application', () => {
  let app: MyApplication;
  let db: juggler.DataSource;

  before(async () => {
    app = new MyApplication();
    const dbs = await givenInMemoryDb<juggler.DataSource>(app, {
      seed: {City: [{name: 'Bern'}, {name: 'Chur'}]},
    });
    await app.boot();
    await app.start();
    db = dbs['db']!;
  });
  after(() => app.stop());

  isolate(() => db);

  it('deletes a city', async () => {
    const cities = await app.getRepository(CityRepository);
    await cities.deleteById(1);
    assert.equal((await cities.count()).count, 1);
  });
});
// end
