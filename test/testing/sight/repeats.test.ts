import assert from 'node:assert/strict';
import {CitiesApplication} from '../../../examples/cities/application';
import {
  CityRepository,
  CountryRepository,
} from '../../../examples/cities/repositories';
import {inTransaction} from 'loopback-connector-inmemory';
import {
  assertNoRepeatedStatements,
  isolate,
} from 'loopback-connector-inmemory/testing';
import {plantedMistakes, type World} from '../../support/testing/planted';

const position = {lat: 47, lng: 7};

describe('assertNoRepeatedStatements', () => {
  let app: CitiesApplication;
  let world: World;

  before(async () => {
    app = new CitiesApplication();
    world = {
      cities: await app.getRepository(CityRepository),
      countries: await app.getRepository(CountryRepository),
    };
  });
  after(() => app.stop());

  isolate(() => world.cities.dataSource, {
    async seed() {
      await world.countries.createAll(
        ['CH', 'FR', 'IT'].map(id => ({id, name: id, region: 'Europe'})),
      );
      await world.cities.createAll(
        ['CH', 'FR', 'IT'].flatMap((country, i) => [
          {name: `a ${country}`, country, population: i, position},
          {name: `b ${country}`, country, population: 9 - i, position},
        ]),
      );
    },
  });

  /** Fails as the assertion does, or gives what the function gives. */
  function check<T>(fn: () => Promise<T>, max?: number): Promise<T> {
    return assertNoRepeatedStatements(
      world.cities.dataSource,
      fn,
      max === undefined ? {} : {max},
    );
  }

  it('knows at least 20 mistakes', () => {
    assert.ok(plantedMistakes.length >= 20);
  });

  for (const {mending, model, run, title} of plantedMistakes) {
    it(`finds ${title}`, async () => {
      await assert.rejects(
        check(() => run(world)),
        ({message, name}: Error) => {
          assert.equal(name, 'AssertionError');
          assert.match(message, new RegExp(`planted\\.ts:\\d+ asked ${model}`));
          assert.match(message, mending);
          return true;
        },
      );
    });
  }

  it('gives what the function gives', async () => {
    assert.equal(await check(async () => 5), 5);
  });

  it('fails as the function does', async () => {
    await assert.rejects(
      check(async () => {
        throw new RangeError('out');
      }),
      {name: 'RangeError', message: 'out'},
    );
  });

  it('shows the statements, the lines and what would mend it', async () => {
    const {cities, countries} = world;
    const failing = check(async () => {
      for (const {country} of await cities.find({limit: 2, order: ['id']})) {
        await countries.findById(country);
        await countries.findById(country);
      }
    });
    await assert.rejects(failing, ({message}: Error) => {
      const lines = message
        .replaceAll(/\S*repeats\.test\.ts:\d+/g, 'HERE')
        .replaceAll(/ +\d+ +HERE/g, ' US HERE')
        .split('\n');
      assert.deepEqual(
        lines.map(line => line.replaceAll(/ {2,}/g, ' ').trim()),
        [
          'The same kind of statement was asked again and again:',
          '# statement plan examined rows us from',
          '1 Country.findById({"where":{"id":"CH"},"limit":1}) primary key 1 1 US HERE',
          '2 Country.findById({"where":{"id":"CH"},"limit":1}) primary key 1 1 US HERE',
          '3 Country.findById({"where":{"id":"CH"},"limit":1}) primary key 1 1 US HERE',
          '4 Country.findById({"where":{"id":"CH"},"limit":1}) primary key 1 1 US HERE',
          'What would mend it:',
          'HERE asked Country 2 times: it asks for the same each time: keep what the first one gave',
          'HERE asked Country 2 times: it asks for the same each time: keep what the first one gave',
        ],
      );
      return true;
    });
  });

  it('allows as many as are asked for', async () => {
    const {countries} = world;
    const twice = async () => {
      for (const id of ['CH', 'FR']) await countries.findById(id);
    };
    await check(twice, 2);
    await assert.rejects(check(twice, 1), {name: 'AssertionError'});
    await assert.rejects(check(twice, -1), {code: 'INVALID_SETTING'});
    const typo = {mx: 2} as object;
    await assert.rejects(
      assertNoRepeatedStatements(world.cities.dataSource, twice, typo),
      {code: 'INVALID_SETTING', message: /no option "mx".*did you mean max\?/},
    );
  });

  const fine: Record<string, (world: World) => Promise<unknown>> = {
    'an include': ({countries}) => countries.find({include: ['cities']}),
    'a nested include': ({cities}) =>
      cities.find({
        include: [{relation: 'inCountry', scope: {include: ['cities']}}],
      }),
    'the same in two lines': async ({countries}) => {
      await countries.findById('CH');
      await countries.findById('FR');
    },
    'a function that is called in two lines': async world => {
      const atlas = async (id: string) => {
        return world.countries.cities(id).find();
      };
      await atlas('CH');
      await atlas('FR');
    },
    'pages by skip': async ({cities}) => {
      for (let skip = 0; ; skip += 2) {
        const page = await cities.find({limit: 2, skip, order: ['id']});
        if (page.length === 0) break;
      }
    },
    'pages by the last id': async ({cities}) => {
      for (let last = 0; ;) {
        const where = {id: {gt: last}};
        const page = await cities.find({where, limit: 2, order: ['id']});
        if (page.length === 0) break;
        last = page.at(-1)!.id;
      }
    },
    'rows in batches': async ({countries}) => {
      for (const ids of [
        ['AT', 'BE'],
        ['DE', 'ES'],
      ]) {
        await countries.createAll(ids.map(id => ({id, name: id})));
      }
    },
    'a statement of each kind': async ({cities}) => {
      const city = await cities.findById(1);
      await cities.updateById(1, {population: city.population + 1});
      await cities.count();
      await cities.deleteById(1);
    },
    'a transaction that is run again': async ({cities}) => {
      let tries = 0;
      await inTransaction(
        cities.dataSource,
        async transaction => {
          await cities.findById(1, {}, {transaction});
          if (tries++ > 0) return;
          const other = {population: 7};
          await cities.updateById(1, other);
          await cities.updateById(1, {population: 8}, {transaction});
        },
        {isolationLevel: 'REPEATABLE READ', retries: 1},
      );
      assert.equal(tries, 2);
    },
  };

  for (const [title, run] of Object.entries(fine)) {
    it(`finds nothing in ${title}`, () => check(() => run(world)));
  }
});
