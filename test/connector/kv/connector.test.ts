import assert from 'node:assert/strict';
import {setTimeout as delay} from 'node:timers/promises';
import {
  DefaultKeyValueRepository,
  Entity,
  juggler,
  model,
  property,
} from '@loopback/repository';
import * as connector from '../../../kv';
import {
  givenKeys,
  makeKeyDataSource,
  rowsIn,
} from '../../support/connector/keys';

@model()
class Session extends Entity {
  @property({type: 'string'})
  user?: string;
  @property({type: 'date'})
  begunAt?: Date;
  @property({type: 'string', hidden: true})
  token?: string;
}

function sessionOf(data: Partial<Session>): Session {
  return Object.assign(new Session(), data);
}

describe('a model with keys and values', () => {
  const values: Record<string, unknown> = {
    'a text': 'abc',
    'an empty text': '',
    zero: 0,
    'not a number': NaN,
    'a boolean': false,
    'a bigint': 2n ** 70n,
    'a text like a date': '2026-01-01T00:00:00.000Z',
    'a date': new Date('2026-01-01T00:00:00.001Z'),
    bytes: Buffer.from([0, 255, 128]),
    'an Uint8Array': Uint8Array.of(1, 2),
    'an array': [1, [new Date(5)], null],
    'an object': {a: {b: [{at: new Date(1), blob: Buffer.from('x')}]}, n: null},
    'an object with odd names': {'a.b': 1, '': 2, key: 3, expiresAt: 4},
    'an object like a filter': {inq: [1], and: []},
  };
  for (const [name, value] of Object.entries(values)) {
    it(`gives ${name} back`, async () => {
      const {Item} = givenKeys();
      await Item.set('k', value);
      assert.deepEqual(await Item.get('k'), value);
    });
  }

  it('gives null for a key that is not there', async () => {
    const {Item} = givenKeys();
    assert.equal(await Item.get('k'), null);
  });

  it('puts a value in the place of the one before', async () => {
    const {Item} = givenKeys();
    await Item.set('k', {a: 1});
    await Item.set('k', {b: 2});
    assert.deepEqual(await Item.get('k'), {b: 2});
  });

  for (const key of ['__proto__', 'constructor', '1', ' ', 'a.b', 'ä\ud800']) {
    it(`takes ${JSON.stringify(key)} for a key as any other`, async () => {
      const {Item} = givenKeys();
      assert.equal(await Item.get(key), null);
      await Item.set(key, 1);
      assert.equal(await Item.get(key), 1);
      assert.deepEqual(await Item.keys(), [key]);
      await Item.delete(key);
      assert.deepEqual(await Item.keys(), []);
    });
  }

  it('keeps a value as it is at the call, and gives copies', async () => {
    const {Item} = givenKeys();
    const value = {list: [1], at: new Date(0), blob: Buffer.from('a')};
    const set = Item.set('k', value);
    value.list.push(2);
    value.at.setTime(9);
    value.blob[0] = 0;
    await set;
    const expected = {list: [1], at: new Date(0), blob: Buffer.from('a')};
    const first = await Item.get('k');
    assert.deepEqual(first, expected);
    first.list.push(3);
    first.at.setTime(9);
    first.blob[0] = 0;
    assert.deepEqual(await Item.get('k'), expected);
  });

  it('keeps a value as it was at the call, also where that has to wait', async () => {
    const {Item} = givenKeys();
    const value = {n: 1};
    const {dataSource, Item: Late} = givenKeys({lazyConnect: true});
    dataSource.connector.hooks.addGate(() => delay(5).then(() => undefined));
    const set = Promise.all([Item.set('k', value), Late.set('k', value)]);
    value.n = 2;
    await set;
    assert.deepEqual(await Item.get('k'), {n: 1});
    assert.deepEqual(await Late.get('k'), {n: 1});
  });

  it('refuses what cannot be stored, and what is no key', async () => {
    const {Item, dataSource} = givenKeys();
    const refused = {code: 'INVALID_VALUE', statusCode: 422};
    await assert.rejects(
      Item.set('k', () => 1),
      refused,
    );
    await assert.rejects(Item.set('k', new Map([[1, 2]])), {
      ...refused,
      message:
        'Property value cannot be stored: it is of the class Map; make it an object.',
    });
    const circular: unknown[] = [];
    circular.push(circular);
    await assert.rejects(Item.set('k', circular), refused);
    await assert.rejects(Item.set('k', 1, {ttl: Infinity}), refused);
    await assert.rejects(Item.set('k', 1, {ttl: 1e300}), refused);
    assert.deepEqual(await Item.keys(), []);
    // The juggler itself looks at all of these.
    const direct = (method: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const done = (error: Error | null, result: unknown) =>
          error ? reject(error) : resolve(result);
        (dataSource.connector as any)[method]('Item', ...args, done);
      });
    await assert.rejects(direct('set', '', 1, {}), refused);
    await assert.rejects(direct('set', 'k', null, {}), refused);
    await assert.rejects(direct('set', 'k', 1, {ttl: -1}), refused);
    await assert.rejects(direct('get', 5, {}), refused);
    await assert.rejects(direct('expire', 'k', NaN, {}), refused);
    await assert.rejects(direct('delete', undefined, {}), refused);
  });

  it('takes keys away, and tells nothing of those that were not there', async () => {
    const {Item} = givenKeys();
    await Item.set('a', 1);
    assert.equal(await Item.delete('a'), undefined);
    assert.equal(await Item.delete('a'), undefined);
    assert.equal(await Item.get('a'), null);
  });

  it('has keys of its own, whatever other models have', async () => {
    const {Item, dataSource} = givenKeys();
    const Other = dataSource.createModel('Other', {key: Number, more: 'date'});
    await Item.set('k', 1);
    await Other.set('k', 2);
    await Item.deleteAll();
    assert.equal(await Item.get('k'), null);
    assert.equal(await Other.get('k'), 2);
  });

  it('is stored in the table that it names', async () => {
    const {dataSource} = givenKeys();
    const memory = {collection: 'sessions'};
    const Named = dataSource.createModel('Named', {}, {memory});
    await Named.set('k', 1);
    assert.equal(rowsIn(dataSource, 'sessions'), 1);
    assert.equal(rowsIn(dataSource, 'Named'), undefined);
  });

  it('stores a model as its properties, the hidden ones too', async () => {
    const dataSource = makeKeyDataSource();
    const sessions = new DefaultKeyValueRepository<Session>(
      Session,
      dataSource as unknown as juggler.DataSource,
    );
    const begunAt = new Date(0);
    const session = sessionOf({user: 'ada', begunAt, token: 'secret'});
    await sessions.set('1', session);
    const found = await sessions.get('1');
    assert.ok(found instanceof Session);
    assert.deepEqual(found, session);
  });

  it('takes part in transactions', async () => {
    const {Item, dataSource} = givenKeys();
    const transaction = await (dataSource as any).beginTransaction(
      'READ COMMITTED',
    );
    await Item.set('k', 1, {transaction});
    assert.equal(await Item.get('k'), null);
    assert.equal(await Item.get('k', {transaction}), 1);
    assert.deepEqual(await Item.keys({}, {transaction}), ['k']);
    await transaction.rollback();
    assert.equal(await Item.get('k'), null);
  });

  it('tells observers of its calls', async () => {
    const {Item, dataSource} = givenKeys();
    const told: unknown[] = [];
    dataSource.connector.hooks.addObserver(({given, method, model}) => {
      told.push([method, model, ...given]);
      return undefined;
    });
    await Item.set('k', 1, 50);
    await Item.expire('k', 60);
    await Item.ttl('k');
    await Item.get('k');
    await Item.keys({match: 'k*'});
    await Item.delete('k');
    await Item.deleteAll();
    assert.deepEqual(told, [
      ['set', 'Item', 'k', 1],
      ['expire', 'Item', 'k', 60],
      ['ttl', 'Item', 'k'],
      ['get', 'Item', 'k'],
      ['iterateKeys', 'Item', {match: 'k*'}],
      ['delete', 'Item', 'k'],
      ['deleteAll', 'Item'],
    ]);
  });
});

describe("LoopBack's DefaultKeyValueRepository", () => {
  it('does all that it can', async () => {
    const db = new juggler.DataSource({name: 'kv', connector});
    const sessions = new DefaultKeyValueRepository<Session>(Session, db);
    await sessions.set('1', sessionOf({user: 'ada'}), {ttl: 100_000});
    await sessions.set('2', sessionOf({user: 'bob'}));
    assert.equal((await sessions.get('1'))?.user, 'ada');
    const ttl = await sessions.ttl('1');
    assert.ok(ttl > 90_000 && ttl <= 100_000);
    await sessions.expire('2', 200_000);
    assert.ok((await sessions.ttl('2')) > 190_000);
    const keys: string[] = [];
    for await (const key of sessions.keys()) keys.push(key);
    assert.deepEqual(keys, ['1', '2']);
    await sessions.delete('1');
    assert.equal(await sessions.get('1'), null);
    await sessions.deleteAll();
    assert.equal(await sessions.get('2'), null);
    await db.disconnect();
  });
});
