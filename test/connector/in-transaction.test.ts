import assert from 'node:assert/strict';
import {inTransaction} from '../../index';
import {
  conflict,
  deadlock,
  duplicate,
  isPending,
  openTable,
  type TestTable,
  type Transaction,
} from '../support/connector/transactions';

function openCount({dataSource}: TestTable): number {
  return dataSource.connector.statistics().openTransactions.length;
}

/** An error as a connector of an SQL database throws it, or ours. */
function failure(properties: object): Error {
  return Object.assign(new Error('on purpose'), properties);
}

describe('inTransaction', () => {
  it('commits when the work is done, and resolves to its result', async () => {
    const table = await openTable();
    const result = {};
    const answer = await inTransaction(
      table.dataSource,
      async (transaction: Transaction) => {
        await table.Model.create({name: 'c'}, {transaction});
        assert.equal(await table.rows(), '1:a 2:b', 'outside, before the end');
        return result;
      },
    );
    assert.equal(answer, result);
    assert.equal(await table.rows(), '1:a 2:b 3:c');
    assert.equal(openCount(table), 0);
  });

  it('takes work that is no promise', async () => {
    const {dataSource} = await openTable();
    assert.equal(await inTransaction(dataSource, () => 5), 5);
  });

  for (const [how, fail] of [
    ['fails', (error: unknown) => Promise.reject(error)],
    [
      'throws',
      (error: unknown) => {
        throw error;
      },
    ],
  ] as const) {
    for (const error of [new Error('on purpose'), 'a text', undefined, null]) {
      it(`rolls back when the work ${how}, with the very error: ${String(error)}`, async () => {
        const table = await openTable();
        const {Model, dataSource, rows} = table;
        const failed: {error?: unknown} = {};
        await inTransaction(
          dataSource,
          (transaction: Transaction) => {
            void Model.create({name: 'c'}, {transaction});
            return fail(error);
          },
          {retries: 3},
        ).catch(caught => (failed.error = caught));
        assert.ok('error' in failed, 'it did not fail');
        assert.equal(failed.error, error);
        assert.equal(await rows(), '1:a 2:b');
        assert.equal(openCount(table), 0);
      });
    }
  }

  it('fails with the error of the work also when the rollback fails', async () => {
    const table = await openTable();
    const error = new Error('of the work');
    const done = inTransaction(table.dataSource, (transaction: Transaction) => {
      transaction.observe('before rollback', async () => {
        throw new Error('of the rollback');
      });
      throw error;
    });
    await assert.rejects(done, caught => caught === error);
    assert.equal(openCount(table), 0);
  });

  it('begins with the isolation level and the timeout that it is told', async () => {
    const table = await openTable();
    const {dataSource} = table;
    let level: string | undefined;
    const done = inTransaction(
      dataSource,
      async (transaction: Transaction) => {
        level =
          dataSource.connector.statistics().openTransactions[0]?.isolationLevel;
        while (transaction.isActive()) {
          await isPending(new Promise(() => undefined));
        }
        throw new Error('it timed out');
      },
      // Long enough for the work to begin, however busy the machine is.
      {isolationLevel: 'SERIALIZABLE', timeout: 500},
    );
    await assert.rejects(done, {message: 'it timed out'});
    assert.equal(level, 'SERIALIZABLE');
    assert.equal(openCount(table), 0);
  });

  it('leaves alone a transaction that the work has ended itself', async () => {
    const {Model, dataSource, rows} = await openTable();
    const done = inTransaction(dataSource, async (transaction: Transaction) => {
      await Model.create({name: 'c'}, {transaction});
      await transaction.commit();
      throw new Error('afterwards');
    });
    await assert.rejects(done, {message: 'afterwards'});
    assert.equal(await rows(), '1:a 2:b 3:c');
  });
});

/** Fails `failures` times, then succeeds; tells how often it was called. */
async function attempts(
  error: Error,
  failures: number,
  retries?: number,
): Promise<{calls: number; rows: string; error?: unknown}> {
  const table = await openTable();
  let calls = 0;
  const outcome: {error?: unknown} = {};
  await inTransaction(
    table.dataSource,
    async (transaction: Transaction) => {
      calls++;
      await table.Model.create({id: 10 + calls}, {transaction});
      if (calls <= failures) throw error;
    },
    retries === undefined ? undefined : {retries},
  ).catch(caught => (outcome.error = caught));
  assert.equal(openCount(table), 0, 'a transaction was left open');
  return {calls, rows: await table.rows(), ...outcome};
}

