import assert from 'node:assert/strict';
import type {InMemoryConnector} from '../../index';
import {call} from '../support/connector/data-source';
import {
  ended,
  isPending,
  openTable,
  rolledBack,
  type TestTable,
  type Transaction,
} from '../support/connector/transactions';

/** Calls one of the connector's methods that take a connection. */
function callEnd(
  connector: InMemoryConnector,
  method: 'commit' | 'rollback',
  connection: unknown,
): Promise<void> {
  return new Promise((resolve, reject) => {
    connector[method](connection, error => (error ? reject(error) : resolve()));
  });
}

/** How a transaction can end. */
const ends: Record<
  string,
  (table: TestTable) => Promise<Transaction> | Transaction
> = {
  commit: async ({begin}) => {
    const transaction = await begin();
    await transaction.commit();
    return transaction;
  },
  rollback: async ({begin}) => {
    const transaction = await begin();
    await transaction.rollback();
    return transaction;
  },
  timeout: async ({Model}) => {
    const transaction: Transaction = await Model.beginTransaction({
      timeout: 300,
    });
    await rolledBack(transaction);
    // The juggler calls it inactive once the observers are done.
    await isPending(new Promise(() => undefined));
    return transaction;
  },
};

describe('a transaction after its', () => {
  for (const [end, finish] of Object.entries(ends)) {
    it(`${end} is not active`, async () => {
      const transaction = await finish(await openTable());
      assert.equal(transaction.isActive(), false);
    });

    it(`${end} can be neither committed nor rolled back (TX04)`, async () => {
      const transaction = await finish(await openTable());
      const refused = {
        ...ended,
        message: new RegExp(`The transaction is not active: ${transaction.id}`),
      };
      await assert.rejects(transaction.commit(), refused);
      // Who has not asked for the end rolls back when a statement fails by it.
      if (end === 'timeout') await transaction.rollback();
      else await assert.rejects(transaction.rollback(), refused);
    });

    it(`${end} is refused by every kind of statement, and changes nothing (TX03)`, async () => {
      const table = await openTable();
      const {Model} = table;
      const instance = await Model.findById(1);
      const transaction = await finish(table);
      const options = {transaction};
      const statements: Record<string, () => Promise<unknown>> = {
        find: () => Model.find({}, options),
        findById: () => Model.findById(1, {}, options),
        count: () => Model.count({}, options),
        exists: () => Model.exists(1, options),
        create: () => Model.create({name: 'c'}, options),
        createAll: () => Model.createAll([{name: 'c'}], options),
        updateAll: () => Model.updateAll({}, {value: 1}, options),
        upsert: () => Model.upsert({id: 3}, options),
        upsertWithWhere: () =>
          Model.upsertWithWhere({id: 3}, {name: 'c'}, options),
        replaceById: () => Model.replaceById(1, {name: 'x'}, options),
        replaceOrCreate: () => Model.replaceOrCreate({id: 3}, options),
        findOrCreate: () => Model.findOrCreate({where: {id: 3}}, {}, options),
        destroyAll: () => Model.destroyAll({}, options),
        destroyById: () => Model.destroyById(1, options),
        save: () => instance.save(options),
        updateAttributes: () => instance.updateAttributes({value: 1}, options),
        destroy: () => instance.destroy(options),
      };
      for (const [name, statement] of Object.entries(statements)) {
        await assert.rejects(statement(), ended, name);
      }
      assert.equal(await table.rows(), '1:a 2:b');
      await Model.create({name: 'c'});
      assert.equal(await table.rows(), '1:a 2:b 3:c');
    });
  }

  it('commit is refused by the connector too, which does not rely on the juggler', async () => {
    const {dataSource, begin} = await openTable();
    const {connector} = dataSource;
    for (const end of ['commit', 'rollback'] as const) {
      const transaction = await begin();
      const {connection} = transaction;
      await transaction[end]();
      const forms = {
        'the transaction': transaction,
        'its connection': connection,
        'a copy from before': {connector, connection},
      };
      for (const [form, given] of Object.entries(forms)) {
        const read = new Promise((resolve, reject) => {
          connector.all('Test', {}, {transaction: given}, (error, rows) =>
            error ? reject(error) : resolve(rows),
          );
        });
        await assert.rejects(read, ended, `read with ${form} after ${end}`);
      }
      for (const again of ['commit', 'rollback'] as const) {
        await assert.rejects(
          callEnd(connector, again, connection),
          ended,
          `${again} after ${end}`,
        );
      }
    }
    await assert.rejects(callEnd(connector, 'commit', null), ended);
    assert.equal((await call(connector, 'count', 'Test', {}))[0], 2);
  });
});

