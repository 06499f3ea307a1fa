import assert from 'node:assert/strict';
import {
  aborted,
  conflict,
  duplicate,
  ended,
  isPending,
  openTable,
  type TestTable,
  type Transaction,
} from '../support/connector/transactions';

/** The connector's methods for savepoints as promises. */
function savepointsOf({dataSource}: TestTable, connection: unknown) {
  const {connector} = dataSource;
  const promised =
    (method: 'savepoint' | 'rollbackTo' | 'release') =>
    (name: unknown): Promise<void> =>
      new Promise((resolve, reject) => {
        void connector[method](connection, name as string, error =>
          error ? reject(error) : resolve(),
        );
      });
  return {
    savepoint: promised('savepoint'),
    rollbackTo: promised('rollbackTo'),
    release: promised('release'),
  };
}

const unknownSavepoint = {
  name: 'InMemoryError',
  code: 'INVALID_SAVEPOINT',
  sqlState: '3B001',
  statusCode: 400,
};

describe('a savepoint', () => {
  for (const [form, connectionOf] of [
    ['a connection', ({connection}: Transaction) => connection],
    ['a transaction', (transaction: Transaction) => transaction],
  ] as const) {
    it(`set by ${form} is led back to: what came later is gone, what came before stays`, async () => {
      const table = await openTable();
      const {Model, begin, rows} = table;
      const transaction = await begin();
      const {savepoint, rollbackTo} = savepointsOf(
        table,
        connectionOf(transaction),
      );
      await Model.create({id: 3, name: 'before'}, {transaction});
      await savepoint('s');
      await Model.create({id: 4, name: 'later'}, {transaction});
      await Model.updateAll({id: 3}, {name: 'x'}, {transaction});
      await Model.destroyAll({id: 1}, {transaction});
      assert.equal(await rows(transaction), '2:b 3:x 4:later');
      await rollbackTo('s');
      assert.equal(await rows(transaction), '1:a 2:b 3:before');
      await transaction.commit();
      assert.equal(await rows(), '1:a 2:b 3:before');
    });
  }

  it('is set, led back to and released by promises, too', async () => {
    const {Model, begin, dataSource, rows} = await openTable();
    const {connector} = dataSource;
    const transaction = await begin();
    await connector.savepoint(transaction, 's');
    await Model.create({id: 3, name: 'c'}, {transaction});
    await connector.rollbackTo(transaction, 's');
    await connector.release(transaction, 's');
    await assert.rejects(
      Promise.resolve(connector.release(transaction, 's')),
      unknownSavepoint,
    );
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b');
  });

  it('helps over an error (TX12)', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const transaction = await begin();
    const {savepoint, rollbackTo} = savepointsOf(table, transaction);
    await Model.create({id: 3, name: 'one'}, {transaction});
    await savepoint('sp');
    await assert.rejects(Model.create({name: 'a'}, {transaction}), duplicate);
    await rollbackTo('sp');
    await Model.create({id: 4, name: 'two'}, {transaction});
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 3:one 4:two');
  });

  it('stays after the way back to it, for another one', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const transaction = await begin();
    const {savepoint, rollbackTo} = savepointsOf(table, transaction);
    await savepoint('s');
    for (const name of ['first', 'second']) {
      await Model.create({name}, {transaction});
      await rollbackTo('s');
    }
    await Model.create({id: 9, name: 'third'}, {transaction});
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 9:third');
  });

  it('within another is gone after the way back to that one', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const transaction = await begin();
    const {savepoint, rollbackTo} = savepointsOf(table, transaction);
    await savepoint('outer');
    await Model.create({id: 3, name: 'c'}, {transaction});
    await savepoint('inner');
    await Model.create({id: 4, name: 'd'}, {transaction});
    await rollbackTo('inner');
    assert.equal(await rows(transaction), '1:a 2:b 3:c');
    await rollbackTo('outer');
    assert.equal(await rows(transaction), '1:a 2:b');
    await assert.rejects(rollbackTo('inner'), {
      ...unknownSavepoint,
      message: /no savepoint inner .*outer/,
    });
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b');
  });

  it('that was released is gone with those after it, its changes are not', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const transaction = await begin();
    const {savepoint, rollbackTo, release} = savepointsOf(table, transaction);
    await savepoint('first');
    await savepoint('second');
    await Model.create({id: 3, name: 'c'}, {transaction});
    await savepoint('third');
    await release('second');
    await assert.rejects(rollbackTo('second'), unknownSavepoint);
    await assert.rejects(rollbackTo('third'), unknownSavepoint);
    assert.equal(await rows(transaction), '1:a 2:b 3:c');
    await rollbackTo('first');
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b');
  });

  it('hides an older one of the same name until it is released', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const transaction = await begin();
    const {savepoint, rollbackTo, release} = savepointsOf(table, transaction);
    await savepoint('s');
    await Model.create({id: 3, name: 'c'}, {transaction});
    await savepoint('s');
    await Model.create({id: 4, name: 'd'}, {transaction});
    await rollbackTo('s');
    assert.equal(await rows(transaction), '1:a 2:b 3:c');
    await release('s');
    await rollbackTo('s');
    assert.equal(await rows(transaction), '1:a 2:b');
  });

  it('keeps its changes through a commit without a release', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const transaction = await begin();
    await savepointsOf(table, transaction).savepoint('s');
    await Model.create({id: 3, name: 'c'}, {transaction});
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  for (const level of ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE']) {
    it(`gives back rows and keys that were written after it, at ${level}`, async () => {
      const table = await openTable();
      const {Model, begin, rows} = table;
      const transaction = await begin(level);
      const {savepoint, rollbackTo} = savepointsOf(table, transaction);
      await Model.updateAll({id: 1}, {value: 1}, {transaction});
      await savepoint('s');
      await Model.updateAll({id: 2}, {value: 2}, {transaction});
      await Model.create({id: 3, name: 'c'}, {transaction});
      const before = Model.updateAll({id: 1}, {value: 3});
      const later = Model.updateAll({id: 2}, {value: 4});
      const key = Model.create({id: 5, name: 'c'});
      assert.equal(await isPending(later), true, 'a row written after it');
      assert.equal(await isPending(key), true, 'a key inserted after it');
      await rollbackTo('s');
      assert.deepEqual(await later, {count: 1});
      await key;
      assert.equal(await isPending(before), true, 'a row written before it');
      await transaction.commit();
      assert.deepEqual(await before, {count: 1});
      assert.equal(await rows(), '1:a 2:b 5:c');
      const values = (await Model.find({order: 'id'})).map(
        (row: {value?: number}) => row.value ?? null,
      );
      assert.deepEqual(values, [3, 4, null]);
    });
  }

  it('does not lead out of a transaction that 40001 has ended', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const transaction = await begin('REPEATABLE READ');
    const {savepoint, rollbackTo, release} = savepointsOf(table, transaction);
    await savepoint('s');
    await Model.count({}, {transaction});
    await Model.updateAll({id: 1}, {value: 1});
    await assert.rejects(
      Model.updateAll({id: 1}, {value: 2}, {transaction}),
      conflict,
    );
    for (const step of [savepoint, rollbackTo, release]) {
      await assert.rejects(step('s'), aborted);
    }
    await transaction.rollback();
    assert.equal(await rows(), '1:a 2:b');
  });

  it('waits for the statements that were called before it', async () => {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const [holder, transaction] = [await begin(), await begin()];
    const {savepoint, rollbackTo} = savepointsOf(table, transaction);
    await Model.updateAll({id: 1}, {value: 1}, {transaction: holder});
    const calls = Promise.all([
      Model.updateAll({id: 1}, {name: 'x'}, {transaction}),
      savepoint('s'),
      Model.updateAll({id: 1}, {name: 'y'}, {transaction}),
      rollbackTo('s'),
    ]);
    assert.equal(await isPending(calls), true);
    await holder.commit();
    await calls;
    await transaction.commit();
    assert.equal(await rows(), '1:x 2:b');
  });
});

describe('savepoint, rollbackTo and release refuse', () => {
  it('a name that there is not', async () => {
    const table = await openTable();
    const {rollbackTo, release} = savepointsOf(table, await table.begin());
    for (const step of [rollbackTo, release]) {
      await assert.rejects(step('nobody'), {
        ...unknownSavepoint,
        message: /no savepoint nobody/,
      });
    }
  });

  for (const name of ['', undefined, null, 5, {}]) {
    it(`${JSON.stringify(name)} as a name`, async () => {
      const table = await openTable();
      const {savepoint} = savepointsOf(table, await table.begin());
      await assert.rejects(savepoint(name), unknownSavepoint);
    });
  }

  for (const end of ['commit', 'rollback'] as const) {
    it(`a transaction after ${end}`, async () => {
      const table = await openTable();
      const transaction = await table.begin();
      const {connection} = transaction;
      await transaction[end]();
      for (const given of [connection, transaction, null, undefined, 'x']) {
        const steps = savepointsOf(table, given);
        for (const step of Object.values(steps)) {
          await assert.rejects(step('s'), ended);
        }
      }
    });
  }
});
