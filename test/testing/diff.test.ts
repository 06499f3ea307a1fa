import assert from 'node:assert/strict';
import {diff, restore, snapshot} from '../../testing';
import {makeDataSource} from '../support/connector/data-source';

async function cities(properties: object = {}) {
  const dataSource = makeDataSource();
  const City = dataSource.define('City', {
    id: {type: Number, id: true, generated: true},
    name: String,
    ...properties,
  });
  await City.create([{name: 'Basel'}, {name: 'Bern'}, {name: 'Chur'}]);
  return {City, dataSource};
}

describe('diff', () => {
  it('tells rows that were added, changed and removed, by model', async () => {
    const {City, dataSource} = await cities();
    const before = snapshot(dataSource);
    await City.create({name: 'Davos'});
    await City.updateAll({id: 1}, {name: 'Basle'});
    await City.destroyById(2);
    const expected = {
      City: {
        added: [{id: 4, name: 'Davos'}],
        changed: [
          {before: {id: 1, name: 'Basel'}, after: {id: 1, name: 'Basle'}},
        ],
        removed: [{id: 2, name: 'Bern'}],
      },
    };
    assert.deepEqual(diff(before, dataSource), expected);
    const after = snapshot(dataSource);
    await City.destroyAll();
    assert.deepEqual(diff(before, after), expected);
  });

  it('tells nothing where rows were written that are as they were', async () => {
    const {City, dataSource} = await cities();
    const before = snapshot(dataSource);
    await City.updateAll({id: 1}, {name: 'Basle'});
    await City.updateAll({id: 1}, {name: 'Basel'});
    assert.deepEqual(diff(before, dataSource), {});
    await City.destroyAll();
    await restore(before);
    assert.deepEqual(diff(before, dataSource), {});
  });

  it('names properties that are stored in columns of other names', async () => {
    const {City, dataSource} = await cities({
      inhabitants: {type: Number, memory: {columnName: 'pop'}},
    });
    const before = snapshot(dataSource);
    await City.updateAll({id: 1}, {inhabitants: 5});
    assert.deepEqual(diff(before, dataSource).City?.changed?.[0]?.after, {
      id: 1,
      name: 'Basel',
      inhabitants: 5,
    });
  });

  it('tells the rows of models without an id, and of tables without a model', async () => {
    const dataSource = makeDataSource();
    const before = snapshot(dataSource);
    const Log = dataSource.define('Log', {text: String}, {idInjection: false});
    await Log.create([{text: 'a'}, {text: 'b'}]);
    const added = [{text: 'a'}, {text: 'b'}];
    assert.deepEqual(diff(before, dataSource), {Log: {added}});
    assert.deepEqual(diff(dataSource, before), {Log: {removed: added}});
  });

  it('refuses what is neither a snapshot nor a datasource', async () => {
    const {dataSource} = await cities();
    assert.throws(() => diff(Promise.resolve() as never, dataSource), {
      code: 'INVALID_SETTING',
      message: /promise is neither a snapshot nor a datasource/,
    });
  });
});
