import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

const properties = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, required: true, index: {unique: true}},
  inhabitants: Number,
};

describe("PostgreSQL's errors", () => {
  it('of an id that is taken name the primary key', async () => {
    const {Model} = emulating('postgresql', properties);
    await Model.create({id: 7, name: 'a'});
    const error = await failureOf(Model.create({id: 7, name: 'b'}));
    const {code, constraint, detail, message, name, severity, table} = error;
    assert.deepEqual(
      {code, constraint, detail, message, name, severity, table},
      {
        code: '23505',
        constraint: 'city_pkey',
        detail: 'Key (id)=(7) already exists.',
        message: 'duplicate key value violates unique constraint "city_pkey"',
        name: 'error',
        severity: 'ERROR',
        table: 'city',
      },
    );
  });

  it('of a unique index name it as the connector has called it', async () => {
    const {Model} = emulating('postgresql', properties, {
      indexes: {
        by_size: {keys: {inhabitants: 1, name: 1}, options: {unique: true}},
      },
    });
    await Model.create({name: 'a', inhabitants: 1});
    const {constraint} = await failureOf(Model.create({name: 'a'}));
    assert.equal(constraint, 'city_name_idx');
  });

  it('of a null in a column that has none show the row', async () => {
    const {Model, dataSource} = emulating('postgresql', properties);
    await Model.create({name: 'a', inhabitants: 5});
    const updated = await failureOf(Model.updateAll({}, {name: null}));
    assert.equal(updated['code'], '23502');
    assert.equal(updated['column'], 'name');
    assert.equal(updated['detail'], 'Failing row contains (1, null, 5).');
    const {message} = await failureOf(
      new Promise((resolve, reject) => {
        const data = {inhabitants: 6};
        const done = (error: Error | null) =>
          error ? reject(error) : resolve(undefined);
        (dataSource.connector as any).create('City', data, {}, done);
      }),
    );
    assert.equal(
      message,
      'null value in column "name" of relation "city" violates not-null constraint',
    );
  });

  it('of an update that sets nothing are those of its grammar', async () => {
    const {Model} = emulating('postgresql', properties);
    const all = await failureOf(Model.updateAll({}, {unknown: 1}));
    assert.equal(all.message, 'syntax error at end of input');
    const some = await failureOf(Model.updateAll({id: 1}, {unknown: 1}));
    assert.deepEqual(
      [some['code'], some.message],
      ['42601', 'syntax error at or near "WHERE"'],
    );
  });

  it('of an id that is not generated and not given are of null', async () => {
    const {Model} = emulating('postgresql', {code: {type: String, id: true}});
    const {code} = await failureOf(Model.create({}));
    assert.equal(code, '23502');
  });

  it('of an order by what there is not name the column', async () => {
    const {Model} = emulating('postgresql', properties);
    const {code, message} = await failureOf(Model.find({order: 'Size'}));
    assert.deepEqual(
      [code, message],
      ['42703', 'column "size" does not exist'],
    );
  });

  it('of a foreign key name both tables', async () => {
    const {Model, dataSource} = emulating('postgresql', properties);
    const Street = dataSource.define(
      'Street',
      {id: {type: Number, id: true, generated: true}, cityId: Number},
      {
        foreignKeys: {
          of_city: {
            name: 'of_city',
            entity: 'City',
            entityKey: 'id',
            foreignKey: 'cityId',
          },
        },
      },
    );
    const orphan = await failureOf(Street.create({cityId: 5}));
    assert.equal(orphan['code'], '23503');
    assert.equal(
      orphan['detail'],
      'Key (cityid)=(5) is not present in table "city".',
    );
    const city = await Model.create({name: 'a'});
    await Street.create({cityId: city.id});
    const parent = await failureOf(Model.destroyAll());
    assert.equal(
      parent.message,
      'update or delete on table "city" violates foreign key constraint ' +
        '"of_city" on table "street"',
    );
  });

  it('name the schema of the table', async () => {
    const {Model} = emulating('postgresql', properties, {
      postgresql: {schema: 'sales', table: 'towns'},
    });
    await Model.create({id: 7, name: 'a'});
    const taken = await failureOf(Model.create({id: 7, name: 'b'}));
    assert.deepEqual(
      [taken['schema'], taken['table'], taken['constraint']],
      ['sales', 'towns', 'towns_pkey'],
    );
    const {schema} = await failureOf(Model.updateAll({}, {name: null}));
    assert.equal(schema, 'sales');
  });

  it('of a foreign key write tables as models name them', async () => {
    const {Model, dataSource} = emulating('postgresql', properties, {
      postgresql: {table: 'Cities'},
    });
    const Street = dataSource.define(
      'Street',
      {id: {type: Number, id: true, generated: true}, cityId: Number},
      {
        postgresql: {table: 'cityStreets'},
        foreignKeys: {
          ofCity: {
            name: 'ofCity',
            entity: 'City',
            entityKey: 'id',
            foreignKey: 'cityId',
          },
        },
      },
    );
    const orphan = await failureOf(Street.create({cityId: 5}));
    assert.equal(
      orphan.message,
      'insert or update on table "cityStreets" violates foreign key ' +
        'constraint "ofCity"',
    );
    assert.equal(
      orphan['detail'],
      'Key (cityid)=(5) is not present in table "Cities".',
    );
    const city = await Model.create({name: 'a'});
    await Street.create({cityId: city.id});
    const parent = await failureOf(Model.destroyAll());
    assert.equal(
      parent.message,
      'update or delete on table "Cities" violates foreign key constraint ' +
        '"ofCity" on table "cityStreets"',
    );
    assert.equal(parent['table'], 'cityStreets');
  });

  it('show half of a surrogate pair as U+FFFD', async () => {
    const {Model} = emulating('postgresql', properties);
    const {message} = await failureOf(
      Model.find({where: {inhabitants: 'a\ud800'}}),
    );
    assert.equal(message, 'invalid input syntax for type integer: "a\ufffd"');
  });

  it('of fields that are null are of JavaScript, as in its connector', async () => {
    const {Model} = emulating('postgresql', properties);
    const {message, name} = await failureOf(Model.find({fields: null}));
    assert.deepEqual(
      [name, message],
      ['TypeError', 'Cannot convert undefined or null to object'],
    );
  });

  it('of a transaction that has ended are of LoopBack', async () => {
    const {Model} = emulating('postgresql', properties);
    const transaction = await Model.beginTransaction({});
    await transaction.commit();
    const {message, name, ...rest} = await failureOf(
      Model.find({}, {transaction}),
    );
    assert.equal(name, 'Error');
    assert.equal(message, `The transaction is not active: ${transaction.id}`);
    assert.deepEqual(rest, {});
  });
});
