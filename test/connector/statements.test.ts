import assert from 'node:assert/strict';
import {DataSource} from 'loopback-datasource-juggler';
import {
  call,
  defineModel,
  makeDataSource,
} from '../support/connector/data-source';

const person = {
  id: {type: Number, id: true, generated: true},
  email: {type: String, index: {unique: true}},
  n: Number,
};

describe('a statement changes all or nothing:', () => {
  it('updateAll of 1,000 rows of which one violates a unique key', async () => {
    const {Model, connector} = defineModel(
      'P',
      {
        id: {type: Number, id: true},
        n: {type: Number, index: true},
        twin: {type: Number},
      },
      {indexes: {pair: {keys: {n: 1, twin: 1}, options: {unique: true}}}},
    );
    const rows = Array.from({length: 1000}, (_, i) => ({n: i, twin: i}));
    await Model.createAll([...rows, {n: -1, twin: 999}]);
    await assert.rejects(Model.updateAll({n: {gte: 999}}, {n: -1}), {
      code: 'DUPLICATE_KEY',
      statusCode: 409,
    });
    await assert.rejects(Model.updateAll({}, {n: 5, twin: 5}), {
      code: 'DUPLICATE_KEY',
    });
    assert.equal(await Model.count({n: -1}), 1);
    assert.equal(await Model.count({n: 5}), 1);
    assert.deepEqual(connector.database.verify(), []);
  });

  it('createAll with a duplicate', async () => {
    const {Model} = defineModel('P', person);
    const rows = [{email: 'a'}, {email: 'b'}, {email: 'a'}];
    await assert.rejects(Model.createAll(rows), {code: 'DUPLICATE_KEY'});
    assert.equal(await Model.count(), 0);
  });

  it('upsertWithWhere with several matches', async () => {
    const {Model} = defineModel('P', person);
    await Model.createAll([
      {email: 'a', n: 1},
      {email: 'b', n: 1},
    ]);
    await assert.rejects(Model.upsertWithWhere({n: 1}, {n: 2}), {
      code: 'MULTIPLE_ROWS',
      statusCode: 400,
    });
    assert.equal(await Model.count({n: 1}), 2);
  });

  it('an update that would take the unique key of another row', async () => {
    const {Model, connector} = defineModel('P', person);
    await Model.createAll([{email: 'a'}, {email: 'b'}]);
    const b = await Model.findOne({where: {email: 'b'}});
    await assert.rejects(b.updateAttributes({email: 'a'}), {
      code: 'DUPLICATE_KEY',
      message: /P.*email_index.*"a"/,
    });
    assert.equal((await Model.findById(b.id)).email, 'b');
    assert.deepEqual(connector.database.verify(), []);
  });

  it('an update that shifts unique values is no violation', async () => {
    const {connector} = defineModel('P', {
      ...person,
      email: {type: Number, index: {unique: true}},
    });
    await call(connector, 'createAll', 'P', [{email: 1}, {email: 2}]);
    const swap = [
      {kind: 'update', id: 1, row: {id: 1, email: 2}},
      {kind: 'update', id: 2, row: {id: 2, email: 1}},
    ] as const;
    void connector.database.write(to => to.change('P', swap));
    const [rows] = await call(connector, 'all', 'P', {});
    assert.deepEqual(rows, [
      {email: 2, id: 1},
      {email: 1, id: 2},
    ]);
    assert.deepEqual(connector.database.verify(), []);
  });
});

describe('calls at the same time', () => {
  const where = {email: 'x'};

  it('of findOrCreate create one row', async () => {
    const {Model} = defineModel('P', {...person, email: String});
    const answers = await Promise.all(
      Array.from({length: 100}, () =>
        Model.findOrCreate({where}, {email: 'x'}),
      ),
    );
    assert.equal(await Model.count(), 1);
    const created = answers.filter(([, isNew]) => isNew);
    assert.equal(created.length, 1);
  });

  it('of upsertWithWhere create one row', async () => {
    const {Model} = defineModel('P', {...person, email: String});
    await Promise.all(
      Array.from({length: 50}, () => Model.upsertWithWhere(where, where)),
    );
    assert.equal(await Model.count(), 1);
  });

  for (const method of ['updateOrCreate', 'replaceOrCreate']) {
    it(`of ${method} create one row`, async () => {
      const {Model} = defineModel('P', {id: {type: Number, id: true}});
      await Promise.all(
        Array.from({length: 50}, (_, n) => Model[method]({id: 7, n})),
      );
      assert.equal(await Model.count(), 1);
    });
  }
});

