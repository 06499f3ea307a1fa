import assert from 'node:assert/strict';
import {DataSource} from 'loopback-datasource-juggler';
import {call, defineModel, type Model} from '../support/connector/data-source';

/** Ids of the rows that a model finds. */
async function ids(Model: Model, filter: object): Promise<unknown[]> {
  return (await Model.find(filter)).map((row: any) => row.id);
}

const properties = {
  id: {type: Number, id: true},
  n: Number,
  s: String,
  at: Date,
  on: Boolean,
  tags: [String],
  point: {type: 'GeoPoint'},
  deep: Object,
};

const rows = [
  {id: 1, n: 1, s: 'abc', on: true, tags: ['a', 'b'], deep: {k: 1}},
  {id: 2, n: 5, s: 'aXc', on: false, tags: [], deep: {k: 2, at: new Date(9)}},
  {id: 3, n: 9, s: 'xabcx', tags: ['b'], point: {lat: 0, lng: 0}},
  {
    id: 4,
    n: 0,
    s: '',
    at: new Date(0),
    point: {lat: 0, lng: 1},
    deep: {groups: [{tags: ['p', 'q']}, {tags: ['r']}]},
  },
  {id: 5, s: '100%', at: new Date(5), deep: {list: [{k: 7}, {k: 8}]}},
];

