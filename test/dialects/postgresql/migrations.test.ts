import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../../support/connector/data-source';

/** The methods of a datasource that concern its schema. */
interface Migrating extends TestDataSource {
  autoupdate(models?: string): Promise<void>;
  isActual(models?: string): Promise<boolean>;
  discoverModelProperties(
    table: string,
    options?: object,
  ): Promise<Record<string, unknown>[]>;
  discoverForeignKeys(table: string): Promise<Record<string, unknown>[]>;
  execute(sql: string): Promise<unknown>;
}

const emulate = {
  database: 'postgresql',
  hazards: 'copy',
  migrations: 'required',
};

function open(settings: object = {}): Migrating {
  return makeDataSource({emulate, ...settings}) as Migrating;
}

/** What rows have of their own. */
async function plain(rows: Promise<Model[]>): Promise<object[]> {
  return (await rows).map(row => row.toObject() as object);
}

describe("A table of PostgreSQL with migrations: 'required'", () => {
  let db: Migrating;

  beforeEach(() => {
    db = open();
  });

  const define = (properties: object, settings: object = {}): Model =>
    db.define('Town', properties, {forceId: false, ...settings});

  it('does not exist before it was migrated', async () => {
    const Town = define({name: String});
    const expected = {
      code: '42P01',
      message: 'relation "public.town" does not exist',
    };
    await assert.rejects(Town.find(), expected);
    await assert.rejects(Town.create({name: 'Ulm'}), expected);
    await db.automigrate('Town');
    assert.equal(await Town.count(), 0);
  });

  it('has no column that was declared since it was migrated', async () => {
    define({name: String});
    await db.automigrate('Town');
    const Town = define({name: String, size: Number});
    const read = {code: '42703', message: 'column "size" does not exist'};
    await assert.rejects(Town.find(), read);
    await assert.rejects(Town.count({size: 1}), read);
    await assert.rejects(Town.create({name: 'Ulm', size: 1}), {
      message: 'column "size" of relation "town" does not exist',
    });
    await assert.rejects(Town.updateAll({}, {size: 1}), {code: '42703'});
  });

  it('keeps a column that a model does not know any more', async () => {
    const Before = define({name: String, size: Number});
    await db.automigrate('Town');
    await Before.create({name: 'Ulm', size: 7});
    const Town = define({name: String});
    await Town.create({name: 'Bonn'});
    assert.deepEqual(await plain(Town.find()), [
      {name: 'Ulm', id: 1},
      {name: 'Bonn', id: 2},
    ]);
    const Again = define({name: String, size: Number});
    assert.deepEqual(
      (await plain(Again.find())).map(row => (row as {size: unknown}).size),
      [7, null],
    );
  });

  it('gets new columns with their defaults in rows that are there', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create({name: 'Ulm'});
    const Town = define({name: String, size: {type: Number, default: 5}});
    assert.equal(await db.isActual('Town'), false);
    await db.autoupdate('Town');
    assert.equal(await db.isActual('Town'), true);
    assert.deepEqual(await plain(Town.find()), [{name: 'Ulm', size: 5, id: 1}]);
  });

  it('loses the values of a column that is dropped', async () => {
    const Before = define({name: String, size: Number});
    await db.automigrate('Town');
    await Before.create({name: 'Ulm', size: 7});
    define({name: String});
    await db.autoupdate('Town');
    const Town = define({name: String, size: Number});
    await db.autoupdate('Town');
    assert.equal((await Town.findById(1)).size, null);
  });

  it('converts texts to numbers, and nothing where one is none', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create({name: '12'});
    define({name: Number});
    await db.autoupdate('Town');
    const Town = define({name: Number});
    assert.deepEqual(await plain(Town.find()), [{name: 12, id: 1}]);
    define({name: String});
    await db.autoupdate('Town');
    await define({name: String}).create({name: 'abc'});
    define({name: Number});
    await assert.rejects(db.autoupdate('Town'), {
      name: 'error',
      code: '22P02',
      message: 'invalid input syntax for type integer: "abc"',
    });
  });

  it('has no NOT NULL over nulls', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create({});
    define({name: {type: String, required: true}});
    await assert.rejects(db.autoupdate('Town'), {
      code: '23502',
      message: 'column "name" of relation "town" contains null values',
      table: 'town',
      column: 'name',
    });
  });

  it('has no unique index over duplicates', async () => {
    const Before = define({name: String});
    await db.automigrate('Town');
    await Before.create({name: 'Ulm'});
    await Before.create({name: 'Ulm'});
    const Town = define({name: {type: String, index: {unique: true}}});
    await assert.rejects(db.autoupdate('Town'), {
      code: '23505',
      message: 'could not create unique index "town_name_idx"',
      detail: 'Key (name)=(Ulm) is duplicated.',
      constraint: 'town_name_idx',
    });
    await Town.create({name: 'Ulm'});
  });

  it('reads the declaration of an index in the style of SQL as columns', async () => {
    const Town = define(
      {a: String, b: Number},
      {indexes: {ab: {columns: 'a,b', kind: 'unique'}}},
    );
    await assert.rejects(db.automigrate('Town'), {
      code: '42703',
      message: 'column "columns" does not exist',
    });
    await Town.create({a: 'x', b: 1});
  });

  it('shares the names of its indexes with other tables', async () => {
    define({name: String}, {indexes: {same: {keys: {name: 1}}}});
    await db.automigrate('Town');
    db.define('City', {name: String}, {indexes: {same: {keys: {name: 1}}}});
    await assert.rejects(db.automigrate('City'), {
      code: '42P07',
      message: 'relation "same" already exists',
    });
  });

  it('cannot have two columns that differ by case', async () => {
    const Town = define({username: String, userName: String});
    await assert.rejects(db.automigrate('Town'), {
      code: '42701',
      message: 'column "username" specified more than once',
    });
    await assert.rejects(Town.find(), {code: '42P01'});
  });

  it('is not made anew while another one refers to it', async () => {
    const Town = define({name: String});
    const key = {
      name: 'fk',
      entity: 'Town',
      entityKey: 'id',
      foreignKey: 'tid',
    };
    const Street = db.define(
      'Street',
      {tid: {type: Number}},
      {foreignKeys: {fk: key}},
    );
    await db.automigrate('Town');
    await db.automigrate('Street');
    await Town.create({name: 'Ulm'});
    await Street.create({tid: 1});
    await assert.rejects(Street.create({tid: 9}), {code: '23503'});
    await assert.rejects(db.automigrate('Town'), {
      code: '42P07',
      message: 'relation "town" already exists',
    });
    assert.equal(await Town.count(), 1);
    assert.equal((await db.discoverForeignKeys('street'))[0]!['fkName'], 'fk');
  });

  it('is discovered in the shapes of its connector', async () => {
    define({name: {type: String, required: true}, size: Number});
    await db.automigrate('Town');
    const columns = await db.discoverModelProperties('town');
    assert.deepEqual(
      columns.map(({columnName, dataType, nullable, owner, type}) =>
        [owner, columnName, dataType, nullable, type].join(' '),
      ),
      [
        'public size integer YES Number',
        'public id integer NO Number',
        'public name text NO String',
      ],
    );
  });

  it('is discovered column by column where the schema is named', async () => {
    define({name: {type: String, required: true}, size: Number});
    await db.automigrate('Town');
    const columns = await db.discoverModelProperties('town', {
      schema: 'public',
    });
    const names = columns.map(({columnName}) => columnName);
    assert.deepEqual(names, ['name', 'size', 'id']);
  });

  const refusedDefaults = [
    [Date, "'5'", '22007', /timestamp with time zone: "5"$/],
    [Number, "'x'", '22P02', /integer: "x"$/],
    [Boolean, "'maybe'", '22P02', /boolean: "maybe"$/],
    [Date, '5', '42804', /timestamp with time zone but .* integer$/],
    [Number, 'now()', '42804', /integer but .* timestamp with time zone$/],
    [Boolean, '1', '42804', /boolean but .* integer$/],
    [Number, 'true', '42804', /integer but .* boolean$/],
  ] as const;
  for (const [type, dbDefault, code, message] of refusedDefaults) {
    it(`refuses the default ${dbDefault} of a ${type.name}`, async () => {
      define({value: {type, postgresql: {dbDefault}}});
      await assert.rejects(db.automigrate('Town'), {code, message});
    });
  }

  it('takes the defaults that PostgreSQL casts by itself', async () => {
    for (const [type, dbDefault] of [
      [Number, "'5'"],
      [Number, '1.5'],
      [Number, '99999999999'],
      [Date, "'now'"],
      [String, '5'],
      [String, 'now()'],
    ] as const) {
      define({value: {type, postgresql: {dbDefault}}});
      await db.automigrate('Town');
    }
  });

  it('takes no SQL but SELECT 1', async () => {
    assert.deepEqual(await db.execute('SELECT 1 AS result'), [{result: 1}]);
    await assert.rejects(db.execute('TRUNCATE town'), {code: 'NOT_EMULATED'});
  });
});

