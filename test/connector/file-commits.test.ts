import assert from 'node:assert/strict';
import fs from 'node:fs';
import {inTransaction} from '../../index';
import {Files, properties, rowsOf, until} from '../support/connector/files';
import {call} from '../support/connector/data-source';

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

const never = {checkpoint: {idleMs: 60_000}};

function records(): string[] {
  return files.text('db.json.journal').trimEnd().split('\n').slice(1);
}

describe('a commit', () => {
  for (const fsync of ['always', 'everysec', 'no'] as const) {
    it(`with fsync ${fsync} is in the journal when it is acknowledged`, async () => {
      const db = await files.open({...never, fsync});
      const M = db.define('M', properties);
      for (let n = 0; n < 5; n++) {
        await M.create({n});
        assert.equal(records().length, n + 1);
      }
      await db.disconnect();
      assert.equal(files.rows('M').length, 5);
    });
  }

  it('with fsync always shares its sync with others', async () => {
    const db = await files.open({...never, fsync: 'always'});
    const M = db.define('M', properties);
    await Promise.all(Array.from({length: 200}, (_, n) => M.create({n})));
    assert.equal(records().length, 200);
    assert.equal(await M.count(), 200);
  });

  it('of a statement is one record, however many rows it changes', async () => {
    const db = await files.open(never);
    await db.define('M', properties).create({n: 0});
    await call(db.connector, 'createAll', 'M', [{n: 1}, {n: 2}]);
    assert.equal(records().length, 2);
  });

  it('of a transaction is one record', async () => {
    const db = await files.open(never);
    const M = db.define('M', properties);
    const Other = db.define('Other', properties);
    await inTransaction(db as never, async (transaction: unknown) => {
      await M.create({n: 1}, {transaction});
      await M.create({n: 2}, {transaction});
      await M.destroyById(1, {transaction});
      await Other.create({n: 3}, {transaction});
      assert.equal(records().length, 0);
    });
    assert.equal(records().length, 1);
    await db.disconnect();
    assert.deepEqual(files.rows('M'), [{id: 2, n: 2}]);
    assert.deepEqual(files.rows('Other'), [{id: 1, n: 3}]);
  });

  it('that is rolled back leaves nothing', async () => {
    const db = await files.open(never);
    const M = db.define('M', properties);
    await M.create({n: 0});
    const before = files.text('db.json.journal');
    const transaction = await M.beginTransaction({});
    await M.create({n: 1}, {transaction});
    await M.updateAll({}, {n: 5}, {transaction});
    await transaction.rollback();
    assert.equal(files.text('db.json.journal'), before);
    await db.disconnect();
    assert.deepEqual(files.rows('M'), [{id: 1, n: 0}]);
  });

  it('of a statement that fails leaves nothing', async () => {
    const db = await files.open(never);
    const M = db.define('M', properties);
    await M.create({id: 1});
    const before = files.text('db.json.journal');
    await assert.rejects(M.create({id: 1}), {code: 'DUPLICATE_KEY'});
    assert.equal(files.text('db.json.journal'), before);
  });

  it('comes back with the deletes that cascade from it', async () => {
    const db = await files.open(never);
    db.define('Parent', properties);
    db.define(
      'Child',
      {id: {type: Number, id: true}, parentId: Number},
      {
        foreignKeys: {
          p: {
            name: 'p',
            entity: 'Parent',
            entityKey: 'id',
            foreignKey: 'parentId',
            onDelete: 'CASCADE',
          },
        },
      },
    );
    const {Parent, Child} = (db as any).models;
    await Parent.create([{id: 1}, {id: 2}]);
    await Child.create([{parentId: 1}, {parentId: 2}]);
    await Parent.destroyById(1);
    files.copy('db.json.journal', 'left.json.journal');
    const left = await files.open(never, 'left.json');
    assert.deepEqual(await rowsOf(left.define('Child', {})), [
      {id: 2, parentId: 2},
    ]);
  });
});

