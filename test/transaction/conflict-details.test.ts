import assert from 'node:assert/strict';
import {allOf, InMemoryError} from '../../lib/base/errors';
import type {Database} from '../../lib/database/database';
import {
  begin,
  briefly,
  databaseWith,
  type Session,
} from '../support/transaction/session';

/** The details of the error that a statement or a commit fails with. */
async function detailsOf(code: string, failing: Promise<unknown>) {
  const error = await failing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof InMemoryError, String(error));
  assert.equal(error.code, code);
  return allOf(error.details);
}

describe('the details of an error by which transactions conflict', () => {
  let database: Database;

  beforeEach(() => {
    database = databaseWith([
      {id: 1, code: 10},
      {id: 2, code: 20},
    ]);
  });

  /** A transaction that has taken its snapshot. */
  async function snapshotted(
    level: 'REPEATABLE READ' | 'SERIALIZABLE',
  ): Promise<Session> {
    const session = begin(database, level);
    await session.find();
    return session;
  }

  it('name the row that was changed since the snapshot', async () => {
    const late = await snapshotted('REPEATABLE READ');
    const first = begin(database);
    await first.update({id: 2}, {name: 'x'});
    await first.commit();
    const update = late.update({id: 2}, {name: 'y'});
    assert.deepEqual(await detailsOf('SERIALIZATION_FAILURE', update), {
      table: 'City',
      id: 2,
    });
  });

  it('name the row that it has waited for', async () => {
    const late = await snapshotted('SERIALIZABLE');
    const first = begin(database);
    await first.update({id: 2}, {name: 'x'});
    const update = late.update({id: 2}, {name: 'y'});
    await first.commit();
    assert.deepEqual(await detailsOf('SERIALIZATION_FAILURE', update), {
      table: 'City',
      id: 2,
    });
  });

  it('name the row that is in the way, and the index', async () => {
    const late = await snapshotted('SERIALIZABLE');
    const first = begin(database);
    await first.insert({id: 3, code: 30});
    await first.commit();
    const insertion = late.insert({id: 4, code: 30});
    const details = await detailsOf('SERIALIZATION_FAILURE', insertion);
    assert.deepEqual(
      {table: details.table, id: details.id, index: details.index},
      {table: 'City', id: 3, index: 'by_code'},
    );
  });

  it('name a row that one reads and another writes, in a commit', async () => {
    const [one, two] = [
      begin(database, 'SERIALIZABLE'),
      begin(database, 'SERIALIZABLE'),
    ];
    await one.find();
    await two.find();
    await one.update({id: 1}, {name: 'x'});
    await two.update({id: 2}, {name: 'x'});
    await one.commit();
    assert.deepEqual(await detailsOf('SERIALIZATION_FAILURE', two.commit()), {
      table: 'City',
      id: 1,
    });
  });

  it('name such a row in a statement', async () => {
    const [one, two] = [
      begin(database, 'SERIALIZABLE'),
      begin(database, 'SERIALIZABLE'),
    ];
    await one.find();
    await two.find();
    await one.update({id: 1}, {name: 'x'});
    await one.commit();
    const update = two.update({id: 2}, {name: 'x'});
    assert.deepEqual(await detailsOf('SERIALIZATION_FAILURE', update), {
      table: 'City',
      id: 2,
    });
  });

  it('name what a deadlock is about', async () => {
    const [one, two] = [begin(database), begin(database)];
    await one.update({id: 1}, {name: 'x'});
    await two.update({id: 2}, {name: 'x'});
    const failed = detailsOf('DEADLOCK', one.update({id: 2}, {name: 'y'}));
    void two.update({id: 1}, {name: 'y'});
    assert.deepEqual(await failed, {table: 'City', id: 2});
  });

  it('name the key that another keeps, and who', async () => {
    const holder = begin(database);
    await holder.insert({id: 3, code: 30});
    const insertion = begin(database, 'READ COMMITTED', briefly).insert({
      id: 4,
      code: 30,
    });
    assert.deepEqual(await detailsOf('LOCK_TIMEOUT', insertion), {
      table: 'City',
      index: 'by_code',
      constraint: 'by_code',
      property: 'code',
      value: 30,
      transaction: holder.transaction.id,
    });
  });

  it('name the table that automigrate waits for, and who is in the way', async () => {
    const holder = begin(database);
    await holder.insert({id: 3});
    const recreated = Promise.resolve(
      database.recreate(['City'], {lockTimeoutMs: briefly}),
    );
    assert.deepEqual(await detailsOf('LOCK_TIMEOUT', recreated), {
      table: 'City',
      transaction: holder.transaction.id,
    });
  });
});
