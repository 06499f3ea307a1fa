import assert from 'node:assert/strict';
import {assertNoScans} from '../../../testing';
import {makeDataSource} from '../../support/connector/data-source';

const city = {
  id: {type: Number, id: true, generated: true},
  name: String,
  country: String,
  population: Number,
  place: {type: 'GeoPoint'},
};

function cities(settings: object = {}) {
  const dataSource = makeDataSource();
  const City = dataSource.define('City', city, settings);
  return {City, dataSource};
}

/** The filters that scan, and the index of which the failure tells. */
const scans = [
  [{where: {country: 'CH'}}, 'country: {keys: {country: 1}}'],
  [
    {where: {country: 'CH', population: {gt: 5}}},
    'country_population: {keys: {country: 1, population: 1}}',
  ],
  [
    {where: {population: {gt: 5}, country: 'CH'}, order: 'population DESC'},
    'country_population: {keys: {country: 1, population: -1}}',
  ],
  [
    {where: {country: {inq: ['CH']}}, order: ['name ASC'], limit: 3},
    'country_name: {keys: {country: 1, name: 1}}',
  ],
  [
    {order: 'population DESC', limit: 3},
    'population: {keys: {population: -1}}',
  ],
  [{where: {name: {like: 'B%'}}}, 'name: {keys: {name: 1}}'],
  [
    {where: {and: [{country: 'CH'}, {name: {neq: 'Bern'}}]}},
    'country: {keys: {country: 1}}',
  ],
] as const;

describe('assertNoScans', () => {
  for (const [filter, index] of scans) {
    it(`tells of the index for ${JSON.stringify(filter)}, with which it is content`, async () => {
      const {City, dataSource} = cities();
      await assert.rejects(
        assertNoScans(dataSource, () => City.find(filter)),
        ({message, name}: Error) => {
          assert.equal(name, 'AssertionError');
          assert.match(message, /^1 of 1 statements looked at all rows/);
          const told = `  indexes: {${index}} in the settings of City`;
          assert.equal(message.split('\n').at(-1), told);
          return true;
        },
      );
      const [, keys] = /keys: (\{.*?\})/.exec(index)!;
      const declared = JSON.parse(keys!.replaceAll(/(\w+):/g, '"$1":'));
      const mended = cities({indexes: {mended: {keys: declared}}});
      await assertNoScans(mended.dataSource, () => mended.City.find(filter));
    });
  }

  it('tells of an index for each alternative', async () => {
    const {City, dataSource} = cities();
    const or = [{country: 'CH'}, {name: 'Bern'}];
    await assert.rejects(
      assertNoScans(dataSource, () => City.find({where: {or}})),
      /keys: \{country: 1\}.*\n.*keys: \{name: 1\}/,
    );
  });

  it('tells of an index on points', async () => {
    const {City, dataSource} = cities();
    const where = {place: {near: {lat: 1, lng: 2}}};
    await assert.rejects(
      assertNoScans(dataSource, () => City.find({where, limit: 1})),
      /index: true on City\.place$/,
    );
  });

  it('says so where no index can help', async () => {
    const {City, dataSource} = cities();
    await assert.rejects(
      assertNoScans(dataSource, () => City.find({where: {name: {neq: 'x'}}})),
      /no index answers these conditions/,
    );
  });

  it('finds those that write and count', async () => {
    const {City, dataSource} = cities();
    for (const run of [
      () => City.updateAll({name: 'x'}, {country: 'y'}),
      () => City.deleteAll({name: 'x'}),
      () => City.count({name: 'x'}),
    ]) {
      await assert.rejects(assertNoScans(dataSource, run), {
        name: 'AssertionError',
      });
    }
  });

  it('finds a walk over a whole index, all of whose rows are tested', async () => {
    const {City, dataSource} = cities({
      indexes: {by_population: {keys: {population: 1}}},
    });
    for (let population = 0; population < 2_000; population += 500) {
      const rows = Array.from({length: 500}, (_, i) => ({
        population: population + i,
      }));
      await City.createAll(rows);
    }
    const filter = {where: {name: 'x'}, order: 'population ASC', limit: 1};
    await assert.rejects(
      assertNoScans(dataSource, () => City.find(filter)),
      /keys: \{name: 1, population: 1\}/,
    );
  });

  it('is content with who wants all rows, the first ones, or one by its id', async () => {
    const {City, dataSource} = cities();
    const result = await assertNoScans(dataSource, async () => {
      await City.find();
      await City.find({order: 'name'});
      await City.find({limit: 5});
      await City.count();
      await City.findById(1);
      await City.deleteAll();
      return 7;
    });
    assert.equal(result, 7);
  });

  it('allows models, and calls of theirs', async () => {
    const {City, dataSource} = cities();
    const run = () => City.find({where: {name: 'x'}});
    await assertNoScans(dataSource, run, {allow: ['City']});
    await assertNoScans(dataSource, run, {allow: ['City.find']});
    await assert.rejects(assertNoScans(dataSource, run, {allow: ['Other']}));
    const typo = {alow: ['City']} as object;
    await assert.rejects(assertNoScans(dataSource, run, typo), {
      code: 'INVALID_SETTING',
      message: /no option "alow".*did you mean allow\?/,
    });
    const allow = 'City' as unknown as string[];
    await assert.rejects(assertNoScans(dataSource, run, {allow}), {
      code: 'INVALID_SETTING',
    });
  });
});
