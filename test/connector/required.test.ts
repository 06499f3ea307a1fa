import assert from 'node:assert/strict';
import {
  call,
  defineModel,
  makeDataSource,
} from '../support/connector/data-source';

const id = {type: Number, id: true, generated: true};
const violation = {
  code: 'NOT_NULL_VIOLATION',
  statusCode: 422,
  sqlState: '23502',
};

/** A connector with one row, whose property n is required. */
async function withRow() {
  const properties = {id, n: {type: String, required: true}, k: String};
  const {Model, connector} = defineModel('M', properties);
  await Model.create({n: 'a', k: 'x'});
  return {Model, connector};
}

describe('a required value', () => {
  const statements: readonly [method: string, ...args: unknown[]][] = [
    ['create', {k: 'b'}],
    ['create', {n: null}],
    ['createAll', [{n: 'b'}, {k: 'b'}]],
    ['save', {id: 1, n: null}],
    ['save', {id: 2, k: 'b'}],
    ['updateOrCreate', {id: 2, k: 'b'}],
    ['updateOrCreate', {id: 1, n: null}],
    ['replaceOrCreate', {id: 1, k: 'b'}],
    ['replaceOrCreate', {id: 2, k: 'b'}],
    ['upsertWithWhere', {k: 'x'}, {n: null}],
    ['upsertWithWhere', {k: 'y'}, {k: 'y'}],
    ['findOrCreate', {where: {k: 'y'}}, {k: 'y'}],
    ['update', {}, {n: null}],
    ['updateAll', {}, {n: null}],
    ['updateAttributes', 1, {n: null}],
    ['replaceById', 1, {k: 'b'}],
    ['replaceById', 1, {n: null}],
  ];
  for (const [method, ...args] of statements) {
    it(`is not left out by ${method} ${JSON.stringify(args)}`, async () => {
      const {Model, connector} = await withRow();
      await assert.rejects(call(connector, method, 'M', ...args), violation);
      const rows = await Model.find();
      assert.deepEqual(rows[0].toObject(), {id: 1, n: 'a', k: 'x'});
    });
  }

  it('may be left out by a change of other properties', async () => {
    const {Model, connector} = await withRow();
    await call(connector, 'updateAttributes', 'M', 1, {k: 'y'});
    await call(connector, 'updateOrCreate', 'M', {id: 1, k: 'z'});
    assert.equal((await Model.findById(1)).n, 'a');
  });

  it('is asked for when LoopBack does not validate', async () => {
    const {Model} = await withRow();
    const invalid = new Model({k: 'b'});
    await assert.rejects(invalid.save({validate: false}), violation);
    await assert.rejects(Model.create({k: 'b'}, {validate: false}), violation);
    await assert.rejects(Model.updateAll({}, {n: null}), violation);
    assert.equal(await Model.count(), 1);
  });

  it('may be an empty text', async () => {
    const {Model} = await withRow();
    await Model.updateAll({}, {n: ''});
    assert.equal((await Model.findById(1)).n, '');
  });

  it('is named with its model and the value that it got', async () => {
    const {connector} = await withRow();
    await assert.rejects(call(connector, 'create', 'M', {n: null}), {
      message: 'M.n cannot be null: it is required.',
      details: {
        table: 'M',
        property: 'n',
        value: null,
        constraint: 'notNull',
      },
    });
  });

  const flags: readonly object[] = [
    {nullable: false},
    {nullable: 'N'},
    {nullable: 'NO'},
    {nullable: 0},
    {null: false},
    {allowNull: false},
    {memory: {nullable: 'N'}},
    {memory: {allowNull: false}},
    {nullable: 'Y', required: true},
  ];
  for (const flag of flags) {
    it(`is declared by ${JSON.stringify(flag)}`, async () => {
      const {Model} = defineModel('M', {id, n: {type: Number, ...flag}});
      const unchecked = Model.create({n: null}, {validate: false});
      await assert.rejects(unchecked, violation);
    });
  }

  for (const flag of [{nullable: true}, {nullable: 'Y'}, {required: false}]) {
    it(`is not declared by ${JSON.stringify(flag)}`, async () => {
      const {Model} = defineModel('M', {id, n: {type: Number, ...flag}});
      assert.equal((await Model.create({n: null})).n, null);
    });
  }

  it('is not asked for where the id is generated', async () => {
    const {Model} = defineModel('M', {id: {...id, required: true}});
    const created = await Model.create({}, {validate: false});
    assert.equal(created.id, 1);
  });

  it('is not asked for where another model on the table has it not', async () => {
    const dataSource = makeDataSource();
    const settings = {memory: {collection: 'Things'}};
    const a = {id, a: {type: Number, required: true}};
    const A = dataSource.define('A', a, settings);
    const B = dataSource.define('B', {id, b: Number}, settings);
    await A.create({a: 1});
    await B.create({b: 1});
    assert.equal(await A.count(), 2);
  });

  it('that rows lack makes the model unusable until it is migrated', async () => {
    const {Model, dataSource} = defineModel('M', {id, n: Number});
    await Model.create({});
    const properties = {id, n: {type: Number, required: true}};
    const Stricter = dataSource.define('M', properties);
    await assert.rejects(Stricter.find(), {
      code: 'INVALID_MODEL',
      message: /M cannot be used.*M\.n cannot be undefined: it is required/,
    });
    await dataSource.automigrate('M');
    await Stricter.create({n: 1});
    assert.equal(await Stricter.count(), 1);
  });
});
