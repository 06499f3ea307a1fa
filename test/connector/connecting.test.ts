import assert from 'node:assert/strict';
import {once} from 'node:events';
import {
  DefaultTransactionalRepository,
  Entity,
  type juggler,
  ModelDefinition,
} from '@loopback/repository';
import {DataSource as Juggler} from 'loopback-datasource-juggler';
import {InMemoryConnector, inTransaction} from '../../index';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';
import {Files, properties} from '../support/connector/files';
import type {
  Transaction,
  TransactionalDataSource,
} from '../support/connector/transactions';

type DataSource = TransactionalDataSource & {
  readonly connected: boolean;
  readonly connecting: boolean;
} & NodeJS.EventEmitter;

let files: Files;
beforeEach(() => (files = new Files()));
afterEach(() => files.remove());

/** A datasource of which nobody listens to errors; not connected yet. */
function open(settings: object = {}): {dataSource: DataSource; M: Model} {
  const file = files.at('db.json');
  const dataSource = makeDataSource({file, ...settings}) as DataSource;
  files.adopt(dataSource);
  return {dataSource, M: dataSource.define('M', properties)};
}

class Item extends Entity {
  declare id: number;
  declare n: number;
  static override definition = new ModelDefinition('Item')
    .addProperty('id', {type: 'number', id: true, generated: true})
    .addProperty('n', {type: 'number'});
}

/** Each way to call a datasource first, but those of data access objects. */
const ways: Readonly<
  Record<string, (dataSource: DataSource, M: Model) => Promise<unknown>>
> = {
  'Model.beginTransaction': async (_, M) => {
    const transaction: Transaction = await M.beginTransaction({});
    await M.create({n: 1}, {transaction});
    await transaction.commit();
    assert.equal(await M.count(), 1);
  },
  'dataSource.beginTransaction': async (dataSource, M) => {
    const transaction = await dataSource.beginTransaction('SERIALIZABLE');
    await M.create({n: 1}, {transaction});
    await transaction.rollback();
    assert.equal(await M.count(), 0);
  },
  'repository.beginTransaction': async dataSource => {
    const items = new DefaultTransactionalRepository<Item, number>(
      Item,
      dataSource as unknown as juggler.DataSource,
    );
    const transaction = await items.beginTransaction();
    await items.create({n: 1}, {transaction});
    await transaction.commit();
    assert.equal((await items.count()).count, 1);
  },
  'dataSource.transaction': async (dataSource, M) => {
    await dataSource.transaction((models: {M: Model}) =>
      models.M.create({n: 1}),
    );
    assert.equal(await M.count(), 1);
  },
  inTransaction: async (dataSource, M) => {
    await inTransaction(dataSource, (transaction: Transaction) =>
      M.create({n: 1}, {transaction}),
    );
    assert.equal(await M.count(), 1);
  },
  'dataSource.ping': dataSource => dataSource.ping(),
  'dataSource.connect': dataSource => dataSource.connect(),
  'dataSource.automigrate': dataSource => dataSource.automigrate(),
  'connector.create': async ({connector}, M) => {
    assert.deepEqual(await call(connector, 'create', 'M', {n: 1}), [1]);
    assert.equal(await M.count(), 1);
  },
  'connector.count': async ({connector}) => {
    assert.deepEqual(await call(connector, 'count', 'M', {}), [0]);
  },
  'connector.automigrate': ({connector}) =>
    new Promise<void>((resolve, reject) => {
      connector.automigrate('M', error => (error ? reject(error) : resolve()));
    }),
};

