import assert from 'node:assert/strict';
import {emulating, failureOf} from '../../support/dialects/emulated';

const properties = {
  id: {type: Number, id: true},
  name: {type: String, required: true, index: {unique: true}},
  twin: Number,
};

describe("SQLite's errors", () => {
  it('are those of its driver, with ours as the cause', async () => {
    const {Model} = emulating('sqlite', properties);
    await Model.create({id: 1, name: 'a'});
    const error = await failureOf(Model.create({id: 1, name: 'b'}));
    assert.deepEqual(Object.entries(error), [
      ['errno', 19],
      ['code', 'SQLITE_CONSTRAINT'],
    ]);
    assert.equal(
      error.message,
      'SQLITE_CONSTRAINT: UNIQUE constraint failed: city.id (duplicate value)',
    );
    const {code} = error['cause'] as {code: string};
    assert.equal(code, 'DUPLICATE_KEY');
  });

  it('tell of a null where there can be none', async () => {
    const {Model} = emulating('sqlite', properties);
    await Model.create({id: 1, name: 'a'});
    const {message} = await failureOf(Model.updateAll({}, {name: null}));
    assert.equal(
      message,
      'SQLITE_CONSTRAINT: NOT NULL constraint failed: city.name',
    );
  });

  it('tell of an update that sets nothing before they look at its where', async () => {
    const {Model} = emulating('sqlite', properties);
    const some = await failureOf(Model.updateAll({twin: {exists: 1}}, {}));
    assert.equal(some.message, 'SQLITE_ERROR: near "WHERE": syntax error');
    const all = await failureOf(Model.updateAll({}, {}));
    assert.equal(all.message, 'SQLITE_ERROR: incomplete input');
  });

  it('are none for indexes and foreign keys, which the connector does not make', async () => {
    const {Model} = emulating('sqlite', properties, {
      indexes: {twins: {keys: {twin: 1}, options: {unique: true}}},
      foreignKeys: {
        own: {entity: 'City', entityKey: 'id', foreignKey: 'twin'},
      },
    });
    await Model.create({id: 1, name: 'a', twin: 77});
    await Model.create({id: 2, name: 'a', twin: 77});
    assert.equal(await Model.count(), 2);
  });

  it('refuse transactions of each level', async () => {
    const {dataSource} = emulating('sqlite', properties);
    const begin = (isolationLevel: string) =>
      failureOf((dataSource as any).beginTransaction({isolationLevel}));
    assert.equal(
      (await begin('READ COMMITTED')).message,
      'SQLITE_ERROR: near "READ": syntax error',
    );
    assert.equal(
      (await begin('SERIALIZABLE')).message,
      'SQLITE_ERROR: near "SERIALIZABLE": syntax error',
    );
  });

  it('refuse tables that cannot be made, and statements on them', async () => {
    const {Model, dataSource} = emulating('sqlite', {
      city: {type: Number, id: true},
      street: {type: Number, id: true},
    });
    const migrated = await failureOf(dataSource.automigrate('City'));
    assert.equal(
      migrated.message,
      'SQLITE_ERROR: table "city" has more than one primary key',
    );
    const {message} = await failureOf(Model.find());
    assert.equal(message, 'SQLITE_ERROR: no such table: city');
  });

  it('refuse two columns whose names differ by case', async () => {
    const {dataSource} = emulating('sqlite', {
      id: {type: Number, id: true},
      userName: String,
      username: String,
    });
    const {message} = await failureOf(dataSource.automigrate('City'));
    assert.equal(message, 'SQLITE_ERROR: duplicate column name: username');
  });

  it('refuse defaults that the connector does not write', async () => {
    const refusal = async (value: object): Promise<string> => {
      const {dataSource} = emulating('sqlite', {
        id: {type: Number, id: true},
        value,
      });
      return (await failureOf(dataSource.automigrate('City'))).message;
    };
    assert.equal(
      await refusal({type: Boolean, sqlite3: {dbDefault: true}}),
      'SQLITE_ERROR: near "1": syntax error',
    );
    assert.equal(
      await refusal({type: Number, sqlite3: {dbDefault: 'many'}}),
      'Invalid numeric default: many',
    );
    assert.equal(
      await refusal({type: Date, sqlite3: {dbDefault: '2020-01-01'}}),
      'Invalid date default: 2020-01-01',
    );
    assert.equal(
      await refusal({type: Object, sqlite3: {dbDefault: '{}'}}),
      'Default value for Object is not supported',
    );
  });

  it('are plain ones where the connector lacks a function', async () => {
    const {dataSource} = emulating('sqlite', properties);
    const {discoverModelDefinitions, isActual} = dataSource as any;
    const actual = await failureOf(isActual.call(dataSource, 'City'));
    assert.equal(
      actual.message,
      'showFields() must be implemented by the connector',
    );
    const found = await failureOf(discoverModelDefinitions.call(dataSource));
    assert.equal(
      found.message,
      'buildQueryTables must be implemented by the connector',
    );
  });
});
