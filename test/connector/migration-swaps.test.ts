import assert from 'node:assert/strict';
import {Files} from '../support/connector/files';
import {
  assertRefused,
  id,
  migrate,
  type MigratingDataSource,
  openMigrating,
  planTexts,
  stored,
  withFile,
} from '../support/connector/migrating';

type Properties = Record<string, unknown>;

/** A property in a column. */
const column = (columnName: string, type: unknown = Number) => ({
  type,
  memory: {columnName},
});

/** A property that had another name. */
const renamed = (renamedFrom: string, type: unknown = Number) => ({
  type,
  memory: {renamedFrom},
});

interface Case {
  readonly title: string;
  readonly before: Properties;
  readonly rows: readonly object[];
  readonly after: Properties;
  readonly plan: readonly string[];
  /** The rows by their properties. */
  readonly found: readonly object[];
}

const cases: readonly Case[] = [
  {
    title: 'columns that are handed on from one property to another',
    before: {a: Number, b: Number},
    rows: [{a: 1, b: 2}, {a: 3}, {b: 4}, {}],
    after: {a: column('b'), b: column('c')},
    plan: ['rename column a to M.b', 'rename column b to M.c'],
    found: [{a: 1, b: 2}, {a: 3}, {b: 4}, {}],
  },
  {
    title: 'columns of two properties that change places',
    before: {a: Number, b: Number},
    rows: [{a: 1, b: 2}, {a: 3}, {b: 4}, {}],
    after: {a: column('b'), b: column('a')},
    plan: ['rename column a to M.b', 'rename column b to M.a'],
    found: [{a: 1, b: 2}, {a: 3}, {b: 4}, {}],
  },
  {
    title: 'properties that hand on their names',
    before: {a: Number, b: Number},
    rows: [{a: 1, b: 2}, {a: 3}, {b: 4}],
    after: {b: renamed('a'), c: renamed('b')},
    plan: ['rename column a to M.b', 'rename column b to M.c'],
    found: [{b: 1, c: 2}, {b: 3}, {c: 4}],
  },
  {
    title: 'two properties that change names',
    before: {a: Number, b: Number},
    rows: [{a: 1, b: 2}, {a: 3}, {b: 4}],
    after: {a: renamed('b'), b: renamed('a')},
    plan: ['rename column b to M.a', 'rename column a to M.b'],
    found: [{a: 2, b: 1}, {b: 3}, {a: 4}],
  },
  {
    title: 'three properties that change names',
    before: {a: Number, b: Number, c: Number},
    rows: [{a: 1, b: 2, c: 3}],
    after: {a: renamed('c'), b: renamed('a'), c: renamed('b')},
    plan: [
      'rename column c to M.a',
      'rename column a to M.b',
      'rename column b to M.c',
    ],
    found: [{a: 3, b: 1, c: 2}],
  },
  {
    title: 'two properties of other types that change names',
    before: {a: Date, b: String},
    rows: [{a: new Date(5), b: 'x'}, {b: 'y'}],
    after: {a: renamed('b', String), b: renamed('a', Date)},
    plan: ['rename column b to M.a', 'rename column a to M.b'],
    found: [{a: 'x', b: new Date(5)}, {a: 'y'}],
  },
  {
    title: 'names that are handed on, with other types',
    before: {a: Number, b: Number},
    rows: [{a: 1, b: 2}],
    after: {b: renamed('a', String), c: renamed('b')},
    plan: [
      'rename column a to M.b',
      'rename column b to M.c',
      'change type of M.b from number to string',
    ],
    found: [{b: '1', c: 2}],
  },
];

/** The rows of the model by its properties, without their ids. */
async function found(db: MigratingDataSource): Promise<object[]> {
  const rows: any[] = await db.getModel('M').find({order: 'id'});
  return rows.map(row => {
    const {id: _id, ...rest} = row.toObject();
    const entries = Object.entries(rest).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    return Object.fromEntries(entries);
  });
}

async function assertMigrates(
  db: MigratingDataSource,
  {after, found: expected, plan}: Case,
): Promise<void> {
  db.define('M', {id, ...after});
  const M = db.getModel('M');
  for (const statement of [() => M.find(), () => M.create({a: 9})]) {
    await assert.rejects(statement(), {
      code: 'INVALID_MODEL',
      message: /its rows have "\w", and the model names the column "\w"/,
    });
  }
  assert.deepEqual(planTexts(db), plan);
  await migrate(db);
  assert.deepEqual(await found(db), expected);
  await migrate(db);
  assert.deepEqual(await found(db), expected);
}