describe('a filter through the data access object', () => {
  let M: Model;
  before(async () => {
    ({Model: M} = defineModel('M', properties));
    await M.createAll(structuredClone(rows));
  });

  const cases: [string, object, number[]][] = [
    ['equality', {n: 5}, [2]],
    ['eq', {n: {eq: 5}}, [2]],
    ['neq, which null meets', {n: {neq: 5}}, [1, 3, 4, 5]],
    ['gt', {n: {gt: 1}}, [2, 3]],
    ['gt 0', {n: {gt: 0}}, [1, 2, 3]],
    ['gte and lt on one property', {n: {gte: 1, lt: 9}}, [1, 2]],
    ['gt and lt on a date', {at: {gt: new Date(0), lt: new Date(6)}}, [5]],
    ['gt and lt on a text', {s: {gt: 'a', lt: 'b'}}, [1, 2]],
    ['between', {n: {between: [1, 5]}}, [1, 2]],
    ['between [0, 0]', {n: {between: [0, 0]}}, [4]],
    ['inq', {n: {inq: [1, 9]}}, [1, 3]],
    ['between two null, as gte null', {n: {between: [null, null]}}, [5]],
    ['between values of two kinds', {'deep.k': {between: [0, 'x']}}, []],
    [
      'between on an array, one element of it',
      {tags: {between: ['aa', 'c']}},
      [1, 3],
    ],
    [
      'between of elements that no element meets',
      {tags: {between: ['aa', 'ab']}},
      [],
    ],
    ['inq of whole arrays', {'deep.list': {inq: [[{k: 7}, {k: 8}]]}}, [5]],
    [
      'nin of whole arrays',
      {'deep.list': {nin: [[{k: 7}, {k: 8}]]}},
      [1, 2, 3, 4],
    ],
    ['inq of nothing', {n: {inq: []}}, []],
    ['nin', {n: {nin: [1, 9]}}, [2, 4, 5]],
    ['nin of nothing', {n: {nin: []}}, [1, 2, 3, 4, 5]],
    ['null, which missing meets', {n: null}, [5]],
    ['neq null', {n: {neq: null}}, [1, 2, 3, 4]],
    ['like of the whole text', {s: {like: 'abc'}}, [1]],
    ['like %', {s: {like: '%abc%'}}, [1, 3]],
    ['like _', {s: {like: 'a_c'}}, [1, 2]],
    ['like with a dot that is a dot', {s: {like: 'a.c'}}, []],
    ['like with an escape', {s: {like: '100\\%'}}, [5]],
    ['like of the empty text', {s: {like: ''}}, [4]],
    ['nlike', {s: {nlike: 'a%'}}, [3, 4, 5]],
    ['ilike', {s: {ilike: 'AXC'}}, [2]],
    ['nilike', {s: {nilike: 'A%'}}, [3, 4, 5]],
    ['regexp as a text', {s: {regexp: '^a.c$'}}, [1, 2]],
    ['regexp with flags', {s: {regexp: '/^AXC$/i'}}, [2]],
    ['a RegExp', {s: /b/}, [1, 3]],
    ['eq of a RegExp', {s: {eq: /^a/}}, [1, 2]],
    ['neq of a RegExp', {s: {neq: /^a/}}, [3, 4, 5]],
    ['a RegExp with g, which has no memory', {s: {regexp: /b/g}}, [1, 3]],
    ['a regexp on a number', {n: {regexp: '5'}}, []],
    ['exists on a number', {n: {exists: true}}, [1, 2, 3, 4]],
    ['exists on a boolean', {on: {exists: true}}, [1, 2]],
    ['exists false on a date', {at: {exists: false}}, [1, 2, 3]],
    ['exists on a text', {s: {exists: true}}, [1, 2, 3, 4, 5]],
    ['an element', {tags: 'b'}, [1, 3]],
    ['contains', {tags: {contains: ['a', 'b']}}, [1]],
    ['containedBy', {tags: {containedBy: ['b', 'c']}}, [2, 3]],
    ['containsAny', {tags: {containsAny: ['a', 'c']}}, [1]],
    ['a nested path', {'deep.k': 2}, [2]],
    ['a date in a nested path', {'deep.at': new Date(9)}, [2]],
    ['arrays of objects', {'deep.list.k': 8}, [5]],
    [
      'contains below an array',
      {'deep.groups.tags': {contains: ['p', 'q']}},
      [4],
    ],
    [
      'containsAny below an array',
      {'deep.groups.tags': {containsAny: ['r']}},
      [4],
    ],
    [
      'containedBy below an array',
      {'deep.groups.tags': {containedBy: ['r']}},
      [4],
    ],
    ['an array below an array', {'deep.groups.tags': {eq: ['p', 'q']}}, [4]],
    ['an element by its place', {'deep.list.0.k': 8}, []],
    ['and', {and: [{n: {gt: 0}}, {n: {lt: 9}}]}, [1, 2]],
    ['or', {or: [{n: 1}, {s: '100%'}]}, [1, 5]],
    ['nor', {nor: [{n: 1}, {s: '100%'}]}, [2, 3, 4]],
    ['not', {not: {n: {gt: 0}}}, [4, 5]],
    ['not inside a property', {n: {not: {gt: 0}}}, [4, 5]],
    ['or of nothing', {or: []}, []],
    ['and of nothing', {and: []}, [1, 2, 3, 4, 5]],
    [
      'near inside or, which means or',
      {or: [{point: {near: '0,0', maxDistance: 1}}, {n: 1}]},
      [1, 3],
    ],
    ['a property that there is not', {nobody: 1}, []],
    ['a text that is a number', {n: '5'}, [2]],
    ['a text that is a date', {at: '1970-01-01T00:00:00.005Z'}, [5]],
    ['constructor as data', {constructor: 1}, []],
    ['toString as data', {toString: {exists: true}}, []],
  ];
  for (const [title, where, expected] of cases) {
    it(`understands ${title}`, async () => {
      assert.deepEqual(await ids(M, {where}), expected);
      assert.equal(await M.count(where), expected.length);
    });
  }

  it('orders by several keys, ties by id', async () => {
    assert.deepEqual(
      await ids(M, {order: ['on DESC', 'n ASC']}),
      [1, 2, 5, 4, 3],
    );
  });

  it('orders null first, and last downwards', async () => {
    assert.deepEqual(await ids(M, {order: 'n ASC'}), [5, 4, 1, 2, 3]);
    assert.deepEqual(await ids(M, {order: 'n DESC'}), [3, 2, 1, 4, 5]);
  });

  it('orders by a nested path', async () => {
    assert.deepEqual(await ids(M, {order: 'deep.k DESC'}), [2, 1, 3, 4, 5]);
  });

  it('counts the near of a branch only for rows that meet the branch', async () => {
    const at = (n: number, near: string) => ({and: [{n}, {point: {near}}]});
    const where = {or: [at(9, '0,0.8'), at(0, '0,0')]};
    assert.deepEqual(await ids(M, {where}), [3, 4]);
  });

  it('takes an empty order as none', async () => {
    assert.deepEqual(await ids(M, {order: '', limit: 2}), [1, 2]);
    assert.deepEqual(await ids(M, {order: [], limit: 2}), [1, 2]);
  });

  it('takes limit, skip and offset', async () => {
    assert.deepEqual(await ids(M, {limit: 2}), [1, 2]);
    assert.deepEqual(await ids(M, {limit: 2, skip: 3}), [4, 5]);
    assert.deepEqual(await ids(M, {limit: 2, offset: 1}), [2, 3]);
  });

  it('takes fields to include, to exclude, and as an array', async () => {
    const where = {id: 1};
    const read = async (fields: unknown) =>
      JSON.parse(JSON.stringify(await M.findOne({where, fields})));
    assert.deepEqual(await read({id: true, n: true}), {id: 1, n: 1});
    assert.deepEqual(await read(['s']), {s: 'abc'});
    const {s, ...rest} = await read({n: false});
    assert.equal(s, 'abc');
    assert.equal('n' in rest, false);
  });

  it('orders near by distance', async () => {
    const where = {point: {near: {lat: 0, lng: 0.9}}};
    assert.deepEqual(await ids(M, {where}), [4, 3]);
  });

  for (const [unit, reach] of [
    ['miles', 69.1],
    ['kilometers', 111.2],
    ['meters', 111_200],
    ['feet', 364_900],
    ['radians', 0.01746],
    ['degrees', 1.0001],
  ] as const) {
    it(`measures near in ${unit}`, async () => {
      const near = {near: {lat: 0, lng: 0}, unit};
      const within = {point: {...near, maxDistance: reach}};
      const closer = {point: {...near, maxDistance: reach * 0.99}};
      const beyond = {point: {...near, minDistance: reach * 0.99}};
      assert.deepEqual(await ids(M, {where: within}), [3, 4]);
      assert.deepEqual(await ids(M, {where: closer}), [3]);
      assert.deepEqual(await ids(M, {where: beyond}), [4]);
    });
  }

  it('leaves the filter of the caller of use for a second call', async () => {
    const filter = {where: {n: {gt: 1, lt: 9}, on: {exists: true}}};
    assert.deepEqual(await ids(M, filter), [2]);
    assert.deepEqual(await ids(M, filter), [2]);
  });

  it('finds 100,000 values of an inq', async () => {
    const inq = Array.from({length: 100_000}, (_, i) => i);
    assert.deepEqual(await ids(M, {where: {n: {inq}}}), [1, 2, 3, 4]);
  });
});

