import assert from 'node:assert/strict';
import {type Client, createRestAppClient} from '@loopback/testlab';
import {CitiesApplication} from '../../examples/cities/application';
import {
  CityRepository,
  CountryRepository,
} from '../../examples/cities/repositories';

describe('?explain of the cities example', () => {
  let app: CitiesApplication;
  let client: Client;

  async function start(explain?: boolean): Promise<void> {
    app = new CitiesApplication({rest: {host: '127.0.0.1', port: 0}, explain});
    const countries = await app.getRepository(CountryRepository);
    const cities = await app.getRepository(CityRepository);
    await countries.create({id: 'CH', name: 'Switzerland'});
    await cities.create({
      name: 'Bern',
      country: 'CH',
      population: 134_591,
      position: {lat: 46.9, lng: 7.4},
    });
    await app.start();
    client = createRestAppClient({restServer: {url: app.restServer.url!}});
  }

  afterEach(() => app.stop());

  const filter = JSON.stringify({where: {country: 'CH'}, limit: 3});

  it('tells how a query is answered', async () => {
    await start(true);
    const {body} = await client.get('/cities?explain').query({filter});
    assert.deepEqual(body, {
      accessPath: 'index',
      indexes: ['country_index'],
      isCovered: false,
      isSorted: false,
      rowsExamined: 1,
      rowsReturned: 1,
      text:
        'City: index country_index, keys "CH"\n  limit 3\n' +
        '  rows examined 1, returned 1',
    });
  });

  it('leaves requests alone that do not ask for it', async () => {
    await start(true);
    const {body} = await client.get('/cities').query({filter});
    assert.equal(body[0].name, 'Bern');
    const {body: bern} = await client.get('/cities/1?explain');
    assert.equal(bern.name, 'Bern');
  });

  it('refuses a filter as the query would be refused', async () => {
    await start(true);
    const wrong = JSON.stringify({where: {name: {between: 5}}});
    await client.get('/cities?explain').query({filter: wrong}).expect(400);
  });

  it('does nothing unless the application is told so', async () => {
    await start();
    const {body} = await client.get('/cities?explain').query({filter});
    assert.equal(body[0].name, 'Bern');
  });
});
