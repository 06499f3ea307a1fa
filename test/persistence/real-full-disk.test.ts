import assert from 'node:assert/strict';
import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Database} from '../../lib/database/database';
import {insert} from '../../lib/database/statements';
import {realDisk} from '../../lib/persistence/lock/disk';
import {openKept, recoveredState, stateOf} from '../support/persistence/kept';
import {Mount} from '../support/persistence/mounts';

function insertText(database: Database, length: number): unknown {
  return database.write(to =>
    insert(to, 'City', [{text: 'x'.repeat(length)}, {n: 1}]),
  );
}

describe('A real disk', () => {
  let mount: Mount;
  let file = '';

  beforeEach(function () {
    const made = Mount.make('tmpfs');
    if (typeof made === 'string') {
      console.log(`      skipped: ${made}`);
      this.skip();
    }
    mount = made;
    file = path.join(mount.directory, 'data.json');
  });

  afterEach(() => mount?.remove());

  for (const fsync of ['always', 'everysec'] as const) {
    it(`that is full fails the statements that need room, and no others: fsync '${fsync}'`, async () => {
      const ballast = path.join(mount.directory, 'ballast');
      writeFileSync(ballast, Buffer.alloc(700_000));
      const database = await openKept(realDisk, {fsync}, file);
      await insertText(database, 10);
      let error: any;
      while (error === undefined) {
        try {
          await insertText(database, 60_000);
        } catch (thrown) {
          error = thrown;
        }
      }
      assert.equal(error.code, 'PERSISTENCE_FAILED');
      assert.equal(error.cause.code, 'ENOSPC');
      const before = stateOf(database);
      assert.equal(recoveredState(realDisk, file).rows, before.rows);
      await assert.rejects(database.checkpoint(), {code: 'PERSISTENCE_FAILED'});
      assert.equal(recoveredState(realDisk, file).rows, before.rows);
      rmSync(ballast);
      await insertText(database, 60_000);
      const after = stateOf(database);
      assert.ok(after.rows.length > before.rows.length);
      await database.closeFiles();
      assert.equal(recoveredState(realDisk, file).rows, after.rows);
    });
  }

  it("that is full leaves the commits in the journal: checkpoint 'commit'", async () => {
    const ballast = path.join(mount.directory, 'ballast');
    writeFileSync(ballast, Buffer.alloc(700_000));
    const reports: string[] = [];
    const database = await openKept(
      realDisk,
      {
        fsync: 'everysec',
        checkpointsCommits: true,
        report: text => reports.push(text),
      },
      file,
    );
    // Data file and temporary file have no room beside each other any more.
    for (let n = 0; reports.length === 0; n++) {
      assert.ok(n < 20);
      await insertText(database, 40_000);
    }
    assert.match(reports[0]!, /ENOSPC/);
    const {rows} = stateOf(database);
    assert.equal(recoveredState(realDisk, file).rows, rows);
    let error: any;
    while (error === undefined) {
      const before = stateOf(database).rows;
      try {
        await insertText(database, 20_000);
      } catch (thrown) {
        error = thrown;
        assert.equal(stateOf(database).rows, before);
      }
    }
    assert.equal(error.code, 'PERSISTENCE_FAILED');
    const kept = stateOf(database).rows;
    assert.equal(recoveredState(realDisk, file).rows, kept);
    rmSync(ballast);
    const journal = `${file}.journal`;
    const {size} = statSync(journal);
    // Tried again although nothing more is written.
    while (statSync(journal).size === size) await sleep(50);
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).ids.City > 0, true);
    await insertText(database, 20_000);
    const after = stateOf(database).rows;
    assert.notEqual(after, kept);
    assert.equal(recoveredState(realDisk, file).rows, after);
    await database.closeFiles();
  });

  it('that is read-only is refused with its name, and can be read', async () => {
    const written = await openKept(realDisk, {}, file);
    await insertText(written, 10);
    const {rows} = stateOf(written);
    await written.closeFiles();
    const content = readFileSync(file);
    const names = readdirSync(mount.directory);
    mount.makeReadOnly();
    await assert.rejects(openKept(realDisk, {}, file), (error: Error) =>
      error.message.includes(file),
    );
    const read = await openKept(realDisk, {isReadOnly: true}, file);
    assert.equal(stateOf(read).rows, rows);
    assert.throws(() => insertText(read, 1), {code: 'READ_ONLY'});
    assert.equal(stateOf(read).rows, rows);
    await read.closeFiles();
    assert.deepEqual(readFileSync(file), content);
    assert.deepEqual(readdirSync(mount.directory), names);
  });
});
