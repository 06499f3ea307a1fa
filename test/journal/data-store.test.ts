import assert from 'node:assert/strict';
import {chmodSync, statSync, writeFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Database} from '../../lib/database/database';
import {deleteWhere, insert} from '../../lib/database/statements';
import {realDisk} from '../../lib/journal/disk';
import {RecoveredTable} from '../../lib/journal/recovered-table';
import {schemaOf} from '../schema/example';
import {CrashDisk} from './crash-disk';
import {openKept, recoveredState, stateOf} from './kept';
import {errorOf} from './memory-files';
import {useDirectory} from './support';

function put(database: Database, row: object): unknown {
  return database.write(to => insert(to, 'City', [row]));
}

async function withRows(): Promise<CrashDisk> {
  const disk = new CrashDisk();
  const database = await openKept(disk);
  await put(database, {n: 1});
  await database.closeFiles();
  return disk.afterKill();
}

describe('DataStore', () => {
  const pathOf = useDirectory();

  it('has the commit that makes the journal outgrow the data in the checkpoint that follows', async () => {
    const disk = new CrashDisk();
    const database = await openKept(disk);
    await put(database, {text: 'x'.repeat(1_200_000)});
    await sleep(50);
    const {rows} = stateOf(database);
    assert.equal(recoveredState(disk.afterKill()).rows, rows);
    assert.equal(recoveredState(disk.afterWorstCut(false)).rows, rows);
    await database.closeFiles();
  });

  it('syncs within a second where the event loop never turns', async () => {
    const disk = new CrashDisk();
    const database = await openKept(disk, {fsync: 'everysec'});
    const start = performance.now();
    await put(database, {n: 1});
    while (performance.now() - start < 1_010) await put(database, {n: 2});
    await put(database, {n: 3});
    const left = recoveredState(disk.afterWorstCut(false));
    assert.ok(left.rows.includes('"n":1'));
    await database.closeFiles();
  });

  it('keeps what the files had when the first sync fails', async () => {
    const disk = await withRows();
    const database = await openKept(disk);
    database.declare('Later', schemaOf({name: 'Later'}));
    disk.before = name => {
      if (name === 'sync') throw errorOf('EIO');
    };
    const failure = {code: 'PERSISTENCE_FAILED'};
    await assert.rejects(async () => put(database, {n: 2}), failure);
    assert.equal(stateOf(database).rows, '[{"n":1,"id":1}]');
    disk.before = () => undefined;
    await database.checkpoint();
    await database.write(to => insert(to, 'Later', [{n: 1}]));
    await database.closeFiles();
    const left = recoveredState(disk.afterKill());
    assert.equal(left.rows, '[{"n":1,"id":1}]');
  });

  it('ends the transactions that may have seen what was taken back', async () => {
    const disk = await withRows();
    const database = await openKept(disk);
    disk.before = name => {
      if (name === 'sync') throw errorOf('EIO');
    };
    const failing = put(database, {n: 2}) as Promise<unknown>;
    const transaction = database.transactions.begin('REPEATABLE READ');
    await database.write(to => deleteWhere(to, 'City', {n: 2}), {transaction});
    await assert.rejects(failing, {code: 'PERSISTENCE_FAILED'});
    disk.before = () => undefined;
    assert.throws(() => database.transactions.commit(transaction), {
      code: 'TRANSACTION_ABORTED',
    });
    await database.checkpoint();
    await database.closeFiles();
  });

  it('acknowledges nothing whose sync fails while it is closed', async () => {
    const disk = await withRows();
    const database = await openKept(disk);
    const waiting = put(database, {n: 2}) as Promise<unknown>;
    disk.before = name => {
      if (name !== 'close') throw errorOf('EIO');
    };
    const failure = {code: 'PERSISTENCE_FAILED'};
    await Promise.all([
      assert.rejects(waiting, failure),
      assert.rejects(database.closeFiles(), failure),
    ]);
    assert.equal(disk.openCount, 0);
  });

  it('leaves the temporary file alone when the process ends during a checkpoint', async () => {
    const disk = new CrashDisk();
    const database = await openKept(disk);
    await put(database, {n: 1});
    const running = database.checkpoint();
    void put(database, {n: 2});
    const {rows} = stateOf(database);
    let changes = 0;
    disk.changed = () => void changes++;
    (database as any).store.checkpointAtExit();
    assert.equal(changes, 0);
    assert.equal(recoveredState(disk.afterKill()).rows, rows);
    await running;
    await database.closeFiles();
    assert.equal(recoveredState(disk.afterKill()).rows, rows);
  });

  it('brings the data file up to date when the process ends', async () => {
    const disk = new CrashDisk();
    const database = await openKept(disk);
    await put(database, {n: 1});
    (database as any).store.checkpointAtExit();
    disk.unlink('/app/shop.json.journal');
    const {rows} = stateOf(database);
    assert.equal(recoveredState(disk.afterKill()).rows, rows);
  });

  it('makes up for a rename that has failed before it begins another checkpoint', async () => {
    const disk = await withRows();
    const database = await openKept(disk);
    await put(database, {n: 2});
    let renames = 0;
    disk.before = name => {
      if (name === 'rename' && ++renames === 2) throw errorOf('EIO');
    };
    const failure = {code: 'PERSISTENCE_FAILED'};
    await assert.rejects(database.checkpoint(), failure);
    await put(database, {n: 3});
    const {rows} = stateOf(database);
    const left: CrashDisk[] = [];
    disk.changed = () => {
      left.push(disk.afterKill(), disk.afterWorstCut(false));
    };
    await database.checkpoint();
    assert.ok(left.length > 10);
    for (const cut of left) assert.equal(recoveredState(cut).rows, rows);
    await database.closeFiles();
  });

  it('gives the journal the permissions of the data file', async function () {
    if (process.platform === 'win32') this.skip();
    const file = pathOf('data.json');
    writeFileSync(file, '{}');
    chmodSync(file, 0o600);
    const database = await openKept(realDisk, {}, file);
    assert.equal(statSync(`${file}.journal`).mode & 0o777, 0o600);
    await put(database, {n: 1});
    await database.checkpoint();
    assert.equal(statSync(`${file}.journal`).mode & 0o777, 0o600);
    await database.closeFiles();
  });

  it('never gives the id of a deleted row away again', async () => {
    const disk = new CrashDisk();
    const database = await openKept(disk);
    await put(database, {n: 1});
    await database.write(to => deleteWhere(to, 'City', {n: 1}));
    const again = await openKept(disk.afterKill());
    const [row] = await again.write(to => insert(to, 'City', [{n: 2}]));
    assert.equal(row!['id'], 2);
    await database.closeFiles();
    await again.closeFiles();
  });
});

describe('RecoveredTable', () => {
  it('follows a model that gets another id', () => {
    const table = new RecoveredTable('City', undefined);
    table.add({table: 'City', put: [[1, {id: 1, code: 'a'}]]});
    const moved = {id: 1, code: 'a', n: 2};
    table.add({table: 'City', key: ['code'], put: [['a', moved]]});
    assert.deepEqual([...table.rows()], [['a', moved]]);
  });
});
