import assert from 'node:assert/strict';
import type {Model} from '../support/connector/data-source';
import {
  aborted,
  conflict,
  deadlock,
  duplicate,
  isPending,
  openTable,
  set,
  type TestTable,
  type Transaction,
  valueOf,
} from '../support/connector/transactions';

describe('an ordinary error in a transaction fails its statement only:', () => {
  it('a duplicate key (TX05)', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Model.create({name: 'first'}, {transaction});
    await assert.rejects(Model.create({name: 'a'}, {transaction}), duplicate);
    await Model.create({id: 9, name: 'second'}, {transaction});
    assert.equal(await rows(transaction), '1:a 2:b 3:first 9:second');
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 3:first 9:second');
  });

  it('a duplicate key in the middle of several rows, none of which is kept', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    const several = [{name: 'c'}, {name: 'b'}, {name: 'd'}];
    await assert.rejects(Model.createAll(several, {transaction}), duplicate);
    await assert.rejects(
      Model.updateAll({}, {name: 'same'}, {transaction}),
      duplicate,
    );
    assert.equal(await rows(transaction), '1:a 2:b');
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b');
  });

  it('a filter that is refused (TX05q)', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Model.create({name: 'c'}, {transaction});
    await assert.rejects(
      Model.find({where: {value: {nosuch: 1}}}, {transaction}),
    );
    await assert.rejects(
      Model.replaceById(77, {name: 'x'}, {transaction}),
      (error: {statusCode?: number}) => error.statusCode === 404,
    );
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  it('gives back the keys that the failed statement took', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    await assert.rejects(
      Model.createAll([{name: 'c'}, {name: 'a'}], {transaction}),
      duplicate,
    );
    await Model.create({id: 5, name: 'c'});
    assert.equal(await rows(), '1:a 2:b 5:c');
    await transaction.rollback();
  });

  it('one of several statements that were called at once (TX22)', async () => {
    const {Model, begin} = await openTable();
    const transaction = await begin();
    const answers = await Promise.allSettled(
      ['c', 'a', 'd', 'e'].map(name => Model.create({name}, {transaction})),
    );
    assert.deepEqual(
      answers.map(answer =>
        answer.status === 'fulfilled' ? 'ok' : answer.reason.sqlState,
      ),
      ['ok', '23505', 'ok', 'ok'],
    );
    await transaction.commit();
    const names = (await Model.find({order: 'name'})).map(
      (row: Model) => row.name,
    );
    assert.deepEqual(names, ['a', 'b', 'c', 'd', 'e']);
  });
});

describe('statements of one transaction that are called at once', () => {
  it('all succeed, in their order (TX22)', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Promise.all([
      Model.create({id: 3, name: 'c'}, {transaction}),
      Model.updateAll({id: 3}, {name: 'd'}, {transaction}),
      Model.create({id: 4, name: 'c'}, {transaction}),
      Model.destroyById(1, {transaction}),
      Model.create({id: 5, name: 'a'}, {transaction}),
    ]);
    await transaction.commit();
    assert.equal(await rows(), '2:b 3:d 4:c 5:a');
  });

  it('wait all when the first of them waits', async () => {
    const {Model, begin, rows} = await openTable();
    const [first, second] = [await begin(), await begin()];
    await set(Model, 1, 10, first);
    const statements = [
      set(Model, 1, 20, second),
      Model.findById(1, {}, {transaction: second}),
      rows(second),
    ];
    assert.equal(await isPending(Promise.race(statements)), true);
    await first.commit();
    const [, row] = await Promise.all(statements);
    assert.equal(row.value, 20);
  });
});

