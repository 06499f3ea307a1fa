import assert from 'node:assert/strict';
import {call} from '../support/connector/data-source';
import {
  assertRefused,
  id,
  migrate,
  type MigratingDataSource,
  openMigrating,
  planTexts,
  refusalOf,
  stored,
} from '../support/connector/migrating';

/** Rows written for one definition, and the model defined in another way since. */
async function redefined(
  before: object,
  rows: readonly object[],
  after: object,
  settings: object = {},
): Promise<MigratingDataSource> {
  const db = openMigrating();
  await db.define('M', before).createAll(rows);
  db.define('M', after, settings);
  return db;
}

describe('A value that becomes required', () => {
  it('is refused where rows have none', async () => {
    const db = await redefined({id, n: Number}, [{n: 1}, {n: null}, {}], {
      id,
      n: {type: Number, required: true},
    });
    assert.deepEqual(planTexts(db), ['set M.n required']);
    await assertRefused(db, [
      'M 2 n: M.n cannot be null: it is required.',
      'M 3 n: M.n cannot be undefined: it is required.',
    ]);
  });

  it('is required from then on', async () => {
    const db = await redefined({id, n: Number}, [{n: 1}], {
      id,
      n: {type: Number, required: true},
    });
    await migrate(db);
    await assert.rejects(call(db.connector, 'create', 'M', {}), {
      code: 'NOT_NULL_VIOLATION',
    });
  });

  it('may be null again when it is not required any more', async () => {
    const db = await redefined(
      {id, n: {type: Number, required: true}},
      [{n: 1}],
      {id, n: Number},
    );
    assert.deepEqual(planTexts(db), ['let M.n be null']);
    await migrate(db);
    await db.getModel('M').create({});
  });
});

describe('A migration that many rows are in the way of', () => {
  it('lists ten of them, and how many there are', async () => {
    const rows = Array.from({length: 25}, (_, n) => ({t: `text ${n}`}));
    const db = await redefined({id, t: String}, rows, {id, t: Number});
    const {count, message, problems} = await refusalOf(db.autoupdate());
    assert.equal(count, 25);
    assert.equal(problems.length, 10);
    assert.match(message, /25 values are in its way, and nothing was changed/);
    assert.match(message, /\n- M 1, t: "text 0" does not convert to number/);
    assert.match(message, /\n- and 15 more$/);
    assert.equal(message.split('\n').length, 12);
  });

  it('tells of all tables, and of all that is wrong', async () => {
    const db = await redefined(
      {id, a: String, b: String},
      [{a: 'x', b: 'long'}, {a: '1'}],
      {id, a: Number, b: {type: String, length: 2, required: true}},
    );
    await db.define('N', {id, n: Number}).createAll([{n: 1}, {n: 1}]);
    db.define('N', {id, n: {type: Number, index: {unique: true}}});
    const {problems} = await refusalOf(db.autoupdate());
    assert.deepEqual(
      problems.map(text => text.split(':')[0]),
      ['M 1 a', 'M 1 b', 'M 2 b', 'N 2 n'],
    );
  });

  it('changes no table where one is refused', async () => {
    const db = await redefined({id, n: Number}, [{n: 1}], {id, n: String});
    await db.define('N', {id, t: String}).create({t: 'x'});
    db.define('N', {id, t: Number});
    await assertRefused(db, ['N 1 t: "x" does not convert to number exactly']);
    assert.deepEqual(stored(db), [{id: 1, n: 1}]);
    await migrate(db, 'M');
    assert.deepEqual(stored(db), [{id: 1, n: '1'}]);
  });

  it('is done once the rows were mended', async () => {
    const db = await redefined({id, t: String}, [{t: 'x'}], {id, t: Number});
    await assertRefused(db, ['M 1 t: "x" does not convert to number exactly']);
    await db.getModel('M').updateAll({id: 1}, {t: 5});
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, t: 5}]);
  });

  it('does not show the rows to clients of a REST API', async () => {
    const db = await redefined({id, t: String}, [{t: 'x'}], {id, t: Number});
    const error: any = await db.autoupdate().catch((cause: unknown) => cause);
    assert.doesNotMatch(JSON.stringify(error), /"x"/);
    assert.equal(error.statusCode ?? error.status, 500);
  });
});

