import assert from 'node:assert/strict';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

const properties = {
  id: {type: Number, id: true},
  name: String,
  address: Object,
};

function checkedModel(settings: object = {}): Model {
  const dataSource = makeDataSource({unknownProperties: 'error'});
  return dataSource.define('M', properties, settings);
}

describe('unknownProperties error', () => {
  const refused: readonly [string, object][] = [
    ['a where', {where: {names: 'a'}}],
    ['an operator in a where', {where: {names: {gt: 'a'}}}],
    ['a nested clause', {where: {or: [{name: 'a'}, {names: 'b'}]}}],
    ['a where by a path', {where: {'adress.city': 'a'}}],
    ['an order', {order: 'names DESC'}],
    ['one of several orders', {order: ['name ASC', 'names ASC']}],
    ['fields', {fields: ['name', 'names']}],
    ['fields by an object', {fields: {names: true}}],
    ['fields that are left out', {fields: {names: false}}],
  ];
  for (const [what, filter] of refused) {
    for (const strict of [true, false]) {
      it(`refuses ${what} of a model with strict ${strict}`, async () => {
        await assert.rejects(checkedModel({strict}).find(filter), {
          code: 'INVALID_FILTER',
          statusCode: 400,
          message: /"(names|adress)", which.*did you mean "(name|address)"\?$/,
        });
      });
    }
  }

  const statements: readonly [string, ...unknown[]][] = [
    ['count', {names: 'a'}],
    ['updateAll', {names: 'a'}, {name: 'b'}],
    ['destroyAll', {names: 'a'}],
    ['upsertWithWhere', {names: 'a'}, {name: 'b'}],
    ['findOrCreate', {where: {names: 'a'}}, {name: 'b'}],
  ];
  for (const [method, ...args] of statements) {
    it(`refuses the where of ${method}`, async () => {
      const connector = checkedModel().getConnector();
      await assert.rejects(call(connector, method, 'M', ...args), {
        code: 'INVALID_FILTER',
        details: {
          table: 'M',
          property: 'names',
          constraint: 'unknownProperties',
        },
      });
    });
  }

  it('answers a filter with declared names, the id among them', async () => {
    const M = checkedModel();
    await M.create({id: 1, name: 'a', address: {city: 'x'}});
    const filter = {
      where: {id: 1, 'address.city': 'x'},
      order: ['address.city DESC', 'id ASC'],
      fields: ['id', 'name'],
    };
    assert.equal((await M.find(filter))[0].name, 'a');
  });

  it('knows a property that was added to the model later', async () => {
    const M = checkedModel();
    M.defineProperty('later', {type: Number});
    assert.deepEqual(await M.find({where: {later: 1}, fields: ['later']}), []);
  });

  it('is not the default: an unknown property is missing', async () => {
    const M = makeDataSource().define('M', properties);
    await M.create({id: 1, name: 'a'});
    const filter = {where: {names: null}, order: 'names ASC'};
    assert.equal((await M.find(filter)).length, 1);
  });
});
