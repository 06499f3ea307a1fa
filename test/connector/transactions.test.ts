import assert from 'node:assert/strict';
import {mock} from 'node:test';
import {setImmediate} from 'node:timers/promises';
import {
  DefaultTransactionalRepository,
  Entity,
  type juggler,
  model,
  property,
} from '@loopback/repository';
import {makeDataSource} from '../support/connector/data-source';
import {
  isPending,
  openEmptyTable,
  openTable,
  type Transaction,
  type TransactionalDataSource,
} from '../support/connector/transactions';

const levels = [
  'READ UNCOMMITTED',
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
];

/** The levels of the open transactions of a datasource. */
function openLevels({connector}: TransactionalDataSource): string[] {
  return connector
    .statistics()
    .openTransactions.map(({isolationLevel}) => isolationLevel);
}

describe('a transaction begins', () => {
  it('READ COMMITTED when nothing else is said (TX01)', async () => {
    const {dataSource, Model} = openEmptyTable();
    await Model.beginTransaction({});
    await dataSource.beginTransaction({});
    assert.deepEqual(openLevels(dataSource), [
      'READ COMMITTED',
      'READ COMMITTED',
    ]);
  });

  for (const isolationLevel of levels) {
    it(`${isolationLevel} when asked so, by object or by text (TX01)`, async () => {
      const {dataSource, Model} = openEmptyTable();
      await Model.beginTransaction({isolationLevel});
      await Model.beginTransaction(isolationLevel);
      await dataSource.beginTransaction({isolationLevel});
      await dataSource.beginTransaction(isolationLevel);
      assert.deepEqual(openLevels(dataSource), Array(4).fill(isolationLevel));
    });
  }

  for (const isolationLevel of ['SNAPSHOT', 'read committed']) {
    it(`not with the isolation level ${isolationLevel} (TX01)`, async () => {
      const {dataSource, Model} = openEmptyTable();
      const refused = {
        code: 'ERR_ASSERTION',
        message: 'Invalid isolationLevel',
      };
      await assert.rejects(
        async () => Model.beginTransaction({isolationLevel}),
        refused,
      );
      await assert.rejects(
        async () => dataSource.beginTransaction({isolationLevel}),
        refused,
      );
      assert.deepEqual(openLevels(dataSource), []);
    });

    it(`not with ${isolationLevel} by the connector itself either`, async () => {
      const {connector} = openEmptyTable().dataSource;
      const begun = new Promise((resolve, reject) => {
        connector.beginTransaction(isolationLevel, (error, transaction) =>
          error ? reject(error) : resolve(transaction),
        );
      });
      await assert.rejects(begun, {
        code: 'INVALID_VALUE',
        statusCode: 422,
        message: new RegExp(
          `"${isolationLevel}" is not an isolation level.*REPEATABLE READ`,
        ),
      });
    });
  }

  it('not without options, as the juggler has it (TX01)', async () => {
    const {dataSource, Model} = openEmptyTable();
    await assert.rejects(async () => Model.beginTransaction(), TypeError);
    await assert.rejects(async () => dataSource.beginTransaction(), TypeError);
  });

  it('not where the connector itself was disconnected', async () => {
    const {dataSource, begin} = openEmptyTable();
    await dataSource.connect();
    dataSource.connector.disconnect();
    await assert.rejects(begin(), {code: 'NOT_CONNECTED', statusCode: 503});
  });

  it('with a callback', async () => {
    const {Model, rows} = await openTable();
    const transaction = await new Promise<Transaction>((resolve, reject) => {
      Model.beginTransaction({}, (error: Error | null, begun: Transaction) =>
        error ? reject(error) : resolve(begun),
      );
    });
    await Model.create({name: 'c'}, {transaction});
    await new Promise<void>((resolve, reject) => {
      transaction.commit(error => (error ? reject(error) : resolve()));
    });
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  it('active, with an id that is also its text and its JSON (TX04)', async () => {
    const transaction = await openEmptyTable().begin();
    const {id} = transaction;
    assert.equal(transaction.isActive(), true);
    assert.equal(typeof id, 'string');
    assert.equal(String(transaction), id);
    assert.equal(
      JSON.stringify({transaction}),
      JSON.stringify({transaction: id}),
    );
  });

  it('on a repository of LoopBack 4', async () => {
    @model()
    class Note extends Entity {
      @property({type: 'number', id: true, generated: true})
      id?: number;
      @property({type: 'string'})
      text?: string;
    }
    const repository = new DefaultTransactionalRepository<Note, number>(
      Note,
      makeDataSource() as unknown as juggler.DataSource,
    );
    const texts = async (options?: object): Promise<(string | undefined)[]> =>
      (await repository.find({}, options)).map(({text}) => text);
    for (const [end, after] of [
      ['rollback', []],
      ['commit', ['kept?']],
    ] as const) {
      const transaction = await repository.beginTransaction({
        isolationLevel: 'SERIALIZABLE' as never,
      });
      await repository.create({text: 'kept?'}, {transaction});
      assert.deepEqual(await texts({transaction}), ['kept?'], `before ${end}`);
      assert.deepEqual(await texts(), [], `outside, before ${end}`);
      await transaction[end]();
      assert.deepEqual(await texts(), after, `after ${end}`);
      assert.equal(transaction.isActive(), false);
    }
  });

  it('beside another of the same caller, which does not see it (TX13)', async () => {
    const {Model, begin} = openEmptyTable();
    const [first, second] = [await begin(), await begin()];
    await Model.create({name: 'a'}, {transaction: second});
    const seen = [
      await Model.count({}, {transaction: first}),
      await Model.count({}, {transaction: second}),
    ];
    assert.deepEqual(seen, [0, 1]);
  });

  it('at its own level, which the next one does not inherit (TX15)', async () => {
    const {dataSource, Model, begin} = openEmptyTable();
    const serializable = await begin('SERIALIZABLE');
    await Model.count({}, {transaction: serializable});
    await serializable.commit();
    await dataSource.beginTransaction({});
    assert.deepEqual(openLevels(dataSource), ['READ COMMITTED']);
  });
});

describe('a transaction that is open', () => {
  it('shows its changes to nobody else (TX02, TX06)', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Model.create({id: 3, name: 'c'}, {transaction});
    await Model.updateAll({id: 1}, {name: 'x'}, {transaction});
    await Model.destroyAll({id: 2}, {transaction});
    const other = await begin('READ UNCOMMITTED');
    assert.deepEqual(
      {
        inside: await rows(transaction),
        outside: await rows(),
        other: await rows(other),
      },
      {inside: '1:x 3:c', outside: '1:a 2:b', other: '1:a 2:b'},
    );
  });

  it('keeps others from the rows it has written, and from no more (TX06)', async () => {
    const {Model, begin} = await openTable();
    const transaction = await begin();
    await Model.updateAll({id: 1}, {value: 100}, {transaction});
    const sameRow = Model.updateAll({id: 1}, {value: 200});
    assert.equal(await isPending(sameRow), true, 'a write of the same row');
    const otherRow = Model.updateAll({id: 2}, {value: 5});
    assert.deepEqual(await otherRow, {count: 1}, 'a write of another row');
    await transaction.commit();
    assert.deepEqual(await sameRow, {count: 1});
    assert.equal((await Model.findById(1)).value, 200);
  });

  for (const count of [1, 10, 1000]) {
    it(`takes no connection from others, not even with ${count} of its kind (TX14)`, async () => {
      const {Model, begin, rows} = await openTable();
      for (let i = 0; i < count; i++) {
        await Model.count({}, {transaction: await begin()});
      }
      assert.equal(await rows(), '1:a 2:b');
      assert.deepEqual(await Model.updateAll({}, {value: 1}), {count: 2});
    });
  }

  it('leaves a gap in the generated ids when it is rolled back (TX11)', async () => {
    const {Model, begin} = openEmptyTable();
    const transaction = await begin();
    const ids = [(await Model.create({})).id];
    ids.push((await Model.create({}, {transaction})).id);
    await transaction.rollback();
    ids.push((await Model.create({})).id);
    assert.deepEqual(ids, [1, 2, 3]);
  });

  it('is told of by statistics(), the oldest first, until it ends', async () => {
    const {dataSource, Model, begin} = await openTable();
    const {connector} = dataSource;
    const now = mock.method(Date, 'now', () => 5000);
    try {
      const first = await begin();
      now.mock.mockImplementation(() => 7000);
      const second = await begin('SERIALIZABLE');
      await Model.updateAll({}, {value: 1}, {transaction: first});
      await Model.create({name: 'c'}, {transaction: first});
      const waiting = Model.updateAll(
        {id: 1},
        {value: 2},
        {transaction: second},
      );
      await setImmediate();
      now.mock.mockImplementation(() => 8500);
      const told = connector.statistics().openTransactions;
      assert.deepEqual(
        told.map(({isolationLevel, ageMs, rowsWritten, isWaiting}) => ({
          isolationLevel,
          ageMs,
          rowsWritten,
          isWaiting,
        })),
        [
          {
            isolationLevel: 'READ COMMITTED',
            ageMs: 3500,
            rowsWritten: 3,
            isWaiting: false,
          },
          {
            isolationLevel: 'SERIALIZABLE',
            ageMs: 1500,
            rowsWritten: 0,
            isWaiting: true,
          },
        ],
      );
      await first.rollback();
      await waiting;
      await second.commit();
      assert.deepEqual(connector.statistics().openTransactions, []);
    } finally {
      now.mock.restore();
    }
  });

  it('does not take automigrate back when it is rolled back (TX17)', async () => {
    const {dataSource, Model, begin} = await openTable();
    const Other = dataSource.define('Other', {name: String});
    await Other.create({name: 'x'});
    const transaction = await begin();
    await Model.create({name: 'c'}, {transaction});
    await dataSource.automigrate('Other');
    await transaction.rollback();
    assert.equal(await Other.count(), 0);
  });

  it('keeps automigrate waiting for a table that it has written to (TX17)', async () => {
    const {dataSource, Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Model.create({name: 'c'}, {transaction});
    const migrated = dataSource.automigrate('Test');
    assert.equal(await isPending(migrated), true);
    await transaction.commit();
    await migrated;
    assert.equal(await rows(), '');
  });
});
