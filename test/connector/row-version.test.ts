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
} from '../support/connector/data-source';

const properties = {
  id: {type: Number, id: true, generated: true},
  n: Number,
  v: {type: Number, version: true},
};

/** A model whose property v counts versions, with the row 1 at version 3. */
async function withRow() {
  const {Model, connector, dataSource} = defineModel('M', properties);
  await Model.create({n: 0});
  await Model.updateAll({}, {n: 1});
  await Model.updateAll({}, {n: 2});
  const stored = async () => (await call(connector, 'find', 'M', 1))[0];
  return {Model, connector, dataSource, stored};
}

const stale = {code: 'STALE_VERSION', statusCode: 409};

describe('a version', () => {
  for (const given of [undefined, null, 7]) {
    it(`is 1 in a new row, where ${String(given)} was given`, async () => {
      const {Model} = defineModel('M', properties);
      const created = await Model.create({n: 1, v: given});
      assert.equal(created.v, 1);
      assert.equal((await Model.findById(created.id)).v, 1);
    });
  }

  it('is 1 in each row of createAll', async () => {
    const {Model} = defineModel('M', properties);
    const created = await Model.createAll([{n: 1, v: 9}, {n: 2}]);
    assert.deepEqual(
      created.map((row: any) => row.v),
      [1, 1],
    );
    assert.equal(await Model.count({v: 1}), 2);
  });

  it('is 1 in a row that an upsert inserts', async () => {
    const {Model, connector} = defineModel('M', properties);
    await call(connector, 'updateOrCreate', 'M', {id: 5, n: 1, v: 9});
    await call(connector, 'upsertWithWhere', 'M', {n: 7}, {n: 7, v: 9});
    await call(connector, 'findOrCreate', 'M', {where: {n: 8}}, {n: 8, v: 9});
    assert.equal(await Model.count({v: 1}), 3);
  });

  const updates: readonly [method: string, ...args: any[]][] = [
    ['updateAttributes', 1, {n: 5}],
    ['replaceById', 1, {n: 5}],
    ['save', {id: 1, n: 5}],
    ['updateOrCreate', {id: 1, n: 5}],
    ['replaceOrCreate', {id: 1, n: 5}],
    ['upsertWithWhere', {n: 2}, {n: 5}],
  ];
  for (const [method, ...args] of updates) {
    const data = args.pop();

    it(`counts a ${method} without a version`, async () => {
      const {connector, stored} = await withRow();
      await call(connector, method, 'M', ...args, data);
      assert.deepEqual(await stored(), {id: 1, n: 5, v: 4});
    });

    it(`counts a ${method} with the stored version`, async () => {
      const {connector, stored} = await withRow();
      await call(connector, method, 'M', ...args, {...data, v: 3});
      assert.deepEqual(await stored(), {id: 1, n: 5, v: 4});
    });

    it(`takes null in a ${method} for no version`, async () => {
      const {connector, stored} = await withRow();
      await call(connector, method, 'M', ...args, {...data, v: null});
      assert.deepEqual(await stored(), {id: 1, n: 5, v: 4});
    });

    for (const v of [2, 4]) {
      it(`refuses a ${method} with the version ${v} of 3`, async () => {
        const {connector, stored} = await withRow();
        const update = call(connector, method, 'M', ...args, {...data, v});
        await assert.rejects(update, stale);
        assert.deepEqual(await stored(), {id: 1, n: 2, v: 3});
      });
    }
  }

  it('is named with both values when it is stale', async () => {
    const {connector} = await withRow();
    const update = call(connector, 'updateAttributes', 'M', 1, {n: 5, v: 2});
    await assert.rejects(update, {
      message:
        'M.v is 3 by now, not 2: the row was changed in the meantime. ' +
        'Read it again.',
      details: {table: 'M', property: 'v', value: 2, constraint: 'version'},
    });
  });

  it('is counted for each row by updateAll, which leaves a given one out', async () => {
    const {Model} = await withRow();
    await Model.create({n: 9});
    await Model.updateAll({}, {n: 5, v: 77});
    const rows = await Model.find();
    assert.deepEqual(
      rows.map((row: any) => [row.n, row.v]),
      [
        [5, 4],
        [5, 2],
      ],
    );
  });

  it('is compared by updateAll where an id is all that is asked for', async () => {
    const {connector, stored} = await withRow();
    await assert.rejects(
      call(connector, 'updateAll', 'M', {id: '1'}, {n: 5, v: 2}),
      stale,
    );
    await call(connector, 'updateAll', 'M', {id: 1}, {n: 5, v: 3});
    assert.deepEqual(await stored(), {id: 1, n: 5, v: 4});
  });

  for (const where of [{id: {gt: 0}}, {id: 1, n: 2}, {n: 2}, null]) {
    it(`is left out by updateAll of ${JSON.stringify(where)}`, async () => {
      const {connector, stored} = await withRow();
      await call(connector, 'updateAll', 'M', where, {n: 5, v: 77});
      assert.deepEqual(await stored(), {id: 1, n: 5, v: 4});
    });
  }

  it('is counted where the row had none before it was declared', async () => {
    const {Model, dataSource} = defineModel('M', {
      id: properties.id,
      n: Number,
    });
    await Model.create({n: 1});
    const Versioned = dataSource.define('M', properties);
    await Versioned.updateAll({}, {n: 2});
    assert.equal((await Versioned.findById(1)).v, 1);
  });

  it('is counted where rows have no id property', async () => {
    const {Model} = defineModel(
      'M',
      {n: Number, v: properties.v},
      {idInjection: false},
    );
    await Model.create({n: 1});
    await Model.updateAll({n: 1}, {n: 2});
    assert.equal(await Model.count({v: 2}), 1);
  });

  it('may be of any type', async () => {
    const {Model} = defineModel('M', {
      ...properties,
      v: {type: 'any', version: true},
    });
    assert.equal((await Model.create({n: 1})).v, 1);
  });

  const impossible: readonly [string, object][] = [
    ['a text', {v: {type: String, version: true}}],
    ['an id', {v: {type: Number, id: true, version: true}}],
    ['one of two', {...properties, w: {type: Number, version: true}}],
  ];
  for (const [what, declared] of impossible) {
    it(`cannot be ${what}`, () => {
      assert.throws(() => defineModel('M', declared), {
        code: 'INVALID_MODEL',
        message: /The version of M cannot be/,
      });
    });
  }
});

