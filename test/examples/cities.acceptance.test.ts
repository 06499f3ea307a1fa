import assert from 'node:assert/strict';
import {type Client, createRestAppClient} from '@loopback/testlab';
import {CitiesApplication} from '../../examples/cities/application';
import {readCities, readCountries} from '../../examples/cities/data';
import {load} from '../../examples/cities/load';
import type {InMemoryConnector} from '../../index';
import type {Filter} from '../../lib/query/query';

describe('The cities example over HTTP', () => {
  const cities = readCities();
  let app: CitiesApplication;
  let client: Client;

  before(async () => {
    app = new CitiesApplication({rest: {host: '127.0.0.1', port: 0}});
    await load(app);
    await app.start();
    client = createRestAppClient({restServer: {url: app.restServer.url!}});
  });

  after(() => app.stop());

  async function get(path: string, filter: object): Promise<any> {
    const response = await client
      .get(path)
      .query({filter: JSON.stringify(filter)})
      .expect(200);
    return response.body;
  }

  async function explain(model: string, filter: Filter) {
    const dataSource = await app.get('datasources.world');
    const {connector} = dataSource as {connector: InMemoryConnector};
    return connector.explain(model, filter);
  }

  it('serves all 135,233 cities and 250 countries', async () => {
    const ofCities = await client.get('/cities/count').expect(200);
    const ofCountries = await client.get('/countries/count').expect(200);
    assert.deepEqual(ofCities.body, {count: 135_233});
    assert.deepEqual(ofCountries.body, {count: 250});
  });

  it('finds the ten biggest cities of a country', async () => {
    const filter = {
      where: {country: 'JP'},
      order: 'population DESC',
      limit: 10,
    };
    const expected = cities
      .filter(city => city.country === 'JP')
      .sort((a, b) => b.population! - a.population!)
      .slice(0, 10)
      .map(city => city.name);
    const found = await get('/cities', filter);
    assert.deepEqual(
      found.map((city: {name: string}) => city.name),
      expected,
    );
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

  it('finds the cities nearest to a point, nearest first', async () => {
    const matterhorn = {lat: 45.976, lng: 7.658};
    const found = await get('/cities', {
      where: {position: {near: matterhorn, unit: 'kilometers'}},
      limit: 5,
    });
    // On this small scale the flat distance orders as the spherical one.
    const squareOf = ({position}: (typeof cities)[number]): number => {
      const east = (position!.lng - matterhorn.lng) * Math.cos(0.8024);
      return (position!.lat - matterhorn.lat) ** 2 + east ** 2;
    };
    const expected = [...cities]
      .sort((a, b) => squareOf(a) - squareOf(b))
      .slice(0, 5)
      .map(city => city.name);
    assert.deepEqual(
      found.map((city: {name: string}) => city.name),
      expected,
    );
  });

  it('answers the nearest cities from the geo index', async () => {
    const plan = await explain('City', {
      where: {position: {near: {lat: 45.976, lng: 7.658}}},
      limit: 5,
    });
    assert.equal(plan.accessPath, 'geo index');
    assert.ok(plan.rowsExamined < 1_000, plan.text);
  });

  it('includes the five biggest cities of a country by a scope', async () => {
    const brazil = await get('/countries/BR', {
      include: [
        {relation: 'cities', scope: {order: 'population DESC', limit: 5}},
      ],
    });
    const expected = cities
      .filter(city => city.country === 'BR')
      .sort((a, b) => b.population! - a.population!)
      .slice(0, 5)
      .map(city => city.name);
    assert.equal(brazil.name, 'Brazil');
    assert.deepEqual(
      brazil.cities.map((city: {name: string}) => city.name),
      expected,
    );
  });

  it('includes the country of each city', async () => {
    const found = await get('/cities', {
      where: {population: {gt: 9_000_000}},
      include: [{relation: 'inCountry'}],
    });
    const names = new Map(readCountries().map(({id, name}) => [id, name]));
    assert.ok(found.length > 5);
    for (const city of found) {
      assert.equal(city.inCountry.name, names.get(city.country));
    }
  });

  it('counts with two operators on one property', async () => {
    const where = JSON.stringify({population: {gt: 100_000, lt: 200_000}});
    const response = await client
      .get('/cities/count')
      .query({where})
      .expect(200);
    const expected = cities.filter(
      ({population}) => population! > 100_000 && population! < 200_000,
    ).length;
    assert.deepEqual(response.body, {count: expected});
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

  it('creates, changes, replaces and deletes a city', async () => {
    const position = {lat: 47.1, lng: 9.5};
    const city = {name: 'Testdorf', country: 'LI', population: 5, position};
    const created = await client.post('/cities').send(city).expect(200);
    const {id} = created.body;
    await client.patch(`/cities/${id}`).send({population: 6}).expect(204);
    const changed = await client.get(`/cities/${id}`).expect(200);
    assert.deepEqual(changed.body, {...city, id, population: 6});
    const other = {...city, id, name: 'Neudorf'};
    await client.put(`/cities/${id}`).send(other).expect(204);
    const replaced = await client.get(`/cities/${id}`).expect(200);
    assert.deepEqual(replaced.body, other);
    await client.delete(`/cities/${id}`).expect(204);
    await client.get(`/cities/${id}`).expect(404);
  });

  const badFilters: Record<string, unknown> = {
    'an unknown operator': {where: {population: {gtt: 1}}},
    'a between with one value': {where: {population: {between: [1]}}},
    'an inq that is no array': {where: {country: {inq: 'CH'}}},
    'a near without a point': {where: {position: {near: 'here'}}},
    'an unknown unit': {
      where: {position: {near: {lat: 1, lng: 2}, unit: 'parsec'}},
    },
    'a negative limit': {limit: -1},
    'a fractional limit': {limit: 1.5},
    'a negative skip': {skip: -1},
    'an order without a direction that exists': {order: 'population UP'},
    'an and that is no array': {where: {and: {name: 'x'}}},
    'a where that is an array': {where: [1]},
    'a like that is no text': {where: {name: {like: 5}}},
    'a regular expression that could stall': {
      where: {name: {regexp: '(?=x)(a+)+$'}},
    },
    'a MongoDB operator': {where: {name: {$gt: ''}}},
    'an unknown relation': {include: ['mayor']},
    'a filter that is no object': 'all of them',
  };
  for (const [what, filter] of Object.entries(badFilters)) {
    it(`refuses ${what} with 4xx`, async () => {
      const response = await client
        .get('/cities')
        .query({filter: JSON.stringify(filter)});
      assert.ok(
        response.status === 400 || response.status === 422,
        `${response.status} ${response.text}`,
      );
    });
  }

  it('refuses JSON that breaks off with 400', async () => {
    await client.get('/cities').query({filter: '{"where":'}).expect(400);
  });

  it('refuses a point that is not on the earth with 422', async () => {
    const position = {lat: 100, lng: 0};
    await client
      .post('/cities')
      .send({name: 'Nowhere', country: 'LI', population: 0, position})
      .expect(422);
  });

  it('shows the explorer', async () => {
    const response = await client.get('/explorer/').expect(200);
    assert.match(response.text, /LoopBack API Explorer/);
  });
});
