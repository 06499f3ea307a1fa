import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {insert} from '../../lib/database/statements';
import {realDisk} from '../../lib/persistence/lock/disk';
import {Files, type Owner} from '../support/connector/files';
import {Workplace} from '../support/cli/workplace';
import {openKept} from '../support/persistence/kept';
import {ensureSound} from '../support/persistence/sound';

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

/** No checkpoint comes by itself. */
const never = {checkpoint: {idleMs: 1_000_000}};

const dataFile = (): string => files.at('home', 'db.json');
const journal = (): string => `${dataFile()}.journal`;

function remove(...suffixes: string[]): void {
  for (const suffix of suffixes) rmSync(dataFile() + suffix);
}

/** A process with rows 1 and 2, of which the data file has the first. */
async function begin(settings: object): Promise<Owner> {
  mkdirSync(files.at('home'), {recursive: true});
  const first = await files.spawn(settings, 'home/db.json');
  await first.ask('create', {id: 1});
  await first.ask('disconnect');
  await first.kill();
  const owner = await files.spawn(settings, 'home/db.json');
  await owner.ask('create', {id: 2});
  return owner;
}

/** How many rows are found in the files, which must be sound. */
async function countLeft(): Promise<number> {
  await ensureSound(dataFile());
  const next = await files.spawn(never, 'home/db.json');
  const {value} = await next.ask('count');
  await next.kill();
  return value;
}

/** What takes files away, by what is done. */
const losses: Record<string, () => void> = {
  'the journal is deleted': () => remove('.journal'),
  'the journal is moved away': () => renameSync(journal(), files.at('moved')),
  'the data file is deleted': () => remove(''),
  'both are deleted': () => remove('', '.journal'),
  'all is deleted, the lock too': () => remove('', '.journal', '.lock'),
  'the folder is deleted and made again': () => {
    rmSync(files.at('home'), {recursive: true});
    mkdirSync(files.at('home'));
  },
  'the folder is moved away and another made': () => {
    renameSync(files.at('home'), files.at('moved'));
    mkdirSync(files.at('home'));
  },
};

