import assert from 'node:assert/strict';
import {
  DefaultKeyValueRepository,
  Entity,
  type juggler,
} from '@loopback/repository';
import {
  diff,
  faults,
  fork,
  isolate,
  type Operation,
  reset,
  restore,
  snapshot,
  withRollback,
} from '../../testing';
import {
  givenKeys,
  type KeyModel,
  type KeyValueDataSource,
  rowsIn,
} from '../support/connector/keys';

async function contentOf(Item: KeyModel): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  for (const key of await Item.keys()) content[key] = await Item.get(key);
  return content;
}

describe('a datasource with keys and values', () => {
  it('can be led back to a snapshot', async () => {
    const {clock, dataSource, Item} = givenKeys();
    await Item.set('a', {n: 1});
    await Item.set('b', 2, 100);
    const before = snapshot(dataSource);
    await Item.delete('a');
    await Item.expire('b', 500);
    await Item.set('c', 3);
    await restore(before);
    assert.deepEqual(await contentOf(Item), {a: {n: 1}, b: 2});
    assert.equal(await Item.ttl('b'), 100);
    clock.pass(100);
    await restore(before);
    assert.deepEqual(await contentOf(Item), {a: {n: 1}});
    await reset(dataSource);
    assert.deepEqual(await contentOf(Item), {});
  });

  it('has its keys told by diff', async () => {
    const {dataSource, Item} = givenKeys();
    await Item.set('a', 1);
    const before = snapshot(dataSource);
    await Item.set('b', 2);
    assert.deepEqual(diff(before, dataSource), {
      Item: {added: [{key: 'b', value: 2}]},
    });
  });

  it('is as before after withRollback', async () => {
    const {dataSource, Item} = givenKeys();
    await Item.set('a', 1);
    await withRollback(dataSource, () => Item.deleteAll());
    assert.deepEqual(await contentOf(Item), {a: 1});
  });

  it('has forks with its keys and its clock, which see nothing of each other', async () => {
    const {clock, dataSource, Item} = givenKeys();
    await Item.set('a', 1, 100);
    const forked: KeyValueDataSource = fork(dataSource);
    const Forked = forked.getModel('Item');
    assert.equal(await Forked.ttl('a'), 100);
    await Forked.set('b', 2);
    await Item.set('c', 3);
    clock.pass(100);
    assert.deepEqual(await contentOf(Forked), {b: 2});
    assert.deepEqual(await contentOf(Item), {c: 3});
    assert.equal(rowsIn(dataSource), 2);
  });

  it('has forks for repositories', async () => {
    const {dataSource} = givenKeys();
    const repositoryOn = (each: KeyValueDataSource) =>
      new DefaultKeyValueRepository<Entity>(
        Entity,
        each as unknown as juggler.DataSource,
      );
    await repositoryOn(dataSource).set('a', {});
    const forked = fork(dataSource);
    assert.ok((await repositoryOn(forked).get('a')) instanceof Entity);
    await repositoryOn(forked).delete('a');
    assert.ok((await repositoryOn(dataSource).get('a')) instanceof Entity);
  });

  it('has calls fail on demand', async () => {
    const {dataSource, Item} = givenKeys();
    await Item.set('a', 1);
    const calls: Record<string, (() => Promise<unknown>)[]> = {
      upsert: [() => Item.set('a', 2)],
      update: [() => Item.expire('a', 5)],
      find: [() => Item.get('a'), () => Item.ttl('a'), () => Item.keys()],
      delete: [() => Item.delete('a'), () => Item.deleteAll()],
    };
    for (const [on, all] of Object.entries(calls)) {
      for (const call of all) {
        const error = 'ECONNRESET';
        faults(dataSource).fail({on: on as Operation, model: 'Item', error});
        await assert.rejects(call(), {code: error}, on);
      }
    }
    assert.deepEqual(await contentOf(Item), {a: 1});
    assert.equal(await Item.ttl('a'), undefined);
  });

  describe('isolated', () => {
    const {dataSource, Item} = givenKeys();
    isolate(dataSource, {seed: () => Item.set('seeded', 1)});

    for (const nth of ['first', 'second']) {
      it(`lets the ${nth} test begin with what was seeded`, async () => {
        assert.deepEqual(await contentOf(Item), {seeded: 1});
        await Item.deleteAll();
        await Item.set(nth, 1);
      });
    }
  });
});