describe('the end of a transaction', () => {
  it('by commit keeps its changes, by rollback none (TX02)', async () => {
    const {Model, begin, rows} = await openTable();
    const work = async (transaction: Transaction): Promise<void> => {
      await Model.create({id: 3, name: 'c'}, {transaction});
      await Model.updateAll({id: 1}, {name: 'x'}, {transaction});
      await Model.destroyAll({id: 2}, {transaction});
    };
    const first = await begin();
    await work(first);
    await first.rollback();
    assert.equal(await rows(), '1:a 2:b', 'after the rollback');
    const second = await begin();
    await work(second);
    await second.commit();
    assert.equal(await rows(), '1:x 3:c', 'after the commit');
  });

  it('waits for its statements that were called before', async () => {
    const {Model, begin, rows} = await openTable();
    const [first, second] = [await begin(), await begin()];
    await Model.updateAll({id: 1}, {name: 'x'}, {transaction: first});
    const update = Model.updateAll({id: 1}, {name: 'y'}, {transaction: second});
    const commit = second.commit();
    assert.equal(await isPending(commit), true);
    await first.commit();
    await Promise.all([update, commit]);
    assert.equal(await rows(), '1:y 2:b');
  });

  it('by rollback fails the statement that waits, and does not wait for it', async () => {
    const {Model, begin, rows} = await openTable();
    const [first, second] = [await begin(), await begin()];
    await Model.updateAll({id: 1}, {name: 'x'}, {transaction: first});
    const update = Model.updateAll({id: 1}, {name: 'y'}, {transaction: second});
    const failed = assert.rejects(update, ended);
    assert.equal(await isPending(update), true);
    await second.rollback();
    await failed;
    await first.commit();
    assert.equal(await rows(), '1:x 2:b');
  });
});

describe('the timeout of a transaction', () => {
  it('rolls it back and calls its observer (TX10)', async () => {
    const {dataSource, Model, rows} = await openTable();
    const transaction: Transaction = await Model.beginTransaction({
      timeout: 300,
    });
    const seen: string[] = [];
    const isOver = rolledBack(transaction);
    transaction.observe('timeout', async ({operation, transaction: it}) => {
      seen.push(`${operation} ${it === transaction} ${it.isActive()}`);
    });
    await Model.create({name: 'c'}, {transaction});
    await isOver;
    assert.deepEqual(seen, ['timeout true true']);
    assert.equal(await rows(), '1:a 2:b');
    assert.deepEqual(dataSource.connector.statistics().openTransactions, []);
  });

  it('lets those go on that wait for its rows', async () => {
    const {Model, rows} = await openTable();
    const transaction: Transaction = await Model.beginTransaction({
      timeout: 20,
    });
    await Model.updateAll({id: 1}, {name: 'x'}, {transaction});
    await Model.updateAll({id: 1}, {name: 'y'});
    assert.equal(transaction.isActive(), false);
    assert.equal(await rows(), '1:y 2:b');
  });

  it('fails its own statement that waits then', async () => {
    const {Model, begin} = await openTable();
    const holder = await begin();
    await Model.updateAll({id: 1}, {name: 'x'}, {transaction: holder});
    const transaction = await Model.beginTransaction({timeout: 20});
    await assert.rejects(Model.updateAll({id: 1}, {name: 'y'}, {transaction}), {
      ...ended,
      message:
        /was rolled back because it timed out after \d+ ms while a statement waited\.$/,
    });
    await transaction.rollback();
  });

  it('is what its statements, its commit and its handle say then', async () => {
    const {dataSource, Model} = await openTable();
    const transaction: Transaction = await Model.beginTransaction({
      timeout: 20,
    });
    const {connection} = transaction;
    await rolledBack(transaction);
    await isPending(new Promise(() => undefined));
    const timedOut = {
      ...ended,
      message: /rolled back because it timed out after \d+ ms; begin another/,
    };
    await assert.rejects(Model.find({}, {transaction}), timedOut);
    await assert.rejects(transaction.commit(), timedOut);
    await assert.rejects(
      callEnd(dataSource.connector, 'commit', connection),
      timedOut,
    );
  });

  it('that comes after a rollback is not what has ended it', async () => {
    const {Model} = await openTable();
    const transaction: Transaction = await Model.beginTransaction({
      timeout: 20,
    });
    const timedOut = new Promise<void>(resolve => {
      transaction.observe('timeout', async () => resolve());
    });
    await transaction.rollback();
    await timedOut;
    await assert.rejects(transaction.rollback(), {
      ...ended,
      message: /It was rolled back; begin another one/,
    });
  });

  it('does nothing to one that was committed before (TX10)', async () => {
    const {Model, rows} = await openTable();
    const transaction: Transaction = await Model.beginTransaction({
      timeout: 300,
    });
    const timedOut = new Promise<void>(resolve => {
      transaction.observe('timeout', async () => resolve());
    });
    await Model.create({name: 'c'}, {transaction});
    await transaction.commit();
    await timedOut;
    assert.equal(await rows(), '1:a 2:b 3:c');
  });
});

