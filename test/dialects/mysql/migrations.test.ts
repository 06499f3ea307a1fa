import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../../support/connector/data-source';

/*
 * What the recordings do not ask: they have what MariaDB 10.11 answers to all that
 * its connector sends (test/dialects/probes/mysql-schema.ts).
 */

/** The methods of a datasource that concern its schema. */
interface Migrating extends TestDataSource {
  autoupdate(models?: string): Promise<void>;
  isActual(
    models: string,
    done: (error: Error | null, isActual?: boolean) => void,
  ): void;
  discoverModelDefinitions(options?: object): Promise<{name: string}[]>;
  discoverModelProperties(table: string): Promise<Record<string, unknown>[]>;
  discoverForeignKeys(table: string): Promise<Record<string, unknown>[]>;
}

function open(settings: object = {}, database = 'mariadb'): Migrating {
  const emulate = {database, hazards: 'copy', migrations: 'required'};
  return makeDataSource({
    database: 'shop',
    emulate,
    ...settings,
  }) as Migrating;
}

function isActual(db: Migrating, model: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    db.isActual(model, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
}

async function warningsOf(work: () => void): Promise<string[]> {
  const codes: string[] = [];
  const note = (warning: Error & {code?: string}) =>
    void codes.push(warning.code ?? warning.name);
  process.on('warning', note);
  work();
  await new Promise(resolve => setImmediate(resolve));
  process.off('warning', note);
  return codes;
}

describe("A table of MariaDB with migrations: 'required'", () => {
  let db: Migrating;

  beforeEach(() => {
    db = open();
  });

  const define = (properties: object, settings: object = {}): Model =>
    db.define('Town', properties, {forceId: false, ...settings});

  it('is not warned of', async () => {
    assert.deepEqual(await warningsOf(() => void open()), []);
    assert.deepEqual(await warningsOf(() => void open({}, 'mysql')), []);
  });

  it('does not exist before it was migrated', async () => {
    const Town = define({name: String});
    const expected = {
      code: 'ER_NO_SUCH_TABLE',
      errno: 1146,
      sqlState: '42S02',
      statusCode: 500,
      message: "Table 'shop.Town' doesn't exist",
    };
    await assert.rejects(Town.find(), expected);
    await assert.rejects(Town.create({name: 'Ulm'}), expected);
    await db.automigrate('Town');
    assert.equal(await Town.count(), 0);
  });

  it('stays dropped where it cannot be made', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create({name: 'Ulm'});
    const Town = define({name: {type: String, length: 30_000}});
    await assert.rejects(db.automigrate('Town'), {
      code: 'ER_TOO_BIG_FIELDLENGTH',
    });
    await assert.rejects(Town.find(), {code: 'ER_NO_SUCH_TABLE'});
  });

  it('keeps what a query has done before one that fails', async () => {
    define({pid: Number}, {});
    await db.automigrate('Town');
    const key = {name: 'k', entity: 'Nation', entityKey: 'id'};
    db.define('Nation', {name: String});
    const Town = define(
      {pid: Number, name: String},
      {foreignKeys: {k: {...key, foreignKey: 'pid'}}},
    );
    await assert.rejects(db.autoupdate('Town'), {code: 'ER_CANT_CREATE_TABLE'});
    await Town.create({name: 'Ulm'});
    assert.deepEqual(await db.discoverForeignKeys('Town'), []);
  });

  it('is changed each time, for the server shows numbers otherwise', async () => {
    define({name: String});
    await db.automigrate('Town');
    assert.equal(await isActual(db, 'Town'), true);
    define({name: String, size: Number});
    await db.autoupdate('Town');
    assert.equal(await isActual(db, 'Town'), false);
  });

  it('has rows as they were where one of them cannot be converted', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create([{name: '1'}, {name: 'x'}]);
    define({name: Number, more: String});
    await assert.rejects(db.autoupdate('Town'), {
      code: 'ER_TRUNCATED_WRONG_VALUE',
      message: "Truncated incorrect INTEGER value: 'x'",
    });
    const Town = define({name: String});
    const names = (await Town.find()).map(({name}: {name: string}) => name);
    assert.deepEqual(names, ['1', 'x']);
    assert.deepEqual(db.connector.database.verify(), []);
  });

  it('says which rows refer to nothing', async () => {
    db.define('Nation', {name: String});
    const key = {name: 'k', entity: 'Nation', entityKey: 'id'};
    const Town = define(
      {pid: Number},
      {foreignKeys: {k: {...key, foreignKey: 'pid'}}},
    );
    await db.automigrate();
    await Town.create({pid: 9});
    await assert.rejects(db.autoupdate('Town'), {
      code: 'ER_NO_REFERENCED_ROW_2',
      message:
        'Cannot add or update a child row: a foreign key constraint fails ' +
        '(`shop`.`Town`, CONSTRAINT `k` FOREIGN KEY (`pid`) REFERENCES `Nation` (`id`))',
    });
  });

  it('fails with what ends the process in production', async () => {
    define({name: Number});
    await db.automigrate('Town');
    define({name: {type: Number, index: {type: 'BTREE'}}});
    await assert.rejects(db.autoupdate('Town'), {
      name: 'TypeError',
      message: "Cannot read properties of undefined (reading 'toUpperCase')",
    });
    const key = {name: 'k', entity: 'Town', entityKey: 'id'};
    define({name: Number}, {foreignKeys: {k: {...key, foreignKey: 'gone'}}});
    await assert.rejects(db.autoupdate('Town'), {
      name: 'TypeError',
      message: "Cannot read properties of undefined (reading 'mysql')",
    });
  });

  it('refuses columns of an index that SQL does not read', async () => {
    define({name: Number});
    await db.automigrate('Town');
    define({name: Number}, {indexes: {k: {name: 1}}});
    await assert.rejects(db.autoupdate('Town'), {
      code: 'ER_PARSE_ERROR',
      message: /right syntax to use near '\)' at line 2$/,
    });
  });

  it('has a default that quotes end early, and none', async () => {
    define({name: {type: String, mysql: {default: 'say "x"'}}});
    await assert.rejects(db.automigrate('Town'), {code: 'ER_PARSE_ERROR'});
  });

  it('waits for a transaction that has written to it', async () => {
    const Town = define({name: String});
    await db.automigrate('Town');
    const transaction = await Town.beginTransaction('READ COMMITTED');
    await Town.create({name: 'Ulm'}, {transaction});
    define({name: String, more: String});
    const updated = db.autoupdate('Town').then(() => 'updated');
    const waits = new Promise(resolve => setTimeout(resolve, 30, 'waits'));
    assert.equal(await Promise.race([updated, waits]), 'waits');
    await transaction.commit();
    assert.equal(await updated, 'updated');
    assert.equal(await Town.count(), 1);
  });
});

