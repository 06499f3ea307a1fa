import assert from 'node:assert/strict';
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

type Properties = Record<string, unknown>;

/** Rows written for one definition, and the model defined in another way since. */
async function redefined(
  before: Properties,
  rows: readonly object[],
  after: Properties,
  settings: object = {},
): Promise<MigratingDataSource> {
  const db = openMigrating(settings);
  await db.define('M', {id, ...before}).createAll(rows);
  db.define('M', {id, ...after});
  return db;
}

describe('A column that is added', () => {
  it('is filled with the default of its property', async () => {
    const db = await redefined({a: Number}, [{a: 1}, {a: 2}], {
      a: Number,
      b: {type: Number, default: 0, memory: {backfill: true}},
      c: String,
    });
    assert.deepEqual(planTexts(db), [
      'add column M.b (number)',
      'add column M.c (string)',
    ]);
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, a: 1, b: 0},
      {id: 2, a: 2, b: 0},
    ]);
  });

  it('calls the function that makes its default for each row', async () => {
    let count = 0;
    const next = () => ++count;
    const db = await redefined({}, [{}, {}], {
      n: {type: Number, default: next, memory: {backfill: true}},
      key: {type: String, defaultFn: 'guid', memory: {backfill: true}},
    });
    await migrate(db);
    const rows = stored(db) as {n: number; key: string}[];
    assert.equal(Math.abs(rows[0]!.n - rows[1]!.n), 1);
    assert.match(rows[0]!.key, /^[0-9a-f-]{36}$/);
    assert.notEqual(rows[0]!.key, rows[1]!.key);
  });

  it('has defaults of its own type', async () => {
    const db = await redefined({}, [{}, {}], {
      at: {type: Date, default: '2020-02-02', memory: {backfill: true}},
      tags: {type: ['string'], default: () => ['a'], memory: {backfill: true}},
      by: {type: Object, default: {name: 'x'}, memory: {backfill: true}},
    });
    await migrate(db);
    const [first] = stored(db);
    assert.deepEqual(first, {
      id: 1,
      at: new Date('2020-02-02'),
      tags: ['a'],
      by: {name: 'x'},
    });
  });

  it('stays empty where nothing asks for its default', async () => {
    const db = await redefined({}, [{}], {a: {type: Number, default: 7}});
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1}]);
  });

  it('may be required where it has a default', async () => {
    const db = await redefined({}, [{}], {
      a: {type: Number, required: true, default: 7},
    });
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, a: 7}]);
  });

  it('is refused where it is required and has none', async () => {
    const db = await redefined({}, [{}], {a: {type: Number, required: true}});
    const reason = 'M.a must have a value, and is undefined.';
    const {problems} = await refusalOf(db.autoupdate());
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^M 1 a: /, reason);
  });

  it('converts what rows had under its name without a declaration', async () => {
    const db = await redefined({}, [{n: '5'}, {n: 6}, {}], {n: Number});
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, n: 5}, {id: 2, n: 6}, {id: 3}]);
  });

  it('is refused where rows had another value under its name', async () => {
    const db = await redefined({}, [{n: 'five'}], {n: Number});
    await assertRefused(db, [
      'M 1 n: "five" does not convert to number exactly',
    ]);
  });

  it('takes the default only where rows had no value under its name', async () => {
    const db = await redefined({}, [{n: 5}, {n: null}, {}], {
      n: {type: Number, default: 1, memory: {backfill: true}},
    });
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, n: 5},
      {id: 2, n: 1},
      {id: 3, n: 1},
    ]);
  });
});

describe('A column that is dropped', () => {
  it('goes with its values, and what was never declared stays', async () => {
    const db = await redefined(
      {a: Number, b: String},
      [{a: 1, b: 'x', more: 1}, {a: 2}],
      {a: Number},
    );
    assert.deepEqual(planTexts(db), ['drop column M.b, and 1 value with it']);
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, a: 1, more: 1},
      {id: 2, a: 2},
    ]);
  });

  it('takes its indexes and rules with it', async () => {
    const db = await redefined(
      {a: {type: Number, required: true, index: {unique: true}}},
      [{a: 1}],
      {},
    );
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1}]);
    await db.getModel('M').create({});
  });
});

