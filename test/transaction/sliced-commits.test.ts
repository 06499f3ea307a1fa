import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {SliceQueue} from '../../lib/base/slice-queue';
import type {Database} from '../../lib/database/database';
import {insert, select, updateWhere} from '../../lib/database/statements';
import {databaseWith} from '../support/transaction/session';
import {ToldLog} from '../support/transaction/told-log';

const full = new Error('the disk is full');

const cities = Array.from({length: 2_000}, (_, i) => ({
  id: i + 1,
  name: 'Ulm',
  code: i,
}));

describe('The commit of a statement that is cut into slices', () => {
  let database: Database;
  let log: ToldLog;
  const slices = new SliceQueue(0);

  beforeEach(() => {
    database = databaseWith(cities);
    log = new ToldLog();
    database['newest'].logTo(log);
  });

  afterEach(() => assert.deepEqual(database.verify(), []));

  const renameAll = (name: string, options = {}) =>
    database.write(to => updateWhere(to, 'City', {}, {name}), {
      slices,
      ...options,
    });
  const rename = (id: number, name: string) =>
    database.write(to => updateWhere(to, 'City', {id}, {name}));
  const names = () => [
    ...new Set(
      database.view(view => select(view, 'City', {})).map(({name}) => name),
    ),
  ];

  it('is acknowledged when it is written', async () => {
    await renameAll('Rom');
    assert.equal(log.written.length, 1);
    assert.deepEqual(names(), ['Rom']);
  });

  it('is taken back, and the statement fails, when it cannot be written', async () => {
    const renamed = renameAll('Rom');
    log.failure = full;
    await assert.rejects(async () => renamed, full);
    assert.deepEqual(names(), ['Ulm']);
  });

  it('fails a transaction when it cannot be written', async () => {
    const {transactions} = database;
    const transaction = transactions.begin('READ COMMITTED');
    await renameAll('Rom', {transaction});
    const committed = transactions.commit(transaction, slices);
    log.failure = full;
    await assert.rejects(async () => committed, full);
    assert.deepEqual(names(), ['Ulm']);
  });

  it('is told of after the locks are given back, though it failed before', async () => {
    const {transactions} = database;
    const transaction = transactions.begin('READ COMMITTED');
    await renameAll('Rom', {transaction});
    log.failure = full;
    const committed = Promise.resolve(transactions.commit(transaction, slices));
    const failed = assert.rejects(committed, full);
    while (transaction.state === 'active') await setImmediate();
    assert.deepEqual(names(), ['Ulm']);
    assert.ok(transaction.locks.length > 0, 'locks are still given back');
    await failed;
    assert.equal(transaction.locks.length, 0);
  });

  it('fails a statement that heeds the locks of others when it cannot be written', async () => {
    const {transactions} = database;
    const transaction = transactions.begin('READ COMMITTED');
    await database.write(
      to => insert(to, 'City', [{id: 9_999, name: 'Bonn', code: 9_999}]),
      {transaction},
    );
    const renamed = renameAll('Rom');
    log.failure = full;
    await assert.rejects(async () => renamed, full);
    transactions.rollback(transaction);
    assert.deepEqual(names(), ['Ulm']);
  });

  it('fails the statements that come after it when theirs cannot be written', async () => {
    const renamed = renameAll('Rom');
    const later = Promise.allSettled([rename(1, 'Oslo'), rename(2, 'Oslo')]);
    await renamed;
    log.failure = full;
    assert.deepEqual(
      (await later).map(({status}) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(names(), ['Rom']);
  });

  it('builds on commits that are written, not on those that may be taken back', async () => {
    const early = rename(1, 'Oslo');
    const renamed = renameAll('Rom');
    assert.equal(log.written.length, 1);
    await Promise.all([early, renamed]);
    assert.deepEqual(names(), ['Rom']);
  });
});
