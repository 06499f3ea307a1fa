import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {insert} from '../../lib/database/statements';
import {repairFile} from '../../lib/database/edit-file';
import {inspect} from '../../lib/persistence/inspection';
import {realDisk} from '../../lib/persistence/lock/disk';
import {openKept, recoveredState, stateOf} from '../support/persistence/kept';
import {useDirectory} from '../support/persistence/directory';

type Bytes = Buffer | undefined;

/** Files that a database has left, as they may be found. */
interface Left {
  readonly data: Bytes;
  readonly headerOnly: Bytes;
  readonly commits: Bytes;
}

const first = '[{"n":1,"id":1}]';
const both = '[{"n":1,"id":1},{"n":2,"id":2}]';
const refused = {
  empty: /db\.json cannot be loaded.*empty \(0 bytes\)/,
  headless: /journal is refused at byte 0: it is empty \(0 bytes\)/,
  missing: /holds 1 commits that follow a .*db\.json that is not there/,
  edited: /holds 1 commits that follow another .*db\.json: that one was edited/,
};

/** What becomes of each data file beside each journal: its rows, or why not. */
const outcomes: Record<string, Record<string, string | RegExp>> = {
  missing: {
    missing: '[]',
    empty: refused.headless,
    'without commits': '[]',
    'with commits': refused.missing,
  },
  empty: {
    missing: '[]',
    empty: /empty \(0 bytes\)/,
    'without commits': refused.empty,
    'with commits': refused.empty,
  },
  edited: {
    missing: first,
    empty: refused.headless,
    'without commits': first,
    'with commits': refused.edited,
  },
  whole: {
    missing: first,
    empty: refused.headless,
    'without commits': first,
    'with commits': both,
  },
};

