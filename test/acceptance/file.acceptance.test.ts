import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {Bank, GeoPoint} from '../support/acceptance/bank';

const commandLine = path.resolve(__dirname, '../../bundle/cli.js');
const child = path.resolve(__dirname, '../support/acceptance/bank-child.js');

describe('A LoopBack 4 application with a file', () => {
  let directory = '';
  let file = '';
  const apps: Bank[] = [];

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'bank-'));
    file = path.join(directory, 'bank.json');
  });

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.stop();
    rmSync(directory, {recursive: true, force: true});
  });

  async function start(settings = {}): Promise<Bank> {
    const app = new Bank(file, settings);
    apps.push(app);
    await app.start();
    return app;
  }

  function models(): Record<string, Record<string, string>> {
    return JSON.parse(readFileSync(file, 'utf8')).models;
  }

  /** What another process says of the owner of the file. */
  function lockState(): string {
    const words = [commandLine, 'info', file, '--json'];
    const {stdout} = spawnSync(process.execPath, words, {encoding: 'utf8'});
    return JSON.parse(stdout).lock.state;
  }

  it('has its rows again, with their types, after it was stopped', async () => {
    const opened = new Date('1919-06-28T12:00:00.000Z');
    const logo = Buffer.from([0, 255, 128]);
    const position = new GeoPoint({lat: 50.06, lng: 19.94});
    const first = await start();
    const branches = await first.branches();
    const {id} = await branches.create({opened, logo, position});
    await first.stop();

    const second = await start();
    const branch = await (await second.branches()).findById(id!);
    assert.ok(branch.opened instanceof Date);
    assert.ok(Buffer.isBuffer(branch.logo));
    assert.ok(branch.position instanceof GeoPoint);
    assert.deepEqual(branch.toObject(), {id, opened, logo, position});
    const near = {position: {near: position, maxDistance: 1}} as object;
    assert.equal(
      (await (await second.branches()).find({where: near})).length,
      1,
    );
    const next = await (
      await second.branches()
    ).create({opened, logo, position});
    assert.equal(next.id, id! + 1);
  });

  it('brings the file up to date and gives it back when it stops', async () => {
    const app = await start({checkpoint: {idleMs: 1_000_000}});
    await (await app.accounts()).create({id: 1, balance: 5});
    assert.equal(lockState(), 'owned');
    await app.stop();
    assert.equal(lockState(), 'free');
    assert.deepEqual(models()['Account'], {1: '{"id":1,"balance":5}'});
  });

  it('shares the rows of a file between its datasources', async () => {
    const app = await start();
    await (await app.accounts()).create({id: 1, balance: 5});
    const archive = await app.archive();
    assert.equal((await archive.findById(1)).balance, 5);
    await assert.rejects(archive.create({id: 1, balance: 6}), {
      code: 'DUPLICATE_KEY',
    });
    await archive.create({id: 2, balance: 7});
    assert.deepEqual(await (await app.accounts()).count(), {count: 2});
    await app.stop();
    assert.deepEqual(Object.keys(models()['Account']!), ['1', '2']);
  });

  it('empties the file when it migrates with drop, and keeps it with alter', async () => {
    const first = await start();
    await (await first.accounts()).create({id: 1, balance: 5});
    await first.migrateSchema({existingSchema: 'alter'});
    await first.stop();
    assert.equal(Object.keys(models()['Account']!).length, 1);

    const second = await start();
    await second.migrateSchema({existingSchema: 'drop'});
    await second.stop();
    assert.deepEqual(models()['Account'] ?? {}, {});
    const third = await start();
    assert.deepEqual(await (await third.accounts()).count(), {count: 0});
  });

  it('has each transaction whole or not at all after a kill -9', async () => {
    const running = spawn(process.execPath, [child, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(running, 'exit');
    let acknowledged = 0;
    for await (const line of createInterface({input: running.stdout})) {
      acknowledged = Number(line);
      if (acknowledged >= 50) running.kill('SIGKILL');
    }
    await ended;

    const app = await start();
    const {count} = await (await app.transfers()).count();
    assert.ok(count === acknowledged || count === acknowledged + 1);
    const accounts = await (await app.accounts()).find({order: ['id']});
    const moved = [-count, Math.floor(count / 2), Math.ceil(count / 2)];
    assert.deepEqual(
      accounts.map(({balance}) => balance),
      moved.map(change => 1_000 + change),
    );
  });

  it('does not start on a malformed file, says where, and leaves it', () => {
    const text = '{\n  "ids": {},\n  "models": {"Account": [}\n}\n';
    writeFileSync(file, text);
    const {status, stderr} = spawnSync(process.execPath, [child, file], {
      encoding: 'utf8',
    });
    assert.notEqual(status, 0);
    assert.ok(stderr.includes(file), stderr);
    assert.match(stderr, /line 3, column 25/);
    assert.match(stderr, /DATA_DAMAGED/);
    assert.equal(readFileSync(file, 'utf8'), text);
  });
});
