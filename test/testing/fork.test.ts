import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  model,
  property,
} from '@loopback/repository';
import * as inmemory from '../../index';
import {fork, reset, seed, snapshot} from '../../testing';
import {makeDataSource} from '../support/connector/data-source';
import {useDirectory} from '../support/persistence/directory';

const city = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, index: {unique: true}},
};

async function twoCities(settings: object = {}) {
  const dataSource = makeDataSource(settings);
  const City = dataSource.define('City', city);
  await dataSource.connect();
  await City.create([{name: 'Basel'}, {name: 'Bern'}]);
  return {City, dataSource};
}

async function namesIn(Model: any): Promise<string[]> {
  const rows = await Model.find({order: 'id'});
  return rows.map(({name}: {name: string}) => name);
}

@model()
class Town extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;
  @property({type: 'string'})
  name?: string;
}

describe('A fork', () => {
  it('begins with the rows, indexes, models and next ids of its datasource', async () => {
    const {dataSource} = await twoCities();
    const {City} = (fork(dataSource) as any).models;
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
    assert.equal((await City.create({name: 'Chur'})).id, 3);
    await assert.rejects(City.create({name: 'Bern'}), {code: 'DUPLICATE_KEY'});
  });

  it('shows nobody else what is written to it, and sees nothing of others', async () => {
    const {City, dataSource} = await twoCities();
    const forks = [fork(dataSource), fork(dataSource)] as any[];
    await City.create({name: 'here'});
    for (const [i, each] of forks.entries()) {
      await each.models.City.create({name: `fork ${i}`});
      await each.models.City.destroyById(1);
    }
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern', 'here']);
    for (const [i, each] of forks.entries()) {
      assert.deepEqual(await namesIn(each.models.City), ['Bern', `fork ${i}`]);
      assert.deepEqual(each.connector.database.verify(), []);
    }
  });

  it('is made of a snapshot, too', async () => {
    const {City, dataSource} = await twoCities();
    const before = snapshot(dataSource);
    await City.destroyAll();
    const {models} = fork(before) as any;
    assert.deepEqual(await namesIn(models.City), ['Basel', 'Bern']);
  });

  it('is made of a fork, too', async () => {
    const {dataSource} = await twoCities();
    const first = fork(dataSource) as any;
    await first.models.City.create({name: 'Chur'});
    const second: any = fork(first);
    await first.models.City.destroyAll();
    assert.deepEqual(await namesIn(second.models.City), [
      'Basel',
      'Bern',
      'Chur',
    ]);
  });

  it('serves repositories, and takes new models', async () => {
    const dataSource = new juggler.DataSource({
      name: 'db',
      connector: inmemory,
    });
    const seeded = new DefaultCrudRepository<Town, number>(Town, dataSource);
    await seeded.create({name: 'Bern'});
    const forked = fork(dataSource, 'worker 1');
    assert.equal(forked.name, 'worker 1');
    assert.ok(forked instanceof juggler.DataSource);
    const towns = new DefaultCrudRepository<Town, number>(Town, forked);
    assert.deepEqual(
      (await towns.find()).map(({name}) => name),
      ['Bern'],
    );
    await towns.create({name: 'Chur'});
    assert.equal((await seeded.count()).count, 1);
  });

  it('migrates models that nobody has asked for', async () => {
    const {dataSource} = await twoCities();
    const forked = fork(dataSource) as any;
    await forked.automigrate();
    assert.deepEqual(await namesIn(forked.models.City), []);
  });

  it('explains statements of models that nobody has asked for', async () => {
    const {dataSource} = await twoCities();
    const {connector} = fork(dataSource);
    const {text} = connector.explain('City', {where: {name: 'Bern'}});
    assert.match(text, /name/);
  });

  it('keeps foreign keys, also to models that nobody has asked for', async () => {
    const dataSource = makeDataSource();
    const Country = dataSource.define('Country', {
      id: {type: Number, id: true},
    });
    dataSource.define(
      'City',
      {...city, countryId: Number},
      {
        foreignKeys: {
          country: {
            name: 'country',
            entity: 'Country',
            entityKey: 'id',
            foreignKey: 'countryId',
          },
        },
      },
    );
    await Country.create({id: 1});
    const {City} = (fork(dataSource) as any).models;
    await City.create({name: 'Bern', countryId: 1});
    await assert.rejects(City.create({name: 'Chur', countryId: 2}), {
      code: 'FOREIGN_KEY_VIOLATION',
    });
  });

  it('keeps foreign keys between models on tables and columns of other names', async () => {
    const dataSource = makeDataSource();
    const foreignKeyTo = (entity: string, foreignKey: string) => ({
      [foreignKey]: {entity, entityKey: 'id', foreignKey},
    });
    // They refer to each other, so that each is asked for while the other one is defined.
    const id = {type: Number, id: true, memory: {columnName: 'number'}};
    const Country = dataSource.define(
      'Country',
      {id, capitalId: Number},
      {
        memory: {collection: 'countries'},
        foreignKeys: foreignKeyTo('City', 'capitalId'),
      },
    );
    dataSource.define(
      'City',
      {id, countryId: Number},
      {
        memory: {collection: 'cities'},
        foreignKeys: foreignKeyTo('Country', 'countryId'),
      },
    );
    await Country.create({id: 1});
    const refused = {code: 'FOREIGN_KEY_VIOLATION'};
    const first = (fork(dataSource) as any).models.City;
    await first.create({id: 1, countryId: 1});
    await assert.rejects(first.create({id: 2, countryId: 2}), refused);
    const second = (fork(dataSource) as any).models.Country;
    await assert.rejects(second.create({id: 2, capitalId: 2}), refused);
  });

  it('emulates what its datasource emulates', async () => {
    const {dataSource} = await twoCities({emulate: 'postgresql'});
    const {City} = (fork(dataSource) as any).models;
    await assert.rejects(City.create({name: 'Bern'}), {code: '23505'});
  });

  describe('of a datasource with a file', () => {
    const pathOf = useDirectory();

    it('is in memory, and leaves the file alone', async () => {
      const file = pathOf('db.json');
      const {dataSource} = await twoCities({file});
      const forked = fork(dataSource) as any;
      await forked.models.City.destroyAll();
      await dataSource.disconnect();
      const again = makeDataSource({file});
      const City = again.define('City', city);
      await again.connect();
      assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
      await again.disconnect();
    });

    it('has the rows of tables that nobody had asked for', async () => {
      const file = pathOf('db.json');
      await (await twoCities({file})).dataSource.disconnect();
      const dataSource = makeDataSource({file});
      await dataSource.connect();
      const City = fork(dataSource).define('City', city);
      assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
      await dataSource.disconnect();
    });
  });
});

