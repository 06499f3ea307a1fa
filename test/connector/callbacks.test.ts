import assert from 'node:assert/strict';
import {DataSource} from 'loopback-datasource-juggler';
import * as inmemory from '../../index';
import {Files, properties} from '../support/connector/files';
import type {TransactionalDataSource} from '../support/connector/transactions';

/*
 * Libraries such as async count the arguments of a callback: `async.waterfall`
 * hands all results on, so one undefined result more and the next step never ends.
 */

type Callback = (...args: unknown[]) => void;
type Start = (callback: Callback) => unknown;

/** What something that it is given calls back with. */
function argumentsOf(start: Start): Promise<unknown[]> {
  return new Promise(resolve => {
    start((...args) => resolve(args));
  });
}

function open(connector: unknown, settings: object = {}) {
  const made = new DataSource({...settings, connector} as never);
  const dataSource = made as unknown as TransactionalDataSource;
  const M = dataSource.define('M', properties);
  return {dataSource, M, connector: dataSource.connector as any};
}

/** The calls that have no result, by who is called. */
const withoutResult: Readonly<
  Record<string, (opened: ReturnType<typeof open>) => Promise<Start> | Start>
> = {
  'connector.automigrate': ({connector}) =>
    connector.automigrate.bind(connector),
  'connector.automigrate of a model': ({connector}) =>
    connector.automigrate.bind(connector, 'M'),
  'connector.ping': ({connector}) => connector.ping.bind(connector),
  'connector.connect': ({connector}) => connector.connect.bind(connector),
  'connector.disconnect': ({connector}) => connector.disconnect.bind(connector),
  'dataSource.automigrate': ({dataSource}) =>
    (dataSource as any).automigrate.bind(dataSource),
  'dataSource.ping': ({dataSource}) => dataSource.ping.bind(dataSource),
  'dataSource.connect': ({dataSource}) => dataSource.connect.bind(dataSource),
  'dataSource.disconnect': ({dataSource}) =>
    dataSource.disconnect.bind(dataSource),
  'dataSource.stop': ({dataSource}) =>
    (dataSource as any).stop.bind(dataSource),
  'dataSource.disconnect when connected': async ({dataSource}) => {
    await dataSource.connect();
    return dataSource.disconnect.bind(dataSource);
  },
  'dataSource.disconnect when disconnected': async ({dataSource}) => {
    await dataSource.disconnect();
    return dataSource.disconnect.bind(dataSource);
  },
  'transaction.commit': async ({M}) => {
    const transaction = await M.beginTransaction({});
    return transaction.commit.bind(transaction);
  },
  'transaction.rollback': async ({M}) => {
    const transaction = await M.beginTransaction({});
    return transaction.rollback.bind(transaction);
  },
  ...Object.fromEntries(
    ['commit', 'rollback'].map(name => [
      `connector.${name}`,
      async ({connector, M}: ReturnType<typeof open>) => {
        const {connection} = await M.beginTransaction({});
        return connector[name].bind(connector, connection);
      },
    ]),
  ),
  ...Object.fromEntries(
    ['savepoint', 'rollbackTo', 'release'].map(name => [
      `connector.${name}`,
      async ({connector, M}: ReturnType<typeof open>) => {
        const transaction = await M.beginTransaction({});
        if (name !== 'savepoint') await connector.savepoint(transaction, 'a');
        return connector[name].bind(connector, transaction, 'a');
      },
    ]),
  ),
};

for (const where of ['memory', 'a file']) {
  describe(`the one argument with ${where} is null for`, () => {
    let files: Files;
    beforeEach(() => (files = new Files()));
    afterEach(() => files.remove());

    for (const [name, prepare] of Object.entries(withoutResult)) {
      it(name, async () => {
        const file = where === 'memory' ? undefined : files.at('db.json');
        const opened = open(inmemory, {file});
        files.adopt(opened.dataSource);
        const start = await prepare(opened);
        assert.deepEqual(await argumentsOf(start), [null]);
      });
    }
  });
}

describe('the one argument is an error for', () => {
  const failing: Readonly<
    Record<string, (opened: ReturnType<typeof open>) => Start>
  > = {
    'connector.ping': ({connector}) => {
      connector.disconnect();
      return callback => connector.ping(callback);
    },
    'connector.automigrate': ({connector}) =>
      connector.automigrate.bind(connector, ['Nobody']),
    'connector.commit': ({connector}) => connector.commit.bind(connector, {}),
    'connector.beginTransaction': ({connector}) =>
      connector.beginTransaction.bind(connector, 'NONE'),
    'connector.count of a foreign model': ({connector}) =>
      connector.count.bind(connector, 'Nobody', {}, {}),
    'a statement while the connector is down': ({connector}) => {
      connector.disconnect();
      return callback => connector.find('M', 1, {}, callback);
    },
  };
  for (const [name, prepare] of Object.entries(failing)) {
    it(name, async () => {
      const opened = open(inmemory);
      await opened.dataSource.connect();
      const args = await argumentsOf(prepare(opened));
      assert.equal(args.length, 1);
      assert.ok(args[0] instanceof Error);
    });
  }

  it('a connect that fails', async () => {
    const {connector} = open(inmemory, {
      file: '/nowhere/at/all/db.json',
      lazyConnect: true,
    });
    for (const name of ['connect', 'ping'] as const) {
      const args = await argumentsOf(done => connector[name](done));
      assert.equal(args.length, 1);
      assert.equal((args[0] as {code: string}).code, 'PERSISTENCE_FAILED');
    }
  });
});

/** Each statement of a connector, with operands for rows 1 to 3. */
const statements: readonly (readonly [string, ...unknown[]])[] = [
  ['create', {n: 9}],
  ['createAll', [{n: 8}, {n: 9}]],
  ['save', {id: 1, n: 9}],
  ['updateOrCreate', {id: 1, n: 9}],
  ['updateOrCreate', {id: 7, n: 9}],
  ['replaceOrCreate', {id: 1, n: 9}],
  ['replaceOrCreate', {id: 7, n: 9}],
  ['upsertWithWhere', {n: 1}, {n: 9}],
  ['patchOrCreateWithWhere', {n: 5}, {n: 9}],
  ['findOrCreate', {where: {n: 1}}, {n: 9}],
  ['findOrCreate', {where: {n: 5}}, {n: 9}],
  ['all', {}],
  ['find', 1],
  ['find', 5],
  ['exists', 1],
  ['exists', 5],
  ['count', {}],
  ['updateAll', {}, {n: 9}],
  ['update', {n: 5}, {n: 9}],
  ['updateAttributes', 1, {n: 9}],
  ['replaceById', 1, {id: 1, n: 9}],
  ['destroy', 1],
  ['destroy', 5],
  ['destroyAll', {}],
];

describe('the arguments are as many as those of the built-in connector for', () => {
  for (const [method, ...operands] of statements) {
    it(`${method} ${JSON.stringify(operands)}`, async () => {
      const [ours, theirs] = await Promise.all(
        [inmemory, 'memory'].map(async kind => {
          const {connector, dataSource, M} = open(kind);
          await dataSource.connect();
          await M.create([{n: 1}, {n: 2}, {n: 3}]);
          const args = structuredClone(operands);
          return argumentsOf(done => connector[method]('M', ...args, {}, done));
        }),
      );
      assert.equal(ours!.length, theirs!.length);
      assert.equal(ours![0], null);
      assert.ok((theirs![0] ?? null) === null);
      const kinds = (args: unknown[]) =>
        args.slice(1).map(arg => typeof (arg || null));
      assert.deepEqual(kinds(ours!), kinds(theirs!));
    });
  }
});