describe('a datasource with a file', () => {
  it('is connecting until it is connected', async () => {
    const {dataSource} = open();
    assert.deepEqual(
      [dataSource.connected, dataSource.connecting],
      [false, true],
    );
    await dataSource.connect();
    assert.deepEqual(
      [dataSource.connected, dataSource.connecting],
      [true, false],
    );
  });

  for (const [name, way] of Object.entries(ways)) {
    it(`lets ${name} wait for the connect that is under way`, async () => {
      const {dataSource, M} = open();
      await way(dataSource, M);
      assert.equal(dataSource.connected, true);
    });

    it(`is connected by ${name} where nobody has`, async () => {
      const {dataSource, M} = open({lazyConnect: true});
      await way(dataSource, M);
      assert.equal(dataSource.connected, true);
    });

    if (name !== 'dataSource.ping') {
      it(`is connected by ${name} again after a disconnect`, async () => {
        const {dataSource, M} = open();
        await dataSource.connect();
        await dataSource.disconnect();
        await way(dataSource, M);
        assert.equal(dataSource.connected, true);
      });
    }

    for (const lazyConnect of [false, true]) {
      it(`tells ${name} why it cannot connect, lazyConnect: ${lazyConnect}`, async () => {
        files.write('{"models"');
        const {dataSource, M} = open({lazyConnect});
        await assert.rejects(way(dataSource, M), {code: 'DATA_DAMAGED'});
        assert.equal(dataSource.connected, false);
        files.write('{}');
        await way(dataSource, M);
      });
    }
  }

  it('tells all who wait of the one failure', async () => {
    const owner = await files.spawn();
    const {dataSource, M} = open({lockTimeoutMs: 50});
    const calls = Object.values(ways).map(way => way(dataSource, M));
    const answers = await Promise.allSettled([M.count(), ...calls]);
    assert.deepEqual(
      answers.map(answer => (answer as PromiseRejectedResult).reason.code),
      answers.map(() => 'DATA_LOCKED'),
    );
    assert.equal(dataSource.listenerCount('error'), 0);
    await owner.kill();
    await M.beginTransaction({});
  });

  it('emits a failure that nobody waits for', async () => {
    files.write('{"models"');
    const {dataSource} = open();
    const [error] = (await once(dataSource, 'error')) as [{code: string}];
    assert.equal(error.code, 'DATA_DAMAGED');
  });

  it('has ping fail after a disconnect, also of one that never connected', async () => {
    for (const lazyConnect of [true, false]) {
      const {dataSource} = open({lazyConnect});
      await dataSource.disconnect();
      await assert.rejects(dataSource.ping(), {code: 'NOT_CONNECTED'});
    }
  });

  it('leaves nothing open after a disconnect while calls wait', async () => {
    const {dataSource, M} = open({lazyConnect: true});
    const created = M.create({n: 1});
    const refused = assert.rejects(M.beginTransaction({}), {
      code: 'NOT_CONNECTED',
    });
    await dataSource.disconnect();
    await Promise.all([created, refused]);
    assert.equal(dataSource.connected, false);
    const other = await files.spawn();
    assert.equal((await other.ask('count')).value, 1);
  });

  it('has what the file holds in the first transaction', async () => {
    await files.with(db => db.define('M', properties).create({n: 7}));
    const {M} = open();
    const transaction = await M.beginTransaction({});
    assert.equal((await M.findOne({}, {transaction})).n, 7);
    await transaction.rollback();
  });

  it('takes models that are defined after it has connected', async () => {
    const {dataSource} = open();
    const begun = await dataSource.beginTransaction({});
    const Late = dataSource.define('Late', properties);
    await Late.create({n: 1}, {transaction: begun});
    await begun.commit();
    assert.equal(await Late.count(), 1);
  });

  it('has explain and statistics, which cannot wait, say what to wait for', async () => {
    const {dataSource} = open();
    const {connector} = dataSource;
    const expected = {
      code: 'NOT_CONNECTED',
      message: /has not opened its file yet; await its connect\(\) first/,
    };
    assert.throws(() => connector.explain('M', {}), expected);
    assert.throws(() => connector.statistics(), expected);
    await dataSource.connect();
    assert.equal(connector.explain('M', {}).rowsReturned, 0);
    assert.equal(connector.statistics().tables[0]!.rows, 0);
  });

  it('gives its connect the time that it takes, unless told otherwise', () => {
    const {settings} = open().dataSource as any;
    assert.equal(settings.connectionTimeout, 2 ** 31 - 1);
    const {dataSource} = open({connectionTimeout: 1_000});
    assert.equal((dataSource as any).settings.connectionTimeout, 1_000);
  });

  it('is opened where the class of the connector is given', async () => {
    const dataSource = new Juggler({
      connector: InMemoryConnector,
      file: files.at('db.json'),
    }) as unknown as DataSource;
    files.adopt(dataSource);
    const M = dataSource.define('M', properties);
    await M.create({n: 1});
    assert.equal(await M.count(), 1);
  });
});

describe('two datasources of one file', () => {
  it('tell of settings that differ from those it was opened with', async () => {
    const {dataSource: first} = open({fsync: 'always'});
    await first.connect();
    const warned = once(process, 'warning');
    const {dataSource: second} = open({fsync: 'no', checkpoint: {idleMs: 250}});
    await second.connect();
    const [warning] = (await warned) as [{code: string; message: string}];
    assert.equal(warning.code, 'INMEMORY_UNUSED_SETTING');
    assert.match(warning.message, /fsync.*datasource that opened the file/);
  });
});

describe('a datasource without a file', () => {
  it('begins a transaction in the turn in which it is made', async () => {
    const dataSource = makeDataSource() as DataSource;
    let isBegun = false;
    dataSource.connector.beginTransaction('READ COMMITTED', () => {
      isBegun = true;
    });
    assert.equal(dataSource.connector.statistics().openTransactions.length, 1);
    await new Promise<void>(resolve => process.nextTick(resolve));
    assert.equal(isBegun, true);
  });

  it('rolls back on disconnect though LoopBack never connected it', async () => {
    const dataSource = makeDataSource({lazyConnect: true}) as DataSource;
    const transaction = await dataSource.beginTransaction({});
    await dataSource.disconnect();
    await assert.rejects(transaction.commit(), {code: 'TRANSACTION_ENDED'});
    await assert.rejects(dataSource.ping(), {code: 'NOT_CONNECTED'});
  });

  for (const [name, way] of Object.entries(ways)) {
    if (name === 'dataSource.ping') continue;
    it(`is connected by ${name} again after a disconnect`, async () => {
      const dataSource = makeDataSource() as DataSource;
      const M = dataSource.define('M', properties);
      await dataSource.connect();
      await dataSource.disconnect();
      await way(dataSource, M);
      assert.equal(dataSource.connected, true);
    });
  }
});