describe('stored rows', () => {
  const nested = () => ({
    id: 1,
    date: new Date(5),
    bytes: Buffer.from('abc'),
    list: [1, {a: [2]}],
    deep: {at: new Date(7), nothing: null},
    big: 9007199254740993n,
    decimal: '1.50',
    nothing: null,
  });

  it('come back as they went in', async () => {
    const {connector} = defineModel('M', {id: {type: Number, id: true}});
    await call(connector, 'create', 'M', nested());
    assert.deepEqual(await call(connector, 'find', 'M', 1), [nested()]);
  });

  it('do not change with the object that was handed in', async () => {
    const {connector} = defineModel('M', {id: {type: Number, id: true}});
    const given = nested();
    await call(connector, 'create', 'M', given);
    mangle(given);
    assert.deepEqual(await call(connector, 'find', 'M', 1), [nested()]);
  });

  it('do not change with an object that came out', async () => {
    const {connector} = defineModel('M', {id: {type: Number, id: true}});
    await call(connector, 'create', 'M', nested());
    for (const [method, argument] of [
      ['find', 1],
      ['all', {}],
      ['save', {id: 1}],
    ] as const) {
      const [answer] = await call(connector, method, 'M', argument);
      mangle(Array.isArray(answer) ? answer[0] : answer);
      assert.deepEqual(await call(connector, 'find', 'M', 1), [nested()]);
    }
  });

  function mangle(row: any): void {
    row.date.setTime(0);
    row.bytes[0] = 0;
    row.list[1].a.push(3);
    row.list.pop();
    row.deep.at.setTime(1);
    row.deep.more = true;
    row.id = 2;
  }

  it('keep a GeoPoint a GeoPoint', async () => {
    const {Model} = defineModel('M', {position: {type: 'GeoPoint'}});
    await Model.create({position: {lat: 1, lng: 2}});
    const {position} = await Model.findOne();
    assert.equal(position.constructor.name, 'GeoPoint');
    assert.deepEqual({...position}, {lat: 1, lng: 2});
  });

  it('leave out undefined, and lose the value by an update with it', async () => {
    const {connector} = defineModel('M', {id: {type: Number, id: true}});
    await call(connector, 'create', 'M', {id: 1, a: undefined, b: 2});
    await call(connector, 'updateAttributes', 'M', 1, {b: undefined, c: 3});
    assert.deepEqual(await call(connector, 'find', 'M', 1), [{id: 1, c: 3}]);
  });

  it('take a property named __proto__ as data', async () => {
    const {connector} = defineModel('M', {id: {type: Number, id: true}});
    const row = JSON.parse('{"id": 1, "__proto__": {"a": 1}}') as object;
    await call(connector, 'create', 'M', row);
    const [found] = await call(connector, 'find', 'M', 1);
    assert.equal(JSON.stringify(found), '{"id":1,"__proto__":{"a":1}}');
    assert.equal(found.a, undefined);
  });

  it('do not freeze with an object that was frozen', async () => {
    const {connector} = defineModel('M', person);
    const frozen = Object.freeze({email: 'a'});
    const [id] = await call(connector, 'create', 'M', frozen);
    assert.equal(id, 1);
    assert.deepEqual(await call(connector, 'count', 'M', {}), [1]);
  });
});