describe('a write of a row that another transaction has written', () => {
  for (const level of ['READ UNCOMMITTED', 'READ COMMITTED']) {
    it(`waits at ${level}, then writes (TX07)`, async () => {
      const {Model, begin} = await openTable();
      const [first, second] = [await begin(level), await begin(level)];
      await set(Model, 1, 10, first);
      const waiting = set(Model, 1, 20, second);
      assert.equal(await isPending(waiting), true);
      await first.commit();
      assert.deepEqual(await waiting, {count: 1});
      await second.commit();
      assert.equal(await valueOf(Model, 1), 20);
    });
  }

  for (const level of ['REPEATABLE READ', 'SERIALIZABLE']) {
    it(`waits at ${level}, then ends its transaction with 40001 (TX07)`, async () => {
      const {Model, begin} = await openTable();
      const [first, second] = [await begin(level), await begin(level)];
      await Model.count({}, {transaction: second});
      await set(Model, 2, 99, second);
      await set(Model, 1, 10, first);
      const waiting = set(Model, 1, 20, second);
      assert.equal(await isPending(waiting), true);
      await first.commit();
      await assert.rejects(waiting, conflict);
      await assert.rejects(
        Model.find({}, {transaction: second}),
        aborted,
        'a read after the failure',
      );
      await assert.rejects(set(Model, 2, 1, second), aborted, 'a write');
      await assert.rejects(second.commit(), aborted, 'the commit');
      assert.equal(second.isActive(), false);
      assert.equal(await valueOf(Model, 1), 10);
      assert.notEqual(await valueOf(Model, 2), 99);
    });

    it(`waits at ${level}, and writes when the other is rolled back (TX07)`, async () => {
      const {Model, begin} = await openTable();
      const [first, second] = [await begin(level), await begin(level)];
      await set(Model, 1, 10, first);
      const waiting = set(Model, 1, 20, second);
      assert.equal(await isPending(waiting), true);
      await first.rollback();
      assert.deepEqual(await waiting, {count: 1});
      await second.commit();
      assert.equal(await valueOf(Model, 1), 20);
    });

    it(`can be rolled back after 40001 at ${level}`, async () => {
      const {dataSource, Model, begin} = await openTable();
      const transaction = await begin(level);
      await Model.count({}, {transaction});
      await set(Model, 1, 10);
      await assert.rejects(set(Model, 1, 20, transaction), conflict);
      assert.equal(transaction.isActive(), true);
      await transaction.rollback();
      assert.equal(transaction.isActive(), false);
      assert.deepEqual(dataSource.connector.statistics().openTransactions, []);
      assert.equal(await valueOf(Model, 1), 10);
    });
  }

  it('says in TRANSACTION_ABORTED what it was aborted by', async () => {
    const {Model, begin} = await openTable();
    const transaction = await begin('REPEATABLE READ');
    await Model.count({}, {transaction});
    await set(Model, 1, 10);
    const failure = await set(Model, 1, 20, transaction).catch(error => error);
    const later = await Model.count({}, {transaction}).catch(
      (error: Error) => error,
    );
    assert.ok(
      later.message.includes(failure.message),
      `${later.message}\ndoes not tell of\n${failure.message}`,
    );
  });
});

describe('a write of a unique key that another transaction has inserted', () => {
  for (const [end, rest, outcome] of [
    ['commit', 'is refused', duplicate],
    ['rollback', 'inserts', undefined],
  ] as const) {
    for (const own of [true, false]) {
      const writer = own ? 'in a transaction' : 'outside of transactions';
      it(`${writer} waits, and ${rest} after ${end} (TX09)`, async () => {
        const {dataSource, Model, begin, rows} = await openTable();
        const first = await begin();
        await Model.create({id: 3, name: 'c'}, {transaction: first});
        const second = own ? await begin() : undefined;
        const waiting = Model.create(
          {id: 4, name: 'c'},
          second && {transaction: second},
        );
        const answer = outcome && assert.rejects(waiting, outcome);
        assert.equal(await isPending(waiting), true);
        await first[end]();
        await (answer ?? waiting);
        await second?.commit();
        assert.equal(await rows(), `1:a 2:b ${outcome ? '3:c' : '4:c'}`);
        assert.deepEqual(dataSource.connector.database.verify(), []);
      });
    }
  }
});

describe('a duplicate of a row that was committed after the snapshot', () => {
  for (const [level, outcome] of [
    ['READ COMMITTED', duplicate],
    ['REPEATABLE READ', duplicate],
    ['SERIALIZABLE', conflict],
  ] as const) {
    it(`fails with ${outcome.sqlState} at ${level}`, async () => {
      const {Model, begin} = await openTable();
      const transaction = await begin(level);
      await Model.count({}, {transaction});
      await Model.create({name: 'c'});
      await assert.rejects(Model.create({name: 'c'}, {transaction}), outcome);
    });
  }
});

describe('a duplicate of a row that a transaction sees', () => {
  it('is a read of that row: at SERIALIZABLE nobody can delete it and not see what was written for it', async () => {
    const {Model, begin, rows} = await openTable();
    const [first, second] = [
      await begin('SERIALIZABLE'),
      await begin('SERIALIZABLE'),
    ];
    await Model.findById(1, {}, {transaction: second});
    // To find b taken, and a not changed, neither can have been before the other.
    await assert.rejects(
      Model.create({name: 'b'}, {transaction: first}),
      duplicate,
    );
    await Model.updateAll({id: 1}, {name: 'x'}, {transaction: first});
    const ends = await Promise.allSettled([
      Model.destroyById(2, {transaction: second}).then(() => second.commit()),
      first.commit(),
    ]);
    const states = ends.map(end =>
      end.status === 'fulfilled' ? 'ok' : end.reason.sqlState,
    );
    assert.deepEqual(new Set(states), new Set(['40001', 'ok']), await rows());
  });
});

