import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {makeDataSource, type Model} from '../../support/connector/data-source';
import {failureOf} from '../../support/dialects/emulated';

const required = {database: 'sqlite', migrations: 'required'};

function open(hazards: 'copy' | 'error' = 'copy', settings: object = {}): any {
  return makeDataSource({emulate: {...required, hazards}, ...settings});
}

function define(db: any, properties: object, settings: object = {}): Model {
  return db.define('Town', properties, {forceId: false, ...settings});
}

async function plain(rows: Promise<Model[]>): Promise<object[]> {
  return (await rows).map(row => ({...row.toObject()}));
}

/** The names of the indexes that the table of a model has. */
function indexesOf(db: any): string[] {
  const {kept} = db.connector.database.head.tables.get('Town');
  return Object.keys(kept.native.indexes);
}

describe("A table of SQLite with migrations: 'required'", () => {
  it('does not exist before it was migrated', async () => {
    const db = open();
    const Town = define(db, {name: String});
    const expected = {
      code: 'SQLITE_ERROR',
      errno: 1,
      message: 'SQLITE_ERROR: no such table: town',
    };
    await assert.rejects(Town.find(), expected);
    await assert.rejects(Town.create({name: 'Ulm'}), expected);
    await db.automigrate('Town');
    assert.equal(await Town.count(), 0);
  });

  it('is there without a warning that nothing is migrated', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    open();
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });

  it('is filled by names of properties, which may be no columns', async () => {
    const db = open();
    const Before = define(db, {name: String});
    await db.automigrate('Town');
    await Before.create({name: 'Ulm'});
    const Town = define(db, {name: String, extra: String, size: Number});
    await db.autoupdate('Town');
    assert.deepEqual(await plain(Town.find()), [
      {name: 'Ulm', extra: 'extra', size: NaN, id: 1},
    ]);
  });

  it('fails where a text that is no JSON is read as an object', async () => {
    const db = open();
    await define(db, {name: String});
    await db.automigrate('Town');
    await define(db, {name: String}).create({name: 'Ulm'});
    const Town = define(db, {name: String, more: Object});
    await db.autoupdate('Town');
    assert.equal((await failureOf(Town.find())).name, 'SyntaxError');
  });

  it('compares texts among numbers behind all of them', async () => {
    const db = open();
    const Before = define(db, {value: String});
    await db.automigrate('Town');
    await Before.create([{value: 'x'}, {value: '7'}, {value: 'a'}]);
    const Town = define(db, {value: Number});
    await db.autoupdate('Town');
    const idsOf = async (filter: object) =>
      (await Town.find(filter)).map(({id}: Model) => id);
    assert.deepEqual(await idsOf({order: 'value'}), [2, 3, 1]);
    assert.deepEqual(await idsOf({where: {value: {gt: 8}}}), [1, 3]);
    assert.deepEqual(await idsOf({where: {value: 7}}), [2]);
  });

  it('stays as it is where a row cannot be copied', async () => {
    const db = open();
    const Before = define(db, {name: String});
    await db.automigrate('Town');
    await Before.create({});
    define(db, {name: {type: String, required: true}});
    await assert.rejects(db.autoupdate('Town'), {
      message: 'SQLITE_CONSTRAINT: NOT NULL constraint failed: town.name',
    });
    const Town = define(db, {name: String});
    assert.deepEqual(await plain(Town.find()), [{name: null, id: 1}]);
  });

  it('loses its indexes by each second autoupdate', async () => {
    const db = open();
    define(db, {name: {type: String, index: true}});
    await db.automigrate('Town');
    assert.deepEqual(indexesOf(db), ['town_name']);
    await db.autoupdate('Town');
    assert.deepEqual(indexesOf(db), []);
    await db.autoupdate('Town');
    assert.deepEqual(indexesOf(db), ['town_name']);
  });

  it('counts its ids on after autoupdate', async () => {
    const db = open();
    const Town = define(db, {name: String});
    await db.automigrate('Town');
    await Town.create([{name: 'a'}, {id: 7, name: 'b'}]);
    await db.autoupdate('Town');
    assert.equal((await Town.create({name: 'c'})).id, 8);
  });

  it('takes rows with ids that are texts, in the order in which they came', async () => {
    const db = open();
    const Town = define(db, {id: {type: String, id: true}, size: Number});
    await db.automigrate('Town');
    await Town.create([
      {id: 'z', size: 1},
      {id: 'a', size: 1},
    ]);
    await db.autoupdate('Town');
    await Town.create({id: 'm', size: 1});
    const found = await Town.find({order: 'size'});
    assert.deepEqual(
      found.map(({id}: Model) => id),
      ['z', 'a', 'm'],
    );
  });

  it('is not discovered', async () => {
    const db = open();
    define(db, {name: String});
    await db.automigrate('Town');
    const {message} = await failureOf(db.discoverModelProperties('town'));
    assert.equal(message, 'getArgs must be implemented by the connector');
    assert.equal(await db.discoverUniqueKeys('town'), undefined);
  });

  it('takes no SQL but SELECT 1', async () => {
    const db = open();
    assert.deepEqual(await db.execute('SELECT 1'), [{1: 1}]);
    await assert.rejects(db.execute('DROP TABLE town'), {
      code: 'NOT_EMULATED',
    });
  });
});