describe('Names that change at once', () => {
  let files: Files;

  beforeEach(() => {
    files = new Files();
  });

  afterEach(() => files.remove());

  for (const each of cases) {
    const {after, before, found: expected, rows, title} = each;

    it(`take their values with them: ${title}`, async () => {
      const db = openMigrating();
      await db.define('M', {id, ...before}).createAll(rows);
      await assertMigrates(db, each);
    });

    it(`take the values of a file with them: ${title}`, async () => {
      await withFile(files, db =>
        db.define('M', {id, ...before}).createAll(rows),
      );
      await withFile(files, db => assertMigrates(db, each));
      await withFile(files, async db => {
        db.define('M', {id, ...after});
        assert.equal(await db.isActual(), true);
        assert.deepEqual(await found(db), expected);
      });
    });

    it(`do nothing in a table that was made with them: ${title}`, async () => {
      await withFile(files, async db => {
        await db.define('M', {id, ...after}).createAll(expected);
        await migrate(db);
        assert.deepEqual(await found(db), expected);
      });
      await withFile(files, async db => {
        db.define('M', {id, ...after});
        await migrate(db);
        assert.deepEqual(await found(db), expected);
      });
    });
  }

  it('take indexes and rules with them', async () => {
    const db = openMigrating();
    const unique = {index: {unique: true}};
    await db
      .define('M', {
        id,
        a: {type: Number, ...unique, required: true},
        b: Number,
      })
      .createAll([
        {a: 1, b: 7},
        {a: 2, b: 7},
      ]);
    db.define('M', {
      id,
      a: renamed('b'),
      b: {...renamed('a'), ...unique, required: true},
    });
    await migrate(db);
    assert.deepEqual(await found(db), [
      {a: 7, b: 1},
      {a: 7, b: 2},
    ]);
    const M = db.getModel('M');
    await assert.rejects(M.create({b: 2}), {code: 'DUPLICATE_KEY'});
    await assert.rejects(M.create({a: 2}), {statusCode: 422});
  });

  it('may be those of the id', async () => {
    const db = openMigrating();
    await db.define('M', {a: {type: String, id: true}, b: String}).createAll([
      {a: 'x', b: 'y'},
      {a: 'z', b: 'y'},
    ]);
    db.define('M', {
      b: {type: String, id: true, memory: {renamedFrom: 'a'}},
      a: {type: String, memory: {renamedFrom: 'b'}},
    });
    await migrate(db);
    assert.deepEqual(stored(db), [
      {a: 'y', b: 'x'},
      {a: 'y', b: 'z'},
    ]);
  });

  it('may change back, once the model was migrated without them', async () => {
    const db = openMigrating();
    const plain = {id, a: Number, b: Number};
    const swapped = {id, a: renamed('b'), b: renamed('a')};
    await db.define('M', plain).create({a: 1, b: 2});
    db.define('M', swapped);
    await migrate(db);
    db.define('M', plain);
    assert.deepEqual(planTexts(db), [
      'change former names in M from b of a, a of b to none',
    ]);
    await migrate(db);
    assert.deepEqual(await found(db), [{a: 2, b: 1}]);
    db.define('M', swapped);
    await migrate(db);
    assert.deepEqual(await found(db), [{a: 1, b: 2}]);
  });

  it('may change back from columns to properties', async () => {
    const db = openMigrating();
    await db.define('M', {id, a: Number, b: Number}).create({a: 1, b: 2});
    db.define('M', {id, a: column('b'), b: column('a')});
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, a: 2, b: 1}]);
    db.define('M', {id, a: renamed('b'), b: renamed('a')});
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, a: 1, b: 2}]);
  });

  it('stay as they are where one of them is still declared', async () => {
    const db = openMigrating();
    await db.define('M', {id, a: Number, b: Number}).create({a: 1, b: 2});
    db.define('M', {id, a: Number, b: renamed('a'), c: renamed('b')});
    assert.deepEqual(planTexts(db), ['add column M.c (number)']);
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, a: 1, b: 2}]);
  });

  it('are refused where a row has another value in the way', async () => {
    const db = openMigrating();
    await db
      .define('M', {id, a: Number, b: Number})
      .createAll([{a: 1, b: 2, c: 3}, {a: 1, b: 2, c: 2}, {c: 5}]);
    db.define('M', {id, b: renamed('a'), c: renamed('b')});
    await assertRefused(db, [
      'M 1 c: the row has 3 under this name, and 2 under the former name b',
    ]);
  });

  it('are refused where a row of a file has another value in the way', async () => {
    const rows = [
      {a: 1, b: 2, c: 3},
      {a: 1, b: 2},
    ];
    await withFile(files, db =>
      db.define('M', {id, a: Number, b: Number}).createAll(rows),
    );
    await withFile(files, async db => {
      db.define('M', {id, b: renamed('a'), c: renamed('b')});
      await assertRefused(db, [
        'M 1 c: the row has 3 under this name, and 2 under the former name b',
      ]);
    });
    await withFile(files, async db => {
      db.define('M', {id, a: Number, b: Number});
      assert.deepEqual(
        stored(db),
        rows.map((row, i) => ({id: i + 1, ...row})),
      );
    });
  });

  it('are told by the rows of a file without a schema', async () => {
    files.write({
      ids: {M: 3},
      models: {
        M: {
          1: JSON.stringify({id: 1, a: 1, b: '1970-01-01T00:00:00.005Z'}),
          2: JSON.stringify({id: 2, a: 2}),
        },
      },
    });
    await withFile(files, async db => {
      db.define('M', {id, a: column('b'), b: column('c', Date)});
      await assert.rejects(db.getModel('M').find(), {code: 'INVALID_MODEL'});
      await migrate(db);
      assert.deepEqual(await found(db), [{a: 1, b: new Date(5)}, {a: 2}]);
    });
  });
});
