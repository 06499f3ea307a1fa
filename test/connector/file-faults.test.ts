import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import {realFileSystem} from '../../lib/persistence/disk/file-system';
import {Application, asLifeCycleObserver} from '@loopback/core';
import {makeDataSource} from '../support/connector/data-source';
import {Files, properties, rowsOf, until} from '../support/connector/files';

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

const never = {checkpoint: {idleMs: 60_000}};

/** Whether the sizes of another process's files can be limited here. */
function canLimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
}

describe('a disk that takes no more', () => {
  it('fails the statement, and later ones work when there is room', async function () {
    if (!canLimit()) this.skip();
    const owner = await files.spawn(never);
    await owner.ask('create', {n: 1});
    const limit = (bytes: string): void => {
      const pid = String(owner.pid);
      execFileSync('prlimit', ['--pid', pid, `--fsize=${bytes}:unlimited`]);
    };
    limit('1000');
    const failed = await owner.ask('create', {n: 2, text: 'x'.repeat(2_000)});
    assert.equal(failed.code, 'PERSISTENCE_FAILED');
    assert.match(failed.cause, /EFBIG|no byte/);
    assert.equal((await owner.ask('count')).value, 1);
    limit('unlimited');
    assert.equal((await owner.ask('create', {n: 3})).code, undefined);
    await owner.kill();
    const db = await files.open();
    const rows = await rowsOf(db.define('M', properties));
    assert.deepEqual(
      rows.map(({n}) => n),
      [1, 3],
    );
  });
});

describe('a sync that fails', () => {
  it('with fsync always takes the commits back; the file is written anew', async () => {
    const db = await files.open({...never, fsync: 'always'});
    const M = db.define('M', properties);
    await M.create({n: 1});
    const {later} = realFileSystem;
    const before = {...later};
    (later as {fdatasync: unknown}).fdatasync = () =>
      Promise.reject(new Error('EIO: i/o error, fdatasync'));
    try {
      const outcomes = await Promise.allSettled([2, 3].map(n => M.create({n})));
      for (const outcome of outcomes) {
        assert.equal(outcome.status, 'rejected');
        assert.equal(outcome.reason.code, 'PERSISTENCE_FAILED');
        assert.match(outcome.reason.message, /EIO/);
      }
      assert.deepEqual(await rowsOf(M), [{id: 1, n: 1}]);
    } finally {
      Object.assign(later, before);
    }
    await until(() => fs.existsSync(files.at('db.json')));
    await until(() => files.rows('M').length === 1);
    await db.disconnect();
    await db.connect();
    await M.create({n: 4});
    await db.disconnect();
    assert.deepEqual(
      files.rows('M').map(({n}) => n),
      [1, 4],
    );
  });
});

describe('statements around connect and disconnect', () => {
  it('before connect wait for it', async () => {
    const db = files.make();
    const M = db.define('M', properties);
    const created = M.create({n: 1});
    assert.equal((await created).id, 1);
    await db.disconnect();
    assert.equal(files.rows('M').length, 1);
  });

  it('after disconnect connect again', async () => {
    const db = await files.open();
    const M = db.define('M', properties);
    await M.create({n: 1});
    await db.disconnect();
    assert.equal(await M.count(), 1);
  });

  it('during disconnect are written, or fail', async () => {
    const db = await files.open({fsync: 'always'});
    const M = db.define('M', properties);
    const writes = Array.from({length: 20}, (_, n) => M.create({n}));
    await db.disconnect();
    const outcomes = await Promise.allSettled(writes);
    const written = outcomes.filter(({status}) => status === 'fulfilled');
    assert.equal(files.rows('M').length, written.length);
  });

  for (const settings of [{}, {yieldMs: 0}]) {
    it(`that wait for a row are done before disconnect closes the file (${JSON.stringify(settings)})`, async () => {
      const db = await files.open(settings);
      const M = db.define('M', properties);
      await M.create({n: 0});
      const transaction = await M.beginTransaction({});
      await M.updateAll({}, {n: 1}, {transaction});
      const waiting = [2, 3].map(n => M.updateAll({}, {n}));
      await db.disconnect();
      assert.deepEqual(
        (await Promise.all(waiting)).map(({count}) => count),
        [1, 1],
      );
      assert.deepEqual(files.rows('M'), [{id: 1, n: 3}]);
    });
  }

  it('automigrate that waits is done before disconnect closes the file', async () => {
    const db = await files.open();
    const M = db.define('M', properties);
    await M.create({n: 0});
    const transaction = await M.beginTransaction({});
    await M.updateAll({}, {n: 1}, {transaction});
    const migrated = (db as any).automigrate('M');
    await db.disconnect();
    await migrated;
    assert.deepEqual(files.rows('M'), []);
  });

  it('disconnect before the first connect has ended gives the file back', async () => {
    for (const end of ['disconnect', 'stop'] as const) {
      const db = makeDataSource({file: files.at('db.json')});
      await (db as any)[end]();
      assert.equal((db as any).connected, false);
      const owner = await files.spawn();
      assert.equal((await owner.ask('count')).value, 0, end);
      await owner.ask('disconnect');
    }
  });

  it('disconnect with a callback before connect has ended does, too', async () => {
    const db = files.make();
    const M = db.define('M', properties);
    const created = M.create({n: 1});
    const connecting = db.connect();
    await new Promise<void>((resolve, reject) => {
      (db as any).disconnect((error?: Error) =>
        error ? reject(error) : resolve(),
      );
    });
    await connecting;
    await created;
    assert.equal(files.rows('M').length, 1);
    const owner = await files.spawn();
    assert.equal((await owner.ask('count')).value, 1);
  });

  it('disconnect while connect fails succeeds', async () => {
    files.write('{"models"');
    const db = files.make();
    const refused = assert.rejects(db.connect(), {code: 'DATA_DAMAGED'});
    await db.disconnect();
    await refused;
    files.write('{}');
    await db.connect();
  });

  it('stop of an application that has just begun gives the file back', async () => {
    const app = new Application();
    const db = makeDataSource({file: files.at('db.json'), name: 'db'});
    app.bind('datasources.db').to(db).tag('datasource');
    app.bind('observers.db').to(db).apply(asLifeCycleObserver);
    await app.start();
    await app.stop();
    const owner = await files.spawn();
    assert.equal((await owner.ask('count')).value, 0);
  });
});