describe('inTransaction does the work again', () => {
  for (const properties of [
    {code: 'SERIALIZATION_FAILURE', sqlState: '40001'},
    {code: 'DEADLOCK', sqlState: '40P01'},
    {code: '40001'},
    {code: '40P01'},
    {code: 'ER_LOCK_DEADLOCK', sqlState: '40001'},
  ]) {
    it(`in a new transaction after ${JSON.stringify(properties)}`, async () => {
      assert.deepEqual(await attempts(failure(properties), 2, 5), {
        calls: 3,
        rows: '1:a 2:b 13:undefined',
      });
    });
  }

  for (const retries of [undefined, 0, 1, 3]) {
    const calls = (retries ?? 0) + 1;
    it(`as often as asked: ${calls} calls in all with retries ${retries}`, async () => {
      const error = failure({sqlState: '40001'});
      assert.deepEqual(await attempts(error, Infinity, retries), {
        calls,
        rows: '1:a 2:b',
        error,
      });
    });
  }

  for (const properties of [
    {},
    {code: 'DUPLICATE_KEY', sqlState: '23505'},
    {code: 'LOCK_TIMEOUT', sqlState: '55P03'},
    {code: 'TRANSACTION_ABORTED', sqlState: '25P02'},
  ]) {
    it(`not after ${JSON.stringify(properties)}`, async () => {
      const error = failure(properties);
      const {calls, error: caught} = await attempts(error, Infinity, 5);
      assert.deepEqual(
        {calls, isSame: caught === error},
        {
          calls: 1,
          isSame: true,
        },
      );
    });
  }

  it('after a real conflict, and then sees what the other has committed', async () => {
    const {Model, dataSource} = await openTable();
    await Model.updateAll({}, {value: 100});
    const seen: number[] = [];
    await inTransaction(
      dataSource,
      async (transaction: Transaction) => {
        const {value} = await Model.findById(1, {}, {transaction});
        seen.push(value);
        if (seen.length === 1) await Model.updateAll({id: 1}, {value: 200});
        const more = {value: value + 1};
        await Model.updateAll({id: 1}, more, {transaction});
      },
      {isolationLevel: 'REPEATABLE READ', retries: 1},
    );
    assert.deepEqual(seen, [100, 200]);
    assert.equal((await Model.findById(1)).value, 201);
  });

  it('until all of a crowd have counted one row up', async () => {
    const {Model, dataSource} = await openTable();
    await Model.updateAll({id: 1}, {value: 0});
    const countUp = (): Promise<void> =>
      inTransaction(
        dataSource,
        async (transaction: Transaction) => {
          const {value} = await Model.findById(1, {}, {transaction});
          await Model.updateAll({id: 1}, {value: value + 1}, {transaction});
        },
        {isolationLevel: 'SERIALIZABLE', retries: 1000},
      );
    await Promise.all(Array.from({length: 30}, countUp));
    assert.equal((await Model.findById(1)).value, 30);
  });

  it('after a conflict that only the commit finds', async () => {
    const {Model, dataSource} = await openTable();
    let calls = 0;
    const other = await Model.beginTransaction('SERIALIZABLE');
    await Model.find({}, {transaction: other});
    await Model.updateAll({id: 2}, {value: 1}, {transaction: other});
    await inTransaction(
      dataSource,
      async (transaction: Transaction) => {
        calls++;
        await Model.find({}, {transaction});
        await Model.updateAll({id: 1}, {value: 1}, {transaction});
        if (calls === 1) await other.commit();
      },
      {isolationLevel: 'SERIALIZABLE', retries: 1},
    );
    assert.equal(calls, 2);
  });

  it('after a conflict that the work has caught', async () => {
    const {Model, dataSource} = await openTable();
    let calls = 0;
    await inTransaction(
      dataSource,
      async (transaction: Transaction) => {
        calls++;
        await Model.find({}, {transaction});
        if (calls === 1) await Model.updateAll({id: 1}, {value: 1});
        const write = Model.updateAll({id: 1}, {value: 2}, {transaction});
        await write.catch(() => undefined);
      },
      {isolationLevel: 'REPEATABLE READ', retries: 1},
    );
    assert.equal(calls, 2);
    assert.equal((await Model.findById(1)).value, 2);
  });

  it('after a deadlock', async () => {
    const {Model, dataSource} = await openTable();
    let victims = 0;
    const write = (ids: number[], value: number): Promise<void> =>
      inTransaction(
        dataSource,
        async (transaction: Transaction) => {
          for (const id of ids) {
            await Model.updateAll({id}, {value}, {transaction}).catch(
              (error: {code: string}) => {
                if (error.code === deadlock.code) victims++;
                throw error;
              },
            );
          }
        },
        {retries: 1},
      );
    await Promise.all([write([1, 2], 12), write([2, 1], 21)]);
    assert.equal(victims, 1);
    const values = (await Model.find()).map(
      (row: {value: number}) => row.value,
    );
    assert.equal(values[0], values[1], `both writes are mixed: ${values}`);
  });

  it('and fails with the conflict itself when nothing helps', async () => {
    const {Model, dataSource} = await openTable();
    let value = 0;
    const done = inTransaction(
      dataSource,
      async (transaction: Transaction) => {
        await Model.count({}, {transaction});
        await Model.updateAll({id: 1}, {value: ++value});
        await Model.updateAll({id: 1}, {value: -1}, {transaction});
      },
      {isolationLevel: 'REPEATABLE READ', retries: 2},
    );
    await assert.rejects(done, conflict);
    assert.equal(value, 3);
  });
});

