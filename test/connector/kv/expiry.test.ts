import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {sinon} from '@loopback/testlab';
import {inTransaction} from '../../../index';
import {
  givenKeys,
  makeKeyDataSource,
  rowsIn,
  StandingClock,
} from '../../support/connector/keys';

const notFound = {code: 'ROW_NOT_FOUND', statusCode: 404};

/** Timers and dates that go on when they are told. */
function fakeClock() {
  const toFake = ['setTimeout', 'clearTimeout', 'Date'] as const;
  return sinon.useFakeTimers({toFake: [...toFake]});
}

/** What a script prints in a process of its own, which ends by itself. */
function run(script: string): string {
  const kv = JSON.stringify(path.join(__dirname, '../../../kv'));
  const head = `
    const kv = ${kv};
    const {DataSource} = require('loopback-datasource-juggler');`;
  const {stderr, stdout} = spawnSync(
    process.execPath,
    ['--expose-gc', '-e', head + script],
    {encoding: 'utf8', cwd: __dirname, timeout: 20_000},
  );
  return stdout + stderr;
}

describe('a key that expires', () => {
  it('is there until its time, and then for nobody', async () => {
    const {clock, Item} = givenKeys();
    await Item.set('k', 1, {ttl: 100});
    clock.pass(99);
    assert.equal(await Item.get('k'), 1);
    assert.equal(await Item.ttl('k'), 1);
    assert.deepEqual(await Item.keys(), ['k']);
    clock.pass(1);
    assert.equal(await Item.get('k'), null);
    assert.deepEqual(await Item.keys(), []);
    await assert.rejects(Item.ttl('k'), {
      ...notFound,
      message: 'There is no key "k" in Item, or it has expired.',
    });
    await assert.rejects(Item.expire('k', 5), notFound);
  });

  it('does so by the newest of its ttls', async () => {
    const {clock, Item} = givenKeys();
    await Item.set('k', 1, 100);
    await Item.expire('k', 1000);
    assert.equal(await Item.ttl('k'), 1000);
    clock.pass(200);
    assert.equal(await Item.get('k'), 1);
    await Item.expire('k', 10);
    assert.equal(await Item.ttl('k'), 10);
    await Item.set('k', 2);
    assert.equal(await Item.ttl('k'), undefined);
    clock.pass(1e9);
    assert.equal(await Item.get('k'), 2);
  });

  it('can be set anew', async () => {
    const {clock, Item} = givenKeys();
    await Item.set('k', 1, 10);
    clock.pass(10);
    await Item.set('k', 2);
    assert.equal(await Item.get('k'), 2);
  });

  it('fails to expire where it was never there', async () => {
    const {Item} = givenKeys();
    await assert.rejects(Item.expire('no', 5), notFound);
    await assert.rejects(Item.ttl('no'), notFound);
  });

  it('may have a ttl of less than a millisecond', async () => {
    const {clock, Item} = givenKeys();
    await Item.set('k', 1, 0.1);
    assert.equal(await Item.get('k'), 1);
    clock.pass(1);
    assert.equal(await Item.get('k'), null);
  });

  it('does so by dates that the setting now gives', async () => {
    let now = new Date(0);
    const Item = makeKeyDataSource({now: () => now}).createModel('Item');
    await Item.set('k', 1, 10);
    now = new Date(10);
    assert.equal(await Item.get('k'), null);
  });

  it('tells whose clock gives no time', async () => {
    const Item = makeKeyDataSource({now: () => 'noon'}).createModel('Item');
    await assert.rejects(Item.set('k', 1, 10), {
      code: 'INVALID_SETTING',
      message:
        'The function of the setting now gave "noon"; it must give a date or ' +
        'milliseconds since 1970.',
    });
  });
});