describe('a method of the connector', () => {
  const methods: Record<string, unknown[]> = {
    create: [{n: 1}],
    createAll: [[{n: 1}]],
    save: [{id: 1, n: 1}],
    updateOrCreate: [{id: 1, n: 1}],
    replaceOrCreate: [{id: 1, n: 1}],
    upsertWithWhere: [{id: 1}, {n: 1}],
    patchOrCreateWithWhere: [{id: 1}, {n: 1}],
    findOrCreate: [{where: {id: 1}}, {n: 1}],
    all: [{}],
    find: [1],
    exists: [1],
    count: [{}],
    update: [{}, {n: 1}],
    updateAll: [{}, {n: 1}],
    updateAttributes: [1, {n: 1}],
    replaceById: [1, {n: 1}],
    destroy: [1],
    destroyAll: [{}],
  };

  for (const [method, args] of Object.entries(methods)) {
    it(`${method} declares all its parameters, so the juggler passes options`, () => {
      const {connector} = defineModel('M', person);
      assert.equal((connector as any)[method].length, args.length + 3);
    });

    it(`${method} calls back later and once`, async () => {
      const {connector} = defineModel('M', person);
      await call(connector, 'create', 'M', {n: 0});
      let calls = 0;
      (connector as any)[method]('M', ...args, {}, () => calls++);
      assert.equal(calls, 0);
      await new Promise(resolve => setTimeout(resolve, 5));
      assert.equal(calls, 1);
    });

    it(`${method} fails clearly after disconnect`, async () => {
      const {connector} = defineModel('M', person);
      await call(connector, 'count', 'M', {});
      connector.disconnect();
      await assert.rejects(call(connector, method, 'M', ...args), {
        code: 'NOT_CONNECTED',
        statusCode: 503,
      });
    });

    it(`${method} names a model that there is not`, async () => {
      const {connector} = defineModel('M', person);
      await assert.rejects(call(connector, method, 'Nobody', ...args), {
        code: 'UNKNOWN_MODEL',
        message: /Nobody/,
      });
    });
  }

  it('gives what the built-in connector gives', async () => {
    const {
      Memory,
    } = require('loopback-datasource-juggler/lib/connectors/memory');
    assert.equal(typeof Memory, 'function');
    const script: [string, ...unknown[]][] = [
      ['create', {id: 1, n: 1}],
      ['create', {n: 2}],
      ['createAll', [{n: 3}, {id: 9, n: 4}]],
      ['find', 1],
      ['exists', 2],
      ['exists', 77],
      ['count', {n: {gt: 1}}],
      ['all', {where: {n: {lte: 3}}, order: 'n DESC'}],
      ['all', {limit: 2, skip: 1}],
      ['all', {where: {or: [{n: 1}, {n: 4}]}, fields: ['id']}],
      ['save', {id: 1, text: 'x'}],
      ['save', {id: 20, n: 5}],
      ['updateOrCreate', {id: 20, text: 'y'}],
      ['updateOrCreate', {id: 21, n: 6}],
      ['replaceOrCreate', {id: 21, text: 'z'}],
      ['upsertWithWhere', {id: 21}, {n: 7}],
      ['upsertWithWhere', {n: 99}, {id: 30, n: 99}],
      ['findOrCreate', {where: {n: 99}}, {n: 99}],
      ['findOrCreate', {where: {n: 100}}, {id: 31, n: 100}],
      ['updateAll', {n: {gt: 50}}, {big: true}],
      ['updateAttributes', 1, {n: 11}],
      ['replaceById', 1, {id: 1, n: 12}],
      ['destroy', 1],
      ['destroy', 1],
      ['destroyAll', {n: {gt: 50}}],
      ['all', {}],
      ['destroyAll', {}],
      ['count', {}],
    ];
    const ours = makeDataSource();
    const builtIn = new DataSource({connector: 'memory'});
    for (const dataSource of [ours, builtIn as unknown as typeof ours]) {
      dataSource.define('M', {id: {type: Number, id: true}, n: Number});
    }
    for (const [method, ...args] of script) {
      const expected = await call(
        (builtIn as any).connector,
        method,
        'M',
        ...structuredClone(args),
      );
      const answer = await call(
        ours.connector,
        method,
        'M',
        ...structuredClone(args),
      );
      assert.deepEqual(answer, expected, method);
    }
  });
});