describe('Discovery of MariaDB', () => {
  const names = async (db: Migrating, options?: object) =>
    (await db.discoverModelDefinitions(options)).map(({name}) => name);

  async function withTables(settings: object = {}): Promise<Migrating> {
    const db = open(settings);
    for (const name of ['a', 'b', 'c']) db.define(name, {n: Number});
    await db.automigrate();
    return db;
  }

  it('lists the tables of a database that is called as the user', async () => {
    assert.deepEqual(await names(await withTables()), []);
    const user = await withTables({user: 'shop'});
    assert.deepEqual(await names(user), ['a', 'b', 'c']);
    const username = await withTables({user: 'root', username: 'shop'});
    assert.deepEqual(await names(username), ['a', 'b', 'c']);
  });

  it('takes an offset without a limit for a limit', async () => {
    const db = await withTables();
    const schema = 'shop';
    assert.deepEqual(await names(db, {schema, offset: 1}), ['a']);
    assert.deepEqual(await names(db, {schema, offset: 1, limit: 5}), [
      'b',
      'c',
    ]);
    assert.deepEqual(await names(db, {all: true}), ['a', 'b', 'c']);
  });

  it('tells tables that are there from their declaration on', async () => {
    const db = makeDataSource({emulate: 'mariadb'}) as Migrating;
    db.define('Town', {name: String, size: {type: Number, unsigned: true}});
    const told = await db.discoverModelProperties('Town');
    assert.deepEqual(
      told.map(({columnName, columnType}) => [columnName, columnType]),
      [
        ['name', 'varchar(512)'],
        ['size', 'int(10) unsigned'],
        ['id', 'int(11)'],
      ],
    );
  });
});