describe('A column that is renamed', () => {
  const renamed = (type: unknown) => ({
    now: {type, memory: {renamedFrom: 'old'}},
  });

  it('keeps its values, in their places', async () => {
    const db = await redefined(
      {old: Number, b: Number},
      [{old: 1, b: 2}, {b: 3}, {old: null}],
      {...renamed(Number), b: Number},
    );
    assert.deepEqual(planTexts(db), ['rename column old to M.now']);
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, now: 1, b: 2},
      {id: 2, b: 3},
      {id: 3, now: null},
    ]);
  });

  it('can be of another type', async () => {
    const db = await redefined({old: Number}, [{old: 1}], renamed(String));
    assert.deepEqual(planTexts(db), [
      'rename column old to M.now',
      'change type of M.now from number to string',
    ]);
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, now: '1'}]);
  });

  it('keeps its index', async () => {
    const db = await redefined(
      {old: {type: Number, index: {unique: true}}},
      [{old: 1}, {old: 2}],
      {
        now: {
          type: Number,
          index: {unique: true},
          memory: {renamedFrom: 'old'},
        },
      },
    );
    await migrate(db);
    const {accessPath} = db.connector.explain('M', {where: {now: 2}});
    assert.equal(accessPath, 'index');
    await assert.rejects(db.getModel('M').create({now: 2}), {
      code: 'DUPLICATE_KEY',
    });
  });

  it('may be the id', async () => {
    const db = openMigrating();
    await db.define('M', {old: {type: String, id: true}, n: Number}).create([
      {old: 'a', n: 1},
      {old: 'b', n: 2},
    ]);
    db.define('M', {
      now: {type: String, id: true, memory: {renamedFrom: 'old'}},
      n: Number,
    });
    await migrate(db);
    assert.deepEqual(stored(db), [
      {now: 'a', n: 1},
      {now: 'b', n: 2},
    ]);
  });

  it('is not renamed twice when it is migrated again', async () => {
    const db = await redefined({old: Number}, [{old: 1}], renamed(Number));
    await migrate(db);
    await db.getModel('M').create({now: 2});
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, now: 1},
      {id: 2, now: 2},
    ]);
  });

  it('is a new one where there was none of the former name', async () => {
    const db = await redefined({}, [{}], renamed(Number));
    assert.deepEqual(planTexts(db), ['add column M.now (number)']);
    await migrate(db);
  });

  it('swaps nothing where the former name is still declared', async () => {
    const db = await redefined({old: Number}, [{old: 1}], {
      old: Number,
      ...renamed(Number),
    });
    assert.deepEqual(planTexts(db), ['add column M.now (number)']);
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, old: 1}]);
  });

  it('is not dropped with its values where there was one of the new name', async () => {
    const db = await redefined(
      {old: Number, now: Number},
      [{old: 1, now: 2}, {old: 3}, {old: 4, now: 4}, {now: 5}],
      renamed(Number),
    );
    const [first, second] = (await refusalOf(db.autoupdate())).problems;
    assert.match(first!, /^M 1 now: the row has 1 under the former name old/);
    assert.match(second!, /^M 2 now: the row has 3 under the former name old/);
    db.define('M', {id, now: Number});
    await migrate(db);
  });

  it('is not dropped where it is the former name of one in a chain', async () => {
    const db = await redefined({a: String, b: String}, [{a: 'x', b: 'y'}], {
      b: {type: String, memory: {renamedFrom: 'a'}},
      c: {type: String, memory: {renamedFrom: 'b'}},
    });
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, b: 'x', c: 'y'}]);
  });

  it('may be dropped where another property once had its name', async () => {
    const named = {b: {type: Number, memory: {columnName: 'c'}}};
    const db = await redefined(
      {...named, x: {type: Number, memory: {columnName: 'b'}}},
      [{b: 1, x: 2}],
      named,
    );
    await migrate(db);
    assert.deepEqual(stored(db), [{id: 1, c: 1}]);
  });

  it('takes the one value where rows have a null under the other name', async () => {
    const db = await redefined(
      {old: Number},
      [
        {old: 1, now: null},
        {old: null, now: 2},
        {old: 3, now: 3},
      ],
      renamed(Number),
    );
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, now: 1},
      {id: 2, now: 2},
      {id: 3, now: 3},
    ]);
  });

  it('is refused where rows have another value under the new name', async () => {
    const db = await redefined(
      {old: Number},
      [{old: 1, now: 2}],
      renamed(Number),
    );
    await assertRefused(db, [
      'M 1 now: the row has 2 under this name, and 1 under the former name old',
    ]);
  });
});