describe('a row that is not there', () => {
  for (const [method, args] of [
    ['replaceById', [77, {n: 1}]],
    ['updateAttributes', [77, {n: 1}]],
  ] as const) {
    it(`makes ${method} fail with 404`, async () => {
      const {connector} = defineModel('M', person);
      await assert.rejects(call(connector, method, 'M', ...args), {
        name: 'InMemoryError',
        code: 'ROW_NOT_FOUND',
        statusCode: 404,
        message: /M with id 77/,
      });
    });
  }
});

describe('an index', () => {
  it('lets rows with NaN and invalid dates come and go', async () => {
    const {connector} = defineModel('P', {
      id: {type: Number, id: true},
      n: {type: 'any', index: true},
      at: {type: 'any', index: true},
    });
    const row = {id: 1, n: Number.NaN, at: new Date(Number.NaN)};
    await call(connector, 'create', 'P', row);
    const [found] = await call(connector, 'find', 'P', 1);
    assert.ok(Number.isNaN(found.n) && Number.isNaN(found.at.getTime()));
    await call(connector, 'replaceById', 'P', 1, {n: 5});
    await call(connector, 'destroy', 'P', 1);
    assert.deepEqual(await call(connector, 'count', 'P', {}), [0]);
    assert.deepEqual(connector.database.verify(), []);
  });
});

describe('a unique index', () => {
  it('allows several rows without a value', async () => {
    const {Model} = defineModel('P', person);
    await Model.createAll([{n: 1}, {n: 2}, {email: null}]);
    assert.equal(await Model.count(), 3);
  });

  it('names index, values and model when it refuses', async () => {
    const {Model} = defineModel('P', person);
    await Model.create({email: 'a'});
    await assert.rejects(Model.create({email: 'a'}), {
      name: 'InMemoryError',
      code: 'DUPLICATE_KEY',
      statusCode: 409,
      message: /P.*email_index.*email.*"a"/,
      details: {
        table: 'P',
        index: 'email_index',
        constraint: 'email_index',
        property: 'email',
        value: 'a',
      },
    });
  });

  it('that rows contradict stops all statements until automigrate', async () => {
    const {dataSource, connector} = defineModel('P', {email: String});
    await call(connector, 'createAll', 'P', [{email: 'a'}, {email: 'a'}]);
    const Model = dataSource.define('P', person);
    await assert.rejects(Model.find(), {
      code: 'INVALID_MODEL',
      message: /P cannot be used.*email_index.*automigrate/,
    });
    await dataSource.automigrate('P');
    await Model.create({email: 'a'});
    await assert.rejects(Model.create({email: 'a'}), {code: 'DUPLICATE_KEY'});
  });

  it('is built over the rows that there are', async () => {
    const {dataSource, connector} = defineModel('P', {email: String});
    await call(connector, 'createAll', 'P', [{email: 'a'}, {email: 'b'}]);
    const Model = dataSource.define('P', person);
    await assert.rejects(Model.create({email: 'b'}), {code: 'DUPLICATE_KEY'});
    assert.equal(await Model.count(), 2);
  });

  for (const [form, indexes] of Object.entries({
    'keys and options': {u: {keys: {a: 1, b: -1}, options: {unique: true}}},
    'a list of keys': {u: {keys: ['a', 'b'], options: {unique: true}}},
    columns: {u: {columns: 'a, b', kind: 'unique'}},
    'an array of indexes': [{keys: {a: 1, b: 1}, options: {unique: true}}],
  })) {
    it(`can be declared by ${form}`, async () => {
      const {Model} = defineModel('P', {a: Number, b: Number}, {indexes});
      await Model.createAll([
        {a: 1, b: 1},
        {a: 1, b: 2},
        {a: 2, b: 1},
      ]);
      await assert.rejects(Model.create({a: 1, b: 2}), {
        code: 'DUPLICATE_KEY',
        message: /\(a, b\) = \(1, 2\)/,
      });
    });
  }

  it('that cannot be read is refused by name', () => {
    assert.throws(
      () => defineModel('P', {a: Number}, {indexes: {odd: {keys: {a: 7}}}}),
      {code: 'INVALID_MODEL', message: /index odd of model P/},
    );
  });
});
