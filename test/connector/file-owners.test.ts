import assert from 'node:assert/strict';
import fs from 'node:fs';
import {DeclaredTables} from '../../lib/database/declared-tables';
import {chooser} from '../support/persistence/kept';
import {seed} from '../support/random';
import {Files, properties, rowsOf, until} from '../support/connector/files';

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

describe('two datasources of one process on one file', () => {
  it('share their rows', async () => {
    const [a, b] = [await files.open(), await files.open()];
    await a.define('M', properties).create({n: 1});
    const M = b.define('M', properties);
    assert.equal((await M.findOne()).n, 1);
    assert.equal((await M.create({n: 2})).id, 2);
  });

  it('share them by whichever path they come', async () => {
    fs.symlinkSync(files.at(), files.at('link'));
    const [a, b] = [await files.open(), await files.open({}, 'link/db.json')];
    await a.define('M', properties).create({n: 1});
    assert.equal(await b.define('M', properties).count(), 1);
  });

  it('go on when one of them disconnects; the last one closes', async () => {
    const [a, b] = [await files.open(), await files.open()];
    await a.disconnect();
    await b.define('M', properties).create({n: 1});
    const other = await files.spawn();
    assert.match((await other.ask('connect')).message, /is owned by process/);
    await b.disconnect();
    assert.deepEqual(files.rows('M'), [{id: 1, n: 1}]);
    assert.equal((await other.ask('connect')).code, undefined);
  });

  it('may connect while the other one is disconnecting', async () => {
    const [a, b] = [await files.open(), files.make()];
    await a.define('M', properties).create({n: 1});
    const M = b.define('M', properties);
    await Promise.all([a.disconnect(), b.connect()]);
    assert.equal(await M.count(), 1);
    await b.disconnect();
    await Promise.all([a.connect(), b.connect()]);
    await a.disconnect();
    assert.equal(await M.count(), 1);
  });

  it('may connect and disconnect in any order at any time', async () => {
    const choose = chooser(seed);
    const connectors = [1, 2, 3].map(() => files.make().connector);
    const ask = (i: number, what: 'connect' | 'disconnect') =>
      new Promise<void>((resolve, reject) => {
        connectors[i]![what]((error: any) =>
          error ? reject(error) : resolve(),
        );
      });
    const last = ['', '', ''];
    const waits: Promise<void>[] = [];
    for (let step = 0; step < 300; step++) {
      const i = choose(3);
      const what = choose(2) === 0 ? 'connect' : 'disconnect';
      last[i] = what;
      waits.push(ask(i, what));
      const pause = choose(4);
      if (pause === 1) await new Promise(setImmediate);
      else if (pause === 2) await waits[choose(waits.length)];
    }
    await Promise.all(waits).catch((error: Error) => {
      throw new Error(`FC_SEED=${seed}: ${error.message}`, {cause: error});
    });
    for (const [i, connector] of connectors.entries()) {
      assert.equal(
        connector.isConnected,
        last[i] === 'connect',
        `FC_SEED=${seed}`,
      );
      await ask(i, 'disconnect');
    }
    const owner = await files.spawn();
    assert.equal((await owner.ask('count')).value, 0);
  });

  it('give the file back when its rows cannot be taken', async () => {
    const db = await files.open();
    const M = db.define('M', properties);
    await M.create({n: 1});
    await db.disconnect();
    const kind = DeclaredTables.prototype as any;
    const {migrateAll} = kind;
    kind.migrateAll = () => {
      throw new RangeError('on purpose');
    };
    await assert.rejects(db.connect(), /on purpose/);
    kind.migrateAll = migrateAll;
    await db.connect();
    assert.deepEqual(await rowsOf(M), [{id: 1, n: 1}]);
  });

  it('read again what others changed before they connect again', async () => {
    const db = await files.open();
    const M = db.define('M', properties);
    await M.create({n: 1});
    await db.disconnect();
    const content = files.json();
    content.models['M']!['5'] = '{"id":5,"n":50}';
    files.write(content);
    await db.connect();
    assert.deepEqual(await rowsOf(M), [
      {id: 1, n: 1},
      {id: 5, n: 50},
    ]);
    assert.equal(db.driver, db.connector.database);
  });
});

describe('a second process', () => {
  it('is refused, and told file and owner', async () => {
    const owner = await files.spawn();
    await assert.rejects(files.open(), ({code, message, statusCode}) => {
      assert.equal(code, 'DATA_LOCKED');
      assert.equal(statusCode, 503);
      assert.ok(message.includes(files.at('db.json')));
      assert.match(message, new RegExp(`process ${owner.pid}\\b`));
      return true;
    });
  });

  it('waits for lockTimeoutMs, and then has what was written', async () => {
    const owner = await files.spawn();
    await owner.ask('create', {n: 1});
    const db = files.make({lockTimeoutMs: 10_000});
    const M = db.define('M', properties);
    const waiting = db.connect();
    await new Promise(resolve => setTimeout(resolve, 100));
    await owner.ask('disconnect');
    await waiting;
    assert.equal(await M.count(), 1);
  });

  it('owns the file at once when the owner was killed', async () => {
    const owner = await files.spawn({checkpoint: {idleMs: 60_000}});
    for (let n = 0; n < 20; n++) await owner.ask('create', {n});
    await owner.kill();
    const db = await files.open();
    const M = db.define('M', properties);
    assert.deepEqual(
      (await rowsOf(M)).map(({n}) => n),
      Array.from({length: 20}, (_, n) => n),
    );
    assert.equal((await M.create({})).id, 21);
  });

  it('does not own it while the owner is only stopped', async () => {
    const owner = await files.spawn();
    process.kill(owner.pid, 'SIGSTOP');
    await assert.rejects(files.open({lockTimeoutMs: 300}), {
      code: 'DATA_LOCKED',
    });
  });

  it('with readOnly reads what is committed beside the owner', async () => {
    const owner = await files.spawn({checkpoint: {idleMs: 60_000}});
    await owner.ask('create', {n: 1});
    const before = files.state();
    const db = await files.open({readOnly: true});
    const M = db.define('M', properties);
    assert.deepEqual(await rowsOf(M), [{id: 1, n: 1}]);
    await owner.ask('create', {n: 2});
    assert.equal(await M.count(), 1);
    await db.disconnect();
    await db.connect();
    assert.equal(await M.count(), 2);
    assert.equal(files.state().length, before.length);
  });

  it('with readOnly finds its way while checkpoints switch files', async () => {
    const owner = await files.spawn({checkpoint: 'commit'});
    const state = {isDone: false};
    const writing = owner.ask('createMany', 20).then(() => {
      state.isDone = true;
    });
    let last = 0;
    let reads = 0;
    const endMs = performance.now() + 10_000;
    for (; !state.isDone && performance.now() < endMs; reads++) {
      const db = await files.open({readOnly: true});
      const M = db.define('M', properties);
      const count = await M.count();
      assert.ok(count >= last, `${count} after ${last}`);
      last = count;
      await db.disconnect();
    }
    await writing;
    assert.ok(reads > 1, `${reads} reads`);
  });
});

