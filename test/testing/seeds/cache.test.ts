import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {deterministic, seed} from '../../../testing';
import {makeBlog, rowsIn} from '../../support/testing/blog';
import {useDirectory} from '../../support/persistence/directory';

const stamp = {key: {type: String, defaultFn: 'uuidv4'}};

/** A blog whose users have keys that are made anew each time. */
function stamped(settings: object = {}, properties: object = stamp) {
  const dataSource = makeBlog(settings);
  dataSource.define('Stamp', properties, {strict: true});
  return dataSource;
}

async function keyOf(dataSource: any): Promise<string> {
  const {key} = await dataSource.models.Stamp.findOne();
  return key;
}

/** Whether the second of two datasources is given what was made for the first. */
async function isShared(first: any, second: any, ...seeds: any[]) {
  await seed(first, seeds[0]);
  await seed(second, seeds.at(-1));
  return (await keyOf(first)) === (await keyOf(second));
}

const one = (): any => ({
  Stamp: {a: {}},
  User: [{name: 'Ann', born: new Date(5)}],
});

describe('A seed that was used before', () => {
  it('gives an equal datasource the same rows', async () => {
    const second = stamped();
    assert.equal(await isShared(stamped(), second, one()), true);
    assert.deepEqual(await rowsIn(second, 'User'), [
      {id: 1, name: 'Ann', born: new Date(5), isAdmin: false},
    ]);
    assert.deepEqual(second.connector.database.verify(), []);
    assert.equal(
      (await (second as any).models.User.create({name: 'Bob'})).id,
      2,
    );
  });

  it('gives the ids of its names again, also to later seeds', async () => {
    await seed(stamped(), one());
    const second = stamped();
    assert.deepEqual(await seed(second, one()), await seed(stamped(), one()));
    await seed(second, {User: [{name: 'Bob', bossId: '@a'}]});
  });

  it('is not touched by what is written to a datasource later', async () => {
    const [first, second] = [stamped(), stamped()] as any[];
    await seed(first, one());
    await first.models.User.updateAll({}, {name: 'Eve'});
    await seed(second, one());
    await second.models.User.destroyAll();
    const third = stamped();
    await seed(third, one());
    const [user] = await rowsIn(third, 'User');
    assert.equal(user.name, 'Ann');
  });

  it('is another one when its rows are others', async () => {
    const rows = one();
    const first = stamped();
    await seed(first, rows);
    rows.User[0].name = 'Eve';
    const second = stamped();
    await seed(second, rows);
    assert.notEqual(await keyOf(first), await keyOf(second));
    const [user] = await rowsIn(second, 'User');
    assert.equal(user.name, 'Eve');
  });

  it('is another one for models that are defined otherwise', async () => {
    const other = stamped(
      {},
      {...stamp, at: {type: Date, default: () => new Date(0)}},
    );
    assert.equal(await isShared(stamped(), other, one()), false);
  });

  it('is another one where settings are others', async () => {
    const other = stamped({unknownProperties: 'error'});
    assert.equal(await isShared(stamped(), other, one()), false);
  });

  it('is written where there are rows', async () => {
    const second = stamped() as any;
    await second.models.User.create({name: 'Bob'});
    assert.equal(await isShared(stamped(), second, one()), false);
    assert.equal((await rowsIn(second, 'User')).length, 2);
  });

  it('is written where a model has hooks', async () => {
    let calls = 0;
    for (let i = 0; i < 2; i++) {
      const dataSource = stamped() as any;
      dataSource.models.User.observe('after save', async () => void calls++);
      await seed(dataSource, one());
    }
    assert.equal(calls, 2);
  });

  it('calls its functions each time', async () => {
    let calls = 0;
    for (let i = 0; i < 2; i++) {
      await seed(stamped(), [one(), () => void calls++]);
    }
    assert.equal(calls, 2);
  });

  it('is another one with another clock or other ids', async () => {
    const [first, second] = [stamped(), stamped()];
    await seed(first, one(), {ids: 1});
    await seed(second, one(), {ids: 2});
    assert.notEqual(await keyOf(first), await keyOf(second));
    const third = stamped();
    const end = deterministic(third, {ids: 3});
    await seed(third, one());
    end();
    assert.notEqual(await keyOf(third), await keyOf(first));
  });
});

describe('A file of a seed', () => {
  const place = useDirectory();

  it('is read anew when it has changed', async () => {
    const file = place('user.json');
    for (const name of ['Ann', 'Bob', 'Ann']) {
      writeFileSync(file, JSON.stringify([{name}]));
      const dataSource = makeBlog();
      await seed(dataSource, file);
      const [user] = await rowsIn(dataSource, 'User');
      assert.equal(user.name, name);
    }
  });
});