describe('inTransaction refuses', () => {
  for (const retries of [-1, 1.5, Number.NaN, Infinity, '3', null]) {
    it(`${JSON.stringify(retries)} (${typeof retries}) retries before it begins`, async () => {
      const table = await openTable();
      let calls = 0;
      const done = inTransaction(table.dataSource, () => calls++, {
        retries: retries as number,
      });
      await assert.rejects(done, {
        name: 'InMemoryError',
        code: 'INVALID_VALUE',
        message: /retries must be an integer that is not negative/,
      });
      assert.equal(calls, 0);
      assert.equal(openCount(table), 0);
    });
  }

  for (const timeout of [-1, Number.NaN, Infinity, 2 ** 31, '5', null]) {
    it(`a timeout of ${String(timeout)} (${typeof timeout})`, async () => {
      await refuses({timeout}, /^timeout must be a number of milliseconds/);
    });
  }

  for (const [options, message] of [
    [
      {isolation: 'SERIALIZABLE'},
      /option isolation, only isolationLevel, retr/,
    ],
    [{isolationlevel: 'SERIALIZABLE'}, /did you mean isolationLevel\?$/],
    [{retrys: 3}, /did you mean retries\?$/],
    [{timeoutMs: 3}, /did you mean timeout\?$/],
    [{transaction: undefined}, /the option transaction/],
    ['SERIALIZABLE', /options must be an object, not "SERIALIZABLE"/],
    [null, /options must be an object, not null/],
    [[], /options must be an object, not \[\]/],
  ] as const) {
    it(`unknown options before it begins: ${JSON.stringify(options)}`, async () => {
      await refuses(options, message);
    });
  }

  async function refuses(options: unknown, message: RegExp): Promise<void> {
    const table = await openTable();
    let calls = 0;
    const done = inTransaction(table.dataSource, () => calls++, options as {});
    await assert.rejects(done, {code: 'INVALID_VALUE', message});
    assert.equal(calls, 0);
    assert.equal(openCount(table), 0);
  }

  for (const [isolationLevel, message] of [
    ['SNAPSHOT', /isolationLevel cannot be "SNAPSHOT", only READ UNCOMM/],
    ['serializable', /did you mean SERIALIZABLE\?$/],
    [null, /isolationLevel cannot be null/],
  ] as const) {
    it(`an isolation level that there is not: ${isolationLevel}`, async () => {
      await refuses({isolationLevel}, message);
    });
  }

  for (const [given, shown] of [
    [Promise.resolve({}), 'a promise; await it first'],
    [{}, '{}'],
    [undefined, 'undefined'],
  ] as const) {
    it(`what begins no transactions: ${shown}`, async () => {
      const done = inTransaction(given as never, () => 1);
      await assert.rejects(done, {
        code: 'INVALID_VALUE',
        message:
          'inTransaction needs a datasource, or a repository or model, that ' +
          `has beginTransaction(), not ${shown}.`,
      });
    });
  }

  it('work that is no function', async () => {
    const {dataSource} = await openTable();
    const done = inTransaction(dataSource, undefined as unknown as () => 1);
    await assert.rejects(done, {
      code: 'INVALID_VALUE',
      message: 'The work of a transaction must be a function, not undefined.',
    });
  });

  it('nothing that the work fails with: a duplicate key comes out as it is', async () => {
    const {Model, dataSource} = await openTable();
    const done = inTransaction(dataSource, (transaction: Transaction) =>
      Model.create({name: 'a'}, {transaction}),
    );
    await assert.rejects(done, duplicate);
  });
});
