import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Database, type DataStoreOptions} from '../../lib/database/database';
import {insert, select, updateWhere} from '../../lib/database/statements';
import {noRules} from '../../lib/schema/rules';

const options: DataStoreOptions = {
  fsync: 'no',
  lockTimeoutMs: 0,
  checkpointsCommits: false,
  idleMs: 60_000,
  isReadOnly: false,
  report: text => assert.fail(text),
};

async function open(file: string): Promise<Database> {
  const database = new Database(undefined, true);
  database.declare('Note', {
    name: 'Note',
    primaryKey: ['id'],
    idGeneration: 'number',
    columns: {id: 'number'},
    indexes: [],
    foreignKeys: [],
    ...noRules,
  });
  await database.openFiles(file, options);
  return database;
}

describe('A journal that outgrows its data file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'outgrown-'));
  after(() => rmSync(folder, {recursive: true, force: true}));

  it('does not lose the commit with which it does', async () => {
    const file = path.join(folder, 'notes.json');
    const first = await open(file);
    const text = 'x'.repeat(2 ** 23);
    await first.write(writer => insert(writer, 'Note', [{text}]));
    await first.closeFiles();
    const second = await open(file);
    const notes = await second.read(view => select(view, 'Note', {}));
    assert.deepEqual(notes, [{id: 1, text}]);
    await second.closeFiles();
  });

  it('is followed by a checkpoint where nobody lets the event loop turn', async () => {
    const file = path.join(folder, 'busy.json');
    const database = await open(file);
    await database.write(to => insert(to, 'Note', [{text: ''}]));
    let checkpoints = 0;
    let lastBytes = 0;
    const text = 'x'.repeat(20_000);
    // Commits go on while one is written, on a busy machine thousands of them.
    for (let n = 0; checkpoints < 2; n++) {
      assert.ok(n < 50_000, `${checkpoints} checkpoints in ${n} commits`);
      await database.write(to => updateWhere(to, 'Note', {id: 1}, {text, n}));
      const {size} = statSync(`${file}.journal`);
      if (size < lastBytes) checkpoints++;
      lastBytes = size;
    }
    await database.closeFiles();
  });
});