describe('a value of another type that a caller of the connector hands in', () => {
  it('is found under its declared type, in a column and in an array', async () => {
    const {connector} = defineModel('M', {...properties, nums: [Number]});
    await call(connector, 'create', 'M', {id: 1, s: 7, nums: ['1', 2]});
    for (const where of [
      {s: 7},
      {s: '7'},
      {nums: '1'},
      {nums: {inq: ['1']}},
      {nums: {contains: ['1', 2]}},
      {nums: {eq: [1, '2']}},
    ]) {
      assert.deepEqual(await call(connector, 'count', 'M', where), [1]);
    }
    assert.deepEqual(await call(connector, 'find', 'M', 1), [
      {id: 1, s: '7', nums: [1, 2]},
    ]);
  });
});

describe('the built-in connector still', () => {
  async function both(where: object): Promise<unknown[][]> {
    const builtIn = new DataSource({connector: 'memory'}) as any;
    const models = [
      builtIn.define('M', properties),
      defineModel('M', properties).Model,
    ];
    const answers: unknown[][] = [];
    for (const Model of models) {
      for (const row of structuredClone(rows)) await Model.create(row);
      // The built-in connector's models change the filters they are given.
      answers.push(await ids(Model, {where: structuredClone(where)}));
    }
    return answers;
  }

  it('drops the second of two operators, which ours does not', async () => {
    const where = {n: {gt: 1, lt: 8}};
    assert.deepEqual(await both(where), [[2, 3], [2]]);
  });

  it('finds a text in the middle by like, which ours does not', async () => {
    assert.deepEqual(await both({s: {like: 'abc'}}), [[1, 3], [1]]);
  });

  it('misses a date in a nested property, which ours does not', async () => {
    assert.deepEqual(await both({'deep.at': new Date(9)}), [[], [2]]);
  });
});

