import assert from 'node:assert/strict';
import {
  ended,
  isPending,
  openEmptyTable,
  openTable,
} from '../support/connector/transactions';

describe('disconnect', () => {
  it('rolls back what is open (TX21)', async () => {
    const {dataSource, Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Model.create({name: 'c'}, {transaction});
    await dataSource.disconnect();
    assert.deepEqual(dataSource.connector.statistics().openTransactions, []);
    await assert.rejects(transaction.commit(), {
      ...ended,
      message: /rolled back because the datasource was disconnected/,
    });
    await transaction.rollback();
    await dataSource.connect();
    assert.equal(await rows(), '1:a 2:b');
  });

  it('fails the statement that waits in a transaction', async () => {
    const {dataSource, Model, begin} = await openTable();
    const [first, second] = [await begin(), await begin()];
    await Model.updateAll({id: 1}, {value: 1}, {transaction: first});
    const waiting = Model.updateAll({id: 1}, {value: 2}, {transaction: second});
    const failed = assert.rejects(waiting, ended);
    assert.equal(await isPending(waiting), true);
    await dataSource.disconnect();
    await failed;
  });

  it('keeps a commit from happening later that waits for a statement', async () => {
    const settings = {store: 'transactions: commit after disconnect'};
    const here = await openTable(settings);
    const holder = openEmptyTable(settings);
    const [first, second] = [await holder.begin(), await here.begin()];
    await holder.Model.updateAll({id: 1}, {name: 'x'}, {transaction: first});
    const late = Promise.allSettled([
      here.Model.updateAll({id: 1}, {name: 'y'}, {transaction: second}),
      second.commit(),
    ]);
    assert.equal(await isPending(late), true);
    await here.dataSource.disconnect();
    await first.commit();
    const outcomes = (await late).map(({status}) => status);
    assert.deepEqual(outcomes, ['rejected', 'rejected']);
    assert.equal(await holder.rows(), '1:x 2:b');
  });

  it('leaves the transactions of other datasources on the store alone', async () => {
    const settings = {store: 'transactions: disconnect'};
    const here = await openTable(settings);
    const there = openEmptyTable(settings);
    const transaction = await here.begin();
    await here.Model.create({id: 3, name: 'c'}, {transaction});
    await there.dataSource.connect();
    await there.dataSource.disconnect();
    await transaction.commit();
    assert.equal(await here.rows(), '1:a 2:b 3:c');
  });
});