describe('the memory of keys that have expired', () => {
  it('is given back by a timer, a second later', async () => {
    const clock = fakeClock();
    try {
      const dataSource = makeKeyDataSource();
      const Item = dataSource.createModel('Item');
      for (let i = 0; i < 100; i++) await Item.set(`${i}`, i, 500 + i);
      await Item.set('stays', 1);
      await Item.set('later', 1, 5000);
      assert.equal(rowsIn(dataSource), 102);
      await clock.tickAsync(2000);
      assert.equal(rowsIn(dataSource), 2);
      assert.equal(clock.countTimers(), 1);
      await clock.tickAsync(5000);
      assert.equal(rowsIn(dataSource), 1);
      assert.equal(clock.countTimers(), 0);
      assert.deepEqual(dataSource.connector.database.verify(), []);
    } finally {
      clock.restore();
    }
  });

  it('is given back while others have their turn', async () => {
    const clock = fakeClock();
    try {
      const dataSource = makeKeyDataSource();
      const Item = dataSource.createModel('Item');
      const keys = Array.from({length: 900}, (_, i) => `${i}`);
      for (let i = 0; i < 9; i++) {
        await Promise.all(keys.map(key => Item.set(`${i} ${key}`, 1, 500)));
      }
      const before = rowsIn(dataSource)!;
      await clock.tickAsync(1000);
      const after = rowsIn(dataSource)!;
      assert.ok(after < before && after > 0, `${before}, ${after}`);
      await clock.tickAsync(10);
      assert.equal(rowsIn(dataSource), 0);
    } finally {
      clock.restore();
    }
  });

  it('is given back also where no timer has its turn', async () => {
    const {clock, dataSource, Item} = givenKeys();
    for (let i = 0; i < 10_000; i++) {
      await Item.set(`${i}`, i, 100);
      clock.pass(1);
    }
    assert.ok(rowsIn(dataSource)! < 2500);
  });

  it('is given back of what a snapshot or a store had', async () => {
    const clock = fakeClock();
    try {
      const store = `expiring ${process.pid}`;
      const one = makeKeyDataSource({store});
      await one.createModel('Item').set('k', 1, 5000);
      await one.disconnect();
      assert.equal(clock.countTimers(), 0);
      const other = makeKeyDataSource({store});
      other.createModel('Item');
      await other.connect();
      await clock.tickAsync(7000);
      assert.equal(rowsIn(other), 0);
      assert.equal(clock.countTimers(), 0);
    } finally {
      clock.restore();
    }
  });

  it('stays until a transaction has ended that has locked a key', async () => {
    const clock = fakeClock();
    try {
      const dataSource = makeKeyDataSource();
      const Item = dataSource.createModel('Item');
      await Item.set('a', 1, 500);
      await Item.set('b', 1, 500);
      await inTransaction(dataSource as never, async transaction => {
        await Item.set('a', 2, {transaction});
        await clock.tickAsync(3000);
        assert.equal(rowsIn(dataSource), 2);
      });
      await clock.tickAsync(3000);
      assert.equal(rowsIn(dataSource), 1);
      assert.equal(await Item.get('a'), 2);
    } finally {
      clock.restore();
    }
  });

  it('keeps neither the process alive', () => {
    const script = `
      const db = new DataSource({connector: require(kv)});
      const Item = db.createModel('Item');
      Item.set('k', 1, 100000).then(() => console.log('set'));`;
    assert.equal(run(script), 'set\n');
  });

  it('nor the datasource', () => {
    const script = `
      let kept;
      const make = async () => {
        const db = new DataSource({connector: require(kv)});
        await db.createModel('Item').set('k', Buffer.alloc(1e6), 100000);
        kept = new WeakRef(db);
      };
      make().then(() => setTimeout(() => {
        gc();
        console.log(kept.deref() === undefined);
      }, 20));`;
    assert.equal(run(script), 'true\n');
  });

  it('is not looked for after a disconnect', async () => {
    const clock = fakeClock();
    try {
      const {dataSource, Item} = givenKeys({now: new StandingClock().now});
      await Item.set('k', 1, 100);
      assert.equal(clock.countTimers(), 1);
      await dataSource.disconnect();
      assert.equal(clock.countTimers(), 0);
    } finally {
      clock.restore();
    }
  });
});
