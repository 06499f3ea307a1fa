import assert from 'node:assert/strict';
import {ConnectionPool} from '../../lib/connector/connection-pool';
import {makeDataSource} from '../support/connector/data-source';

describe('ConnectionPool', () => {
  it('lets those wait who find no connection, first come first', async () => {
    const pool = new ConnectionPool(1);
    assert.equal(pool.take(), undefined);
    const order: number[] = [];
    const first = pool.use(() => void order.push(1));
    const second = pool.use(() => void order.push(2));
    await Promise.resolve();
    assert.deepEqual(order, []);
    pool.release();
    await Promise.all([first, second]);
    assert.deepEqual(order, [1, 2]);
    assert.equal(pool.take(), undefined);
  });

  it('gets a connection back from what fails', async () => {
    const pool = new ConnectionPool(1);
    const fail = () => {
      throw new Error('no');
    };
    assert.throws(() => pool.use(fail));
    await assert.rejects(async () =>
      pool.use(() => Promise.reject(new Error())),
    );
    assert.equal(pool.take(), undefined);
  });
});

for (const [database, settings] of [
  ['postgresql', {max: 1}],
  ['mariadb', {connectionLimit: 1}],
] as const) {
  const [setting] = Object.keys(settings);
  describe(`A datasource that emulates ${database}`, () => {
    it(`has ${setting} connections, of which each transaction holds one`, async () => {
      const db = makeDataSource({emulate: database, ...settings});
      const Town = db.define('Town', {name: String});
      const transaction = await Town.beginTransaction({});
      let isDone = false;
      const count = Town.count().then((n: number) => {
        isDone = true;
        return n;
      });
      assert.equal(await Town.count({}, {transaction}), 0);
      assert.equal(isDone, false);
      await transaction.commit();
      assert.equal(await count, 0);
    });
  });
}
