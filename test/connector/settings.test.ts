import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {bind, Context, inject} from '@loopback/core';
import {juggler} from '@loopback/repository';
import * as inmemory from '../../index';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';
import {root} from '../support/package/application';

const properties = {id: {type: Number, id: true}, n: Number};

/** The names of the settings in the table of a document. */
function docsOf(name: string): string[] {
  const text = readFileSync(path.join(root, 'docs', name), 'utf8');
  return [...text.matchAll(/^\| `(\w+)` /gm)].map(([, setting]) => setting!);
}

/** The warnings that come of something, each as its code and setting. */
async function warningsOf(run: () => Promise<void> | void): Promise<string[]> {
  const told: string[] = [];
  const listen = ({code, message}: Error & {code?: string}): void => {
    told.push(`${code} ${/ setting (\w+)/.exec(message)?.[1]}`);
  };
  process.on('warning', listen);
  await run();
  await setImmediate();
  process.off('warning', listen);
  return told;
}

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
    ['file', 5],
    ['fsync', 'sometimes'],
    ['checkpoint', 'never'],
    ['checkpoint', {idleMs: -1}],
    ['checkpoint', []],
    // Of the environment: what a text is to mean is for the application to say.
    ['lockTimeoutMs', '250'],
    ['readOnly', 'true'],
    ['readOnly', 'yes'],
  ] as const) {
    it(`${name} is refused when it is ${JSON.stringify(value)}`, () => {
      assert.throws(() => makeDataSource({[name]: value}), {
        code: 'INVALID_SETTING',
        message: new RegExp(`The setting ${name} cannot be`),
      });
    });
  }

  it('store is refused together with file', () => {
    assert.throws(() => makeDataSource({store: 'a', file: 'db.json'}), {
      code: 'INVALID_SETTING',
      message: /store and file cannot be used together/,
    });
  });

  for (const unset of [undefined, null, '']) {
    it(`means not set when it is ${JSON.stringify(unset)}, whichever it is`, async () => {
      const names = [...docsOf('settings.md')];
      assert.ok(names.includes('file') && names.includes('yieldMs'));
      const settings = Object.fromEntries(
        [...names, 'localStorage', 'url', 'anything'].map(name => [
          name,
          unset,
        ]),
      );
      const told = await warningsOf(async () => {
        const dataSource = makeDataSource(settings);
        const M = dataSource.define('M', properties);
        assert.equal((await M.create({n: 1})).id, 1);
        assert.equal(await M.count(), 1);
      });
      assert.deepEqual(told, []);
    });
  }

  it('checkpoint may leave idleMs unset', async () => {
    for (const idleMs of [undefined, null, '']) {
      makeDataSource({
        checkpoint: {idleMs},
        file: 'db.json',
        lazyConnect: true,
      });
    }
  });

  for (const [settings, names] of [
    [{localStorage: 'x'}, ['localStorage']],
    [{readOnly: true}, ['readOnly']],
    [{readOnly: false}, []],
    [{fsync: 'no', checkpoint: 'commit'}, ['fsync', 'checkpoint']],
    [
      {file: 'x.json', readOnly: true, fsync: 'no', checkpoint: {}},
      ['fsync', 'checkpoint'],
    ],
    [{file: 'x.json', fsync: 'no', checkpoint: {idleMs: 5}}, []],
  ] as const) {
    it(`that does nothing is reported: ${JSON.stringify(settings)}`, async () => {
      const told = await warningsOf(() => {
        makeDataSource({...settings, lazyConnect: true});
      });
      assert.deepEqual(
        told,
        names.map(name => `INMEMORY_UNUSED_SETTING ${name}`),
      );
    });
  }

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
