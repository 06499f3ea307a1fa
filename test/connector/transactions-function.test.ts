import assert from 'node:assert/strict';
import {makeDataSource, type Model} from '../support/connector/data-source';
import {
  duplicate,
  ended,
  isPending,
  openTable,
  type TransactionalDataSource,
} from '../support/connector/transactions';

/** What `dataSource.transaction()` resolves to without a function. */
interface ManualTransaction {
  readonly models: Record<string, Model>;
  readonly isTransaction: boolean;
  commit(callback: (error?: Error | null) => void): void;
  exec(callback: (error?: Error | null) => void): void;
  rollback(callback: (error?: Error | null) => void): void;
}
type Models = Record<string, Model>;
type Done = (error?: Error) => void;

/** Calls a function that takes a Node callback; resolves when it is called. */
function called(
  start: (callback: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    start(error => (error ? reject(error) : resolve()));
  });
}

function openCount({connector}: TransactionalDataSource): number {
  return connector.statistics().openTransactions.length;
}

describe('dataSource.transaction with a function', () => {
  it('that resolves commits what its models wrote', async () => {
    const {dataSource, rows} = await openTable();
    let outside = '';
    await dataSource.transaction(async ({Test}: Models) => {
      await Test.create({name: 'c'});
      outside = await rows();
      assert.equal(await Test.count(), 3);
    });
    assert.deepEqual(
      {outside, after: await rows(), open: openCount(dataSource)},
      {outside: '1:a 2:b', after: '1:a 2:b 3:c', open: 0},
    );
  });

  it('that fails rolls back, and fails with the same error', async () => {
    const {dataSource, rows} = await openTable();
    const failure = new Error('on purpose');
    const done = dataSource.transaction(async ({Test}: Models) => {
      await Test.create({name: 'c'});
      throw failure;
    });
    await assert.rejects(done, error => error === failure);
    assert.equal(await rows(), '1:a 2:b');
    assert.equal(openCount(dataSource), 0);
  });

  it('that throws at once rolls back', async () => {
    const {dataSource} = await openTable();
    const done = dataSource.transaction(() => {
      throw new Error('on purpose');
    });
    await assert.rejects(done, {message: 'on purpose'});
    assert.equal(openCount(dataSource), 0);
  });

  it('that a statement fails rolls back what went before', async () => {
    const {dataSource, rows} = await openTable();
    const done = dataSource.transaction(async ({Test}: Models) => {
      await Test.create({name: 'c'});
      await Test.create({name: 'a'});
    });
    await assert.rejects(done, duplicate);
    assert.equal(await rows(), '1:a 2:b');
  });

  it('that calls done commits, and tells its callback', async () => {
    const {dataSource, rows} = await openTable();
    await called(callback =>
      dataSource.transaction(({Test}: Models, done: Done) => {
        Test.create({name: 'c'}, (error: Error) => done(error));
      }, callback),
    );
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  it('that calls done with an error rolls back, and tells its callback', async () => {
    const {dataSource, rows} = await openTable();
    const answer = called(callback =>
      dataSource.transaction(
        ({Test}: Models, done: Done) => {
          Test.create({name: 'a'}, (error: Error) => done(error));
        },
        {isolationLevel: 'REPEATABLE READ'},
        callback,
      ),
    );
    await assert.rejects(answer, duplicate);
    assert.equal(await rows(), '1:a 2:b');
    assert.equal(openCount(dataSource), 0);
  });

  it('runs at the isolation level that is asked for', async () => {
    const {dataSource} = await openTable();
    await dataSource.transaction(
      async () => {
        const [open] = dataSource.connector.statistics().openTransactions;
        assert.equal(open!.isolationLevel, 'SERIALIZABLE');
      },
      {isolationLevel: 'SERIALIZABLE'},
    );
  });

  it('refuses an isolation level that there is not', async () => {
    const {dataSource} = await openTable();
    await assert.rejects(
      async () => dataSource.transaction(() => {}, {isolationLevel: 'x'}),
      {message: 'Invalid isolationLevel'},
    );
    assert.equal(openCount(dataSource), 0);
  });

  it('rolls back after its timeout', async () => {
    const {dataSource, rows} = await openTable();
    const done = dataSource.transaction(
      async ({Test}: Models) => {
        await Test.create({name: 'c'});
        await new Promise(() => undefined);
      },
      {timeout: 300},
    );
    await assert.rejects(done, {code: 'TRANSACTION_TIMEOUT'});
    assert.equal(await rows(), '1:a 2:b');
    assert.equal(openCount(dataSource), 0);
  });

  it('gives its models back to nobody: they are refused afterwards', async () => {
    const {dataSource, Model} = await openTable();
    let kept: Model;
    await dataSource.transaction(async ({Test}: Models) => {
      kept = Test;
      await Test.count();
    });
    await assert.rejects(kept.count(), ended);
    assert.equal(await Model.count(), 2, 'the model of the datasource itself');
  });

  it('includes related rows of the transaction, and of none afterwards', async () => {
    const dataSource = makeDataSource() as TransactionalDataSource;
    const id = {type: Number, id: true};
    const Customer = dataSource.define('Customer', {id});
    const Order = dataSource.define('Order', {id, customerId: Number});
    Customer.hasMany(Order, {as: 'orders', foreignKey: 'customerId'});
    const orders = async (Model: Model): Promise<number> =>
      (await Model.findOne({include: 'orders'})).orders().length;
    await Customer.create({id: 1});
    await Order.create({customerId: 1});
    const inside = await new Promise((resolve, reject) => {
      dataSource
        .transaction(async ({Customer: Own, Order: OwnOrder}: Models) => {
          await OwnOrder.create({customerId: 1});
          const seen = [await orders(Own), await orders(Customer)];
          resolve(seen);
        })
        .catch(reject);
    });
    assert.deepEqual(inside, [2, 1], 'with its models, and with the others');
    assert.equal(await orders(Customer), 2, 'afterwards');
  });

  it('cannot be nested, as the juggler has it (TX13)', async () => {
    const {dataSource} = await openTable();
    const transaction = await dataSource.transaction();
    assert.throws(() => transaction.transaction(), {
      message: 'Nesting transactions is not supported',
    });
    await called(callback => transaction.rollback(callback));
  });

  it('makes others wait that write its rows', async () => {
    const {dataSource, Model, rows} = await openTable();
    let outside = Promise.resolve();
    await dataSource.transaction(async ({Test}: Models) => {
      await Test.updateAll({id: 1}, {name: 'x'});
      outside = Model.updateAll({id: 1}, {name: 'y'});
      assert.equal(await isPending(outside), true);
    });
    await outside;
    assert.equal(await rows(), '1:y 2:b');
  });
});

describe('dataSource.transaction without a function', () => {
  for (const end of ['commit', 'exec', 'rollback'] as const) {
    it(`resolves to models and ${end}`, async () => {
      const {dataSource, rows} = await openTable();
      const transaction: ManualTransaction = await dataSource.transaction();
      assert.equal(transaction.isTransaction, true);
      await transaction.models['Test'].create({name: 'c'});
      const outside = await rows();
      await called(callback => transaction[end](callback));
      const after = end === 'rollback' ? '1:a 2:b' : '1:a 2:b 3:c';
      assert.deepEqual(
        {outside, after: await rows(), open: openCount(dataSource)},
        {outside: '1:a 2:b', after, open: 0},
      );
      await assert.rejects(
        called(callback => transaction[end](callback)),
        ended,
        `${end} for the second time`,
      );
    });
  }

  it('calls back with the same, with options and without', async () => {
    const {dataSource, rows} = await openTable();
    for (const options of [[], [{isolationLevel: 'SERIALIZABLE'}]]) {
      const transaction = await new Promise<ManualTransaction>(
        (resolve, reject) => {
          dataSource.transaction(
            null,
            ...options,
            (error: Error | null, begun: ManualTransaction) =>
              error ? reject(error) : resolve(begun),
          );
        },
      );
      await transaction.models['Test'].create({});
      await called(callback => transaction.commit(callback));
    }
    assert.equal(await rows(), '1:a 2:b 3:undefined 4:undefined');
  });
});