describe("A table of MySQL with migrations: 'required'", () => {
  let db: Migrating;

  beforeEach(() => {
    db = open({}, 'mysql');
  });

  const define = (properties: object, settings: object = {}): Model =>
    db.define('Town', properties, {forceId: false, ...settings});

  it('is as it is declared, for integers are shown without a width', async () => {
    define({name: String, size: Number});
    await db.automigrate('Town');
    assert.equal(await isActual(db, 'Town'), true);
  });

  it('has texts converted as they are inserted', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create({name: '12.7'});
    const Town = define({name: Number});
    await db.autoupdate('Town');
    assert.equal((await Town.findOne()).name, 13);
    define({name: String});
    await db.autoupdate('Town');
    await define({name: String}).create({name: 'x'});
    define({name: Number});
    await assert.rejects(db.autoupdate('Town'), {
      code: 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
    });
  });

  const refused: readonly (readonly [string, object, object])[] = [
    ['ER_BLOB_KEY_WITHOUT_LENGTH', {name: {type: Object, index: true}}, {}],
    [
      'ER_TOO_LONG_KEY',
      {name: {type: String, length: 1000, index: {unique: true}}},
      {},
    ],
    [
      'ER_BLOB_CANT_HAVE_DEFAULT',
      {name: {type: String, mysql: {dataType: 'text', default: 'x'}}},
      {},
    ],
    ['ER_INVALID_DEFAULT', {name: {type: Number, mysql: {default: 'now'}}}, {}],
    ['ER_PARSE_ERROR', {name: {type: String, mysql: {dataType: 'foo'}}}, {}],
  ];
  for (const [code, properties, settings] of refused) {
    it(`is refused with ${code}`, async () => {
      define(properties, settings);
      await assert.rejects(db.automigrate('Town'), {code});
    });
  }

  it('says what is wrong with null, and with empty dates', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create({});
    define({name: {type: String, required: true}});
    await assert.rejects(db.autoupdate('Town'), {
      code: 'ER_INVALID_USE_OF_NULL',
      sqlState: '22004',
    });
    define({name: String, at: {type: Date, required: true}});
    await assert.rejects(db.autoupdate('Town'), {
      code: 'ER_TRUNCATED_WRONG_VALUE',
      message: /Incorrect datetime value: '0000-00-00 00:00:00'/,
    });
  });

  it('says what is wrong with a foreign key', async () => {
    db.define('Nation', {name: String});
    const update = async (child: object, key: object) => {
      const k = {name: 'k', entity: 'Nation', entityKey: 'id', ...key};
      define(child, {foreignKeys: {k: {...k, foreignKey: 'pid'}}});
      await db.automigrate('Town');
      await db.autoupdate('Town');
    };
    const pid = {pid: Number};
    await assert.rejects(update(pid, {}), {code: 'ER_FK_CANNOT_OPEN_PARENT'});
    await db.automigrate('Nation');
    await assert.rejects(update(pid, {entityKey: 'q'}), {
      code: 'ER_FK_NO_COLUMN_PARENT',
    });
    await assert.rejects(update({pid: String}, {entityKey: 'name'}), {
      code: 'ER_FK_NO_INDEX_PARENT',
    });
    await assert.rejects(update({pid: String}, {}), {
      code: 'ER_FK_INCOMPATIBLE_COLUMNS',
    });
    await update(pid, {});
  });
});

describe('A file of tables that MariaDB has', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'emulated-'));
    file = path.join(folder, 'db.json');
  });

  afterEach(() => rmSync(folder, {recursive: true}));

  async function during<T>(
    properties: object,
    run: (Town: Model, db: Migrating) => Promise<T>,
  ): Promise<T> {
    const db = open({file});
    const Town = db.define('Town', properties, {forceId: false});
    try {
      await db.connect();
      return await run(Town, db);
    } finally {
      await db.disconnect();
    }
  }

  it('has what migrations have made of them', async () => {
    await during({name: String}, async (Town, db) => {
      await db.automigrate();
      await Town.create({id: 7, name: 'Ulm'});
    });
    const at = {type: Date, required: true};
    await during({name: String, at}, async (Town, db) => {
      await assert.rejects(Town.find(), {code: 'ER_BAD_FIELD_ERROR'});
      await db.autoupdate();
      const [row] = await Town.find();
      assert.equal(String(row.at), 'Invalid Date');
    });
    await during({name: String, at}, async Town => {
      const [row] = await Town.find();
      assert.equal(String(row.at), 'Invalid Date');
      await Town.create({name: 'Bonn', at: new Date(0)});
      assert.equal(await Town.count({id: 8}), 1);
    });
  });
});
