import assert from 'node:assert/strict';
import {makeDataSource, type Model} from '../support/connector/data-source';
import {openTable, type Transaction} from '../support/connector/transactions';

/** What a method makes of the rows 1:a and 2:b. */
interface Change {
  readonly name: string;
  readonly makes: string;
  readonly call: (Model: Model, options: object) => Promise<unknown>;
}

const upsert = {id: 1, name: 'x'};
const added = '1:a 2:b 3:c';
const changed = '1:x 2:b';
const removed = '2:b';

function change(name: string, makes: string, call: Change['call']): Change {
  return {name, makes, call};
}

/** A change by a method of an instance that was read before the transaction. */
function instanceChange(
  name: string,
  makes: string,
  call: (instance: Model, options: object) => Promise<unknown>,
): Change {
  return change(`instance.${name}`, makes, async (Model, options) =>
    call(await Model.findById(1), options),
  );
}

/** All methods by which a model or an instance of one is changed. */
const changes: readonly Change[] = [
  change('create', added, (Model, options) =>
    Model.create({name: 'c'}, options),
  ),
  change('create of several', `${added} 4:d`, (Model, options) =>
    Model.create([{name: 'c'}, {name: 'd'}], options),
  ),
  change('createAll', `${added} 4:d`, (Model, options) =>
    Model.createAll([{name: 'c'}, {name: 'd'}], options),
  ),
  ...['upsert', 'updateOrCreate', 'patchOrCreate', 'replaceOrCreate'].flatMap(
    method => [
      change(`${method} of a row`, changed, (Model, options) =>
        Model[method](upsert, options),
      ),
      change(`${method} of no row`, added, (Model, options) =>
        Model[method]({id: 3, name: 'c'}, options),
      ),
    ],
  ),
  ...['upsertWithWhere', 'patchOrCreateWithWhere'].flatMap(method => [
    change(`${method} of a row`, changed, (Model, options) =>
      Model[method]({name: 'a'}, {name: 'x'}, options),
    ),
    change(`${method} of no row`, added, (Model, options) =>
      Model[method]({name: 'c'}, {name: 'c'}, options),
    ),
  ]),
  change('findOrCreate of no row', added, (Model, options) =>
    Model.findOrCreate({where: {name: 'c'}}, {name: 'c'}, options),
  ),
  change('replaceById', changed, (Model, options) =>
    Model.replaceById(1, {name: 'x'}, options),
  ),
  ...['update', 'updateAll'].map(method =>
    change(method, changed, (Model, options) =>
      Model[method]({id: 1}, {name: 'x'}, options),
    ),
  ),
  ...['destroyAll', 'deleteAll', 'remove'].map(method =>
    change(method, removed, (Model, options) =>
      Model[method]({name: 'a'}, options),
    ),
  ),
  ...['destroyById', 'deleteById', 'removeById'].map(method =>
    change(method, removed, (Model, options) => Model[method](1, options)),
  ),
  change('instance.save of a new one', added, (Model, options) =>
    new Model({name: 'c'}).save(options),
  ),
  instanceChange('save', changed, (instance, options) => {
    instance.name = 'x';
    return instance.save(options);
  }),
  ...['updateAttributes', 'patchAttributes', 'replaceAttributes'].map(method =>
    instanceChange(method, changed, (instance, options) =>
      instance[method]({name: 'x'}, options),
    ),
  ),
  instanceChange('updateAttribute', changed, (instance, options) =>
    instance.updateAttribute('name', 'x', options),
  ),
  ...['destroy', 'delete', 'remove'].map(method =>
    instanceChange(method, removed, (instance, options) =>
      instance[method](options),
    ),
  ),
];

describe('within a transaction (TX02, TX20),', () => {
  for (const {name, makes, call} of changes) {
    for (const [end, after] of [
      ['commit', makes],
      ['rollback', '1:a 2:b'],
    ] as const) {
      it(`${name} is seen inside only, and after ${end} ${
        end === 'commit' ? 'by all' : 'by nobody'
      }`, async () => {
        const {dataSource, Model, begin, rows} = await openTable();
        const transaction = await begin();
        await call(Model, {transaction});
        const inside = await rows(transaction);
        const outside = await rows();
        await transaction[end]();
        assert.deepEqual(
          {inside, outside, [`after ${end}`]: await rows()},
          {inside: makes, outside: '1:a 2:b', [`after ${end}`]: after},
        );
        assert.deepEqual(dataSource.connector.database.verify(), []);
      });
    }
  }
});

/** A method that reads, its answer where row 3:c is, and where it is not. */
interface Reading {
  readonly name: string;
  readonly found: unknown;
  readonly missing: unknown;
  readonly call: (Model: Model, options?: object) => Promise<unknown>;
}

const names = (rows: readonly {name: string}[]): string =>
  rows.map(({name}) => name).join('');