describe('A unique index that is added', () => {
  const unique = {id, n: {type: Number, index: {unique: true}}};

  it('is refused where values come twice, and all but the first are listed', async () => {
    const rows = [{n: 1}, {n: 2}, {n: 1}, {n: 1}, {n: null}, {n: null}];
    const db = await redefined({id, n: Number}, rows, unique);
    const {count, problems} = await refusalOf(db.autoupdate());
    assert.equal(count, 2);
    assert.deepEqual(problems, [
      'M 3 n: 1 is that of the row with id 1 as well, and must be unique',
      'M 4 n: 1 is that of the row with id 1 as well, and must be unique',
    ]);
  });

  it('has all equal values of a large table listed in little time', async () => {
    const rows = Array.from({length: 10_000}, () => ({n: 1}));
    const db = await redefined({id, n: Number}, rows, unique);
    const {count} = await refusalOf(db.autoupdate());
    assert.equal(count, 9_999);
  });

  it('holds then, and is used', async () => {
    const db = await redefined({id, n: Number}, [{n: 1}, {n: 2}], unique);
    await migrate(db);
    await assert.rejects(db.getModel('M').create({n: 1}), {
      code: 'DUPLICATE_KEY',
    });
    const plan = db.connector.explain('M', {where: {n: 1}});
    assert.equal(plan.accessPath, 'index');
  });

  it('is refused where values come to be the same by their conversion', async () => {
    const db = await redefined(
      {id, n: {type: String, index: {unique: true}}},
      [{n: '1'}, {n: '01'}],
      unique,
    );
    await assertRefused(db, [
      'M 2 n: 1 is that of the row with id 1 as well, and must be unique',
    ]);
  });

  it('may be on several properties and on nested ones', async () => {
    const keys = (options: object) => ({
      indexes: {both: {keys: {a: 1, 'b.c': -1}, options}},
    });
    const properties = {id, a: Number, b: {type: {c: Number}}};
    const db = openMigrating();
    await db.define('M', properties, keys({})).createAll([
      {a: 1, b: {c: 1}},
      {a: 1, b: {c: 2}},
      {a: 1, b: {c: 1}},
    ]);
    db.define('M', properties, keys({unique: true}));
    assert.deepEqual(planTexts(db), [
      'drop index both of M',
      'add unique index both (a, b.c DESC) to M',
    ]);
    await assertRefused(db, [
      'M 3 a, b.c: [1,1] is that of the row with id 1 as well, and must be unique',
    ]);
    db.define('M', properties, keys({}));
    await db.getModel('M').deleteById(3);
    db.define('M', properties, keys({unique: true}));
    await migrate(db);
  });
});

describe('A foreign key that is added', () => {
  const parent = {id, name: String};
  const settings = {
    foreignKeys: {
      toP: {name: 'toP', entity: 'P', entityKey: 'id', foreignKey: 'p'},
    },
  };

  async function family(rows: readonly object[]): Promise<MigratingDataSource> {
    const db = openMigrating();
    await db.define('P', parent).createAll([{name: 'a'}, {name: 'b'}]);
    await db.define('M', {id, p: Number}).createAll(rows);
    db.define('M', {id, p: Number}, settings);
    return db;
  }

  it('is refused where rows refer to nothing', async () => {
    const db = await family([{p: 1}, {p: 7}, {p: null}]);
    assert.deepEqual(planTexts(db, 'M'), [
      'add index toP (p) to M',
      'add foreign key toP (p) to P (id) to M',
    ]);
    await assertRefused(
      db,
      ['M 2 p: there is no P (7) that it could refer to by toP'],
      'M',
    );
  });

  it('holds then', async () => {
    const db = await family([{p: 1}]);
    await migrate(db);
    await assert.rejects(db.getModel('M').create({p: 9}), {
      code: 'FOREIGN_KEY_VIOLATION',
    });
    await assert.rejects(db.getModel('P').deleteById(1), {
      code: 'FOREIGN_KEY_VIOLATION',
    });
  });

  it('is refused where its parent comes, and rows refer to nothing', async () => {
    const db = openMigrating();
    await db.define('M', {id, p: Number}, settings).createAll([{p: 7}, {}]);
    await migrate(db);
    db.define('P', parent);
    assert.deepEqual(planTexts(db), ['create table P']);
    await assertRefused(db, [
      'M 1 p: there is no P (7) that it could refer to by toP',
    ]);
  });

  it('holds no more when it is dropped', async () => {
    const db = await family([{p: 1}]);
    await migrate(db);
    db.define('M', {id, p: Number}, {foreignKeys: {}});
    await migrate(db);
    await db.getModel('M').create({p: 9});
  });
});

