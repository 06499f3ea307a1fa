import assert from 'node:assert/strict';
import {Files} from '../support/connector/files';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

const id = {type: Number, id: true, generated: true};

/** With hooks, behind which LoopBack throws what nobody catches. */
function define(strict = false): Model {
  const model = makeDataSource().define(
    'M',
    {id, n: Number, meta: Object, g: 'GeoPoint', tags: [String]},
    {strict},
  );
  for (const hook of ['before save', 'persist', 'loaded', 'access']) {
    model.observe(hook, async () => Promise.resolve());
  }
  return model;
}

/** Each way in which a client's data comes in. */
const ways: Readonly<
  Record<string, (model: Model, data: object) => Promise<unknown>>
> = {
  create: (model, data) => model.create(data),
  createAll: (model, data) => model.createAll([data]),
  updateAll: (model, data) => model.updateAll({id: 1}, data),
  updateAttributes: async (model, data) =>
    (await model.findById(1)).updateAttributes(data),
  upsert: (model, data) => model.upsert({...data, id: 1}),
  upsertWithWhere: (model, data) => model.upsertWithWhere({id: 1}, data),
  replaceById: (model, data) => model.replaceById(1, data),
  replaceOrCreate: (model, data) => model.replaceOrCreate({...data, id: 1}),
  save: async (model, data) =>
    Object.assign(await model.findById(1), data).save(),
};

describe('data that LoopBack fails at is refused with 422', () => {
  const hostile: readonly object[] = [
    {'j.b': 1},
    {meta: {toObject: 1}},
    {constructor: 1},
    {toObject: 1},
    {trigger: 1},
    {n: {toString: 1, valueOf: 1}},
    {g: 'x'},
    {g: {lat: 'x'}},
  ];
  // What is assigned to an instance is not a client's.
  const {save, ...others} = ways;
  assert.ok(save);
  for (const [name, write] of Object.entries(others)) {
    for (const data of hostile) {
      it(`by ${name}: ${JSON.stringify(data)}`, async () => {
        const model = define();
        await model.create({n: 1});
        await assert.rejects(write(model, structuredClone(data)), {
          code: 'INVALID_VALUE',
          statusCode: 422,
        });
        const rows = await model.find();
        assert.deepEqual(JSON.parse(JSON.stringify(rows)), [{id: 1, n: 1}]);
      });
    }
  }
});

describe('a type that is not defined', () => {
  for (const [title, type] of [
    ['a property', 'strng'],
    ['a list', ['strng']],
  ] as const) {
    it(`is told of at the first row, as that of ${title}`, async () => {
      const model = makeDataSource().define('M', {id, s: {type}});
      const s = title === 'a list' ? ['x'] : 'x';
      await assert.rejects(model.create({s}), {
        name: 'InMemoryError',
        code: 'INVALID_MODEL',
        statusCode: 500,
        message:
          'A property of M has the type "strng", which is neither a type nor a ' +
          'model that is defined. Did you mean "string"?',
      });
    });
  }

  it('may be the name of a model that is defined before the first row', async () => {
    const dataSource = makeDataSource();
    const model = dataSource.define('M', {id, part: 'Part'});
    dataSource.define('Part', {size: Number});
    const {part} = await model.create({part: {size: 5}});
    assert.equal(part.size, 5);
  });
});

describe('a property with a dot in its name', () => {
  for (const [name, write] of Object.entries(ways)) {
    it(`is refused by ${name}, with what to do`, async () => {
      const model = define();
      await model.create({n: 1});
      await assert.rejects(write(model, {'j.b': 1}), {
        code: 'INVALID_VALUE',
        statusCode: 422,
        message: /dot/,
      });
      const [row, ...others] = await model.find();
      assert.deepEqual([row?.toJSON().n, others], [1, []]);
    });
  }

  it('is refused by the connector, naming model and property', async () => {
    const dataSource = makeDataSource();
    dataSource.define('M', {id});
    await assert.rejects(
      call(dataSource.connector, 'create', 'M', {'j.b': 1}),
      {
        code: 'INVALID_VALUE',
        details: {table: 'M', property: 'j.b'},
        message:
          'M cannot have a property "j.b": a dot leads into an object. ' +
          'Store "b" in an object "j", or give it a name without a dot.',
      },
    );
  });

  it('is refused in the last of many forms of rows as in the first', async () => {
    const dataSource = makeDataSource();
    dataSource.define('M', {id});
    for (let i = 0; i < 110; i++) {
      await call(dataSource.connector, 'create', 'M', {[`p${i}`]: 1});
    }
    for (const row of [{'j.b': 1}, {'j.c': 1, p1: undefined}]) {
      const create = call(dataSource.connector, 'create', 'M', row);
      await assert.rejects(create, {code: 'INVALID_VALUE'});
    }
  });

  it('can be read from a file that has it, until the row is replaced', async () => {
    const files = new Files();
    try {
      files.write({ids: {M: 2}, models: {M: {1: '{"id":1,"n":1,"j.b":5}'}}});
      await files.with(async db => {
        const model = db.define('M', {id, n: Number}, {strict: false});
        const row = await model.findById(1);
        assert.deepEqual(row.toJSON(), {id: 1, n: 1, 'j.b': 5});
        await row.updateAttributes({n: 2});
        await assert.rejects(row.save(), {code: 'INVALID_VALUE'});
        await model.replaceById(1, {n: 3});
        assert.deepEqual((await model.findOne()).toJSON(), {id: 1, n: 3});
      });
    } finally {
      await files.remove();
    }
  });

  it('is taken inside an object', async () => {
    const model = define();
    const {id: created} = await model.create({meta: {'a.b': 1}});
    assert.deepEqual((await model.findById(created)).meta, {'a.b': 1});
  });
});
