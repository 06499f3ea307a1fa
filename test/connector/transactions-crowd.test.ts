import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {inTransaction} from '../../index';
import {openTable, set, valueOf} from '../support/connector/transactions';

const crowd = 200;

describe('a crowd of transactions on one row, begun at the same time,', () => {
  for (const settings of [{}, {yieldMs: 1}]) {
    it(`loses no update and fails none (${JSON.stringify(settings)})`, async () => {
      const {Model, begin} = await openTable(settings);
      await set(Model, 1, 0);
      const increment = async (): Promise<void> => {
        const transaction = await begin();
        // Keeps the row, so that the value is the one that others left.
        await Model.updateAll({id: 1}, {name: 'kept'}, {transaction});
        const {value} = await Model.findById(1, {}, {transaction});
        await set(Model, 1, value + 1, transaction);
        await transaction.commit();
      };
      await Promise.all(Array.from({length: crowd}, increment));
      assert.equal(await valueOf(Model, 1), crowd);
    });
  }

  it('lets the event loop turn', async () => {
    const {Model, begin} = await openTable();
    let left = crowd;
    const write = async (): Promise<void> => {
      const transaction = await begin();
      await set(Model, 1, left, transaction);
      const until = performance.now() + 1;
      while (performance.now() < until);
      await transaction.commit();
      left--;
    };
    const writing = Promise.all(Array.from({length: crowd}, write));
    let turns = 0;
    const isDone = (): boolean => left === 0;
    for (; !isDone(); turns++) await setImmediate();
    await writing;
    assert.ok(turns > 10, `only ${turns} turns while ${crowd} waited`);
  });

  it('goes on when some roll back, and statements of their own wait, too', async () => {
    const {Model, begin} = await openTable();
    const outcomes = await Promise.allSettled(
      Array.from({length: crowd}, async (_, i) => {
        if (i % 3 === 0) return set(Model, 1, i);
        const transaction = await begin();
        await set(Model, 1, i, transaction);
        return i % 3 === 1 ? transaction.rollback() : transaction.commit();
      }),
    );
    const reasons = outcomes.filter(({status}) => status === 'rejected');
    assert.deepEqual(reasons, []);
    assert.equal((await valueOf(Model, 1)) % 3 !== 1, true);
  });

  it('succeeds with enough retries where each must see no other', async () => {
    const {dataSource, Model} = await openTable();
    await set(Model, 1, 0);
    await Promise.all(
      Array.from({length: 20}, () =>
        inTransaction(
          dataSource as never,
          async transaction => {
            const {value} = await Model.findById(1, {}, {transaction});
            await set(Model, 1, value + 1, transaction as never);
          },
          {isolationLevel: 'SERIALIZABLE', retries: 20},
        ),
      ),
    );
    assert.equal(await valueOf(Model, 1), 20);
  });
});