const vetoed = {message: 'veto'};

describe('an observer', () => {
  for (const end of ['commit', 'rollback'] as const) {
    it(`is called before and after ${end}, in this order (TX19)`, async () => {
      const {Model, begin, rows} = await openTable();
      const transaction = await begin();
      const seen: string[] = [];
      for (const operation of [
        'after rollback',
        'before rollback',
        'after commit',
        'before commit',
      ]) {
        transaction.observe(operation, async ({transaction: it}) => {
          assert.equal(it, transaction);
          seen.push(`${operation}: ${await rows()}`);
        });
      }
      await Model.create({name: 'c'}, {transaction});
      await transaction[end]();
      assert.deepEqual(seen, [
        `before ${end}: 1:a 2:b`,
        `after ${end}: ${end === 'commit' ? '1:a 2:b 3:c' : '1:a 2:b'}`,
      ]);
    });
  }

  it('can still write before commit', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    transaction.observe('before commit', ({transaction: it}) =>
      Model.create({name: 'c'}, {transaction: it}),
    );
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  for (const end of ['commit', 'rollback'] as const) {
    it(`that fails before ${end} ends the transaction, and nothing is kept (TX19)`, async () => {
      const {dataSource, Model, begin, rows} = await openTable();
      const transaction = await begin();
      await Model.create({name: 'c'}, {transaction});
      await Model.updateAll({id: 1}, {name: 'x'}, {transaction});
      transaction.observe(`before ${end}`, (_, next) =>
        next(new Error('veto')),
      );
      await assert.rejects(transaction[end](), vetoed);
      assert.equal(transaction.isActive(), false);
      await assert.rejects(transaction.commit(), ended);
      assert.equal(await rows(), '1:a 2:b');
      assert.deepEqual(
        dataSource.connector.statistics().openTransactions,
        [],
        'a transaction that nobody can end any more was left open',
      );
      await Model.updateAll({id: 1}, {name: 'free'});
    });
  }

  it('that fails after commit fails the commit, which is done', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Model.create({name: 'c'}, {transaction});
    transaction.observe('after commit', async () => {
      throw new Error('veto');
    });
    await assert.rejects(transaction.commit(), vetoed);
    assert.equal(transaction.isActive(), false);
    await assert.rejects(transaction.rollback(), ended);
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  it('that fails on timeout keeps the transaction open, which can go on', async () => {
    const {Model, rows} = await openTable();
    const transaction: Transaction = await Model.beginTransaction({
      timeout: 300,
    });
    await new Promise<void>(resolve => {
      transaction.observe('timeout', async () => {
        resolve();
        throw new Error('veto');
      });
    });
    await Model.create({name: 'c'}, {transaction});
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 3:c');
  });
});
