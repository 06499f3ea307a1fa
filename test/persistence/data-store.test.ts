import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lstatSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Database} from '../../lib/database/database';
import {deleteWhere, insert} from '../../lib/database/statements';
import {realDisk} from '../../lib/persistence/lock/disk';
import {RecoveredTable} from '../../lib/persistence/recovered-table';
import {recovered} from '../../lib/persistence/recovery';
import {schemaOf} from '../support/schema/example';
import {CrashDisk} from '../support/persistence/crash-disk';
import {openKept, recoveredState, stateOf} from '../support/persistence/kept';
import {errorOf} from '../support/persistence/memory-files';
import {useDirectory} from '../support/persistence/directory';

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
      if (name !== 'close' && name !== 'stat') throw errorOf('EIO');
    };
    const failure = {code: 'PERSISTENCE_FAILED'};
    await Promise.all([
      assert.rejects(waiting, failure),
      assert.rejects(database.closeFiles(), failure),
    ]);
    assert.equal(disk.openCount, 0);
  });

  it('brings the data file up to date when the process ends during a checkpoint, wherever that is', async () => {
    for (let step = 0, isOver = false; !isOver; step++) {
      const disk = new CrashDisk();
      const database = await openKept(disk);
      await put(database, {n: 1});
      let changes = 0;
      const cuts: CrashDisk[] = [];
      const kills: CrashDisk[] = [];
      let ended: CrashDisk | undefined;
      const {store} = (database as any).files;
      const {checkpoints} = store.writable;
      const {switchJournal} = checkpoints;
      let isAtOnce = false;
      // In which nothing else can happen, so no process ends.
      checkpoints.switchJournal = (...args: unknown[]) => {
        isAtOnce = true;
        switchJournal.apply(checkpoints, args);
        isAtOnce = false;
      };
      disk.changed = () => {
        if (isAtOnce || changes++ !== step) return;
        void put(database, {n: 2});
        disk.changed = () => {
          kills.push(disk.afterKill());
          cuts.push(disk.afterWorstCut(false));
        };
        store.checkpointAtExit();
        disk.changed = () => undefined;
        ended = disk.afterKill();
      };
      const running = database.checkpoint();
      const {rows} = stateOf(database);
      await running.catch(() => undefined);
      isOver = ended === undefined;
      if (isOver) assert.equal(rows, '[{"n":1,"id":1}]');
      else {
        const both = stateOf(database).rows;
        for (const cut of kills) assert.equal(recoveredState(cut).rows, both);
        // The second row waits for its sync.
        const promised = new Set([rows, both]);
        for (const cut of cuts) {
          assert.ok(promised.has(recoveredState(cut).rows));
        }
        ended!.files.unlink('/app/shop.json.journal');
        assert.equal(recoveredState(ended!).rows, both, `step ${step}`);
      }
      await database.closeFiles();
      assert.equal(
        recoveredState(disk.afterKill()).rows,
        isOver ? rows : '[{"n":1,"id":1},{"n":2,"id":2}]',
      );
    }
  });

  it('brings the data file up to date when the process ends', async () => {
    const disk = new CrashDisk();
    const database = await openKept(disk);
    await put(database, {n: 1});
    (database as any).files.store.checkpointAtExit();
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

  for (const way of ['itself', 'a symbolic link']) {
    it(`gives all files the owner of the data file, by way of ${way}`, async function () {
      if (process.getuid?.() !== 0) {
        console.log('      skipped: only root may give files away');
        this.skip();
      }
      const file = pathOf('data.json');
      const link = pathOf('link.json');
      writeFileSync(file, '{}');
      chownSync(file, 12_345, 54_321);
      chmodSync(file, 0o640);
      symlinkSync(file, link);
      const name = way === 'itself' ? file : link;
      const database = await openKept(realDisk, {}, name);
      const accessOf = () =>
        ['', '.journal', '.lock'].map(suffix => {
          const {uid, gid, mode} = statSync(file + suffix);
          return `${uid} ${gid} ${(mode & 0o777).toString(8)}`;
        });
      const wanted = Array.from({length: 3}, () => '12345 54321 640');
      assert.deepEqual(accessOf(), wanted);
      await put(database, {n: 1});
      await database.checkpoint();
      assert.deepEqual(accessOf(), wanted);
      assert.ok(lstatSync(link).isSymbolicLink());
      await put(database, {n: 2});
      (database as any).files.store.checkpointAtExit();
      assert.deepEqual(accessOf(), wanted);
      await database.closeFiles();
    });
  }

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

  it('has the last schema that a commit has kept, though no row changes', () => {
    const table = new RecoveredTable('City', undefined);
    assert.equal(table.schema, undefined);
    table.add({table: 'City', schema: schemaOf(), put: [[1, {id: 1}]]});
    const next = schemaOf({notNull: ['name']});
    table.add({table: 'City', schema: next});
    table.add({table: 'City', del: [1]});
    assert.equal(table.schema, next);
    assert.equal(table.size, 0);
  });

  it('keeps its bytes of the data file where only its schema changes', () => {
    const source = Buffer.from('{}');
    const table = new RecoveredTable('City', {
      nextSequence: 5,
      source,
      types: undefined,
      keys: [],
      rows: [],
    });
    table.add({table: 'City', schema: schemaOf()});
    assert.equal(table.kept?.source, source);
    assert.equal(table.kept?.nextSequence, 5);
    assert.equal(table.kept?.schema, table.schema);
  });
});

describe('A table that a commit has dropped', () => {
  it('is not recovered, but what came after it is', () => {
    const rest = {};
    const dropped = {table: 'City', truncate: true, isDropped: true} as const;
    const before = {table: 'City', schema: schemaOf(), next: 9} as const;
    assert.equal(
      recovered(undefined, [[before], [dropped]], rest).tables.size,
      0,
    );
    const after = {table: 'City', put: [[1, {id: 1}]]} as const;
    const {tables} = recovered(undefined, [[before], [dropped], [after]], rest);
    const city = tables.get('City')!;
    assert.deepEqual(
      [city.size, city.nextSequence, city.schema],
      [1, 1, undefined],
    );
  });
});
