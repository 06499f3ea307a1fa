import assert from 'node:assert/strict';
import {once} from 'node:events';
import {bind, Context, inject} from '@loopback/core';
import {juggler} from '@loopback/repository';
import * as inmemory from '../../index';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

const properties = {id: {type: Number, id: true}, n: Number};

describe('a datasource', () => {
  it('has its connector and driver set', () => {
    const {connector, driver} = makeDataSource();
    assert.ok(connector instanceof inmemory.InMemoryConnector);
    assert.equal(driver, connector.database);
  });

  it('answers what connectors are asked', () => {
    const {connector} = makeDataSource();
    assert.equal(connector.name, 'memory');
    assert.deepEqual(connector.getTypes(), ['db', 'nosql', 'memory']);
    assert.equal(connector.getDefaultIdType(), Number);
    assert.equal(connector.multiInsertSupported, true);
    assert.deepEqual(connector.getMetadata(), {
      types: ['db', 'nosql', 'memory'],
      defaultIdType: Number,
      isRelational: false,
      multiInsertSupported: true,
      schemaForSettings: {},
    });
  });

  it('answers ping while it is connected', async () => {
    await makeDataSource().ping();
  });

  it('refuses ping after disconnect, and says why', async () => {
    const dataSource = makeDataSource();
    await dataSource.connect();
    await dataSource.disconnect();
    await assert.rejects(dataSource.ping(), {
      code: 'NOT_CONNECTED',
      message: /disconnected; connect it again/,
    });
  });

  it('has its rows still after it connected again', async () => {
    const dataSource = makeDataSource();
    const M = dataSource.define('M', properties);
    await M.create({n: 1});
    await dataSource.disconnect();
    await dataSource.connect();
    assert.equal(await M.count(), 1);
  });

  it('connects by itself when a model is used with lazyConnect', async () => {
    const M = makeDataSource({lazyConnect: true}).define('M', properties);
    assert.equal(await M.count(), 0);
  });

  it('lets two models live on one collection', async () => {
    const dataSource = makeDataSource();
    const settings = {memory: {collection: 'Things'}};
    const A = dataSource.define('A', properties, settings);
    const B = dataSource.define('B', properties, settings);
    await A.create({n: 1});
    assert.equal((await B.findOne()).n, 1);
  });

  it('refuses models on one collection that differ in their ids', () => {
    const dataSource = makeDataSource();
    const settings = {memory: {collection: 'Things'}};
    dataSource.define('A', properties, settings);
    assert.throws(
      () => dataSource.define('B', {k: {type: String, id: true}}, settings),
      {code: 'INVALID_MODEL', message: /Things.*\(id\).*\(k\)/},
    );
  });
});

describe('the setting', () => {
  it('defaultIdType is refused when it is neither number nor string', () => {
    assert.throws(() => makeDataSource({defaultIdType: 'uuid'}), {
      code: 'INVALID_SETTING',
      message: /defaultIdType.*"uuid".*'number' or 'string'/,
    });
  });

  it('typeChecks is refused when it is neither coerce nor strict', () => {
    assert.throws(() => makeDataSource({typeChecks: true}), {
      code: 'INVALID_SETTING',
      message: /typeChecks.*true.*'coerce' or 'strict'/,
    });
  });

  it('unknownProperties is refused when it is neither allow nor error', () => {
    assert.throws(() => makeDataSource({unknownProperties: 'warn'}), {
      code: 'INVALID_SETTING',
      message: /unknownProperties.*"warn".*'allow' or 'error'/,
    });
  });

  it('store is refused when it is not a name', () => {
    assert.throws(() => makeDataSource({store: 5}), {
      code: 'INVALID_SETTING',
      message: /store.*5/,
    });
  });

  for (const [name, value] of [
    ['file', ''],
    ['fsync', 'sometimes'],
    ['checkpoint', 'never'],
    ['checkpoint', {idleMs: -1}],
    ['readOnly', 'yes'],
  ] as const) {
    it(`${name} is refused when it is ${JSON.stringify(value)}`, () => {
      assert.throws(() => makeDataSource({[name]: value}), {
        code: 'INVALID_SETTING',
        message: new RegExp(`The setting ${name} cannot be`),
      });
    });
  }

  it('localStorage is refused, for there is none in Node.js', () => {
    assert.throws(() => makeDataSource({localStorage: 'x'}), {
      code: 'INVALID_SETTING',
      message: /localStorage is not supported.*file/,
    });
  });

  it('that nobody knows is reported with the nearest known one', async () => {
    const warning = once(process, 'warning');
    makeDataSource({defaultIdTyp: 'string'});
    const [{code, message}] = (await warning) as [
      {code: string; message: string},
    ];
    assert.equal(code, 'INMEMORY_UNKNOWN_SETTING');
    assert.match(message, /defaultIdTyp\. Did you mean defaultIdType\?/);
  });

  it('store shares rows between datasources', async () => {
    const [a, b] = [1, 2].map(() => makeDataSource({store: 'shared'}));
    await a!.define('M', properties).create({n: 1});
    assert.equal(await b!.define('M', properties).count(), 1);
  });

  it('store keeps the rows when a datasource disconnects', async () => {
    const first = makeDataSource({store: 'kept'});
    await first.define('M', properties).create({n: 1});
    await first.disconnect();
    const second = makeDataSource({store: 'kept'});
    assert.equal(await second.define('M', properties).count(), 1);
  });

  it('store lets a transient datasource see its own rows', async () => {
    @bind({tags: {name: 'db'}})
    class DbDataSource extends juggler.DataSource {
      constructor() {
        super({name: 'db', connector: inmemory, store: 'transient'});
      }
    }
    class Reader {
      constructor(@inject('datasources.db') readonly db: juggler.DataSource) {}
    }
    const context = new Context();
    context.bind('datasources.db').toClass(DbDataSource);
    context.bind('reader').toClass(Reader);
    const first = await context.get<Reader>('reader');
    const second = await context.get<Reader>('reader');
    assert.notEqual(first.db, second.db);
    const [written, seen] = [first, second].map(({db}): Model =>
      db.createModel('M', properties as never),
    );
    await written.create({n: 1});
    assert.equal(await seen.count(), 1);
  });

  it('store left out keeps datasources apart', async () => {
    const [a, b] = [1, 2].map(() => makeDataSource());
    await a!.define('M', properties).create({n: 1});
    assert.equal(await b!.define('M', properties).count(), 0);
  });

  it('defaultIdType string makes String the type of generated ids', () => {
    const {connector} = makeDataSource({defaultIdType: 'string'});
    assert.equal(connector.getDefaultIdType(), String);
  });
});

describe('a property that is defined later', () => {
  it('gets its index', async () => {
    const dataSource = makeDataSource();
    dataSource.define('M', properties);
    const {connector} = dataSource;
    connector.defineProperty('M', 'code', {type: Number, index: true});
    await call(connector, 'create', 'M', {id: 1, code: 5});
    const plan = connector.explain('M', {where: {code: 5}});
    assert.deepEqual(plan.indexes, ['code_index']);
  });
});