describe('A file of tables that SQLite has', () => {
  it('has what migrations have made of them', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sqlite-'));
    const during = async (
      properties: object,
      run: (Town: Model, db: any) => Promise<void>,
    ) => {
      const db = open('copy', {file: path.join(folder, 'db.json')});
      const Town = define(db, properties);
      try {
        await db.connect();
        await run(Town, db);
      } finally {
        await db.disconnect();
      }
    };
    const after = {townName: String, size: Number};
    await during({townName: String}, async (Town, db) => {
      await db.automigrate();
      await Town.create({townName: 'Ulm'});
    });
    await during(after, async (Town, db) => {
      assert.deepEqual(await plain(Town.find({fields: ['townName']})), [
        {townName: 'Ulm', size: undefined, id: undefined},
      ]);
      await db.autoupdate();
    });
    await during(after, async Town => {
      const [row] = await plain(Town.find());
      assert.deepEqual(row, {townName: 'Ulm', size: NaN, id: 1});
      assert.equal((await Town.create({townName: 'Bonn'})).id, 2);
    });
    rmSync(folder, {recursive: true});
  });
});

describe("Migrations of SQLite with hazards: 'error'", () => {
  const unique = {name: {type: String, index: {unique: true}}};
  const isHazard = (message: RegExp) => ({code: 'EMULATION_HAZARD', message});

  for (const migrations of ['automatic', 'required']) {
    it(`refuse a unique index, which is not made, where they are ${migrations}`, async () => {
      const db: any = makeDataSource({emulate: {...required, migrations}});
      define(db, unique);
      const expected = isHazard(
        /makes the unique index on name of Town as one that is not unique/,
      );
      await assert.rejects(db.automigrate('Town'), expected);
      await assert.rejects(db.autoupdate('Town'), expected);
    });
  }

  it('make no unique index where hazards are copied', async () => {
    const db = open();
    const Town = define(db, unique);
    await db.automigrate('Town');
    await Town.create([{name: 'Ulm'}, {name: 'Ulm'}]);
    assert.equal(await Town.count({name: 'Ulm'}), 2);
  });

  it('take a unique index on the id, which is unique', async () => {
    const db = open('error');
    const id = {type: Number, id: true, index: {unique: true}};
    define(db, {id, name: String});
    await db.automigrate('Town');
  });

  it('refuse to fill columns with their names, and none without rows', async () => {
    const db = open('error');
    define(db, {name: String});
    await db.automigrate('Town');
    const Town = define(db, {name: String, size: Number});
    await db.autoupdate('Town');
    await Town.create({name: 'Ulm', size: 1});
    define(db, {name: String, size: Number, extra: String});
    await assert.rejects(
      db.autoupdate('Town'),
      isHazard(/each row there is gets the text "extra"/),
    );
    assert.deepEqual(await plain(Town.find({where: {size: 1}})), [
      {name: 'Ulm', size: 1, id: 1},
    ]);
  });

  it('refuse a condition on a column that was not migrated', async () => {
    const db = open('error');
    define(db, {name: String});
    await db.automigrate('Town');
    const Town = define(db, {name: String, size: Number});
    await Town.create({name: 'Ulm'});
    assert.equal(await Town.count({name: 'Ulm'}), 1);
    await assert.rejects(
      Town.count({size: {neq: 1}}),
      isHazard(/The table town has no column size/),
    );
  });
});
