import {type Client, createRestAppClient} from '@loopback/testlab';
import {CitiesApplication} from '../../examples/cities/application';
import {readCities, readCountries} from '../../examples/cities/data';
import {City} from '../../examples/cities/models';
import {
  CityRepository,
  CountryRepository,
} from '../../examples/cities/repositories';
import {
  itServesCities,
  type Meant,
} from '../support/acceptance/cities-over-http';
import {
  postgresqlDatabase,
  postgresqlUrl,
  type TestDatabase,
} from '../support/transfer/databases';

/** What PostgreSQL answers otherwise than the default database. */
const ofPostgresql: Meant = {
  withoutCapital: {capital: null},
  twoOperators: 'gt',
  filters: {
    'an unknown operator': 500,
    // The juggler seeks what is near in all rows, which it has read.
    'a near without a point': null,
    'an unknown unit': 200,
    'a regular expression that could stall': 200,
  },
};

/** Few enough for a server to be filled in a second. */
const cities = readCities().filter(
  ({country, population}) =>
    population! > 500_000 || country === 'CH' || country === 'LI',
);

/** Serves the example on a database for the tests of this block. */
function served(database: () => object): () => {
  client: Client;
  cities: typeof cities;
} {
  let app: CitiesApplication;
  let client: Client;
  const {settings} = City.definition;
  const {indexes} = settings;

  before(async () => {
    // loopback-connector-postgresql writes to what models declare.
    settings['indexes'] = structuredClone(indexes);
    const rest = {host: '127.0.0.1', port: 0};
    app = new CitiesApplication({rest, database: database()});
    app.bind('rest.sequence.actions.logError').to(() => undefined);
    const cityRepository = await app.getRepository(CityRepository);
    const countryRepository = await app.getRepository(CountryRepository);
    await app.migrateSchema({existingSchema: 'drop'});
    await countryRepository.createAll(readCountries());
    await cityRepository.createAll(cities);
    await app.start();
    client = createRestAppClient({restServer: {url: app.restServer.url!}});
  });

  after(async () => {
    settings['indexes'] = indexes;
    await app.stop();
  });

  return () => ({client, cities});
}

describe('The cities example with emulate: postgresql', () => {
  describe('and hazards that are copied', () => {
    const emulate = {database: 'postgresql', hazards: 'copy'};
    itServesCities(
      served(() => ({emulate})),
      ofPostgresql,
    );
  });

  describe('and required migrations', () => {
    const emulate = {database: 'postgresql', migrations: 'required'};
    itServesCities(
      served(() => ({emulate})),
      {...ofPostgresql, twoOperators: 'fails'},
    );
  });

  describe('and nothing else', () => {
    itServesCities(
      served(() => ({emulate: 'postgresql'})),
      {...ofPostgresql, twoOperators: 'fails'},
    );
  });
});

if (postgresqlUrl === undefined) {
  describe('The cities example on PostgreSQL', () => {
    it('serves cities (skipped: TEST_POSTGRESQL_URL names no server)');
  });
} else {
  describe('The cities example on PostgreSQL', () => {
    let database: TestDatabase;

    before(async () => {
      database = await postgresqlDatabase();
    });
    itServesCities(
      served(() => database.config!),
      ofPostgresql,
    );
    after(() => database.drop());
  });
}
