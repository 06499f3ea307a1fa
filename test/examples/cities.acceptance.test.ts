import assert from 'node:assert/strict';
import type {juggler} from '@loopback/repository';
import {type Client, createRestAppClient} from '@loopback/testlab';
import {CitiesApplication} from '../../examples/cities/application';
import {readCities, readCountries} from '../../examples/cities/data';
import {load} from '../../examples/cities/load';
import {CityRepository} from '../../examples/cities/repositories';
import {inMemory} from 'loopback-connector-inmemory';
import type {Filter} from '../../lib/query/query';
import {
  diff,
  fork,
  isolate,
  snapshot,
} from 'loopback-connector-inmemory/testing';
import {itServesCities} from '../support/acceptance/cities-over-http';

describe('The cities example over HTTP', () => {
  const cities = readCities();
  let app: CitiesApplication;
  let client: Client;
  let world: juggler.DataSource;

  before(async () => {
    app = new CitiesApplication({rest: {host: '127.0.0.1', port: 0}});
    await load(app);
    world = await app.get('datasources.world');
    await app.start();
    client = createRestAppClient({restServer: {url: app.restServer.url!}});
  });

  after(() => app.stop());

  isolate(() => world);

  async function explain(model: string, filter: Filter) {
    return inMemory(world).explain(model, filter);
  }

  it('serves all 135,233 cities and 250 countries', () => {
    assert.equal(cities.length, 135_233);
    assert.equal(readCountries().length, 250);
  });

  itServesCities(() => ({client, cities}), {
    withoutCapital: {},
    twoOperators: 'both',
    filters: {},
  });

  describe('where tests change many cities', () => {
    const states: object[] = [];

    for (const nth of ['first', 'second']) {
      it(`copies no rows to have the ${nth} one begin with them`, async () => {
        // All rows and indexes are in this one value.
        const {version} = snapshot(world).state;
        states.push(version);
        assert.equal(version, states[0]);
        const repository = await app.getRepository(CityRepository);
        const {count} = await repository.updateAll(
          {population: 1},
          {country: 'CH'},
        );
        assert.ok(count > 1000, `${count}`);
        assert.notEqual(snapshot(world).state.version, version);
      });
    }
  });

  it('is forked, and tells what a request has changed', async () => {
    const before = fork(world);
    await client.patch('/cities/2657928').send({population: 6}).expect(204);
    const {City: changes} = diff(before, world);
    assert.equal(changes?.changed?.length, 1);
    assert.deepEqual(Object.keys(changes), ['changed']);
  });

  it('answers the ten biggest cities from an index, looking at ten rows', async () => {
    const plan = await explain('City', {
      where: {country: 'JP'},
      order: 'population DESC',
      limit: 10,
    });
    assert.equal(plan.accessPath, 'index');
    assert.deepEqual(plan.indexes, ['biggest_of_country']);
    assert.equal(plan.rowsExamined, 10);
    assert.equal(plan.isSorted, false);
  });

  it('answers the nearest cities from the geo index', async () => {
    const plan = await explain('City', {
      where: {position: {near: {lat: 45.976, lng: 7.658}}},
      limit: 5,
    });
    assert.equal(plan.accessPath, 'geo index');
    assert.ok(plan.rowsExamined < 1_000, plan.text);
  });

  it('uses an index for each property that has one', async () => {
    for (const where of [
      {id: 2657928},
      {country: 'LI'},
      {name: 'Springfield'},
      {name: {like: 'Zürich%'}},
      {population: {gt: 10_000_000}},
      {country: {inq: ['LI', 'SM', 'VA']}},
      {or: [{country: 'LI'}, {name: 'Zermatt'}]},
    ]) {
      const plan = await explain('City', {where});
      assert.notEqual(plan.accessPath, 'scan', plan.text);
    }
  });
});