describe('a checkpoint', () => {
  it('is made when nothing was written for idleMs', async () => {
    const db = await files.open({checkpoint: {idleMs: 50}});
    const M = db.define('M', properties);
    await M.create({n: 1});
    // The journal is new before the data file has its name.
    await until(() => fs.existsSync(files.at('db.json')));
    assert.equal(records().length, 0);
    assert.deepEqual(files.rows('M'), [{id: 1, n: 1}]);
    await M.create({n: 2});
    assert.equal(files.rows('M').length, 1);
    await until(() => files.rows('M').length === 2);
  });

  it('is made when the journal outgrows the data', async () => {
    const db = await files.open(never);
    const M = db.define('M', {...properties, text: String});
    const text = 'x'.repeat(300_000);
    for (let n = 0; n < 30; n++) await M.create({n, text});
    await until(() => fs.existsSync(files.at('db.json')));
    assert.ok(records().length < 15);
    await db.disconnect();
    assert.equal(files.rows('M').length, 30);
  });

  it('with commit is made before each acknowledgement', async () => {
    const db = await files.open({checkpoint: 'commit'});
    const M = db.define('M', properties);
    for (let n = 0; n < 10; n++) {
      await M.create({n});
      assert.equal(files.rows('M').length, n + 1);
    }
    await M.updateAll({n: 3}, {n: 30});
    assert.deepEqual(files.rows('M')[3], {id: 4, n: 30});
    await M.destroyAll();
    assert.deepEqual(files.rows('M'), []);
    await inTransaction(db as never, async (transaction: unknown) => {
      await M.create({n: 1}, {transaction});
      assert.deepEqual(files.rows('M'), []);
    });
    assert.equal(files.rows('M').length, 1);
    await db.automigrate();
    const {ids, models} = files.json();
    assert.deepEqual({ids, models}, {ids: {M: 1}, models: {M: {}}});
  });

  it('with commit is shared by those who wait at the same time', async () => {
    const db = await files.open({checkpoint: 'commit'});
    const M = db.define('M', properties);
    const seen = new Set<bigint>();
    await Promise.all(
      Array.from({length: 100}, async (_, n) => {
        await M.create({n});
        assert.ok(files.rows('M').some(row => row['n'] === n));
        seen.add(fs.statSync(files.at('db.json'), {bigint: true}).ino);
      }),
    );
    assert.ok(seen.size < 10, `${seen.size} files`);
  });

  it('goes on while rows are written, and loses none', async () => {
    const db = await files.open({checkpoint: {idleMs: 0}});
    const M = db.define('M', {...properties, text: String});
    const all = Array.from({length: 3_000}, (_, n) => ({n, text: `${n}`}));
    await M.create(all);
    for (let n = 0; n < 300; n++) {
      await M.updateAll({id: n + 1}, {n: n + 10_000});
      if (n % 30 === 0) await new Promise(resolve => setTimeout(resolve, 5));
    }
    await db.disconnect();
    const rows = files.rows('M');
    assert.equal(rows.length, 3_000);
    for (const [i, {n}] of rows.entries()) {
      assert.equal(n, i < 300 ? i + 10_000 : i);
    }
    assert.deepEqual(files.strays(), []);
  });

  it('is not waited for by statements', async () => {
    const db = await files.open({checkpoint: {idleMs: 0}});
    const M = db.define('M', properties);
    await M.create(Array.from({length: 20_000}, (_, n) => ({n})));
    let worstMs = 0;
    const endMs = performance.now() + 500;
    while (performance.now() < endMs) {
      const startMs = performance.now();
      await M.create({n: 1});
      worstMs = Math.max(worstMs, performance.now() - startMs);
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    assert.ok(worstMs < 1_000, `${worstMs} ms`);
  });
});

describe('a data file that was edited', () => {
  it('while the journal has commits is refused, and nothing is changed', async () => {
    await files.with(db => db.define('M', properties).create({n: 1}));
    const owner = await files.spawn(never);
    await owner.ask('create', {n: 2});
    await owner.kill();
    files.write(files.text().replace('"n\\":1', '"n\\":7'));
    const before = files.state();
    await assert.rejects(files.open(), ({code, message}) => {
      assert.equal(code, 'DATA_DAMAGED');
      assert.match(message, /1 commit.*edited or replaced/);
      assert.match(message, /check.*repair/);
      return true;
    });
    assert.deepEqual(files.state(), before);
  });

  it('while the journal is empty is taken', async () => {
    await files.with(db => db.define('M', properties).create({n: 1}));
    files.write(
      files.text().replace('"n\\":1', '\\"n\\":7').replace('\\\\', '\\'),
    );
    await files.with(async db => {
      const M = db.define('M', properties);
      await M.create({n: 8});
      assert.deepEqual(
        (await rowsOf(M)).map(({n}) => n),
        [7, 8],
      );
    });
  });

  it('while the journal has commits and is gone is refused, too', async () => {
    await files.with(db => db.define('M', properties).create({n: 1}));
    const owner = await files.spawn(never);
    await owner.ask('create', {n: 2});
    await owner.kill();
    fs.rmSync(files.at('db.json'));
    await assert.rejects(files.open(), {code: 'DATA_DAMAGED'});
    assert.ok(!fs.existsSync(files.at('db.json')));
  });
});
