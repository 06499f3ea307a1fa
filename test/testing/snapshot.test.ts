import assert from 'node:assert/strict';
import {cpSync} from 'node:fs';
import {reset, restore, snapshot} from '../../testing';
import {call, makeDataSource} from '../support/connector/data-source';
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

describe('A snapshot', () => {
  it('brings back the rows when it is restored, as often as one likes', async () => {
    const {City, dataSource} = await twoCities();
    const before = snapshot(dataSource);
    for (let i = 0; i < 3; i++) {
      await City.create({name: 'Chur'});
      await City.updateAll({name: 'Basel'}, {name: 'Basle'});
      await City.destroyById(2);
      assert.deepEqual(await namesIn(City), ['Basle', 'Chur']);
      await restore(before);
      assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
      assert.deepEqual(dataSource.connector.database.verify(), []);
    }
  });

  it('is not changed by what is written after it was restored', async () => {
    const {City, dataSource} = await twoCities();
    const before = snapshot(dataSource);
    await restore(before);
    await City.updateAll({id: 1}, {name: 'Basle'});
    await restore(before);
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
  });

  it('brings back the indexes', async () => {
    const {City, dataSource} = await twoCities();
    const before = snapshot(dataSource);
    await City.destroyAll();
    await restore(before);
    await assert.rejects(City.create({name: 'Bern'}), {code: 'DUPLICATE_KEY'});
    const {plan} = dataSource.connector.explain('City', {
      where: {name: 'Bern'},
    }) as any;
    assert.match(JSON.stringify(plan), /name/);
  });

  it('brings back the next generated id', async () => {
    const {City, dataSource} = await twoCities();
    const before = snapshot(dataSource);
    await City.create({name: 'Chur'});
    await restore(before);
    assert.equal((await City.create({name: 'Chur'})).id, 3);
  });

  it('brings back the schema', async () => {
    const {City, dataSource} = await twoCities();
    const before = snapshot(dataSource);
    dataSource.define('City', {...city, name: {type: Number}});
    await City.destroyAll();
    await dataSource.connector.autoupdate();
    dataSource.define('City', city);
    await restore(before);
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
    await assert.rejects(City.create({name: 'Bern'}), {code: 'DUPLICATE_KEY'});
  });

  it('leaves models that were defined later without rows', async () => {
    const {dataSource} = await twoCities();
    const before = snapshot(dataSource);
    const River = dataSource.define('River', {name: String});
    await River.create({name: 'Rhine'});
    await restore(before);
    assert.equal(await River.count(), 0);
    assert.equal((await River.create({name: 'Aare'})).id, 1);
  });

  it('has none of the changes of a transaction that is open', async () => {
    const {City, dataSource} = await twoCities();
    const transaction = await City.beginTransaction({});
    await City.create({name: 'Chur'}, {transaction});
    const before = snapshot(dataSource);
    await transaction.commit();
    await restore(before);
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
  });

  it('ends the transactions that are open when it is restored', async () => {
    const {City, dataSource} = await twoCities();
    const before = snapshot(dataSource);
    const transaction = await City.beginTransaction({});
    await City.create({name: 'Chur'}, {transaction});
    await restore(before);
    await assert.rejects(City.find({}, {transaction}), {
      code: 'TRANSACTION_ENDED',
      message: /was restored to another state/,
    });
    await transaction.rollback();
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
  });

  it('ends statements that wait for a lock when it is restored', async () => {
    const {City, dataSource} = await twoCities({store: 'restored'});
    const other = makeDataSource({store: 'restored'});
    const Same = other.define('City', city);
    const before = snapshot(dataSource);
    const transaction = await Same.beginTransaction({});
    await Same.updateAll({id: 1}, {name: 'Basle'}, {transaction});
    const waiting = City.updateAll({id: 1}, {name: 'Bâle'});
    const rejected = assert.rejects(waiting, {
      code: 'TRANSACTION_ABORTED',
      message: /was restored to another state/,
    });
    await new Promise(setImmediate);
    await restore(before);
    await rejected;
    await assert.rejects(Same.find({}, {transaction}), {
      code: 'TRANSACTION_ABORTED',
    });
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
  });

  it('is restored after the statements that are under way', async () => {
    const {City, dataSource} = await twoCities({yieldMs: 0});
    const before = snapshot(dataSource);
    const many = Array.from({length: 2000}, (_, i) => ({name: `city ${i}`}));
    const written = call(dataSource.connector, 'createAll', 'City', many);
    const restored = restore(before);
    await Promise.all([written, restored]);
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
    assert.deepEqual(dataSource.connector.database.verify(), []);
  });

  it('is not taken before a file is open', () => {
    const dataSource = makeDataSource({file: 'never.json', lazyConnect: true});
    assert.throws(() => snapshot(dataSource), {code: 'NOT_CONNECTED'});
  });

  it('is not taken of other connectors', () => {
    assert.throws(() => snapshot({name: 'db', connector: {name: 'mysql'}}), {
      code: 'INVALID_SETTING',
      message: /datasource db has the connector mysql/,
    });
  });
});

