import assert from 'node:assert/strict';
import {
  ended,
  isPending,
  openEmptyTable,
  openTable,
  type TestTable,
} from '../support/connector/transactions';

const foreign = {
  name: 'InMemoryError',
  code: 'FOREIGN_TRANSACTION',
  statusCode: 400,
};

/** What may be in `options.transaction` and is no transaction of the datasource. */
const fakes: Readonly<Record<string, unknown>> = {
  'an object': {},
  'an object with a connector and a connection': {
    connector: {},
    connection: {},
    isActive: () => true,
  },
  'a string': 'tx',
  'a number': 5,
  true: true,
};

describe('options.transaction that is of another datasource', () => {
  it('is ignored, as by the SQL connectors (TX16)', async () => {
    const [here, there] = [await openTable(), await openTable()];
    const transaction = await there.begin();
    await here.Model.create({name: 'c'}, {transaction});
    assert.equal(await here.rows(), '1:a 2:b 3:c');
    assert.equal(await there.rows(transaction), '1:a 2:b');
    await transaction.rollback();
    assert.equal(await here.rows(), '1:a 2:b 3:c');
  });

  it('is ignored also as its bare connection', async () => {
    const [here, there] = [await openTable(), openEmptyTable()];
    const {connection} = await there.begin();
    await here.Model.create({name: 'c'}, {transaction: connection});
    assert.equal(await here.rows(), '1:a 2:b 3:c');
  });

  it('is refused with foreignTransactions: error, and nothing is changed', async () => {
    const here = await openTable({foreignTransactions: 'error'});
    const there = await openTable();
    for (const transaction of [
      await there.begin(),
      (await there.begin()).connection,
    ]) {
      const options = {transaction};
      const {Model} = here;
      await assert.rejects(Model.create({name: 'c'}, options), foreign);
      await assert.rejects(Model.find({}, options), foreign);
      await assert.rejects(Model.updateAll({}, {value: 1}, options), foreign);
      await assert.rejects(Model.destroyAll({}, options), foreign);
    }
    assert.equal(await here.rows(), '1:a 2:b');
  });
});

describe('options.transaction that is', () => {
  for (const [name, transaction] of Object.entries(fakes)) {
    it(`${name} is ignored (TX16)`, async () => {
      const {Model, rows} = await openTable();
      await Model.create({name: 'c'}, {transaction});
      assert.equal(await Model.count({}, {transaction}), 3);
      assert.equal(await rows(), '1:a 2:b 3:c');
    });

    it(`${name} is refused with foreignTransactions: error`, async () => {
      const {Model, rows} = await openTable({foreignTransactions: 'error'});
      await assert.rejects(Model.create({name: 'c'}, {transaction}), {
        ...foreign,
        message: /options\.transaction is not a transaction of this datasource/,
      });
      await assert.rejects(Model.count({}, {transaction}), foreign);
      assert.equal(await rows(), '1:a 2:b');
    });
  }

  for (const foreignTransactions of ['ignore', 'error']) {
    it(`a promise is refused, with foreignTransactions: ${foreignTransactions}`, async () => {
      const {Model, begin, rows} = await openTable({foreignTransactions});
      const transaction = begin();
      await assert.rejects(Model.create({name: 'c'}, {transaction}), {
        name: 'InMemoryError',
        code: 'INVALID_VALUE',
        message: /is a promise; await beginTransaction\(\) first/,
      });
      await (await transaction).rollback();
      assert.equal(await rows(), '1:a 2:b');
    });
  }

  for (const transaction of [undefined, null]) {
    for (const foreignTransactions of ['ignore', 'error']) {
      it(`${transaction} is none, with foreignTransactions: ${foreignTransactions} (TX16)`, async () => {
        const {Model, rows} = await openTable({foreignTransactions});
        await Model.create({name: 'c'}, {transaction});
        assert.equal(await Model.count({}, {transaction}), 3);
        assert.equal(await rows(), '1:a 2:b 3:c');
      });
    }
  }
});

describe('the setting foreignTransactions', () => {
  for (const foreignTransactions of ['x', true, 0]) {
    it(`is refused when it is ${JSON.stringify(foreignTransactions)}`, () => {
      assert.throws(() => openEmptyTable({foreignTransactions}), {
        name: 'InMemoryError',
        code: 'INVALID_SETTING',
        message: /foreignTransactions.*'ignore' or 'error'/,
      });
    });
  }

  it('error lets the own transactions pass', async () => {
    const {Model, begin, rows} = await openTable({
      foreignTransactions: 'error',
    });
    const transaction = await begin();
    await Model.create({name: 'c'}, {transaction});
    await transaction.rollback();
    assert.equal(await rows(), '1:a 2:b');
  });
});

let stores = 0;

/** Two datasources on one store. */
async function openStore(settings: object = {}): Promise<TestTable[]> {
  const store = `shared by transactions ${++stores}`;
  const first = await openTable({...settings, store});
  return [first, openEmptyTable({...settings, store})];
}

describe('datasources on one store', () => {
  for (const foreignTransactions of ['ignore', 'error']) {
    it(`share transactions, with foreignTransactions: ${foreignTransactions}`, async () => {
      const [here, there] = await openStore({foreignTransactions});
      const transaction = await here!.begin();
      await here!.Model.create({name: 'c'}, {transaction});
      await there!.Model.create({name: 'd'}, {transaction});
      assert.equal(await there!.rows(transaction), '1:a 2:b 3:c 4:d');
      assert.equal(await there!.rows(), '1:a 2:b', 'outside');
      await transaction.rollback();
      assert.equal(await there!.rows(), '1:a 2:b', 'after the rollback');
      await assert.rejects(there!.Model.find({}, {transaction}), ended);
    });
  }

  it('wait for each other', async () => {
    const [here, there] = await openStore();
    const transaction = await here!.begin();
    await here!.Model.updateAll({id: 1}, {name: 'x'}, {transaction});
    const waiting = there!.Model.updateAll({id: 1}, {name: 'y'});
    assert.equal(await isPending(waiting), true);
    await transaction.commit();
    await waiting;
    assert.equal(await here!.rows(), '1:y 2:b');
  });

  it('tell of the same open transactions', async () => {
    const [here, there] = await openStore();
    await here!.begin();
    const [mine, theirs] = [here!, there!].map(({dataSource}) =>
      dataSource.connector
        .statistics()
        .openTransactions.map(transaction => transaction.id),
    );
    assert.equal(mine!.length, 1);
    assert.deepEqual(mine, theirs);
  });
});

describe('a connector', () => {
  for (const end of ['commit', 'rollback'] as const) {
    it(`refuses to ${end} what another store has begun`, async () => {
      const [here, there] = [await openTable(), await openTable()];
      const transaction = await there.begin();
      await there.Model.create({name: 'theirs'}, {transaction});
      const answer = new Promise<void>((resolve, reject) => {
        here.dataSource.connector[end](transaction.connection, error =>
          error ? reject(error) : resolve(),
        );
      });
      await assert.rejects(answer, foreign);
      assert.equal(await here.rows(), '1:a 2:b');
      await transaction.commit();
      assert.equal(await there.rows(), '1:a 2:b 3:theirs');
    });
  }
});
