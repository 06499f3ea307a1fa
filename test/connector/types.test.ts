import assert from 'node:assert/strict';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

const properties = {
  id: {type: Number, id: true},
  n: Number,
  s: String,
  d: Date,
  b: Boolean,
  g: 'geopoint',
  list: ['any'],
  numbers: [Number],
  o: Object,
  any: 'any',
};

function strictModel(): {
  Model: Model;
  create: (row: object) => Promise<unknown>;
} {
  const dataSource = makeDataSource({typeChecks: 'strict'});
  const Model = dataSource.define('M', properties);
  const create = (row: object) =>
    call(dataSource.connector, 'create', 'M', {id: 1, ...row});
  return {Model, create};
}

describe('typeChecks strict', () => {
  const refused: readonly [string, object][] = [
    ['a text in a Number', {n: 'abc'}],
    ['NaN', {n: Number.NaN}],
    ['an object in a String', {s: {a: 1}}],
    ['an array in a String', {s: ['a']}],
    ['an invalid date', {d: new Date(Number.NaN)}],
    ['a text that is no date in a Date', {d: 'tomorrow'}],
    ['a number in a Boolean', {b: 2}],
    ['what is no point in a GeoPoint', {g: {lat: 1}}],
    ['a point that is not on earth', {g: {lat: 100, lng: 0}}],
    ['what is no array in an Array', {list: 'a'}],
    ['a number where an array of numbers is declared', {numbers: 1}],
    ['an array with a text among numbers', {numbers: [1, 'a']}],
    ['a text in an Object', {o: 'a'}],
    ['a text in an id that is a number', {id: 'abc'}],
  ];
  for (const [what, row] of refused) {
    it(`refuses ${what}, and stores nothing`, async () => {
      const {Model, create} = strictModel();
      await assert.rejects(create(row), {
        code: 'INVALID_VALUE',
        statusCode: 422,
        sqlState: '22P02',
      });
      assert.equal(await Model.count(), 0);
    });
  }

  const stored: readonly [string, object, object][] = [
    ['a text that is a number', {n: '12'}, {n: 12}],
    ['an ISO date', {d: '2020-01-01T00:00:00Z'}, {d: new Date(1577836800000)}],
    ['a number as a text', {s: 5}, {s: '5'}],
    ['null', {n: null}, {n: null}],
    [
      'texts that are numbers in an array',
      {numbers: ['1', 2]},
      {numbers: [1, 2]},
    ],
    ['anything where any is declared', {any: 'a'}, {any: 'a'}],
    ['what is not declared', {x: {a: 1}}, {x: {a: 1}}],
  ];
  for (const [what, given, expected] of stored) {
    it(`stores ${what}`, async () => {
      const {Model, create} = strictModel();
      await create(given);
      const [row] = await call(Model.getConnector(), 'all', 'M', {});
      assert.deepEqual(row, [{id: 1, ...expected}]);
    });
  }

  it('refuses NaN that LoopBack made of a text', async () => {
    const {Model} = strictModel();
    await assert.rejects(Model.create({id: 1, n: 'abc'}), {
      message: /n/,
      statusCode: 422,
    });
  });

  it('refuses it in an update as well', async () => {
    const {Model, create} = strictModel();
    await create({n: 1});
    const connector = Model.getConnector();
    await assert.rejects(call(connector, 'updateAll', 'M', {}, {n: 'a'}), {
      code: 'INVALID_VALUE',
      message: 'M.n cannot be "a": it is declared as number.',
    });
    assert.equal((await Model.findById(1)).n, 1);
  });

  it('lets values of a class that is no model pass', async () => {
    class Money {
      constructor(readonly cents: number) {}
    }
    const dataSource = makeDataSource({typeChecks: 'strict'});
    dataSource.define('M', {id: properties.id, price: Money});
    await call(dataSource.connector, 'create', 'M', {id: 1, price: 'a'});
  });

  it('is not the default: what cannot be cast is stored as it is', async () => {
    const dataSource = makeDataSource();
    dataSource.define('M', properties);
    await call(dataSource.connector, 'create', 'M', {id: 1, n: 'abc'});
    const [row] = await call(dataSource.connector, 'find', 'M', 1);
    assert.equal(row.n, 'abc');
  });
});