describe('An id that changes', () => {
  it('may be another property', async () => {
    const db = await redefined({id, code: String}, [{code: 'b'}, {code: 'a'}], {
      id: Number,
      code: {type: String, id: true},
    });
    assert.deepEqual(planTexts(db), [
      'change id of M from (id) to (code)',
      'change how ids of M are made from number to number as text',
    ]);
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 2, code: 'a'},
      {id: 1, code: 'b'},
    ]);
    assert.equal((await db.getModel('M').findById('b')).id, 1);
  });

  it('is refused where rows have none, or the same', async () => {
    const db = await redefined(
      {id, code: String},
      [{code: 'a'}, {}, {code: 'a'}],
      {id: Number, code: {type: String, id: true}},
    );
    await assertRefused(db, [
      'M 2 code: it becomes the id, and has no value',
      'M 3 code: "a" is that of the row with id 1 as well, and must be unique',
    ]);
  });

  it('is refused where one row has none', async () => {
    const db = await redefined({id, n: Number}, [{n: 5}, {}], {
      n: {type: Number, id: true},
    });
    await assertRefused(db, ['M 2 n: it becomes the id, and has no value']);
  });

  it('is refused where one of several is not there', async () => {
    const db = await redefined({id, n: Number}, [{n: 5}, {}], {
      n: {type: Number, id: 1},
      id: {type: Number, id: 2},
    });
    await assertRefused(db, ['M 2 n: it becomes the id, and has no value']);
  });

  it('is refused where rows came without it before it was gone back to', async () => {
    const pair = {id: {type: Number, id: 1}, n: {type: Number, id: 2}};
    const db = await redefined(pair, [{id: 1, n: 1}], {id, n: Number});
    await db.getModel('M').create({id: 2});
    db.define('M', pair);
    await assertRefused(db, ['M 2 n: it becomes the id, and has no value']);
  });

  it('is refused where a value cannot be one', async () => {
    const db = await redefined({id, n: ['number']}, [{n: [5]}], {
      n: {type: ['number'], id: true},
    });
    const {problems} = await refusalOf(db.autoupdate());
    assert.match(problems[0]!, /^M 1 n: \[5\] cannot be an id/);
  });

  it('is refused where nothing is left of it', async () => {
    const text = {type: String, id: true};
    const db = await redefined({id: text}, [{id: '1 a'}, {id: 'b'}], {
      id: {type: Number, id: true, memory: {lossy: true}},
    });
    await assertRefused(db, ['M b id: it becomes the id, and has no value']);
  });

  it('counts once what is refused for two reasons', async () => {
    const text = {type: String, id: true};
    const db = await redefined(
      {id: text, n: String},
      [
        {id: '1', n: 'x'},
        {id: '2', n: 'x'},
      ],
      {
        id: text,
        n: {type: Number, index: {unique: true}},
      },
    );
    assert.equal((await refusalOf(db.autoupdate())).count, 2);
  });

  it('may be of several properties', async () => {
    const db = await redefined(
      {id, a: Number, b: String},
      [
        {a: 1, b: 'x'},
        {a: 1, b: 'y'},
      ],
      {id: Number, a: {type: Number, id: 1}, b: {type: String, id: 2}},
    );
    await migrate(db);
    await assert.rejects(db.getModel('M').create({a: 1, b: 'x'}), {
      code: 'DUPLICATE_KEY',
    });
  });

  it('may be none at all, and come back', async () => {
    const db = openMigrating();
    await db.define('M', {id, n: Number}).createAll([{n: 5}, {n: 6}]);
    db.define('M', {id: Number, n: Number}, {idInjection: false});
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, n: 5},
      {id: 2, n: 6},
    ]);
    await db.getModel('M').create({id: 3, n: 7});
    db.define('M', {id, n: Number});
    await migrate(db);
    assert.equal((await db.getModel('M').create({})).id, 4);
  });

  it('is counted on behind those that there are', async () => {
    const db = await redefined(
      {id: {type: Number, id: true, generated: false}, n: Number},
      [{id: 7}],
      {id: {type: Number, id: true, generated: true}},
    );
    await migrate(db);
    assert.equal((await db.getModel('M').create({})).id, 8);
  });

  it('that was a text is counted on as a number', async () => {
    const db = await redefined(
      {id: {type: String, id: true}},
      [{id: '7'}, {id: '10'}],
      {id: {type: Number, id: true, generated: true}},
    );
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 7}, {id: 10}]);
    assert.equal((await db.getModel('M').create({})).id, 11);
  });
});

describe('Models on one collection', () => {
  const on = {memory: {collection: 'Shared'}};

  async function shared(): Promise<MigratingDataSource> {
    const db = openMigrating();
    const A = db.define('A', {id, a: Number}, on);
    const B = db.define('B', {id, b: Number}, on);
    await A.create({a: 1});
    await B.create({b: 2});
    return db;
  }

  it('are one table with what all of them declare', async () => {
    const db = await shared();
    db.define(
      'B',
      {id, b: String, c: {type: Number, default: 3, memory: {backfill: true}}},
      on,
    );
    assert.deepEqual(planTexts(db), [
      'change type of Shared.b from number to string',
      'add column Shared.c (number)',
    ]);
    await migrate(db, 'A');
    assert.deepEqual(stored(db, 'Shared'), [
      {id: 1, a: 1, c: 3},
      {id: 2, b: '2', c: 3},
    ]);
    assert.equal(await db.isActual('B'), true);
  });

  it('lose the columns of one that is defined without them', async () => {
    const db = await shared();
    db.define('B', {id}, on);
    assert.deepEqual(planTexts(db), [
      'drop column Shared.b, and 1 value with it',
    ]);
    await migrate(db);
  });
});