describe('A column of another type', () => {
  const exact: readonly [
    from: unknown,
    to: unknown,
    value: any,
    converted: any,
  ][] = [
    [Number, String, 1.5, '1.5'],
    [String, Number, '1.5', 1.5],
    [String, Number, '-1e3', -1000],
    [Boolean, Number, true, 1],
    [Number, Boolean, 0, false],
    [String, Boolean, 'true', true],
    [Boolean, String, false, 'false'],
    [String, Date, '2020-02-02', new Date('2020-02-02')],
    [Date, String, new Date(0), '1970-01-01T00:00:00.000Z'],
    [Date, Number, new Date(5), 5],
    [Number, Date, 5, new Date(5)],
    [String, ['string'], 'a', ['a']],
    [['number'], ['string'], [1, 2], ['1', '2']],
    [Object, String, {a: [1]}, '{"a":[1]}'],
    [String, Object, '{"a":[1]}', {a: [1]}],
    [['number'], Array, [1], [1]],
    [Number, 'any', 1, 1],
  ];
  for (const [from, to, value, expected] of exact) {
    const name = `${JSON.stringify(value)} to ${JSON.stringify(expected)}`;
    it(`is converted where that is exact: ${name}`, async () => {
      const db = await redefined({v: from}, [{v: value}, {v: null}, {}], {
        v: to,
      });
      await migrate(db);
      assert.deepEqual(stored(db), [
        {id: 1, v: expected},
        {id: 2, v: null},
        {id: 3},
      ]);
    });
  }

  const inexact: readonly [
    from: unknown,
    to: unknown,
    value: any,
    type: string,
    nearest: any,
  ][] = [
    [String, Number, '12 apples', 'number', 12],
    [String, Number, 'none', 'number', null],
    [String, Number, '', 'number', null],
    [String, Number, '9007199254740993', 'number', 9007199254740992],
    [String, Number, '0.1000000000000000000001', 'number', 0.1],
    [String, Number, '1e999', 'number', Infinity],
    [Number, Boolean, 2, 'boolean', true],
    [String, Boolean, 'maybe', 'boolean', null],
    [Number, Date, 1.5, 'date', new Date(1)],
    [Number, Date, 9e15, 'date', null],
    [String, Date, '1 Feb 2020 UTC', 'date', new Date('2020-02-01')],
    [String, Date, 'some day', 'date', null],
    [String, Date, '2020-02-30', 'date', new Date('2020-03-01')],
    [
      String,
      Date,
      '2020-02-02T00:00:00.123456Z',
      'date',
      new Date('2020-02-02T00:00:00.123Z'),
    ],
    [['string'], ['number'], ['1', 'x'], 'number[]', [1, null]],
    [String, ['number'], '["1", "x"]', 'number[]', [1, null]],
    [['number'], Number, [1, 2], 'number', 1],
    [Number, Object, 1, 'object', null],
  ];
  for (const [from, to, value, type, nearest] of inexact) {
    const shown = JSON.stringify(value);
    const given = openMigrating().define('N', {v: from})({v: value}).v;
    it(`is refused where that is not exact: ${shown} to ${type}`, async () => {
      const db = await redefined({v: from}, [{v: value}], {v: to});
      const {problems} = await refusalOf(db.autoupdate());
      assert.equal(problems.length, 1);
      assert.ok(
        problems[0]!.endsWith(` does not convert to ${type} exactly`),
        problems[0],
      );
      assert.deepEqual(stored(db), [{id: 1, v: given?.toObject?.() ?? given}]);
    });

    it(`becomes the nearest where that may be lossy: ${shown} to ${type}`, async () => {
      const db = await redefined({v: from}, [{v: value}], {
        v: {type: to, memory: {lossy: true}},
      });
      await migrate(db);
      assert.deepEqual(stored(db), [{id: 1, v: nearest}]);
    });
  }

  it('is found by its index under its new type', async () => {
    const db = await redefined(
      {v: {type: Number, index: true}},
      Array.from({length: 20}, (_, n) => ({v: n})),
      {v: {type: String, index: true}},
    );
    await migrate(db);
    const rows = await db.getModel('M').find({where: {v: {lt: '10'}}});
    assert.deepEqual(
      rows.map((row: {v: string}) => row.v),
      ['0', '1'],
    );
  });
});

