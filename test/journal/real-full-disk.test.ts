import assert from 'node:assert/strict';
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Database} from '../../lib/database/database';
import {insert} from '../../lib/database/statements';
import {realDisk} from '../../lib/journal/disk';
import {openKept, recoveredState, stateOf} from './kept';
import {Mount} from './mounts';

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
