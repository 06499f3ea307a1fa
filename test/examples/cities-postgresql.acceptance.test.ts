import type {juggler} from '@loopback/repository';
import {type Client, createRestAppClient} from '@loopback/testlab';
import {CitiesApplication} from '../../examples/cities/application';
import {readCities, readCountries} from '../../examples/cities/data';
import {City} from '../../examples/cities/models';
import {
  CityRepository,
  CountryRepository,
} from '../../examples/cities/repositories';
import {
  type Emulate,
  givenInMemoryDb,
  isolate,
} from 'loopback-connector-inmemory/testing';
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

/** The example as it is for PostgreSQL, whose server is asked for nothing before a test. */
function application(database: object): CitiesApplication {
  const rest = {host: '127.0.0.1', port: 0};
  const app = new CitiesApplication({rest, database});
  app.bind('rest.sequence.actions.logError').to(() => undefined);
  return app;
}

async function fill(app: CitiesApplication): Promise<void> {
  const cityRepository = await app.getRepository(CityRepository);
  const countryRepository = await app.getRepository(CountryRepository);
  await countryRepository.createAll(readCountries());
  await cityRepository.createAll(cities);
}

/** Serves an application that is filled for the tests of this block. */
function served(filled: () => Promise<CitiesApplication>): () => {
  client: Client;
  cities: typeof cities;
} {
  let app: CitiesApplication;
  let client: Client;

  before(async () => {
    app = await filled();
    await app.start();
    client = createRestAppClient({restServer: {url: app.restServer.url!}});
  });
  after(() => app.stop());

  return () => ({client, cities});
}

/** The same tests in memory, of the application as it is. */
function itServesCitiesInMemory(
  emulate: Emulate | undefined,
  meant: Partial<Meant>,
): void {
  let db: juggler.DataSource;
  const filled = async (): Promise<CitiesApplication> => {
    const server = {connector: 'postgresql', host: 'server.invalid'};
    const app = application(server);
    const {world} = await givenInMemoryDb<juggler.DataSource>(app, {
      ...(emulate && {emulate}),
      seed: () => fill(app),
    });
    db = world!;
    return app;
  };
  const ofApplication = served(filled);
  isolate(() => db);
  itServesCities(ofApplication, {...ofPostgresql, ...meant});
}

describe('The cities example, written for PostgreSQL, in memory', () => {
  describe('with hazards that are copied', () => {
    itServesCitiesInMemory({hazards: 'copy'}, {});
  });

  describe('with required migrations', () => {
    const emulate = {migrations: 'required'} as const;
    itServesCitiesInMemory(emulate, {twoOperators: 'fails'});
  });

  describe('and nothing else', () => {
    itServesCitiesInMemory(undefined, {twoOperators: 'fails'});
  });
});

if (postgresqlUrl === undefined) {
  describe('The cities example on PostgreSQL', () => {
    it('serves cities (skipped: TEST_POSTGRESQL_URL names no server)');
  });
} else {
  describe('The cities example on PostgreSQL', () => {
    let database: TestDatabase;
    const {settings} = City.definition;
    const {indexes} = settings;

    before(async () => {
      // loopback-connector-postgresql writes to what models declare.
      settings['indexes'] = structuredClone(indexes);
      database = await postgresqlDatabase();
    });
    const filled = async (): Promise<CitiesApplication> => {
      const app = application(database.config!);
      await app.migrateSchema({existingSchema: 'drop'});
      await fill(app);
      return app;
    };
    itServesCities(served(filled), ofPostgresql);
    after(async () => {
      settings['indexes'] = indexes;
      await database.drop();
    });
  });
}
