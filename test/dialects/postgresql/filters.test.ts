import assert from 'node:assert/strict';
import {emulating} from '../../support/dialects/emulated';

const properties = {
  id: {type: Number, id: true, generated: true},
  name: String,
  size: Number,
  isOpen: Boolean,
  tags: ['string'],
};

async function names(
  filter: object,
  rows: object[],
  emulate: unknown = 'postgresql',
) {
  const {Model} = emulating(emulate, properties);
  await Model.create(rows);
  const found = await Model.find({order: 'id', ...filter});
  return found.map(({name}: {name: string | null}) => name);
}

const rows = [
  {name: 'a', size: 3},
  {name: 'B', size: 1},
  {name: 'c', size: null},
  {name: null, size: 2},
];

describe('PostgreSQL', () => {
  it('knows of nothing whether it differs from null', async () => {
    assert.deepEqual(await names({where: {size: {neq: 3}}}, rows), ['B', null]);
    assert.deepEqual(await names({where: {size: {nin: [3]}}}, rows), [
      'B',
      null,
    ]);
    assert.deepEqual(await names({where: {size: {nin: [3, null]}}}, rows), []);
    assert.deepEqual(await names({where: {name: {nlike: 'a%'}}}, rows), [
      'B',
      'c',
    ]);
  });

  it('finds null by null alone', async () => {
    assert.deepEqual(await names({where: {size: null}}, rows), ['c']);
    assert.deepEqual(await names({where: {size: {inq: [1, null]}}}, rows), [
      'B',
    ]);
    assert.deepEqual(await names({where: {size: {gte: null}}}, rows), []);
    assert.deepEqual(await names({where: {size: {neq: null}}}, rows), [
      'a',
      'B',
      null,
    ]);
  });

  it('has nulls last, and first in a descending order', async () => {
    assert.deepEqual(await names({order: 'size'}, rows), ['B', null, 'a', 'c']);
    assert.deepEqual(await names({order: 'size DESC'}, rows), [
      'c',
      'a',
      null,
      'B',
    ]);
  });

  it('orders texts as a dictionary does, or by code point', async () => {
    const texts = ['b', 'Äpfel', '_x', 'B', 'a', 'Z', 'x y', 'xa'].map(
      name => ({
        name,
      }),
    );
    assert.deepEqual(await names({order: 'name'}, texts), [
      'a',
      'Äpfel',
      'b',
      'B',
      '_x',
      'xa',
      'x y',
      'Z',
    ]);
    const c = {database: 'postgresql', collation: 'C'};
    assert.deepEqual(await names({order: 'name'}, texts, c), [
      'B',
      'Z',
      '_x',
      'a',
      'b',
      'x y',
      'xa',
      'Äpfel',
    ]);
  });

  it('compares texts by the same order', async () => {
    assert.deepEqual(await names({where: {name: {gt: 'a'}}}, rows), ['B', 'c']);
    assert.deepEqual(
      await names({where: {name: {between: ['a', 'b']}}}, rows),
      ['a'],
    );
  });

  it('compares any value by its text with like', async () => {
    const numbers = [
      {name: 'x', size: 12},
      {name: 'y', size: 2},
    ];
    assert.deepEqual(await names({where: {size: {like: '1%'}}}, numbers), [
      'x',
    ]);
    const flags = [
      {name: 'x', isOpen: true},
      {name: 'y', isOpen: false},
    ];
    assert.deepEqual(await names({where: {isOpen: {like: 't%'}}}, flags), [
      'x',
    ]);
  });

  it('has POSIX expressions, with a look ahead', async () => {
    const texts = [{name: 'abc'}, {name: 'line\nabx'}];
    assert.deepEqual(await names({where: {name: {regexp: /a(?=bc)/}}}, texts), [
      'abc',
    ]);
    assert.deepEqual(
      await names({where: {name: {regexp: /^abx/m}}}, texts),
      [],
    );
  });

  it('is not emulated where it searches for words', async () => {
    const {Model} = emulating('postgresql', properties, {
      allowExtendedOperators: true,
    });
    await assert.rejects(Model.find({where: {name: {match: 'a'}}}), {
      code: 'NOT_EMULATED',
      message: /^There is no full-text search in memory: match on name is/,
    });
  });

  it('compares lists by the text of JSON', async () => {
    const lists = [
      {name: 'x', tags: ['a', 'b']},
      {name: 'y', tags: ['a']},
    ];
    assert.deepEqual(await names({where: {tags: ['a']}}, lists), ['y']);
    assert.deepEqual(await names({where: {tags: {like: '%"b"%'}}}, lists), [
      'x',
    ]);
  });

  it('looks into jsonb by the texts in it', async () => {
    const {Model} = emulating('postgresql', {
      id: {type: Number, id: true, generated: true},
      o: {type: Object, postgresql: {dataType: 'jsonb'}},
    });
    await Model.create([{o: {n: 10}}, {o: {n: 9}}, {o: null}]);
    const found = await Model.find({where: {'o.n': {gt: '5'}}});
    assert.deepEqual(
      found.map(({id}: {id: number}) => id),
      [2],
    );
  });

  for (const [collation, greater, upTo, within] of [
    ['en_US.UTF-8', ['B', 'c'], ['a'], ['B', 'a', 'c']],
    ['C', ['c'], ['B', 'a'], ['a', 'c']],
  ] as const) {
    it(`compares texts under a path by the collation ${collation}`, async () => {
      const {Model} = emulating(
        {database: 'postgresql', collation},
        {
          id: {type: String, id: true},
          o: {type: Object, postgresql: {dataType: 'jsonb'}},
        },
      );
      for (const id of ['a', 'B', 'c']) await Model.create({id, o: {t: id}});
      const found = async (condition: object) => {
        const rows = await Model.find({where: {'o.t': condition}});
        return rows.map(({id}: {id: string}) => id).toSorted();
      };
      assert.deepEqual(await found({gt: 'a'}), greater);
      assert.deepEqual(await found({lte: 'a'}), upTo);
      assert.deepEqual(await found({between: ['a', 'c']}), within);
    });
  }

  it('counts ids on, whatever ids are given', async () => {
    const {Model} = emulating('postgresql', properties);
    await Model.create({id: 2, name: 'given'});
    assert.equal((await Model.create({name: 'first'})).id, 1);
    await assert.rejects(Model.create({name: 'second'}), {code: '23505'});
    assert.equal((await Model.create({name: 'third'})).id, 3);
  });

  it('saves a row that is gone without writing it', async () => {
    const {Model} = emulating('postgresql', properties);
    const row = await Model.create({name: 'a'});
    await Model.destroyAll();
    row.name = 'b';
    await row.save();
    assert.equal(await Model.count(), 0);
  });

  it('is said by explain where an order of its own needs a sort', () => {
    const {dataSource} = emulating('postgresql', properties);
    const {text} = dataSource.connector.explain('City', {
      where: {name: {gt: 'a'}},
      order: 'name DESC',
    });
    assert.match(text, /test name gt "a" \(en_US\.UTF-8\)/);
    assert.match(text, /sort by name DESC \(en_US\.UTF-8, nulls last\)/);
  });
});
