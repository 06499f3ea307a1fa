import assert from 'node:assert/strict';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

const properties = {
  scores: [Number],
  tags: [String],
  days: [Date],
  list: Array,
  slots: [{nums: [Number]}],
  o: {nums: [Number]},
  n: Number,
  s: String,
  x: 'any',
};

function define(settings: object = {}): Model {
  return makeDataSource(settings).define('M', properties);
}

describe('an object with the keys 0, 1, 2 ... in a where', () => {
  const conditions: readonly [object, number[]][] = [
    [{scores: {0: '10', 1: '20'}}, [1]],
    [{scores: {0: '20', 1: '10'}}, []],
    [{scores: {eq: {0: '10', 1: '20'}}}, [1]],
    [{scores: {neq: {0: '10', 1: '20'}}}, [2]],
    [{scores: {inq: {0: '10', 1: '20'}}}, [1, 2]],
    [{scores: {nin: {0: '10', 1: '20'}}}, []],
    [{scores: {between: {0: '15', 1: '25'}}}, [1]],
    [{scores: {contains: {0: '10', 1: '20'}}}, [1]],
    [{scores: {containsAny: {0: '20', 1: '30'}}}, [1]],
    [{scores: {containedBy: {0: '10'}}}, [2]],
    [{scores: {exists: true, contains: {0: '20'}}}, [1]],
    [{tags: {0: 'a', 1: 'b'}}, [1]],
    [{list: {0: 'a'}}, [1]],
    [{x: {0: 'a'}}, [1]],
    [{n: {inq: {0: '1', 1: '3'}}}, [1]],
    [{n: {gt: 0, inq: {0: '1', 1: '3'}}}, [1]],
    [{n: {0: '1', 1: '2'}}, []],
    [{s: {nin: {0: 'a'}}}, [2]],
    [{'o.nums': {0: '1', 1: '2'}}, [1]],
    [{'o.nums': {eq: {0: '1', 1: '2'}}}, [1]],
    [{'slots.nums': {inq: {0: '7'}}}, [1]],
    [{u: {inq: {0: 'a'}}}, [1]],
    [{u: {between: {0: 'a', 1: 'b'}}}, [1]],
    [{and: {0: {n: 1}, 1: {s: 'a'}}}, [1]],
    [{or: {0: {n: 1}, 1: {n: 2}}}, [1, 2]],
    [{nor: {0: {n: 1}}}, [2]],
    [{not: {or: {0: {n: 1}}}}, [2]],
  ];
  for (const [where, ids] of conditions) {
    it(`is a list in ${JSON.stringify(where)}`, async () => {
      const M = define();
      await M.create([
        {
          scores: [10, 20],
          tags: ['a', 'b'],
          list: ['a'],
          x: ['a'],
          n: 1,
          s: 'a',
          o: {nums: [1, 2]},
          slots: [{nums: [7]}],
          u: 'a',
        },
        {scores: [10], tags: ['a'], n: 2, s: 'b'},
      ]);
      const found: Model[] = await M.find({where});
      assert.deepEqual(
        found.map(({id}) => id),
        ids,
      );
    });
  }

  it('is an object where no list is declared', async () => {
    const M = define();
    await M.create({u: {0: 'a'}, w: {1: 'a'}});
    assert.equal(await M.count({u: {0: 'a'}}), 1);
    assert.equal(await M.count({u: ['a']}), 0);
    assert.equal(await M.count({w: {1: 'a'}}), 1);
  });

  it('is refused with gaps where a list is needed', async () => {
    const M = define();
    await assert.rejects(M.count({u: {inq: {1: 'a'}}}), {statusCode: 400});
    await assert.rejects(M.count({u: {inq: {0: 'a', 2: 'b'}}}), {
      statusCode: 400,
      message: /inq needs an array, not \{"0":"a","2":"b"\}/,
    });
  });
});

describe('a declared array', () => {
  type Write = (M: Model, data: object) => Promise<unknown>;
  const writes: Readonly<Record<string, Write>> = {
    create: async (M, data) => M.create(data),
    updateAll: (M, data) => M.updateAll({}, data),
    updateAttributes: async (M, data) =>
      (await M.findById(1)).updateAttributes(data),
    replaceById: async (M, data) => M.replaceById(1, data),
    upsert: async (M, data) => M.upsert({id: 1, ...data}),
    'the connector': (M, data) => call(M.getConnector(), 'create', 'M', data),
  };
  const wrong: readonly [object, string][] = [
    [{scores: 5}, 'scores'],
    [{scores: '5'}, 'scores'],
    [{scores: 0}, 'scores'],
    [{scores: 1e9}, 'scores'],
    [{scores: Number.NaN}, 'scores'],
    [{scores: true}, 'scores'],
    [{scores: false}, 'scores'],
    [{tags: 5}, 'tags'],
    [{days: 5}, 'days'],
    [{list: 5}, 'list'],
    [{slots: 5}, 'slots'],
    [{o: {nums: 5}}, 'nums'],
    [{slots: [{nums: 1e9}]}, 'nums'],
  ];
  for (const [way, write] of Object.entries(writes)) {
    it(`refuses a scalar in ${way}, and nothing changes`, async () => {
      for (const [data, property] of wrong) {
        const M = define();
        await M.create({scores: [1]});
        await assert.rejects(
          async () => write(M, data),
          (error: any) => {
            assert.match(String(error.statusCode), /^4(?:00|22)$/);
            assert.match(error.message, new RegExp(property, 'i'));
            return true;
          },
          JSON.stringify(data),
        );
        const [row] = await M.find();
        assert.equal(await M.count(), 1);
        assert.deepEqual([...row.scores], [1]);
      }
    });
  }

  it('takes null, and the text of an array, as LoopBack does', async () => {
    const M = define();
    await M.create([{scores: null}, {scores: '[1,"2"]'}, {}]);
    await M.updateAll({id: 3}, {scores: '[1,"2"]'});
    const rows: Model[] = await M.find();
    assert.deepEqual(JSON.parse(JSON.stringify(rows.map(row => row.scores))), [
      null,
      [1, 2],
      [1, 2],
    ]);
    assert.equal(await M.count({scores: 2}), 2);
  });

  it('leaves what a setter of the model takes to that setter', async () => {
    const M = define();
    M.setter.scores = function (this: any, value: unknown) {
      this.__data.scores = typeof value === 'number' ? [value] : value;
    };
    const row = await M.create({scores: 5});
    assert.deepEqual([...row.scores], [5]);
  });

  it('is mended where it is added to a model later', async () => {
    const M = define();
    M.defineProperty('more', {type: [Number]});
    await assert.rejects(async () => M.create({more: 5}), {
      code: 'INVALID_VALUE',
      statusCode: 422,
      message: 'M.more cannot be 5: it must be an array.',
    });
  });
});