const readings: readonly Reading[] = [
  ...['find', 'all'].map(method => ({
    name: method,
    found: 'abc',
    missing: 'ab',
    call: async (Model: Model, options: object | undefined) =>
      names(await Model[method]({order: 'id'}, options)),
  })),
  {
    name: 'findById',
    found: 'c',
    missing: undefined,
    call: async (Model, options) =>
      (await Model.findById(3, {}, options))?.name,
  },
  {
    name: 'findByIds',
    found: 'ac',
    missing: 'a',
    call: async (Model, options) =>
      names(await Model.findByIds([1, 3], {}, options)),
  },
  {
    name: 'findOne',
    found: 'c',
    missing: undefined,
    call: async (Model, options) =>
      (await Model.findOne({where: {name: 'c'}}, options))?.name,
  },
  {
    name: 'exists',
    found: true,
    missing: false,
    call: (Model, options) => Model.exists(3, options),
  },
  {
    name: 'count',
    found: 1,
    missing: 0,
    call: (Model, options) => Model.count({name: 'c'}, options),
  },
  {
    name: 'find with near, which the juggler would answer itself,',
    found: 'c',
    missing: '',
    call: async (Model, options) =>
      names(await Model.find({where: {place: {near: '1,1'}}}, options)),
  },
];

describe('within a transaction, its own new row is seen inside only, by', () => {
  for (const {name, found, missing, call} of readings) {
    for (const [end, after] of [
      ['commit', found],
      ['rollback', missing],
    ] as const) {
      it(`${name} then ${end}`, async () => {
        const {dataSource, begin} = await openTable();
        const Model = dataSource.define('Place', {
          id: {type: Number, id: true},
          name: String,
          place: 'GeoPoint',
        });
        await Model.createAll([{name: 'a'}, {name: 'b'}]);
        const transaction = await begin();
        const row = {name: 'c', place: {lat: 1, lng: 1}};
        await Model.create(row, {transaction});
        const inside = await call(Model, {transaction});
        const outside = await call(Model, undefined);
        await transaction[end]();
        assert.deepEqual(
          {inside, outside, [`after ${end}`]: await call(Model, undefined)},
          {inside: found, outside: missing, [`after ${end}`]: after},
        );
      });
    }
  }

  it('findOrCreate, which finds it and creates no other', async () => {
    const {Model, begin, rows} = await openTable();
    const transaction = await begin();
    await Model.create({id: 3, name: 'c'}, {transaction});
    const [found, isNew] = await Model.findOrCreate(
      {where: {name: 'c'}},
      {name: 'c'},
      {transaction},
    );
    assert.deepEqual({id: found.id, isNew}, {id: 3, isNew: false});
    assert.equal(await rows(transaction), '1:a 2:b 3:c');
  });
});

describe('within a transaction, related rows', () => {
  const id = {type: Number, id: true};

  async function openShop(): Promise<{
    Customer: Model;
    Order: Model;
    transaction: Transaction;
  }> {
    const dataSource = makeDataSource();
    const Customer = dataSource.define('Customer', {id, name: String});
    const Order = dataSource.define('Order', {id, customerId: Number});
    Customer.hasMany(Order, {as: 'orders', foreignKey: 'customerId'});
    Order.belongsTo(Customer, {as: 'customer', foreignKey: 'customerId'});
    await Customer.create({id: 1, name: 'before'});
    await Order.create({id: 1, customerId: 1});
    const transaction = await Customer.beginTransaction({});
    await Order.create({id: 2, customerId: 1}, {transaction});
    await Customer.updateAll({id: 1}, {name: 'within'}, {transaction});
    return {Customer, Order, transaction};
  }

  /** What a row includes, as ids or names. */
  const included = (row: Model): unknown =>
    row.orders
      ? row.orders().map((order: Model) => order.id)
      : row.customer().name;
  type Including = (
    shop: {Customer: Model; Order: Model},
    options: object,
  ) => Promise<Model>;
  const customer = {include: 'orders'};
  const order = {include: 'customer', where: {id: 1}};
  const outsideAndInside: Record<string, [Including, unknown, unknown]> = {
    'find with include': [
      async ({Customer}, options) =>
        (await Customer.find(customer, options))[0],
      [1],
      [1, 2],
    ],
    'findOne with include': [
      ({Customer}, options) => Customer.findOne(customer, options),
      [1],
      [1, 2],
    ],
    'findById with include': [
      ({Customer}, options) => Customer.findById(1, customer, options),
      [1],
      [1, 2],
    ],
    'findOrCreate with include': [
      async ({Order}, options) =>
        (await Order.findOrCreate(order, {}, options))[0],
      'before',
      'within',
    ],
    'find with include of the other side': [
      async ({Order}, options) => (await Order.find(order, options))[0],
      'before',
      'within',
    ],
  };
  for (const [name, [find, before, within]] of Object.entries(
    outsideAndInside,
  )) {
    it(`come from the transaction by ${name}`, async () => {
      const {transaction, ...shop} = await openShop();
      const inside = included(await find(shop, {transaction}));
      const outside = included(await find(shop, {}));
      await transaction.commit();
      const after = included(await find(shop, {}));
      assert.deepEqual(
        {inside, outside, after},
        {inside: within, outside: before, after: within},
      );
    });
  }

  it('are created, counted and deleted in it by methods of the relation', async () => {
    const {Customer, Order, transaction} = await openShop();
    const {orders} = await Customer.findById(1, {}, {transaction});
    await orders.create({id: 3}, {transaction});
    const inside = await orders.count({}, {transaction});
    await orders.destroyAll({id: 1}, {transaction});
    const left = await orders.count({}, {transaction});
    const outside = await Order.count();
    await transaction.rollback();
    assert.deepEqual(
      {inside, left, outside, after: await Order.count()},
      {inside: 3, left: 2, outside: 1, after: 1},
    );
  });
});
