import assert from 'node:assert/strict';
import {once} from 'node:events';
import type {StatementEvent} from '../../lib/connector/statement-events';
import {defineModel} from '../support/connector/data-source';

const city = {id: {type: Number, id: true, generated: true}, name: String};

/** A model, and what is told of its statements. */
function listened() {
  const {Model: City, connector} = defineModel('City', city, {forceId: false});
  const events: StatementEvent[] = [];
  const listener = (event: StatementEvent) => void events.push(event);
  connector.on('statement', listener);
  return {City, connector, events, listener};
}

/** What can be foretold of an event. */
function told({microseconds, ...rest}: StatementEvent): object {
  assert.ok(microseconds > 0 && microseconds < 1e6, String(microseconds));
  return Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  );
}

describe("connector.on('statement')", () => {
  it('tells what was asked, and how many rows were returned or affected', async () => {
    const {City, events} = listened();
    await City.create({name: 'Bern'});
    await City.find({where: {name: 'Bern'}});
    await City.count({name: 'Basel'});
    await City.updateAll({name: 'Bern'}, {name: 'Biel'});
    await City.destroyById(1);
    assert.deepEqual(events.map(told), [
      {
        method: 'create',
        model: 'City',
        data: {id: 1, name: 'Bern'},
        rowsAffected: 1,
      },
      {
        method: 'all',
        model: 'City',
        filter: {where: {name: 'Bern'}},
        rowsReturned: 1,
      },
      {method: 'count', model: 'City', where: {name: 'Basel'}},
      {
        method: 'updateAll',
        model: 'City',
        where: {name: 'Bern'},
        data: {name: 'Biel'},
        rowsAffected: 1,
      },
      {method: 'destroyAll', model: 'City', where: {id: 1}, rowsAffected: 1},
    ]);
  });

  it('tells of every method that writes how many rows it has affected', async () => {
    const {City, events} = listened();
    await City.createAll([{name: 'a'}, {name: 'b'}]);
    await City.upsert({id: 1, name: 'c'});
    await City.replaceOrCreate({id: 3, name: 'd'});
    await City.upsertWithWhere({name: 'd'}, {name: 'e'});
    await City.findOrCreate({where: {name: 'e'}}, {name: 'e'});
    await City.findOrCreate({where: {name: 'f'}}, {name: 'f'});
    const first = await City.findById(1);
    await first.updateAttributes({name: 'g'});
    await City.replaceById(1, {name: 'h'});
    await City.deleteAll();
    const counts = events
      .filter(({rowsAffected}) => rowsAffected !== undefined)
      .map(({method, rowsAffected}) => [method, rowsAffected]);
    assert.deepEqual(counts, [
      ['createAll', 2],
      ['save', 1],
      ['replaceOrCreate', 1],
      ['upsertWithWhere', 1],
      ['findOrCreate', 0],
      ['findOrCreate', 1],
      ['updateAttributes', 1],
      ['replaceById', 1],
      ['destroyAll', 4],
    ]);
  });

  it('tells the number of the transaction, its begin and its end', async () => {
    const {City, connector, events} = listened();
    const transaction = await City.beginTransaction('READ COMMITTED');
    const [open] = connector.statistics().openTransactions;
    await City.create({name: 'Bern'}, {transaction});
    await transaction.commit();
    await City.create({name: 'Basel'});
    assert.deepEqual(
      events.map(event => [event.method, event.transaction]),
      [
        ['beginTransaction', open!.id],
        ['create', open!.id],
        ['commit', open!.id],
        ['create', undefined],
      ],
    );
  });

  it('tells of errors', async () => {
    const {City, events} = listened();
    await City.create({id: 1});
    await assert.rejects(City.create({id: 1}));
    assert.equal((events[1]!.error as {code?: string}).code, 'DUPLICATE_KEY');
    assert.equal(events[1]!.rowsAffected, undefined);
  });

  it('leaves out of the time what others do before the answer', async () => {
    const {City, events} = listened();
    await City.create({name: 'Bern'});
    const end = performance.now() + 60;
    const found = City.find();
    while (performance.now() < end);
    await found;
    assert.ok(events[1]!.microseconds < 50_000);
  });

  it('counts the wait for a lock', async () => {
    const {City, events} = listened();
    await City.create({name: 'Bern'});
    const transaction = await City.beginTransaction('READ COMMITTED');
    await City.updateAll({id: 1}, {name: 'a'}, {transaction});
    const waiting = City.updateAll({id: 1}, {name: 'b'});
    await new Promise(resolve => setTimeout(resolve, 30));
    await transaction.commit();
    await waiting;
    const last = events.findLast(({method}) => method === 'updateAll')!;
    assert.ok(last.microseconds >= 29_000, String(last.microseconds));
  });

  it('tells nothing any more to a listener that was taken out', async () => {
    const {City, connector, events, listener} = listened();
    connector.on('statement', listener).off('statement', listener);
    await City.count();
    assert.equal(events.length, 1);
    connector.off('statement', listener).off('statement', listener);
    await City.count();
    assert.equal(events.length, 1);
    assert.equal(connector.hooks.areNone, true);
  });

  it('tells once who asks for that', async () => {
    const {Model: City, connector} = defineModel('City', city, {
      forceId: false,
    });
    let count = 0;
    connector.once('statement', () => void count++);
    await City.count();
    await City.count();
    assert.equal(count, 1);
    assert.equal(connector.hooks.areNone, true);
  });

  it('installs nothing while nobody listens', () => {
    const {connector} = defineModel('City', city, {forceId: false});
    assert.equal(connector.hooks.areNone, true);
  });

  it('warns once of a listener that throws, and goes on', async () => {
    const {City, connector, events} = listened();
    connector.on('statement', () => {
      throw new Error('no room');
    });
    const warned = once(process, 'warning');
    await City.count();
    await City.count();
    const [warning] = (await warned) as [Error & {code: string}];
    assert.equal(warning.code, 'INMEMORY_LISTENER_FAILED');
    assert.match(warning.message, /no room/);
    assert.equal(events.length, 2);
  });

  it('refuses another event, and what is no function', () => {
    const {connector} = defineModel('City', city, {forceId: false});
    const on = connector.on.bind(connector) as (...given: unknown[]) => void;
    assert.throws(() => on('query', () => undefined), {
      code: 'INVALID_SETTING',
      message: `connector.on() knows no event "query"; there is 'statement'.`,
    });
    assert.throws(() => on('statement', 5), {
      code: 'INVALID_SETTING',
      message: "connector.on('statement') wants a function, not 5.",
    });
  });
});
