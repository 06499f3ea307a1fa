import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  model,
  property,
} from '@loopback/repository';
import {
  call,
  defineModel,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

const generatedNumber = {id: {type: Number, id: true, generated: true}};

async function idsOf(Model: Model, count: number): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (let i = 0; i < count; i++) ids.push((await Model.create({})).id);
  return ids;
}

describe('generated ids', () => {
  it('count up from 1', async () => {
    const {Model} = defineModel('M', generatedNumber);
    assert.deepEqual(await idsOf(Model, 3), [1, 2, 3]);
  });

  it('are not used again after the row is deleted', async () => {
    const {Model} = defineModel('M', generatedNumber);
    await idsOf(Model, 3);
    await Model.destroyById(3);
    assert.deepEqual(await idsOf(Model, 1), [4]);
  });

  it('are not used again after all rows are deleted', async () => {
    const {Model} = defineModel('M', generatedNumber);
    await idsOf(Model, 3);
    await Model.destroyAll();
    assert.deepEqual(await idsOf(Model, 1), [4]);
  });

  it('begin at 1 again after automigrate', async () => {
    const {Model} = defineModel('M', generatedNumber);
    await idsOf(Model, 3);
    await Model.dataSource.automigrate();
    assert.deepEqual(await idsOf(Model, 1), [1]);
  });

  it('jump past an explicit higher id', async () => {
    const {Model} = defineModel('M', {id: {type: Number, id: true}});
    await Model.create({id: 41});
    assert.deepEqual(await idsOf(Model, 2), [42, 43]);
  });

  it('jump past an explicit id of the same createAll', async () => {
    const {connector} = defineModel('M', {id: {type: Number, id: true}});
    const [rows] = await call(connector, 'createAll', 'M', [{id: 1}, {}, {}]);
    assert.deepEqual(rows, [{id: 1}, {id: 2}, {id: 3}]);
  });

  it('do not go back after an explicit lower id', async () => {
    const {Model} = defineModel('M', {id: {type: Number, id: true}});
    await Model.create({id: 41});
    await Model.create({id: 7});
    assert.deepEqual(await idsOf(Model, 1), [42]);
  });

  it('are not shared by two creates at the same time', async () => {
    const {Model} = defineModel('M', generatedNumber);
    const rows = await Promise.all(
      Array.from({length: 50}, () => Model.create({})),
    );
    assert.equal(new Set(rows.map(row => row.id)).size, 50);
  });

  it('are made for a number id that is not declared generated', async () => {
    const {Model} = defineModel('M', {id: {type: Number, id: true}});
    assert.deepEqual(await idsOf(Model, 2), [1, 2]);
  });

  it('are texts that sort by creation with defaultIdType string', async () => {
    const dataSource = makeDataSource({defaultIdType: 'string'});
    const M = dataSource.define('M', {
      id: {type: 'string', id: true, generated: true},
    });
    const ids = (await idsOf(M, 12)) as string[];
    assert.deepEqual(ids, [...ids].sort());
    assert.ok(ids.every(id => Number.isNaN(Number(id))));
    assert.equal(new Set(ids).size, 12);
  });

  for (const defaultFn of ['uuid', 'uuidv4', 'nanoid', 'guid']) {
    it(`come from the default function ${defaultFn}`, async () => {
      const {Model} = defineModel('M', {
        id: {type: String, id: true, defaultFn},
      });
      const [first, second] = (await idsOf(Model, 2)) as string[];
      assert.match(first!, /^[\w-]{9,36}$/);
      assert.notEqual(first, second);
      assert.equal((await Model.findById(second)).id, second);
    });
  }
});

describe('an ordinary id', () => {
  for (const id of [0, 1.5, -1]) {
    it(`can be the number ${id}`, () => roundTrip(Number, id));
  }
  for (const id of ['', '__proto__', 'constructor', 'toString', 'a b', 'é']) {
    it(`can be the text "${id}"`, () => roundTrip(String, id));
  }
  it('can be a date', () => roundTrip(Date, new Date(5)));

  async function roundTrip(type: unknown, id: unknown): Promise<void> {
    const {connector} = defineModel('M', {
      id: {type, id: true},
      n: Number,
    });
    const [created] = await call(connector, 'create', 'M', {id, n: 1});
    assert.deepEqual(created, id);
    assert.deepEqual(await call(connector, 'exists', 'M', id), [true]);
    await call(connector, 'updateAttributes', 'M', id, {n: 2});
    const [found] = await call(connector, 'find', 'M', id);
    assert.deepEqual(found, {id, n: 2});
    const [rows] = await call(connector, 'all', 'M', {where: {id}});
    assert.deepEqual(rows, [{id, n: 2}]);
    await call(connector, 'replaceById', 'M', id, {n: 3});
    assert.deepEqual(await call(connector, 'count', 'M', {id, n: 3}), [1]);
    await assert.rejects(call(connector, 'create', 'M', {id}), {
      code: 'DUPLICATE_KEY',
      statusCode: 409,
    });
    const [deleted] = await call(connector, 'destroy', 'M', id);
    assert.deepEqual(deleted, {count: 1});
    assert.deepEqual(await call(connector, 'exists', 'M', id), [false]);
  }

  it('can be an object id, which is compared by its text', async () => {
    class ObjectId {
      constructor(private readonly hex: string) {}
      toHexString(): string {
        return this.hex;
      }
    }
    const {connector} = defineModel('M', {id: {type: 'any', id: true}});
    await call(connector, 'create', 'M', {id: new ObjectId('abc'), n: 1});
    const [found] = await call(connector, 'find', 'M', new ObjectId('abc'));
    assert.deepEqual(found, {id: 'abc', n: 1});
    const [byText] = await call(connector, 'find', 'M', 'abc');
    assert.deepEqual(byText, {id: 'abc', n: 1});
  });

  it('cannot be an object, and the error says so', async () => {
    const {connector} = defineModel('M', {id: {type: 'any', id: true}});
    await assert.rejects(call(connector, 'create', 'M', {id: {a: 1}}), {
      code: 'INVALID_VALUE',
      statusCode: 422,
      message: /M\.id .*\{"a":1\}/,
    });
  });
});