describe('A snapshot of a datasource with a file', () => {
  const pathOf = useDirectory();

  /** What a process would find that is killed now. */
  async function afterCrash(define: (dataSource: any) => any) {
    cpSync(pathOf('db.json'), pathOf('copy.json'));
    cpSync(pathOf('db.json.journal'), pathOf('copy.json.journal'));
    const dataSource = makeDataSource({file: pathOf('copy.json')});
    const Model = define(dataSource);
    await dataSource.connect();
    return {Model, dataSource};
  }

  const defineCity = (dataSource: any) => dataSource.define('City', city);

  it('is restored for those who open the file later, ids included', async () => {
    const file = pathOf('db.json');
    const {City, dataSource} = await twoCities({
      file,
      checkpoint: {idleMs: 1_000_000},
    });
    await dataSource.connector.database.checkpoint();
    const before = snapshot(dataSource);
    await City.create([{name: 'Chur'}, {name: 'Davos'}]);
    await City.updateAll({id: 1}, {name: 'Basle'});
    await City.destroyById(2);
    await restore(before);
    const crashed = await afterCrash(defineCity);
    assert.deepEqual(await namesIn(crashed.Model), ['Basel', 'Bern']);
    assert.equal((await crashed.Model.create({name: 'Chur'})).id, 3);
    await crashed.dataSource.disconnect();
    await dataSource.disconnect();
  });

  it('is asked for where something else is to be restored', async () => {
    for (const given of [undefined, makeDataSource()]) {
      await assert.rejects(restore(given as never), {
        code: 'INVALID_SETTING',
        message: /^restore\(\) takes what snapshot\(\) has returned, and not /,
      });
    }
  });

  it('has the rows of tables that nobody had asked for', async () => {
    const file = pathOf('db.json');
    const first = await twoCities({file});
    await first.dataSource.disconnect();
    const dataSource = makeDataSource({file});
    await dataSource.connect();
    const before = snapshot(dataSource);
    const City = dataSource.define('City', city);
    await City.destroyAll();
    await restore(before);
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
    await dataSource.disconnect();
    const again = makeDataSource({file});
    const Same = again.define('City', city);
    await again.connect();
    assert.deepEqual(await namesIn(Same), ['Basel', 'Bern']);
    await again.disconnect();
  });

  it('is restored after the file was closed and opened again', async () => {
    const {City, dataSource} = await twoCities({file: pathOf('db.json')});
    const before = snapshot(dataSource);
    await City.create({name: 'Chur'});
    await dataSource.disconnect();
    await dataSource.connect();
    await restore(before);
    assert.deepEqual(await namesIn(City), ['Basel', 'Bern']);
    await dataSource.disconnect();
  });

  it('changes nothing where the file is only read', async () => {
    const file = pathOf('db.json');
    const {City, dataSource} = await twoCities({file});
    const before = snapshot(dataSource);
    await City.create({name: 'Chur'});
    await dataSource.disconnect();
    const reader = makeDataSource({file, readOnly: true});
    const Read = reader.define('City', city);
    await reader.connect();
    const foreign = Object.assign(Object.create(before), {dataSource: reader});
    await assert.rejects(restore(foreign), {code: 'READ_ONLY'});
    assert.deepEqual(await namesIn(Read), ['Basel', 'Bern', 'Chur']);
    await reader.disconnect();
  });
});

describe('reset', () => {
  it('leaves no rows, and lets ids begin at 1 again', async () => {
    const {City, dataSource} = await twoCities();
    await reset(dataSource);
    assert.deepEqual(await namesIn(City), []);
    assert.equal((await City.create({name: 'Bern'})).id, 1);
  });

  it('leaves the tables as migrations have made them', async () => {
    const dataSource = makeDataSource({
      emulate: {database: 'postgresql', migrations: 'required'},
    });
    const City = dataSource.define('City', city);
    await dataSource.automigrate();
    await City.create({name: 'Bern'});
    await reset(dataSource);
    assert.equal(await City.count(), 0);
    assert.equal((await City.create({name: 'Bern'})).id, 1);
  });
});

describe('What is no snapshot', () => {
  for (const [what, given] of [
    ['nothing', undefined],
    ['a datasource', makeDataSource()],
    ['an object', {}],
  ] as const) {
    it(`cannot be restored: ${what}`, async () => {
      await assert.rejects(restore(given as any), {
        code: 'INVALID_SETTING',
        message: /restore\(\) takes what snapshot\(\) has returned/,
      });
    });
  }

  it('cannot be reset where it is no datasource either', async () => {
    await assert.rejects(reset({}), {code: 'INVALID_SETTING'});
  });
});