describe('the version of a row that a foreign key changes', () => {
  async function define() {
    const dataSource = makeDataSource();
    const Parent = dataSource.define('Parent', {
      id: {type: Number, id: true},
      code: {type: String, index: {unique: true}},
    });
    const toParent = (property: string) => ({
      entity: 'Parent',
      entityKey: property === 'parentId' ? 'id' : property,
      foreignKey: property,
      onDelete: 'SET NULL',
      onUpdate: 'CASCADE',
    });
    const Child = dataSource.define(
      'Child',
      {...properties, parentId: Number, code: String},
      {foreignKeys: {byId: toParent('parentId'), byCode: toParent('code')}},
    );
    await Parent.create({id: 1, code: 'a'});
    await Child.create({parentId: 1, code: 'a'});
    return {Parent, Child};
  }

  it('counts one update by CASCADE', async () => {
    const {Parent, Child} = await define();
    const child = await Child.findById(1);
    await Parent.updateAll({id: 1}, {code: 'b'});
    const {v, code} = await Child.findById(1);
    assert.deepEqual({v, code}, {v: 2, code: 'b'});
    child.n = 7;
    await assert.rejects(child.save(), stale);
  });

  it('counts one update by SET NULL, also of two foreign keys', async () => {
    const {Parent, Child} = await define();
    const transaction = await Parent.beginTransaction({});
    await Parent.destroyAll({id: 1}, {transaction});
    await transaction.commit();
    const {v, code, parentId} = await Child.findById(1);
    assert.deepEqual({v, code, parentId}, {v: 2, code: null, parentId: null});
  });

  it('is counted once where the statement updates the row, too', async () => {
    const dataSource = makeDataSource();
    const toItself = {entity: 'M', entityKey: 'code', foreignKey: 'next'};
    const Model = dataSource.define(
      'M',
      {
        ...properties,
        code: {type: String, index: {unique: true}},
        next: String,
      },
      {foreignKeys: {toItself: {...toItself, onUpdate: 'CASCADE'}}},
    );
    await Model.create({code: 'a', next: 'a'});
    await Model.updateAll({}, {code: 'b', n: 1});
    const {v, next} = await Model.findById(1);
    assert.deepEqual({v, next}, {v: 2, next: 'b'});
  });
});