describe('a datasource with readOnly', () => {
  const readOnly = {readOnly: true};

  it('refuses every write', async () => {
    await files.with(db => db.define('M', properties).create({n: 1}));
    const before = files.state();
    await files.with(async db => {
      const M = db.define('M', properties);
      const later = db.define('Later', properties);
      const instance = await M.findById(1);
      for (const write of [
        () => M.create({n: 2}),
        () => later.create({n: 2}),
        () => M.updateAll({}, {n: 2}),
        () => M.destroyAll(),
        () => M.upsert({id: 1, n: 2}),
        () => instance.updateAttributes({n: 2}),
        () => db.automigrate('M'),
      ]) {
        await assert.rejects(write(), {code: 'READ_ONLY', statusCode: 403});
      }
      assert.deepEqual(await rowsOf(M), [{id: 1, n: 1}]);
      const transaction = await M.beginTransaction({});
      await M.create({n: 2}, {transaction}).catch(() => undefined);
      await assert.rejects(transaction.commit(), {code: 'READ_ONLY'});
      assert.equal(await M.count(), 1);
    }, readOnly);
    assert.deepEqual(files.state(), before);
  });

  it('does not make a file that is missing', async () => {
    await files.with(async db => {
      assert.equal(await db.define('M', properties).count(), 0);
    }, readOnly);
    assert.deepEqual(fs.readdirSync(files.at()), []);
  });

  it('needs a directory all the same', async () => {
    await assert.rejects(files.open(readOnly, 'no/db.json'), {
      code: 'PERSISTENCE_FAILED',
      message: /directory/,
    });
  });

  it('lives beside an owner of the same process', async () => {
    const owner = await files.open();
    const reader = await files.open(readOnly);
    await owner.define('M', properties).create({n: 1});
    const M = reader.define('M', properties);
    await assert.rejects(M.create({}), {code: 'READ_ONLY'});
    await reader.disconnect();
    await reader.connect();
    assert.equal(await M.count(), 1);
  });

  it('refuses damaged files as an owner does', async () => {
    files.write('{"models"');
    await assert.rejects(files.open(readOnly), {code: 'DATA_DAMAGED'});
  });
});

describe('the end of a process', () => {
  for (const [what, order] of [
    ['that has nothing more to do', 'finish'],
    ['by process.exit()', 'exit'],
    ['by process.exit() in the middle of a write', 'createAndExit'],
    ['by process.exit() in the middle of a checkpoint', 'checkpointAndExit'],
    ['by process.exit() while it disconnects', 'disconnectAndExit'],
    ['by an exception that nobody catches', 'throw'],
  ] as const) {
    it(`${what} leaves the data file up to date`, async () => {
      const owner = await files.spawn({checkpoint: {idleMs: 60_000}});
      for (let n = 0; n < 5; n++) await owner.ask('create', {n});
      await owner.end(order);
      const expected = /^c.*AndExit$/.test(order) ? 6 : 5;
      assert.equal(files.rows('M').length, expected);
      assert.deepEqual(files.strays(), []);
    });
  }

  it('in the middle of checkpoints leaves the data file up to date', async () => {
    for (let round = 0; round < 8; round++) {
      const owner = await files.spawn({checkpoint: {idleMs: 0}});
      await owner.ask('createMany', 5 + round);
      await owner.end('exit');
      const total = (round + 1) * 5 + (round * (round + 1)) / 2;
      assert.equal(files.rows('M').length, total);
      assert.deepEqual(files.strays(), []);
      const db = await files.open();
      const count = await db.define('M', properties).count();
      assert.equal(count, total);
      await db.disconnect();
    }
  });

  it('by SIGTERM leaves it all in data file and journal', async () => {
    const owner = await files.spawn({checkpoint: {idleMs: 60_000}});
    await owner.ask('create', {n: 1});
    await owner.kill('SIGTERM');
    const db = await files.open();
    assert.equal(await db.define('M', properties).count(), 1);
  });

  it('brings the file up to date soon after the next connect', async () => {
    const owner = await files.spawn({checkpoint: {idleMs: 60_000}});
    await owner.ask('create', {n: 1});
    await owner.kill();
    await files.open({checkpoint: {idleMs: 0}});
    await until(() => fs.existsSync(files.at('db.json')));
    assert.equal(files.rows('M').length, 1);
  });
});
