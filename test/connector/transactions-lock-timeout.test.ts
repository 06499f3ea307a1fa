import assert from 'node:assert/strict';
import {Clock} from '../support/clock';
import {
  isPending,
  lockTimeout,
  openTable,
  set,
  valueOf,
} from '../support/connector/transactions';

describe('the setting lockTimeoutMs', () => {
  for (const lockTimeoutMs of [-1, 1.5, Number.NaN, Infinity, 2 ** 31, '5']) {
    it(`is refused when it is ${lockTimeoutMs} (${typeof lockTimeoutMs})`, async () => {
      await assert.rejects(async () => openTable({lockTimeoutMs}), {
        name: 'InMemoryError',
        code: 'INVALID_SETTING',
        message: /lockTimeoutMs.*must be.*milliseconds/,
      });
    });
  }

  it('ends a wait in a transaction, which goes on (TX18)', async () => {
    const {Model, begin, rows} = await openTable({lockTimeoutMs: 1});
    const [first, second] = [await begin(), await begin()];
    await set(Model, 1, 10, first);
    await Model.create({id: 3, name: 'c'}, {transaction: second});
    await assert.rejects(set(Model, 1, 20, second), lockTimeout);
    assert.equal(await rows(second), '1:a 2:b 3:c');
    await second.commit();
    await first.rollback();
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  it('ends a wait outside of transactions', async () => {
    const {Model, begin} = await openTable({lockTimeoutMs: 1});
    const transaction = await begin();
    await set(Model, 1, 10, transaction);
    await assert.rejects(set(Model, 1, 20), {
      ...lockTimeout,
      message: /^Waited 1 ms for the Test with id 1, .*READ COMMITTED, open /,
    });
    await transaction.commit();
    assert.equal(await valueOf(Model, 1), 10);
  });

  it('ends a wait for a unique key', async () => {
    const {Model, begin, rows} = await openTable({lockTimeoutMs: 1});
    const transaction = await begin();
    await Model.create({id: 3, name: 'c'}, {transaction});
    await assert.rejects(Model.create({id: 4, name: 'c'}), lockTimeout);
    await transaction.commit();
    assert.equal(await rows(), '1:a 2:b 3:c');
  });

  it('ends the wait of automigrate, which then changes nothing', async () => {
    const {dataSource, Model, begin, rows} = await openTable({
      lockTimeoutMs: 1,
    });
    const transaction = await begin();
    await set(Model, 1, 10, transaction);
    await assert.rejects(dataSource.automigrate('Test'), lockTimeout);
    assert.equal(await rows(), '1:a 2:b');
  });

  it('ends the wait of automigrate while others come and go, here and elsewhere', async () => {
    const lockTimeoutMs = 1_000;
    const {dataSource, Model, begin} = await openTable({lockTimeoutMs});
    const Other = dataSource.define('Other', {value: Number});
    const transaction = await begin();
    await set(Model, 1, 10, transaction);
    const clock = new Clock();
    await clock.during(async () => {
      const waiting = dataSource.automigrate('Test');
      for (let passed = 0; passed < lockTimeoutMs; passed += 100) {
        assert.equal(await isPending(waiting), true);
        const late = await begin();
        await Other.create({value: passed}, {transaction: late});
        await set(Model, 2, passed, late);
        await late.commit();
        clock.pass(100);
      }
      await assert.rejects(waiting, lockTimeout);
    });
  });

  it('is counted anew for automigrate when one ends that it waits for', async () => {
    const {dataSource, Model, begin} = await openTable({lockTimeoutMs: 1_000});
    const [first, second] = [await begin(), await begin()];
    await set(Model, 1, 10, first);
    await set(Model, 2, 10, second);
    const clock = new Clock();
    await clock.during(async () => {
      const waiting = dataSource.automigrate('Test');
      assert.equal(await isPending(waiting), true);
      clock.pass(900);
      await first.commit();
      clock.pass(900);
      assert.equal(await isPending(waiting), true);
      await second.commit();
      await waiting;
    });
  });

  for (const [settings, limitMs] of [
    [{}, 10_000],
    [{lockTimeoutMs: 70_000}, 70_000],
  ] as const) {
    it(`${'lockTimeoutMs' in settings ? 'is' : 'left out means'} ${limitMs} ms`, async () => {
      const {Model, begin} = await openTable(settings);
      const transaction = await begin();
      await set(Model, 1, 10, transaction);
      const clock = new Clock();
      await clock.during(async () => {
        const waiting = set(Model, 1, 20);
        assert.equal(await isPending(waiting), true);
        clock.pass(limitMs - 1);
        assert.equal(await isPending(waiting), true);
        clock.pass(1);
        await assert.rejects(waiting, lockTimeout);
      });
    });
  }
});