/** Two transactions that wait for each other; the first has waited longer. */
async function closeRing({Model, begin}: TestTable): Promise<{
  victim: Transaction;
  survivor: Transaction;
  victimsWrite: Promise<unknown>;
}> {
  const [victim, survivor] = [await begin(), await begin()];
  await set(Model, 1, 11, victim);
  await set(Model, 2, 22, survivor);
  const victimsWrite = set(Model, 2, 12, victim);
  victimsWrite.catch(() => undefined);
  assert.equal(await isPending(victimsWrite), true, 'the first write waits');
  assert.deepEqual(await set(Model, 1, 21, survivor), {count: 1});
  return {victim, survivor, victimsWrite};
}

describe('a deadlock', () => {
  it('ends the transaction that has waited longest; the other goes on (TX08)', async () => {
    const table = await openTable();
    const {victim, survivor, victimsWrite} = await closeRing(table);
    await assert.rejects(victimsWrite, deadlock);
    await assert.rejects(
      table.Model.count({}, {transaction: victim}),
      aborted,
      'a statement of the victim',
    );
    await assert.rejects(victim.commit(), aborted, 'its commit');
    await survivor.commit();
    assert.deepEqual(
      [await valueOf(table.Model, 1), await valueOf(table.Model, 2)],
      [21, 22],
    );
  });

  it('keeps nothing that its victim writes later (TX08b)', async () => {
    const table = await openTable();
    const {Model} = table;
    const {victim, survivor, victimsWrite} = await closeRing(table);
    await assert.rejects(victimsWrite, deadlock);
    await assert.rejects(
      Model.create({name: 'late'}, {transaction: victim}),
      aborted,
    );
    await victim.rollback();
    await survivor.rollback();
    assert.equal(await table.rows(), '1:a 2:b');
    assert.deepEqual(await Model.updateAll({}, {value: 1}), {count: 2});
  });

  it('of three is found as well', async () => {
    const {Model, begin} = await openTable();
    await Model.create({id: 3, name: 'c'});
    const ring = [await begin(), await begin(), await begin()];
    for (const [i, each] of ring.entries()) await set(Model, i + 1, i, each);
    const writes = ring.map((each, i) =>
      set(Model, ((i + 1) % 3) + 1, 9, each),
    );
    const [first, second, third] = writes;
    await assert.rejects(first!, deadlock);
    assert.deepEqual(await third, {count: 1});
    await ring[2]!.commit();
    assert.deepEqual(await second, {count: 1});
    await ring[1]!.commit();
  });

  it('with a write outside of transactions is broken, too', async () => {
    const {Model, begin, dataSource} = await openTable();
    const [first, second] = [await begin(), await begin()];
    await set(Model, 1, 11, first);
    await set(Model, 2, 22, second);
    const outside = Model.updateAll({}, {value: 0});
    const later = set(Model, 2, 12, first);
    assert.equal(await isPending(Promise.race([outside, later])), true);
    await second.commit();
    await Promise.all([later, first.commit(), outside]);
    assert.deepEqual(
      [await valueOf(Model, 1), await valueOf(Model, 2)],
      [0, 0],
    );
    assert.deepEqual(dataSource.connector.statistics().openTransactions, []);
  });
});

describe('a commit that fails', () => {
  /** A transaction whose commit fails with SERIALIZATION_FAILURE. */
  async function unserializable(): Promise<[Transaction, TestTable]> {
    const table = await openTable();
    const {Model, begin, rows} = table;
    const first = await begin('SERIALIZABLE');
    const second = await begin('SERIALIZABLE');
    await rows(first);
    await rows(second);
    await Model.updateAll({id: 1}, {name: 'x'}, {transaction: first});
    await Model.updateAll({id: 2}, {name: 'y'}, {transaction: second});
    await first.commit();
    return [second, table];
  }

  it('may be followed by a rollback, as callers do with any error', async () => {
    const [transaction, {rows}] = await unserializable();
    await assert.rejects(transaction.commit(), conflict);
    await transaction.rollback();
    await transaction.rollback();
    assert.equal(await rows(), '1:x 2:b');
  });

  it('may be followed by a rollback with callbacks', async () => {
    const [transaction] = await unserializable();
    const errors = await new Promise<unknown[]>(resolve =>
      (transaction as any).commit((failure: unknown) =>
        (transaction as any).rollback((...args: unknown[]) =>
          resolve([(failure as {code?: unknown}).code, ...args]),
        ),
      ),
    );
    assert.deepEqual(errors, ['SERIALIZATION_FAILURE', null]);
  });

  it('cannot be committed again', async () => {
    const [transaction] = await unserializable();
    await assert.rejects(transaction.commit(), conflict);
    await assert.rejects(transaction.commit(), {code: 'TRANSACTION_ENDED'});
  });

  it('because it was committed before does not let a rollback pass', async () => {
    const {begin} = await openTable();
    const transaction = await begin();
    await transaction.commit();
    await assert.rejects(transaction.commit(), {code: 'TRANSACTION_ENDED'});
    await assert.rejects(transaction.rollback(), {code: 'TRANSACTION_ENDED'});
  });
});
