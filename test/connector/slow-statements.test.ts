import assert from 'node:assert/strict';
import {setTimeout} from 'node:timers/promises';
import {makeDataSource} from '../support/connector/data-source';

const city = {
  id: {type: Number, id: true, generated: true},
  name: String,
  country: {type: String, index: true},
};

type Slow = Error & {code?: string};

describe('The setting slowMs', () => {
  let warnings: Slow[];
  const note = (warning: Slow) => void warnings.push(warning);
  beforeEach(() => {
    warnings = [];
    process.on('warning', note);
  });
  afterEach(() => process.off('warning', note));

  /** A model all of whose statements take 20 ms, and 5 are slow. */
  async function slowCities(slowMs = 5) {
    const dataSource = makeDataSource({slowMs});
    const City = dataSource.define('City', city);
    await dataSource.connect();
    dataSource.connector.hooks.addGate(() => setTimeout(20, undefined));
    return {City, dataSource};
  }

  /** The texts of the warnings so far. */
  async function told(): Promise<string[]> {
    await setTimeout(1);
    return warnings
      .filter(({code}) => code === 'INMEMORY_SLOW_STATEMENT')
      .map(({message}) => message.replace(/took [\d.]+ ms/, 'took N ms'));
  }

  it('has a warning tell of a slow statement, and of its plan', async () => {
    const {City} = await slowCities();
    await City.find({where: {name: 'Bern'}, limit: 3});
    assert.deepEqual(await told(), [
      'A statement took N ms (slowMs is 5): ' +
        'City.all({"where":{"name":"Bern"},"limit":3})\n' +
        'City: scan of all rows by id\n  test name = "Bern"\n  limit 3',
    ]);
  });

  it('tells of those that write', async () => {
    const {City} = await slowCities();
    await City.create({name: 'Bern'});
    await City.updateAll({country: 'CH'}, {name: 'Biel'});
    assert.deepEqual(await told(), [
      'A statement took N ms (slowMs is 5): City.create()',
      'A statement took N ms (slowMs is 5): City.updateAll({"where":{"country":"CH"}})\n' +
        'City: index country_index, keys "CH"',
    ]);
  });

  it('tells once a minute of those that differ in values only', async () => {
    const {City} = await slowCities();
    for (const name of ['a', 'b', 'c']) await City.find({where: {name}});
    await City.find({where: {country: 'a'}});
    assert.equal((await told()).length, 2);
    const {now} = Date;
    Date.now = () => now() + 60_000;
    try {
      await City.find({where: {name: 'd'}});
    } finally {
      Date.now = now;
    }
    const [, , last] = await told();
    assert.match(last!, /; so did 2 more of its kind before it\n/);
  });

  it('tells of the plan of a transaction that is over', async () => {
    const {City} = await slowCities();
    const transaction = await City.beginTransaction({});
    await City.find({where: {country: 'CH'}}, {transaction});
    await transaction.rollback();
    assert.match((await told()).join('\n'), /index country_index/);
  });

  it('tells of nothing where it is 0, and asks for nothing', async () => {
    const {City} = await slowCities(0);
    await City.find();
    assert.deepEqual(await told(), []);
    const dataSource = makeDataSource({slowMs: 0});
    assert.equal(dataSource.connector.hooks.areNone, true);
  });

  it('is refused where it is no number of milliseconds', () => {
    assert.throws(() => makeDataSource({slowMs: '5'}), {
      code: 'INVALID_SETTING',
    });
  });
});