describe('When files are opened,', () => {
  const pathOf = useDirectory();
  let file = '';
  let left: Left;

  beforeEach(async () => {
    file = pathOf('db.json');
    const database = await openKept(realDisk, {}, file);
    await database.write(to => insert(to, 'City', [{n: 1}]));
    await database.checkpoint();
    const headerOnly = readFileSync(`${file}.journal`);
    await database.write(to => insert(to, 'City', [{n: 2}]));
    const commits = readFileSync(`${file}.journal`);
    left = {data: readFileSync(file), headerOnly, commits};
    await database.closeFiles();
  });

  function putData(state: string): void {
    const {data} = left;
    if (state === 'empty') put(file, Buffer.alloc(0));
    else if (state === 'edited') put(file, Buffer.concat([data!, edit]));
    else put(file, state === 'whole' ? data : undefined);
  }

  function putJournal(state: string): void {
    const journal = `${file}.journal`;
    if (state === 'empty') put(journal, Buffer.alloc(0));
    else if (state === 'without commits') put(journal, left.headerOnly);
    else put(journal, state === 'missing' ? undefined : left.commits);
  }

  function bytesOfAll(): Record<string, string> {
    const names = readdirSync(pathOf('.')).filter(
      name => !name.endsWith('.lock'),
    );
    return Object.fromEntries(
      names.map(name => [name, readFileSync(pathOf(name), 'latin1')]),
    );
  }

  for (const [data, journals] of Object.entries(outcomes)) {
    for (const [journal, outcome] of Object.entries(journals)) {
      const isRefused = typeof outcome !== 'string';
      const what = isRefused ? 'is refused' : 'is taken';
      it(`a data file that is ${data} beside a journal that is ${journal} ${what}`, async () => {
        putData(data);
        putJournal(journal);
        const before = bytesOfAll();
        if (isRefused) {
          const refusal = {code: 'DATA_DAMAGED', message: outcome};
          await assert.rejects(openKept(realDisk, {}, file), refusal);
          const options = {isReadOnly: true};
          await assert.rejects(openKept(realDisk, options, file), refusal);
          assert.deepEqual(bytesOfAll(), before);
          return;
        }
        const database = await openKept(realDisk, {}, file);
        assert.equal(stateOf(database).rows, outcome);
        await database.write(to => insert(to, 'City', [{n: 3}]));
        const {rows} = stateOf(database);
        assert.equal(recoveredState(realDisk, file).rows, rows);
        await database.closeFiles();
        assert.equal(recoveredState(realDisk, file).rows, rows);
      });
    }
  }

  /** What the journal of a new store holds in turn, and the rows of that. */
  async function firstJournals(): Promise<[journal: Buffer, rows: string][]> {
    const database = await openKept(realDisk, {}, file);
    const headerOnly = readFileSync(`${file}.journal`);
    await database.write(to => insert(to, 'City', [{n: 1}]));
    const commits = readFileSync(`${file}.journal`);
    await database.closeFiles();
    return [
      [headerOnly, '[]'],
      [commits, first],
    ];
  }

  for (const blank of ['', '\n', ' \r\n\t', '\ufeff\r\n']) {
    const shown = JSON.stringify(blank);

    it(`a data file of white space (${shown}) is a new store, with the journal that follows it, too`, async () => {
      put(file, Buffer.from(blank));
      putJournal('missing');
      const journals = await firstJournals();
      assert.match(readFileSync(file, 'utf8'), /"City"/);
      for (const [journal, rows] of journals) {
        put(file, Buffer.from(blank));
        put(`${file}.journal`, journal);
        const reading = await openKept(realDisk, {isReadOnly: true}, file);
        assert.equal(stateOf(reading).rows, rows);
        assert.equal((await inspect(file)).isBlank, rows === '[]');
        assert.equal(readFileSync(file, 'utf8'), blank);
        const again = await openKept(realDisk, {}, file);
        assert.equal(stateOf(again).rows, rows);
        await again.closeFiles();
        assert.equal(recoveredState(realDisk, file).rows, rows);
      }
    });
  }

  it('a data file of NULs is damage, for a power cut leaves such', async () => {
    put(file, Buffer.alloc(10));
    putJournal('missing');
    const refusal = {code: 'DATA_DAMAGED'};
    await assert.rejects(openKept(realDisk, {}, file), refusal);
  });

  for (const remains of [
    '.tmp',
    '.exit.tmp',
    '.damaged-1',
    '.journal.damaged-1',
  ]) {
    it(`an empty data file beside its ${remains} is damage`, async () => {
      putData('empty');
      putJournal('missing');
      put(file + remains, left.data);
      const before = bytesOfAll();
      const refusal = {code: 'DATA_DAMAGED', message: refused.empty};
      await assert.rejects(openKept(realDisk, {}, file), refusal);
      assert.deepEqual(bytesOfAll(), before);
    });
  }

  it('an empty data file whose first checkpoint owes its rename gets it', async () => {
    for (const suffix of ['.tmp', '.exit.tmp']) {
      putData('empty');
      putJournal('with commits');
      put(file + suffix, left.data);
      const reading = await openKept(realDisk, {isReadOnly: true}, file);
      assert.equal(stateOf(reading).rows, both);
      const database = await openKept(realDisk, {}, file);
      assert.equal(stateOf(database).rows, both);
      assert.deepEqual(readFileSync(file), left.data);
      await database.closeFiles();
    }
  });

  it('an empty data file whose journal was still being made is a new store', async () => {
    putData('empty');
    putJournal('missing');
    put(`${file}.journal.new`, left.headerOnly);
    const database = await openKept(realDisk, {}, file);
    assert.equal(stateOf(database).rows, '[]');
    await database.closeFiles();
  });

  it('those that were never checkpointed are taken', async () => {
    putData('missing');
    putJournal('missing');
    for (const [journal, rows] of await firstJournals()) {
      putData('missing');
      put(`${file}.journal`, journal);
      const again = await openKept(realDisk, {}, file);
      assert.equal(stateOf(again).rows, rows);
      await again.closeFiles();
    }
  });

  it('what the end of a process has left half is removed', async () => {
    putData('whole');
    putJournal('with commits');
    writeFileSync(`${file}.exit.tmp`, '{"ids"');
    const database = await openKept(realDisk, {}, file);
    assert.equal(stateOf(database).rows, both);
    assert.equal(existsSync(`${file}.exit.tmp`), false);
    await database.closeFiles();
  });

  it('what the end of a process has left whole gets its name', async () => {
    putData('whole');
    put(`${file}.exit.tmp`, left.data);
    put(file, Buffer.from('{}'));
    putJournal('with commits');
    const database = await openKept(realDisk, {}, file);
    assert.equal(stateOf(database).rows, both);
    assert.deepEqual(readFileSync(file), left.data);
    await database.closeFiles();
  });

  it('a journal that is cut off in its header is refused, and mended by repair', async () => {
    const header = left.headerOnly!;
    for (const size of [0, 1, 30, header.length - 1]) {
      putData('whole');
      put(`${file}.journal`, header.subarray(0, size));
      const refusal = {code: 'DATA_DAMAGED'};
      await assert.rejects(openKept(realDisk, {}, file), refusal);
      await repairFile(file, {});
      const database = await openKept(realDisk, {}, file);
      assert.equal(stateOf(database).rows, first);
      await database.closeFiles();
    }
  });
});

/** What an editor adds. */
const edit = Buffer.from('\n\n');

function put(file: string, bytes: Bytes): void {
  if (bytes === undefined) rmSync(file, {force: true});
  else writeFileSync(file, bytes);
}