describe('A store that emulates PostgreSQL', () => {
  it('has one setting of migrations', () => {
    const store = 'one setting of migrations';
    open({store});
    assert.throws(() => open({store, emulate: 'postgresql'}), {
      code: 'INVALID_SETTING',
      message: /same setting emulate: \{migrations\}/,
    });
  });
});

describe('A file of tables that PostgreSQL has', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'emulated-'));
    file = path.join(folder, 'db.json');
  });

  afterEach(() => rmSync(folder, {recursive: true}));

  async function during<T>(
    settings: object,
    properties: object,
    run: (Town: Model, db: Migrating) => Promise<T>,
  ): Promise<T> {
    const db = makeDataSource({file, ...settings}) as Migrating;
    const Town = db.define('Town', properties, {forceId: false});
    try {
      await db.connect();
      return await run(Town, db);
    } finally {
      await db.disconnect();
    }
  }

  it('has what migrations have made of them', async () => {
    await during({emulate}, {townName: String}, async (Town, db) => {
      await db.automigrate();
      await Town.create({townName: 'Ulm'});
    });
    await during(
      {emulate},
      {townName: String, size: Number},
      async (Town, db) => {
        await assert.rejects(Town.find(), {code: '42703'});
        await db.autoupdate();
        assert.deepEqual(await plain(Town.find()), [
          {townName: 'Ulm', size: null, id: 1},
        ]);
      },
    );
  });

  it('goes on with its sequences, whatever ids were given', async () => {
    await during({emulate}, {name: String}, async (Town, db) => {
      await db.automigrate();
      await Town.create({name: 'a'});
      await Town.create({name: 'b'});
      await Town.create({id: 40, name: 'c'});
      await Town.destroyAll();
    });
    await during({emulate}, {name: String}, async Town => {
      assert.equal((await Town.create({name: 'd'})).id, 3);
    });
  });

  it('takes rows of another dialect that its columns can hold', async () => {
    await during({}, {name: String, more: Object}, Town =>
      Town.create({name: 'Ulm', more: {a: 1}}),
    );
    for (const migrations of ['automatic', 'required']) {
      await during(
        {emulate: {...emulate, migrations}},
        {name: String, more: Object},
        async Town => {
          assert.equal(await Town.count({name: 'Ulm'}), 1);
        },
      );
    }
  });

  it('names the rows of another dialect that contradict its columns', async () => {
    await during({}, {n: Number}, async Town => {
      await Town.create({n: 1});
      for (let i = 0; i < 11; i++) await Town.create({n: i + 0.5});
    });
    for (const migrations of ['automatic', 'required']) {
      await during(
        {emulate: {...emulate, migrations}},
        {n: Number},
        async Town => {
          const error = (await Town.find().catch((e: Error) => e)) as Error;
          assert.match(error.message, /11 values/);
          assert.match(error.message, /invalid input syntax for type integer/);
          assert.match(error.message, /and 1 more/);
        },
      );
    }
    await during({}, {n: Number}, async Town => {
      assert.equal(await Town.count(), 12);
    });
  });
});