describe('a composite id', () => {
  const properties = {
    order: {type: Number, id: 1},
    line: {type: Number, id: 2},
    text: String,
  };
  const rows = [
    {order: 1, line: 1, text: 'a'},
    {order: 1, line: 2, text: 'b'},
    {order: 2, line: 1, text: 'c'},
  ];

  async function filled() {
    const {Model, connector} = defineModel('Line', properties);
    await Model.create(rows);
    return {Model, connector};
  }

  async function texts(Model: Model): Promise<string[]> {
    return (await Model.find()).map((row: any) => row.text);
  }

  it('is unique as a pair', async () => {
    const {Model} = await filled();
    await assert.rejects(Model.create({order: 1, line: 2}), {
      code: 'DUPLICATE_KEY',
      statusCode: 409,
    });
    assert.equal(await Model.count(), 3);
  });

  it('is found by where', async () => {
    const {Model} = await filled();
    const found = await Model.find({where: {order: 1, line: 2}});
    assert.deepEqual(
      found.map((row: any) => row.text),
      ['b'],
    );
  });

  it('orders rows by its parts', async () => {
    const {Model} = defineModel('Line', properties);
    await Model.create(rows.toReversed());
    assert.deepEqual(await texts(Model), ['a', 'b', 'c']);
  });

  it('means one row when an instance is deleted', async () => {
    const {Model} = await filled();
    const row = await Model.findOne({where: {order: 1, line: 2}});
    await row.destroy();
    assert.deepEqual(await texts(Model), ['a', 'c']);
  });

  it('means one row when an instance is saved', async () => {
    const {Model} = await filled();
    const row = await Model.findOne({where: {order: 1, line: 2}});
    row.text = 'B';
    await row.save();
    assert.deepEqual(await texts(Model), ['a', 'B', 'c']);
  });

  it('means one row when attributes of an instance are updated', async () => {
    const {Model} = await filled();
    const row = await Model.findOne({where: {order: 1, line: 2}});
    await row.updateAttributes({text: 'B'});
    assert.deepEqual(await texts(Model), ['a', 'B', 'c']);
  });

  it('means one row when an instance is replaced', async () => {
    const {Model} = await filled();
    const row = await Model.findOne({where: {order: 1, line: 2}});
    await row.replaceAttributes({order: 1, line: 2, text: 'B'});
    assert.deepEqual(await texts(Model), ['a', 'B', 'c']);
  });

  it('means one row in a replaceById with all parts', async () => {
    const {Model} = await filled();
    await Model.replaceById(1, {order: 1, line: 2, text: 'B'});
    assert.deepEqual(await texts(Model), ['a', 'B', 'c']);
  });

  it('is refused when a part of it is missing', async () => {
    const {connector} = await filled();
    await assert.rejects(call(connector, 'create', 'Line', {order: 9}), {
      code: 'NOT_NULL_VIOLATION',
      message: /Line\.line/,
    });
  });

  it('is refused when its first part alone means several rows', async () => {
    const {connector} = await filled();
    await assert.rejects(call(connector, 'destroy', 'Line', 1), {
      code: 'MULTIPLE_ROWS',
      statusCode: 400,
    });
    assert.deepEqual(await call(connector, 'count', 'Line', {}), [3]);
  });

  it('works as an id object through a LoopBack 4 repository', async () => {
    @model()
    class Line extends Entity {
      @property({type: 'number', id: 1})
      order!: number;
      @property({type: 'number', id: 2})
      line!: number;
      @property({type: 'string'})
      text?: string;
    }
    const repository = new DefaultCrudRepository<Line, object>(
      Line,
      makeDataSource() as never,
    );
    for (const row of rows) await repository.create(row);
    const id = {order: 1, line: 2};
    assert.equal((await repository.findById(id)).text, 'b');
    assert.equal(await repository.exists(id), true);
    await repository.updateById(id, {text: 'B'});
    assert.equal((await repository.findById(id)).text, 'B');
    await repository.deleteById(id);
    const left = await repository.find();
    assert.deepEqual(
      left.map(row => row.text),
      ['a', 'c'],
    );
  });
});

describe('a model without an id', () => {
  it('keeps its rows in the order in which they came', async () => {
    const {connector} = defineModel('Log', {n: Number}, {idInjection: false});
    await call(connector, 'createAll', 'Log', [{n: 2}, {n: 1}, {n: 2}]);
    await call(connector, 'updateAll', 'Log', {n: 2}, {seen: true});
    const [rows] = await call(connector, 'all', 'Log', {});
    assert.deepEqual(rows, [{n: 2, seen: true}, {n: 1}, {n: 2, seen: true}]);
    assert.deepEqual(connector.database.verify(), []);
  });
});