describe('a number that is none', () => {
  const rows: readonly [string, object, object][] = [
    ['a text that LoopBack makes NaN of', {n: 'many'}, {n: null}],
    ['NaN', {n: Number.NaN}, {n: null}],
    ['an object in a Number', {n: {}}, {n: null}],
    ['one in an array', {scores: ['many', 1]}, {scores: [null, 1]}],
    ['one in a nested model', {o: {nums: ['x', 1]}}, {o: {nums: [null, 1]}}],
    [
      'one in a list of models',
      {slots: [{nums: ['x']}]},
      {slots: [{nums: [null]}]},
    ],
  ];
  for (const [what, given, expected] of rows) {
    it(`is null in the row, as in JSON: ${what}`, async () => {
      const M = define();
      await M.create(given);
      const [[row]] = await call(M.getConnector(), 'all', 'M', {});
      assert.deepEqual(row, {id: 1, ...expected});
    });
  }

  it('is null after an update, too, and found by null', async () => {
    const M = define();
    const row = await M.create({n: 1, scores: [1]});
    await M.updateAll({}, {n: Number.NaN});
    assert.equal(await M.count({n: null}), 1);
    await row.updateAttributes({n: 'many', scores: ['many']});
    const [[found]] = await call(M.getConnector(), 'all', 'M', {});
    assert.deepEqual(found, {id: 1, n: null, scores: [null]});
  });

  it('is null where the date is none', async () => {
    const db = makeDataSource();
    db.define('M', {at: Date, slot: {at: Date}});
    const at = new Date(Number.NaN);
    await call(db.connector, 'create', 'M', {at, slot: {at}});
    const [[row]] = await call(db.connector, 'all', 'M', {});
    assert.deepEqual(row, {id: 1, at: null, slot: {at: null}});
  });

  it('counts as missing where a value is required', async () => {
    const db = makeDataSource();
    db.define('M', {n: {type: Number, required: true}});
    await assert.rejects(call(db.connector, 'create', 'M', {n: Number.NaN}), {
      code: 'NOT_NULL_VIOLATION',
    });
  });

  it('is refused with typeChecks strict', async () => {
    const M = define({typeChecks: 'strict'});
    for (const row of [{n: 'many'}, {scores: ['many']}, {o: {nums: ['x']}}]) {
      await assert.rejects(M.create(row), {
        code: 'INVALID_VALUE',
        statusCode: 422,
      });
    }
  });

  it('is refused as an id, and no other id is made', async () => {
    const M = define();
    await assert.rejects(M.create({id: 'many'}), {code: 'INVALID_VALUE'});
    assert.equal(await M.count(), 0);
  });

  it('stays where no number is declared', async () => {
    const M = define();
    await M.create({u: Number.NaN, x: Number.NaN});
    const [row] = await M.find();
    assert.deepEqual([row.u, row.x], [Number.NaN, Number.NaN]);
  });

  it('is another thing than Infinity, which is kept', async () => {
    const M = define();
    await M.create({n: Infinity});
    assert.equal(await M.count({n: {gt: 1e300}}), 1);
  });
});

describe('an object in a where on an array', () => {
  for (const [where, operator] of [
    [
      {tags: {contain: ['a']}},
      /M\.tags: "contain" is not an operator; did you mean "contains"\?/,
    ],
    [{scores: {a: 1}}, /M\.scores: "a" is not an operator; the operators are/],
    [{days: {form: 1}}, /M\.days: "form" is not an operator/],
    [{'slots.nums': {a: 1}}, /M\.slots\.nums: "a" is not an operator/],
  ] as const) {
    it(`of scalars must have operators: ${JSON.stringify(where)}`, async () => {
      await assert.rejects(define().find({where}), {
        code: 'INVALID_FILTER',
        statusCode: 400,
        message: operator,
      });
    });
  }

  it('of any elements may be one of them', async () => {
    const model = define();
    await model.create({list: [{a: 1}]});
    assert.equal(await model.count({list: {a: 1}}), 1);
    assert.equal(await model.count({list: {contain: ['a']}}), 0);
  });
});
