import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  ModelDefinition,
  juggler,
} from '@loopback/repository';
import * as inmemory from '../../../index';
import {deterministic, seed} from '../../../testing';
import {makeDataSource} from '../../support/connector/data-source';

const kinds = ['uuid', 'guid', 'uuidv4', 'shortid', 'nanoid'] as const;

function makeOrders() {
  const dataSource = makeDataSource();
  const made = Object.fromEntries(
    kinds.map(kind => [kind, {type: String, defaultFn: kind}]),
  );
  dataSource.define('Order', {
    at: {type: Date, defaultFn: 'now'},
    on: {type: Date, default: '$now'},
    since: {type: Date, default: Date},
    own: {type: String, default: () => 'own'},
    ...made,
  });
  return dataSource as any;
}

async function orderOf(dataSource: any): Promise<any> {
  return (await dataSource.models.Order.create({})).toObject();
}

const now = '2026-01-01T12:00:00.000Z';
const time = new Date(now);

describe('deterministic()', () => {
  it('sets the time and the ids that models make', async () => {
    const orders = [];
    for (let i = 0; i < 2; i++) {
      const dataSource = makeOrders();
      deterministic(dataSource, {now, ids: 7});
      orders.push([await orderOf(dataSource), await orderOf(dataSource)]);
    }
    assert.deepEqual(orders[0], orders[1]);
    const [first, second] = orders[0]!;
    for (const name of ['at', 'on', 'since'])
      assert.deepEqual(first[name], time);
    assert.equal(first.own, 'own');
    for (const kind of kinds) assert.notEqual(first[kind], second[kind]);
    assert.match(
      first.uuidv4,
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    assert.match(
      first.uuid,
      /^[\da-f]{8}-[\da-f]{4}-1[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    assert.match(first.nanoid, /^[\w-]{9}$/);
  });

  it('ends, and models are what they were', async () => {
    const dataSource = makeOrders();
    const {prototype} = dataSource.models.Order;
    const before = Object.getOwnPropertyNames(prototype);
    const end = deterministic(dataSource, {now, ids: 7});
    const set = await orderOf(dataSource);
    end();
    end();
    const real = await orderOf(dataSource);
    assert.notDeepEqual(real.at, time);
    assert.notEqual(real.uuid, set.uuid);
    assert.deepEqual(Object.getOwnPropertyNames(prototype), before);
    assert.equal(Object.hasOwn(dataSource, 'setupDataAccess'), false);
  });

  it('asks a function for the time, and one for ids', async () => {
    const dataSource = makeOrders();
    let ms = 0;
    deterministic(dataSource, {
      now: () => (ms += 1000),
      ids: kind => `my ${kind}`,
    });
    const order = await orderOf(dataSource);
    assert.equal(order.nanoid, 'my nanoid');
    assert.equal(order.guid, 'my guid');
    assert.ok(order.since > order.at || order.since < order.on);
  });

  it('counts the latest that was set, until that ends', async () => {
    const dataSource = makeOrders();
    const endFirst = deterministic(dataSource, {now: 1});
    const endSecond = deterministic(dataSource, {now: 2});
    assert.deepEqual((await orderOf(dataSource)).at, new Date(2));
    endFirst();
    assert.deepEqual((await orderOf(dataSource)).at, new Date(2));
    endSecond();
    assert.notDeepEqual((await orderOf(dataSource)).at, new Date(1));
  });

  it('reaches models that are defined later', async () => {
    const dataSource = makeDataSource() as any;
    deterministic(dataSource, {now});
    dataSource.define('Late', {at: {type: Date, defaultFn: 'now'}});
    assert.deepEqual((await dataSource.models.Late.create({})).at, time);
  });

  it('reaches rows that a repository of LoopBack 4 creates', async () => {
    class Note extends Entity {
      static override definition = new ModelDefinition('Note')
        .addProperty('id', {type: 'string', id: true, defaultFn: 'uuidv4'})
        .addProperty('at', {type: 'date', defaultFn: 'now'});
    }
    const dataSource = new juggler.DataSource({
      name: 'db',
      connector: inmemory,
    });
    const notes = new DefaultCrudRepository<Note, string>(Note, dataSource);
    deterministic(dataSource, {now, ids: 1});
    const note = (await notes.create({})) as any;
    const other = makeDataSource() as any;
    deterministic(other, {now, ids: 1});
    other.define('Note', {id: {type: String, id: true, defaultFn: 'uuidv4'}});
    assert.deepEqual(note.at, time);
    assert.equal(note.id, (await other.models.Note.create({})).id);
  });

  it('reaches the rows of a seed, as its own options do', async () => {
    const [set, given] = [makeOrders(), makeOrders()];
    deterministic(set, {now, ids: 5});
    await seed(set, {Order: [{}, {}]});
    await seed(given, {Order: [{}, {}]}, {now, ids: 5});
    const [ofSet, ofGiven] = await Promise.all(
      [set, given].map(({models}) => models.Order.find()),
    );
    assert.equal(JSON.stringify(ofSet), JSON.stringify(ofGiven));
    assert.deepEqual(ofSet[1].at, time);
  });

  it('refuses options that there are not', () => {
    assert.throws(() => deterministic(makeOrders(), {nwo: 1} as never), {
      code: 'INVALID_SETTING',
      message: /deterministic\(\) has no option "nwo".*did you mean now\?/,
    });
  });

  it('refuses what no ids can be made from', () => {
    assert.throws(() => deterministic(makeOrders(), {ids: {}} as never), {
      code: 'INVALID_SETTING',
      message: /ids cannot be {}: it must be a number or a text/,
    });
  });

  it('refuses times that are none', () => {
    assert.throws(() => deterministic(makeOrders(), {now: 'soon'}), {
      code: 'INVALID_SETTING',
      message: /now cannot be "soon"/,
    });
  });
});

describe('deterministic() and models within values', () => {
  it('sets their times, too, until it ends', async () => {
    const dataSource: any = makeDataSource();
    const stamp = {at: {type: Date, defaultFn: 'now'}};
    const Stamp = dataSource.modelBuilder.define('Stamp', stamp);
    const Note = dataSource.define('Note', {stamp: Stamp, all: [Stamp]});
    const end = deterministic(dataSource, {now: '2020-01-01'});
    const note = await Note.create({stamp: {}, all: [{}]});
    end();
    assert.deepEqual(note.stamp.at, new Date('2020-01-01'));
    assert.deepEqual(note.all[0].at, new Date('2020-01-01'));
    const later = await Note.create({stamp: {}});
    assert.ok(later.stamp.at > new Date('2025-01-01'));
  });

  it('refuses options that there are not', () => {
    const dataSource = makeDataSource();
    for (const options of [{nwo: 5}, null]) {
      assert.throws(() => deterministic(dataSource, options as never), {
        code: 'INVALID_SETTING',
      });
    }
  });
});