describe('A fork of a datasource with models within values', () => {
  it('has them, also by their names', async () => {
    const dataSource = makeDataSource();
    (dataSource as any).modelBuilder.define('Street', {name: String});
    const House = dataSource.define('House', {...city, street: 'Street'});
    await House.create({street: {name: 'Main'}});
    const forked: any = fork(fork(dataSource));
    await forked.models.House.create({name: 'b', street: {name: 'High'}});
    const houses = await forked.models.House.find();
    assert.deepEqual(
      houses.map(({street}: any) => street.name),
      ['Main', 'High'],
    );
  });
});

describe('A fork of a datasource that was seeded', () => {
  async function seededCities() {
    const dataSource = makeDataSource();
    dataSource.define('City', city);
    await seed(dataSource, {City: {bern: {name: 'Bern'}}});
    return dataSource;
  }

  it('is reset to what was seeded', async () => {
    const forked: any = fork(await seededCities());
    await forked.models.City.destroyAll();
    await reset(forked);
    assert.deepEqual(await namesIn(forked.models.City), ['Bern']);
  });

  it('knows the names of its rows', async () => {
    const forked: any = fork(await seededCities());
    await seed(forked, {City: [{id: 7, name: 'Chur', next: '@bern'}]});
    assert.equal((await forked.models.City.findById(7)).next, 1);
  });

  it('does not have what its datasource was seeded with after a snapshot', async () => {
    const dataSource = makeDataSource();
    dataSource.define('City', city);
    const before = snapshot(dataSource);
    await seed(dataSource, {City: {bern: {name: 'Bern'}}});
    const forked: any = fork(before);
    await reset(forked);
    assert.deepEqual(await namesIn(forked.models.City), []);
  });
});
