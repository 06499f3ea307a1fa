import assert from 'node:assert/strict';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';
import {Files} from '../support/connector/files';

/** Values for a property of type any, and what LoopBack reads back. */
const values: readonly [given: unknown, read: unknown][] = [
  ['1', 1],
  ['-0.5', -0.5],
  ['1e3', 1000],
  [' 1 ', 1],
  ['true', true],
  ['false', false],
  ['{"a":1}', {a: 1}],
  ['[1,"2"]', [1, '2']],
  ['"q"', 'q'],
  ['"1"', 1],
  ['12345678901234567890', Number('12345678901234567890')],
  ['x', 'x'],
  ['', ''],
  ['007', '007'],
  ['0x10', '0x10'],
  ['2020-01-01', '2020-01-01'],
  [1, 1],
  [0, 0],
  [true, true],
  [{a: '1'}, {a: '1'}],
  [
    ['1', '2'],
    ['1', '2'],
  ],
];

type Write = (M: Model, data: object) => Promise<unknown>;

/** All ways in which a value can get into a row. */
const writes: Readonly<Record<string, Write>> = {
  create: (M, data) => M.create(data),
  createAll: (M, data) => M.createAll([data]),
  updateAll: async (M, data) => {
    await M.create({});
    await M.updateAll({}, data);
  },
  updateAttributes: async (M, data) =>
    (await M.create({})).updateAttributes(data),
  save: async (M, data) => Object.assign(await M.create({}), data).save(),
  replaceById: async (M, data) => M.replaceById((await M.create({})).id, data),
  upsertWithWhere: (M, data) => M.upsertWithWhere({id: 7}, data),
  'the connector': (M, data) => call(M.getConnector(), 'create', 'M', data),
};

/** Where a value of any type may stand: a property's path, and its row. */
const places: Readonly<
  Record<
    string,
    {properties: object; path: string; row: (x: unknown) => object}
  >
> = {
  'of type any': {
    properties: {x: 'any'},
    path: 'x',
    row: x => ({x}),
  },
  'of type JSON': {
    properties: {x: 'JSON'},
    path: 'x',
    row: x => ({x}),
  },
  'of type any in a nested model': {
    properties: {o: {x: 'any'}},
    path: 'o.x',
    row: x => ({o: {x}}),
  },
};

for (const [place, {properties, path, row}] of Object.entries(places)) {
  describe(`a property ${place}`, () => {
    for (const [way, write] of Object.entries(writes)) {
      it(`is found by what was given to ${way}, and as it is read`, async () => {
        for (const [given, read] of values) {
          const M = makeDataSource().define('M', properties);
          await write(M, row(given));
          const [found] = await M.find();
          const plain = JSON.parse(JSON.stringify(found));
          const expected = {id: found.id, ...row(read)};
          assert.deepEqual(plain, expected, JSON.stringify(given));
          for (const condition of [given, read, {eq: given}, {inq: [given]}]) {
            const where = {[path]: condition};
            assert.equal(await M.count(where), 1, JSON.stringify(where));
          }
          assert.equal(await M.count({[path]: {neq: given}}), 0);
          assert.equal(await M.count({[path]: {nin: [given, 9]}}), 0);
        }
      });
    }
  });
}

describe('a property of type any', () => {
  it('is null after a text that says so, and is found by it', async () => {
    const M = makeDataSource().define('M', {x: 'any'});
    await M.create({x: 'null'});
    assert.equal((await M.find())[0].x, null);
    assert.equal(await M.count({x: 'null'}), 1);
  });

  it('is compared, ordered and unique by what it holds', async () => {
    const M = makeDataSource().define(
      'M',
      {x: 'any'},
      {indexes: {byX: {keys: {x: 1}, options: {unique: true}}}},
    );
    await M.create([{x: '10'}, {x: 9}, {x: 'b'}]);
    assert.equal(await M.count({x: {gt: '9'}}), 1);
    assert.equal(await M.count({x: {between: ['9', '10']}}), 2);
    assert.equal(await M.count({x: {like: 'b%'}}), 1);
    const ordered = await M.find({order: 'x'});
    assert.deepEqual(
      ordered.map(({x}: {x: unknown}) => x),
      [9, 10, 'b'],
    );
    await assert.rejects(M.create({x: '9'}), {code: 'DUPLICATE_KEY'});
  });

  it('may be an id', async () => {
    const M = makeDataSource().define('M', {
      id: {type: 'any', id: true, generated: false},
    });
    await M.create([{id: '1'}, {id: 'a'}]);
    assert.equal((await M.findById('1')).id, 1);
    assert.equal((await M.findById(1)).id, 1);
    assert.equal(await M.exists('a'), true);
    await M.destroyById('1');
    assert.equal(await M.count(), 1);
  });

  it('takes an undeclared property for what it is', async () => {
    const M = makeDataSource().define('M', {});
    await M.create({x: '1'});
    assert.equal((await M.find())[0].x, '1');
    assert.equal(await M.count({x: '1'}), 1);
    assert.equal(await M.count({x: 1}), 0);
  });
});

describe('a property of type object', () => {
  it('holds what a text says that is JSON, and is found by its path', async () => {
    const M = makeDataSource().define('M', {o: Object});
    await M.create({o: '{"a":1}'});
    await M.create({});
    await M.updateAll({id: 2}, {o: '{"a":1}'});
    assert.equal(await M.count({'o.a': 1}), 2);
    assert.equal(await M.count({o: {a: 1}}), 2);
  });
});

describe('a row of a file', () => {
  const files = new Files();
  after(() => files.remove());

  it('has in a property of type any what LoopBack reads', async () => {
    const texts = ['1', 'true', '{"a":1}', 'x', '"1"'];
    const rows = texts.map((x, i) => [i + 1, JSON.stringify({id: i + 1, x})]);
    files.write({ids: {M: 6}, models: {M: Object.fromEntries(rows)}});
    const M = (await files.open()).define('M', {x: 'any'});
    for (const [i, x] of texts.entries()) {
      const found: Model[] = await M.find({where: {x}});
      const ids = x === '1' || x === '"1"' ? [1, 5] : [i + 1];
      assert.deepEqual(
        found.map(({id}) => id),
        ids,
      );
    }
    assert.equal((await M.findById(1)).x, 1);
  });
});

describe('a text that is JSON nested deeper than rows may be', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);

  it('is refused in rows and in filters', async () => {
    const db = makeDataSource();
    db.define('M', {x: 'any', o: Object, list: ['any']});
    await call(db.connector, 'create', 'M', {x: 1});
    for (const [method, ...operands] of [
      ['create', {x: deep}],
      ['updateAll', {}, {o: deep}],
      ['updateAll', {}, {list: deep}],
      ['all', {where: {x: deep}}],
    ] as const) {
      await assert.rejects(call(db.connector, method, 'M', ...operands), {
        code: method === 'all' ? 'INVALID_FILTER' : 'INVALID_VALUE',
        message: /nested deeper than 200/,
      });
    }
    assert.deepEqual(await call(db.connector, 'all', 'M', {}), [
      [{id: 1, x: 1}],
    ]);
  });

  it('stays a text in a row of a file', async () => {
    const files = new Files();
    const row = JSON.stringify({id: 1, o: deep});
    files.write({ids: {M: 2}, models: {M: {1: row}}});
    const db = await files.open();
    db.define('M', {o: Object});
    const [[found]] = await call(db.connector, 'all', 'M', {});
    assert.equal(found.o, deep);
    await files.remove();
  });
});