describe('an instance with a version', () => {
  it('can be saved again and again', async () => {
    const {Model, stored} = await withRow();
    const row = await Model.create({n: 1});
    for (const n of [2, 3]) {
      row.n = n;
      await row.save();
    }
    assert.equal(row.v, 3);
    const found = await Model.findById(1);
    for (const n of [5, 6]) {
      found.n = n;
      await found.save();
    }
    assert.deepEqual(await stored(), {id: 1, n: 6, v: 5});
  });

  it('can be saved after each other update of it', async () => {
    const {Model, stored} = await withRow();
    const found = await Model.findById(1);
    await found.updateAttributes({n: 5});
    assert.equal(found.v, 4);
    const row = await found.replaceAttributes({n: 6});
    assert.equal(row.v, 5);
    row.n = 7;
    await row.save();
    assert.deepEqual(await stored(), {id: 1, n: 7, v: 6});
  });

  it('has the stored version after an upsert', async () => {
    const {Model} = await withRow();
    assert.equal((await Model.upsert({id: 1, n: 5})).v, 4);
    assert.equal((await Model.replaceOrCreate({id: 1, n: 6})).v, 5);
    assert.equal((await Model.upsertWithWhere({id: 1}, {n: 7})).v, 6);
    assert.equal((await Model.replaceById(1, {n: 8})).v, 7);
  });

  it('begins anew when it is saved after its row was deleted', async () => {
    const {Model} = await withRow();
    const row = await Model.findById(1);
    await Model.deleteById(1);
    await row.save();
    assert.equal(row.v, 1);
    assert.equal((await Model.findById(1)).v, 1);
  });

  it('loses against another that was saved before', async () => {
    const {Model, stored} = await withRow();
    const [mine, theirs] = [await Model.findById(1), await Model.findById(1)];
    theirs.n = 5;
    await theirs.save();
    mine.n = 6;
    await assert.rejects(mine.save(), stale);
    assert.deepEqual(await stored(), {id: 1, n: 5, v: 4});
  });
});

describe('a repository of entities with a version', () => {
  @model()
  class Account extends Entity {
    @property({type: 'number', id: true, generated: true})
    id?: number;
    @property({type: 'number', required: true})
    balance!: number;
    @property({type: 'number', version: true})
    version?: number;
  }

  it('creates, saves and refuses what is stale', async () => {
    const dataSource = makeDataSource() as never;
    const accounts = new DefaultCrudRepository<Account, number>(
      Account,
      dataSource,
    );
    const account = await accounts.create({balance: 10});
    assert.equal(account.version, 1);
    account.balance = 20;
    await accounts.update(account);
    await assert.rejects(accounts.update(account), stale);
    await assert.rejects(accounts.save(account), stale);
    await assert.rejects(accounts.replaceById(1, account), stale);
    await assert.rejects(accounts.updateById(1, {version: 1}), stale);
    await accounts.updateById(1, {balance: 30, version: 2});
    const {balance, version} = await accounts.findById(1);
    assert.deepEqual([balance, version], [30, 3]);
  });
});