describe('a bad filter', () => {
  const bad: Record<string, [object, RegExp]> = {
    'an operator that nobody knows': [
      {where: {n: {grt: 1}}},
      /M\.n.*"grt".*"gt"/,
    ],
    'an operator among other keys': [{where: {n: {gt: 1, x: 2}}}, /"x"/],
    'between with one value': [{where: {n: {between: [1]}}}, /between/],
    'inq without an array': [{where: {n: {inq: 1}}}, /inq/],
    'inq with a RegExp': [{where: {deep: {inq: [/a/]}}}, /inq.*expressions/],
    'nin without an array': [{where: {n: {nin: 'x'}}}, /nin/],
    'like without a text': [{where: {s: {like: 5}}}, /like|string/],
    'near without a point': [{where: {point: {near: 'x'}}}, /M\.point.*"x"/],
    'near with an unknown unit': [
      {where: {point: {near: '0,0', unit: 'parsec'}}},
      /parsec/,
    ],
    'near with a distance that is none': [
      {where: {point: {near: '0,0', maxDistance: -1}}},
      /maxDistance.*-1/,
    ],
    'a date that is none': [{where: {at: {gt: 'yesterday'}}}, /yesterday/],
    'a look-ahead': [{where: {s: {regexp: '(?=a)'}}}, /\(\?=a\)/],
    'a limit below zero': [{limit: -1}, /-1/],
    'a fractional skip': [{limit: 1, skip: 1.5}, /1\.5/],
    'an order that is none': [{order: 'n UP'}, /n UP/],
    'an and that is no array': [{where: {and: {n: 1}}}, /and/],
    'an or with a letter too many': [
      {where: {orr: [{n: 1}, {n: 5}]}},
      /"orr".*did you mean "or"\?.*\{"eq": \[\.\.\.\]\}/,
    ],
    'a mistyped and inside of another': [
      {where: {not: {adn: [{n: 1}, {s: 'abc'}]}}},
      /"adn".*did you mean "and"\?/,
    ],
    'operators under an unknown key': [
      {where: {all: [{n: {gt: 1}}]}},
      /"all".*operators are and, or, nor, not\./,
    ],
  };

  for (const [title, [filter, message]] of Object.entries(bad)) {
    it(`with ${title} is refused with 400`, async () => {
      const {Model} = defineModel('M', properties);
      await assert.rejects(Model.find(structuredClone(filter)), {
        statusCode: 400,
        message,
      });
    });

    if (title === 'a date that is none') continue;
    it(`with ${title} is refused by the connector itself`, async () => {
      const {connector} = defineModel('M', properties);
      await assert.rejects(call(connector, 'all', 'M', filter), {
        name: 'InMemoryError',
        code: 'INVALID_FILTER',
        statusCode: 400,
        message,
      });
    });
  }

  it('in an updateAll or destroyAll changes nothing', async () => {
    const {Model} = defineModel('M', properties);
    await Model.createAll(structuredClone(rows));
    const where = {n: {grt: 1}};
    await assert.rejects(Model.updateAll(where, {n: 0}), {statusCode: 400});
    await assert.rejects(Model.destroyAll(where), {statusCode: 400});
    assert.equal(await Model.count({n: 0}), 1);
    assert.equal(await Model.count(), 5);
  });

  it('nested deeper than 200 is refused, and a wide one is answered', async () => {
    const {connector} = defineModel('M', properties);
    let deep: object = {n: 1};
    for (let i = 0; i < 300; i++) deep = {and: [deep]};
    await assert.rejects(call(connector, 'all', 'M', {where: deep}), {
      code: 'INVALID_FILTER',
      message: /nested deeper than 200/,
    });
    const or = Array.from({length: 100_000}, (_, n) => ({n}));
    assert.deepEqual(await call(connector, 'all', 'M', {where: {or}}), [[]]);
  });
});

describe('a hostile pattern', () => {
  const text = 'a'.repeat(100_000);

  for (const condition of [
    {regexp: '(a+)+$'},
    {regexp: '^(a|aa)+$'},
    {like: '%a%a%a%a%a%a%b'},
    {like: '%_a_a_a%b'},
  ]) {
    it(`${JSON.stringify(condition)} is answered`, async () => {
      const {Model} = defineModel('M', properties);
      await Model.create({id: 1, s: `${text}c`});
      assert.deepEqual(await ids(Model, {where: {s: condition}}), []);
    });
  }
});
