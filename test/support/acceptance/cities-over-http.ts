import assert from 'node:assert/strict';
import type {Client} from '@loopback/testlab';
import type {readCities} from '../../../examples/cities/data';
import {readCountries} from '../../../examples/cities/data';
import {malformedFilters} from './malformed-filters';

/** The example as it runs, and the cities that it was given. */
export interface Served {
  readonly client: Client;
  readonly cities: ReturnType<typeof readCities>;
}

/** In what the databases are meant to answer otherwise. */
export interface Meant {
  /** How a country without a capital is read. */
  readonly withoutCapital: {readonly capital?: null};
  /** What `{gt, lt}` on one property means: one of them alone, or a failure. */
  readonly twoOperators: 'both' | 'gt' | 'fails';
  /**
   * The status of a filter that is refused with 4xx elsewhere. Null is of one
   * that the juggler throws over where nobody can catch it.
   */
  readonly filters: Readonly<Record<string, number | null>>;
}

/** The same requests whatever database the example has its data in. */
export function itServesCities(served: () => Served, meant: Meant): void {
  const get = async (path: string, filter: object): Promise<any> => {
    const {client} = served();
    const query = {filter: JSON.stringify(filter)};
    const response = await client.get(path).query(query).expect(200);
    return response.body;
  };
  itFindsCities(served, get);
  itIncludesRelations(served, get);

  it('reads a country without a capital', async () => {
    const antarctica = await get('/countries/AQ', {});
    assert.deepEqual(antarctica, {
      id: 'AQ',
      name: 'Antarctica',
      region: 'Antarctic',
      area: 14_000_000,
      ...meant.withoutCapital,
    });
  });

  itCounts(served, meant);
  itWrites(served);
  itRefuses(served, meant);

  it('shows the explorer', async () => {
    const response = await served().client.get('/explorer/').expect(200);
    assert.match(response.text, /LoopBack API Explorer/);
  });
}

type Get = (path: string, filter: object) => Promise<any>;

type Cities = Served['cities'];

const nameOf = ({name}: {name?: string}) => name;

/** The names of the biggest cities of a country, the biggest first. */
function biggest(cities: Cities, country: string, count: number) {
  return cities
    .filter(city => city.country === country)
    .sort((a, b) => b.population! - a.population!)
    .slice(0, count)
    .map(nameOf);
}

function itFindsCities(served: () => Served, get: Get): void {
  it('finds the ten biggest cities of a country', async () => {
    const found = await get('/cities', {
      where: {country: 'JP'},
      order: 'population DESC',
      limit: 10,
    });
    assert.deepEqual(found.map(nameOf), biggest(served().cities, 'JP', 10));
  });

  it('finds the cities nearest to a point, nearest first', async () => {
    const matterhorn = {lat: 45.976, lng: 7.658};
    const found = await get('/cities', {
      where: {position: {near: matterhorn, unit: 'kilometers'}},
      limit: 5,
    });
    // On this small scale the flat distance orders as the spherical one.
    const squareOf = ({position}: Cities[number]): number => {
      const east = (position!.lng - matterhorn.lng) * Math.cos(0.8024);
      return (position!.lat - matterhorn.lat) ** 2 + east ** 2;
    };
    const expected = [...served().cities]
      .sort((a, b) => squareOf(a) - squareOf(b))
      .slice(0, 5);
    assert.deepEqual(found.map(nameOf), expected.map(nameOf));
  });
}

function itIncludesRelations(served: () => Served, get: Get): void {
  it('includes the five biggest cities of a country by a scope', async () => {
    const brazil = await get('/countries/BR', {
      include: [
        {relation: 'cities', scope: {order: 'population DESC', limit: 5}},
      ],
    });
    assert.equal(brazil.name, 'Brazil');
    const expected = biggest(served().cities, 'BR', 5);
    assert.deepEqual(brazil.cities.map(nameOf), expected);
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
}

function itCounts(served: () => Served, {twoOperators}: Meant): void {
  it('counts all cities and countries', async () => {
    const {client, cities} = served();
    const ofCities = await client.get('/cities/count').expect(200);
    const ofCountries = await client.get('/countries/count').expect(200);
    assert.deepEqual(ofCities.body, {count: cities.length});
    assert.deepEqual(ofCountries.body, {count: readCountries().length});
  });

  const titles = {
    both: 'counts with two operators on one property',
    gt: 'counts with the first of two operators on one property',
    fails: 'fails to count with two operators on one property',
  };
  it(titles[twoOperators], async () => {
    const {client, cities} = served();
    const where = JSON.stringify({population: {gt: 100_000, lt: 200_000}});
    const response = await client.get('/cities/count').query({where});
    assert.equal(response.status, twoOperators === 'fails' ? 500 : 200);
    if (twoOperators === 'fails') return;
    const below = twoOperators === 'both' ? 200_000 : Infinity;
    const {length} = cities.filter(
      ({population}) => population! > 100_000 && population! < below,
    );
    assert.deepEqual(response.body, {count: length});
  });
}

function itWrites(served: () => Served): void {
  it('creates, changes, replaces and deletes a city', async () => {
    const {client} = served();
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
}

function itRefuses(served: () => Served, {filters}: Meant): void {
  for (const [what, filter] of Object.entries(malformedFilters)) {
    const status = filters[what];
    if (status === null) continue;
    const title =
      status === undefined
        ? `refuses ${what} with 4xx`
        : `answers ${what} with ${status}`;
    it(title, async () => {
      const response = await served()
        .client.get('/cities')
        .query({filter: JSON.stringify(filter)});
      const expected = status === undefined ? [400, 422] : [status];
      assert.ok(
        expected.includes(response.status),
        `${response.status} ${response.text}`,
      );
    });
  }

  it('refuses JSON that breaks off with 400', async () => {
    const {client} = served();
    await client.get('/cities').query({filter: '{"where":'}).expect(400);
  });

  it('refuses a point that is not on the earth with 422', async () => {
    const position = {lat: 100, lng: 0};
    await served()
      .client.post('/cities')
      .send({name: 'Nowhere', country: 'LI', population: 0, position})
      .expect(422);
  });
}