describe('What is declared inside of objects', () => {
  const nested = (type: unknown) => ({
    place: {type: {name: String, at: type}},
  });

  it('is converted when it changes', async () => {
    const db = await redefined(
      nested(String),
      [{place: {name: 'x', at: '2020-02-02', more: '1'}}, {place: null}],
      nested(Date),
    );
    assert.deepEqual(planTexts(db), ['change types inside of M.place']);
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, place: {name: 'x', at: new Date('2020-02-02'), more: '1'}},
      {id: 2, place: null},
    ]);
  });

  it('is refused where a value inside does not convert exactly', async () => {
    const db = await redefined(
      nested(String),
      [{place: {at: '1'}}, {place: {at: 'x'}}],
      nested(Number),
    );
    await assertRefused(db, [
      'M 2 place.at: "x" does not convert to number exactly',
    ]);
  });

  it('is one step less where only the order of the properties changes', async () => {
    const db = await redefined({place: {type: {a: Number, b: Number}}}, [{}], {
      place: {type: {b: Number, a: Number}},
    });
    assert.deepEqual(planTexts(db), []);
  });
});

describe('Limits of a column that change', () => {
  const text = (length: number, more = {}) => ({
    t: {type: String, length, ...more},
  });

  it('are refused where a text is too long', async () => {
    const db = await redefined(text(5), [{t: 'abcde'}, {t: 'abc'}], text(3));
    const {problems, count} = await refusalOf(db.autoupdate());
    assert.equal(count, 1);
    assert.match(problems[0]!, /^M 1 t: /);
  });

  it('cut texts where that may be lossy, at whole characters', async () => {
    const db = await redefined(
      text(5),
      [{t: 'abcde'}, {t: 'ab😀d'}],
      text(3, {memory: {lossy: true}}),
    );
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, t: 'abc'},
      {id: 2, t: 'ab😀'},
    ]);
  });

  const digits = (scale: number, more = {}) => ({
    n: {type: Number, scale, ...more},
  });

  it('are refused where a number would be rounded', async () => {
    const db = await redefined(digits(2), [{n: 1.25}, {n: 1.5}], digits(1));
    await assertRefused(db, ['M 1 n: 1.25 would be rounded']);
  });

  it('round numbers where that may be lossy', async () => {
    const db = await redefined(
      digits(2),
      [{n: 1.26}, {n: 1.5}],
      digits(1, {memory: {lossy: true}}),
    );
    await migrate(db);
    assert.deepEqual(stored(db), [
      {id: 1, n: 1.3},
      {id: 2, n: 1.5},
    ]);
  });

  it('hold for rows that come then', async () => {
    const db = await redefined(text(5), [{t: 'abc'}], text(3));
    await migrate(db);
    await assert.rejects(db.getModel('M').create({t: 'abcd'}), {
      code: 'VALUE_OUT_OF_RANGE',
    });
  });
});
