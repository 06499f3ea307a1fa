import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  ModelDefinition,
} from '@loopback/repository';
import {
  call,
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../support/connector/data-source';
import * as inmemory from '../../index';
import {propertyNamed} from '../../lib/connector/declared-names';

const properties = {
  id: {type: Number, id: true, generated: true, memory: {columnName: 'no'}},
  fullName: {
    type: String,
    index: {unique: true},
    jsonSchema: {maxLength: 10},
    memory: {columnName: 'full name'},
  },
  home: {type: Object, memory: {columnName: 'address'}},
  rank: {type: Number, default: 1},
};
const settings = {
  strict: false,
  memory: {collection: 'people'},
  indexes: {by_rank: {keys: {rank: -1, fullName: 1}}},
};

/** The rows of a table as they are stored. */
function stored({connector}: TestDataSource, table: string): object[] {
  const rows: object[] = [];
  connector.database.head.tables
    .get(table)!
    .rows.forEach(row => void rows.push({...row}));
  return rows;
}

describe('a model whose properties have columns of other names', () => {
  let dataSource: TestDataSource;
  let Person: Model;

  beforeEach(async () => {
    dataSource = makeDataSource();
    Person = dataSource.define('Person', properties, settings);
    await Person.create([
      {fullName: 'Ann', home: {city: 'Rome'}, rank: 2},
      {fullName: 'Bob', home: {city: 'Oslo'}, rank: 1},
      {fullName: 'Cid', home: {city: 'Rome'}, rank: 1},
    ]);
  });

  async function names(filter: object): Promise<string[]> {
    const rows: {fullName: string}[] = await Person.find(filter);
    return rows.map(({fullName}) => fullName);
  }

  it('is stored under the names of its table and columns', () => {
    assert.deepEqual(stored(dataSource, 'people')[0], {
      no: 1,
      'full name': 'Ann',
      address: {city: 'Rome'},
      rank: 2,
    });
  });

  it('is read under the names of its properties', async () => {
    assert.deepEqual((await Person.findById(1)).toObject(), {
      id: 1,
      fullName: 'Ann',
      home: {city: 'Rome'},
      rank: 2,
    });
  });

  it('is found by properties and nested paths, in clauses of all kinds', async () => {
    const where = {
      and: [
        {or: [{fullName: 'Ann'}, {fullName: {like: 'C%'}}]},
        {'home.city': 'Rome'},
        {nor: [{id: 3}]},
        {not: {home: {city: 'Oslo'}}},
      ],
    };
    assert.deepEqual(await names({where}), ['Ann']);
    assert.equal(await Person.count(where), 1);
  });

  it('is ordered by properties', async () => {
    const order = ['home.city DESC', 'fullName DESC'];
    assert.deepEqual(await names({order}), ['Cid', 'Ann', 'Bob']);
    assert.deepEqual(await names({order: 'rank, fullName DESC'}), [
      'Cid',
      'Bob',
      'Ann',
    ]);
  });

  for (const fields of [
    ['id', 'fullName'],
    {id: true, fullName: true},
    {home: false, rank: false},
  ]) {
    it(`gives the fields ${JSON.stringify(fields)}`, async () => {
      const [row] = await call(dataSource.connector, 'all', 'Person', {
        fields,
        limit: 1,
      });
      assert.deepEqual(row, [{id: 1, fullName: 'Ann'}]);
    });
  }

  it('has its indexes by properties', () => {
    const {connector} = dataSource;
    const filter = {where: {fullName: 'Ann'}};
    assert.deepEqual(connector.explain('Person', filter).indexes, [
      'fullName_index',
    ]);
    const order = {where: {rank: 1}, order: ['fullName']};
    const {indexes, isSorted} = connector.explain('Person', order);
    assert.deepEqual([indexes, isSorted], [['by_rank'], false]);
  });

  it('may declare an index by columns, as for SQL databases', () => {
    const other = makeDataSource();
    other.define(
      'Person',
      {name: {type: String, mysql: {columnName: 'full_name'}}},
      {indexes: {mine: {columns: 'full_name'}}},
    );
    const {schema} = other.connector.database.head.tables.get('Person')!;
    assert.equal(schema.indexes[0]!.keys[0]!.path, 'full_name');
  });

  it('is changed by all ways that change a row', async () => {
    const ann = await Person.findById(1);
    await ann.updateAttributes({fullName: 'A'});
    await Person.updateAll({fullName: 'Bob'}, {home: {city: 'Bern'}});
    await Person.upsert({id: 3, fullName: 'C'});
    await Person.replaceOrCreate({fullName: 'D'});
    await Person.upsertWithWhere({fullName: 'E'}, {fullName: 'E'});
    await Person.findOrCreate({where: {fullName: 'F'}}, {fullName: 'F'});
    await Person.replaceById(6, {fullName: 'G'});
    assert.deepEqual(await names({order: 'id'}), [
      'A',
      'Bob',
      'C',
      'D',
      'E',
      'G',
    ]);
    assert.equal((await Person.findById(2)).home.city, 'Bern');
    assert.ok(stored(dataSource, 'people').every(row => !('fullName' in row)));
    await Person.deleteAll({fullName: {inq: ['A', 'G']}});
    await Person.deleteById(2);
    assert.deepEqual(await names({order: 'id'}), ['C', 'D', 'E']);
  });

  it('loses a property that an update has as undefined', async () => {
    await call(
      dataSource.connector,
      'updateAll',
      'Person',
      {id: 1},
      {
        home: undefined,
      },
    );
    assert.ok(!('address' in stored(dataSource, 'people')[0]!));
  });

  it('has room for other properties with the names of columns', async () => {
    await Person.create({fullName: 'Dan', address: 'free', no: 'x'});
    const dan = await Person.findOne({where: {address: 'free'}});
    assert.deepEqual(
      [dan.id, dan.home, dan.address, dan.no],
      [4, undefined, 'free', 'x'],
    );
  });

  const errors: [string, (model: Model) => Promise<unknown>, RegExp, string][] =
    [
      [
        'a key that is taken',
        model => model.create({fullName: 'Ann'}),
        /the unique index fullName_index has a row with \(fullName\) = \("Ann"\)/,
        'fullName',
      ],
      [
        'an id that is taken',
        model => call(model.dataSource.connector, 'create', 'Person', {id: 1}),
        /people\.id: a row with the id 1 exists/,
        'id',
      ],
      [
        'a value that is too long',
        model => model.create({fullName: 'x'.repeat(11)}),
        /people\.fullName cannot be/,
        'fullName',
      ],
      [
        'a filter that cannot be',
        model => model.find({where: {'home.city': {inq: 5}}}),
        /people\.home\.city: inq needs an array/,
        'home.city',
      ],
      [
        'a row that is not there',
        model => model.replaceById(9, {fullName: 'X'}),
        /No instance with id 9|There is no people with id 9/,
        'id',
      ],
    ];
  for (const [title, work, message, property] of errors) {
    it(`is told of its properties by the error of ${title}`, async () => {
      await assert.rejects(
        work(Person),
        (error: Error & {details?: {property?: string}}) => {
          assert.match(error.message, message);
          const {details} = error;
          assert.equal(details?.property ?? property, property);
          return true;
        },
      );
    });
  }

  it('is told of the where that it gave', async () => {
    const where = {rank: 1, 'home.city': {neq: null}};
    await assert.rejects(
      call(dataSource.connector, 'upsertWithWhere', 'Person', where, {rank: 3}),
      {code: 'MULTIPLE_ROWS', details: {table: 'people', value: where}},
    );
  });

  it('refuses names that are no properties, where that is asked for', async () => {
    const strict = makeDataSource({unknownProperties: 'error'});
    const Model: Model = strict.define('Person', properties, settings);
    for (const filter of [
      {where: {fullNam: 'Ann'}},
      {order: 'fullNam'},
      {fields: ['fullNam']},
    ]) {
      await assert.rejects(Model.find(filter), {
        code: 'INVALID_FILTER',
        message:
          /"fullNam", which is not a property; did you mean "fullName"\?/,
      });
    }
    await assert.rejects(Model.find({where: {address: 1}}), /"address", which/);
  });

  it('answers in slices as in one go', async () => {
    const sliced = makeDataSource({yieldMs: 1});
    const Model: Model = sliced.define('Person', properties, settings);
    const many = Array.from({length: 3000}, (_, i) => ({fullName: `${i}`}));
    await Model.create(many);
    const rows = await Model.find({order: 'fullName', limit: 2, skip: 2000});
    assert.deepEqual(
      rows.map((row: {fullName: string}) => row.fullName),
      many
        .map(({fullName}) => fullName)
        .sort()
        .slice(2000, 2002),
    );
  });

  it('is part of transactions', async () => {
    const transaction = await Person.beginTransaction('READ COMMITTED');
    await Person.create({fullName: 'Dan'}, {transaction});
    assert.equal(await Person.count({fullName: 'Dan'}), 0);
    await transaction.commit();
    assert.equal(await Person.count({fullName: 'Dan'}), 1);
  });

  it('counts the versions of its rows', async () => {
    const Doc: Model = dataSource.define('Doc', {
      id: {type: Number, id: true, memory: {columnName: 'no'}},
      version: {type: Number, version: true, memory: {columnName: 'v'}},
    });
    const doc = await Doc.create({id: 1});
    await doc.updateAttributes({});
    await assert.rejects(Doc.upsert({id: 1, version: 1}), {
      code: 'STALE_VERSION',
      message: /^Doc\.version is 2 by now, not 1/,
    });
  });

  it('may have an id of several columns', async () => {
    const Seat: Model = dataSource.define('Seat', {
      row: {type: Number, id: 1, memory: {columnName: 'r'}},
      place: {type: Number, id: 2, memory: {columnName: 'p'}},
      guest: {type: String, memory: {columnName: 'g'}},
    });
    const seat = await Seat.create({row: 1, place: 2, guest: 'Ann'});
    await seat.updateAttributes({guest: 'Bob'});
    const id = {row: 1, place: 2};
    const [found] = await call(dataSource.connector, 'find', 'Seat', id);
    assert.deepEqual(found, {row: 1, place: 2, guest: 'Bob'});
    const [count] = await call(dataSource.connector, 'destroy', 'Seat', id);
    assert.deepEqual(count, {count: 1});
  });

  it('may have no id', async () => {
    const Log: Model = dataSource.define(
      'Log',
      {line: {type: String, memory: {columnName: 'l'}}},
      {idInjection: false},
    );
    await Log.create({line: 'a'});
    assert.deepEqual(await call(dataSource.connector, 'all', 'Log', {}), [
      [{line: 'a'}],
    ]);
  });
});

describe('columns in small letters, as PostgreSQL has them', () => {
  const properties = {
    id: {type: Number, id: true, generated: true},
    customerId: Number,
    orderNo: String,
  };
  const settings = {
    foreignKeys: {
      fk: {entity: 'Customer', entityKey: 'id', foreignKey: 'customerid'},
    },
    indexes: {no: {keys: {orderno: 1}, options: {unique: true}}},
  };

  for (const emulate of [undefined, 'postgresql']) {
    const as = emulate ? `with emulate: '${emulate}'` : 'without emulate';
    it(`are meant by indexes and foreign keys, ${as}`, async () => {
      const dataSource = makeDataSource({emulate});
      dataSource.define('Customer', {id: {type: Number, id: true}});
      const Order: Model = dataSource.define('Order', properties, settings);
      await Order.create({orderNo: 'a'});
      const codeOf = (row: object) =>
        Order.create(row).catch((error: any) => error.sqlState ?? error.code);
      assert.equal(await codeOf({orderNo: 'a'}), '23505');
      assert.equal(await codeOf({customerId: 7}), '23503');
    });
  }

  it('are not meant where several properties could be', () => {
    const names = {columns: new Map([['b', 'c']])};
    const meant = (name: string, ...all: string[]) =>
      propertyNamed(
        name,
        {properties: Object.fromEntries(all.map(each => [each, {}])) as never},
        names,
      );
    assert.equal(meant('noof', 'noOf', 'NoOf'), 'noof');
    assert.equal(meant('NOOF', 'noOf'), 'NOOF');
    assert.equal(meant('noof', 'noOf'), 'noOf');
    assert.equal(meant('c', 'b', 'C'), 'b');
  });
});

describe('foreign keys of models with columns of other names', () => {
  const idProperty = (columnName: string) => ({
    type: Number,
    id: true,
    postgresql: {columnName},
  });
  const parentKey = {type: Number, postgresql: {columnName: 'customer_id'}};

  function define(foreignKey: object, isParentFirst: boolean) {
    const dataSource = makeDataSource();
    const defineParent = () =>
      dataSource.define(
        'Customer',
        {id: idProperty('cust_id'), name: String},
        {postgresql: {schema: 'public', table: 'customers'}},
      );
    const early = isParentFirst ? defineParent() : undefined;
    const Order: Model = dataSource.define(
      'Order',
      {id: idProperty('order_id'), customerId: parentKey},
      {
        postgresql: {schema: 'public', table: 'orders'},
        foreignKeys: {fk: foreignKey},
      },
    );
    const Customer: Model = early ?? defineParent();
    return {Customer, Order, dataSource};
  }

  const byProperties = {
    entity: 'Customer',
    entityKey: 'id',
    foreignKey: 'customerId',
    onDelete: 'CASCADE',
  };
  const byColumns = {
    ...byProperties,
    entityKey: 'cust_id',
    foreignKey: 'customer_id',
  };
  for (const [title, key] of Object.entries({byProperties, byColumns})) {
    for (const isParentFirst of [true, false]) {
      const when = isParentFirst ? 'before' : 'after';
      it(`hold, ${title}, with the parent defined ${when} the child`, async () => {
        const {Customer, Order} = define(key, isParentFirst);
        await Customer.create({id: 1});
        await Order.create({id: 1, customerId: 1});
        await assert.rejects(Order.create({id: 2, customerId: 2}), {
          code: 'FOREIGN_KEY_VIOLATION',
          message:
            'orders cannot have (customerId) = (2): there is no customers ' +
            'with (id) = (2) (foreign key fk of orders).',
          details: {
            table: 'orders',
            constraint: 'fk',
            property: 'customerId',
            parentTable: 'customers',
            parentProperty: 'id',
            value: 2,
          },
        });
        await Customer.deleteById(1);
        assert.equal(await Order.count(), 0);
      });
    }
  }

  it('tell a parent of the properties of its children', async () => {
    const {Customer, Order} = define(
      {...byProperties, onDelete: 'RESTRICT'},
      true,
    );
    await Customer.create({id: 1});
    await Order.create({id: 1, customerId: 1});
    await assert.rejects(
      Customer.deleteById(1),
      /rows of orders refer to it by \(customerId\)/,
    );
  });
});

describe('a repository of a model with columns of other names', () => {
  class Customer extends Entity {
    id?: number;
    shortName?: string;
    static override definition = new ModelDefinition({
      name: 'Customer',
      properties: {
        id: {
          type: 'number',
          id: true,
          generated: true,
          postgresql: {columnName: 'customer_id'},
        },
        shortName: {
          type: 'string',
          required: true,
          postgresql: {columnName: 'short_name'},
        },
      },
      settings: {postgresql: {schema: 'public', table: 'customers'}},
    });
  }

  it('knows properties only', async () => {
    const dataSource = new juggler.DataSource({connector: inmemory});
    const customers = new DefaultCrudRepository<Customer, number>(
      Customer,
      dataSource,
    );
    const ann = await customers.create({shortName: 'Ann'});
    await customers.updateById(ann.id!, {shortName: 'An'});
    ann.shortName = 'A';
    await customers.update(ann);
    ann.shortName = 'Anna';
    await customers.save(ann);
    const found = await customers.find({
      where: {shortName: 'Anna'},
      fields: ['shortName'],
    });
    assert.deepEqual(
      found.map(({shortName}) => ({shortName})),
      [{shortName: 'Anna'}],
    );
    const head = inmemory.inMemory(dataSource).database.head;
    assert.deepEqual(
      {...head.tables.get('customers')!.rows.get(1)},
      {customer_id: 1, short_name: 'Anna'},
    );
  });
});