describe('When files are taken away under a process,', () => {
  for (const [what, lose] of Object.entries(losses)) {
    for (const fsync of ['always', 'everysec', 'no']) {
      it(`a kill loses no write that comes later: ${what}, fsync '${fsync}'`, async () => {
        const owner = await begin({...never, fsync});
        lose();
        for (const id of [3, 4]) {
          assert.equal((await owner.ask('create', {id})).value, id);
        }
        await owner.kill();
        assert.equal(await countLeft(), 4);
      });
    }
  }

  it("so it is with checkpoint: 'commit', at process.exit() and when it disconnects", async () => {
    for (const [settings, end] of [
      [{checkpoint: 'commit'}, 'kill'],
      [never, 'exit'],
      [never, 'disconnectAndExit'],
    ] as const) {
      const owner = await begin(settings);
      remove('', '.journal');
      assert.equal((await owner.ask('create', {id: 3})).value, 3);
      if (end === 'kill') await owner.kill();
      else await owner.end(end);
      assert.equal(await countLeft(), 3, end);
      rmSync(files.at('home'), {recursive: true});
    }
  });

  it('the next checkpoint writes all of them, too', async () => {
    const db = await files.open(never);
    const M = db.define('M', {id: {type: Number, id: true}});
    await M.create({id: 1});
    rmSync(files.at('db.json.journal'));
    await (db.connector as any).database.checkpoint();
    assert.equal(files.rows('M').length, 1);
    await M.create({id: 2});
    assert.match(files.text('db.json.journal'), /"put":\[\[2,/);
  });

  it('a checkpoint that runs is outdone by the one that puts them back', async () => {
    const file = files.at('db.json');
    const database = await openKept(realDisk, {}, file);
    const add = (count: number) =>
      database.write(to =>
        insert(
          to,
          'City',
          Array.from({length: count}, () => ({n: 1})),
        ),
      );
    await add(20_000);
    for (let turns = 0; turns < 40; turns++) {
      await add(1);
      const running = database.checkpoint();
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      rmSync(file, {force: true});
      rmSync(`${file}.journal`);
      await add(1);
      await running;
      await database.checkpoint();
      assert.equal(files.rows('City').length, 20_000 + 2 * (turns + 1));
      assert.deepEqual(files.strays(), []);
    }
    await database.closeFiles();
  });

  it('the user is warned', async () => {
    const warned = new Promise<Error>(resolve => {
      process.once('warning', resolve);
    });
    const db = await files.open(never);
    const M = db.define('M', {id: {type: Number, id: true}});
    await M.create({id: 1});
    rmSync(files.at('db.json.journal'));
    await M.create({id: 2});
    const {message} = await warned;
    assert.match(message, /db\.json, its journal or both were deleted/);
  });

  it('writes are refused while there is no folder, and go on when there is', async () => {
    const owner = await begin(never);
    renameSync(files.at('home'), files.at('moved'));
    const {code, message} = await owner.ask('create', {id: 3});
    assert.equal(code, 'PERSISTENCE_FAILED');
    assert.match(message, /cannot be locked, so nothing is written: ENOENT/);
    assert.equal((await owner.ask('count')).value, 2);
    mkdirSync(files.at('home'));
    assert.equal((await owner.ask('create', {id: 3})).value, 3);
    await owner.kill();
    assert.equal(await countLeft(), 3);
  });

  it('another process that has taken them is left alone', async () => {
    const owner = await begin(never);
    remove('', '.journal', '.lock');
    const other = await files.spawn(never, 'home/db.json');
    await other.ask('create', {id: 9});
    const before = readFileSync(journal());
    const {code} = await owner.ask('create', {id: 3});
    assert.equal(code, 'DATA_LOCKED');
    await owner.end('exit');
    assert.deepEqual(readFileSync(journal()), before);
    await other.kill();
    assert.equal(await countLeft(), 1);
  });
});

/** What puts another file in the place of one, and that file. */
const replacements: Record<string, () => string> = {
  'the data file is saved by rename': () => {
    writeFileSync(files.at('edited'), '{"models":{}}');
    renameSync(files.at('edited'), dataFile());
    return dataFile();
  },
  'the data file is edited in place': () => {
    writeFileSync(dataFile(), '{"models":{}}');
    return dataFile();
  },
  'the journal is replaced': () => {
    copyFileSync(journal(), files.at('copy'));
    renameSync(files.at('copy'), journal());
    return journal();
  },
  'the journal is cut': () => {
    truncateSync(journal(), 0);
    return journal();
  },
};

describe('When a file is replaced under a process,', () => {
  for (const [what, replace] of Object.entries(replacements)) {
    it(`writes are refused and neither is overwritten: ${what}`, async () => {
      const owner = await begin(never);
      const file = replace();
      const content = readFileSync(file);
      const kept = file === journal() ? dataFile() : journal();
      const keptContent = readFileSync(kept);
      const {code, message} = await owner.ask('create', {id: 3});
      assert.equal(code, 'PERSISTENCE_FAILED');
      assert.match(message, /was replaced or changed by somebody else/);
      assert.equal((await owner.ask('count')).value, 2);
      const closed = await owner.ask('disconnect');
      assert.equal(closed.code, 'PERSISTENCE_FAILED');
      assert.deepEqual(readFileSync(file), content);
      assert.deepEqual(readFileSync(kept), keptContent);
    });

    it(`the end of the process overwrites neither: ${what}`, async () => {
      const owner = await begin(never);
      const file = replace();
      const content = readFileSync(file);
      await owner.end('exit');
      assert.deepEqual(readFileSync(file), content);
    });

    it(`all is written anew once it is moved away: ${what}`, async () => {
      const owner = await begin(never);
      renameSync(replace(), files.at('away'));
      assert.equal((await owner.ask('create', {id: 3})).value, 3);
      await owner.kill();
      assert.equal(await countLeft(), 3);
    });
  }

  it('a data file that was put there before the first one was written is kept', async () => {
    const db = await files.open(never);
    const M = db.define('M', {id: {type: Number, id: true}});
    files.write('{"models":{}}');
    await assert.rejects(M.create({id: 1}), {code: 'PERSISTENCE_FAILED'});
    assert.equal(files.text(), '{"models":{}}');
  });

  it('one of the same content is taken for ours', async () => {
    const owner = await begin(never);
    copyFileSync(dataFile(), files.at('copy'));
    renameSync(files.at('copy'), dataFile());
    assert.equal((await owner.ask('create', {id: 3})).value, 3);
    utimesSync(dataFile(), 1, 1);
    assert.equal((await owner.ask('create', {id: 4})).value, 4);
    await owner.kill();
    assert.equal(await countLeft(), 4);
  });

  it('an edit of a process that had nothing to write is what the next one finds', async () => {
    const owner = await begin({checkpoint: 'commit'});
    const edited = '{"ids":{"M":2},"models":{"M":{"7":"{\\"id\\":7}"}}}';
    writeFileSync(dataFile(), edited);
    const {code} = await owner.ask('create', {id: 3});
    assert.equal(code, 'PERSISTENCE_FAILED');
    await owner.end('exit');
    assert.equal(await countLeft(), 1);
  });
});

describe('Commands beside a process whose files were taken away', () => {
  it('find them again when it has written', async () => {
    const place = new Workplace();
    const owner = await begin(never);
    remove('', '.journal');
    await owner.ask('create', {id: 3});
    const {isSound, rows} = await place.json(['check', dataFile()]);
    assert.ok(isSound);
    assert.equal(rows, 3);
    place.remove();
  });
});
