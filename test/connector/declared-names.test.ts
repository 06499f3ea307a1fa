import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {declaredNames} from '../../lib/connector/declared-names';
import {makeDataSource} from '../support/connector/data-source';

const id = {type: Number, id: true};

/** The table of a model M, and its columns. */
function namesOf(
  properties: object,
  settings: Record<string, unknown> = {},
): unknown[] {
  const model = {modelName: 'M'} as never;
  const definition = {model, properties: {id, ...properties}, settings};
  const {table, columns} = declaredNames(definition);
  return [table, Object.fromEntries(columns)];
}

describe('the names of a table and its columns', () => {
  it('are those of the model and its properties', () => {
    assert.deepEqual(namesOf({a: {type: String}}), ['M', {}]);
  });

  it('are those under the key memory', () => {
    const a = {memory: {columnName: 'x'}};
    const settings = {memory: {collection: 'ms'}};
    assert.deepEqual(namesOf({a}, settings), ['ms', {a: 'x'}]);
  });

  it('may name the table by the word of discovery', () => {
    assert.deepEqual(namesOf({}, {memory: {table: 'ms'}}), ['ms', {}]);
  });

  for (const key of ['postgresql', 'mysql', 'mssql', 'oracle']) {
    it(`are those of ${key} where there are none for memory`, () => {
      const a = {[key]: {columnName: 'x', dataType: 'text'}};
      const settings = {[key]: {schema: 's', table: 'ms'}};
      assert.deepEqual(namesOf({a}, settings), ['ms', {a: 'x'}]);
    });
  }

  it('are those of MongoDB where there are no others', () => {
    const a = {mongodb: {fieldName: 'x'}};
    const settings = {mongodb: {collection: 'ms'}};
    assert.deepEqual(namesOf({a}, settings), ['ms', {a: 'x'}]);
  });

  for (const word of ['column', 'columnName', 'field', 'fieldName']) {
    it(`may be told by ${word}, as LoopBack's connectors read it`, () => {
      const a = {postgresql: {[word]: 'x'}};
      assert.deepEqual(namesOf({a}), ['M', {a: 'x'}]);
    });
  }

  it('are all those of one key', () => {
    const a = {memory: {columnName: 'x'}};
    const b = {postgresql: {columnName: 'y'}};
    const settings = {postgresql: {table: 'ms'}};
    assert.deepEqual(namesOf({a, b}, settings), ['M', {a: 'x'}]);
  });

  it('are those of the first database that the model names', () => {
    const a = {mysql: {columnName: 'x'}, mongodb: {columnName: 'y'}};
    assert.deepEqual(namesOf({a}), ['M', {a: 'x'}]);
  });

  it('are their own where only other things are declared', () => {
    const a = {postgresql: {dataType: 'text', columnName: ''}};
    const settings = {postgresql: {schema: 'public'}, mysql: 1};
    assert.deepEqual(namesOf({a}, settings), ['M', {}]);
  });

  it('are the own ones of a model that says so under memory', () => {
    const a = {postgresql: {columnName: 'x'}};
    const settings = {memory: {collection: 'M'}, postgresql: {table: 'ms'}};
    assert.deepEqual(namesOf({a}, settings), ['M', {}]);
  });

  const refused: [string, object, Record<string, unknown>, RegExp][] = [
    [
      'a column of two properties',
      {a: {memory: {columnName: 'x'}}, b: {memory: {columnName: 'x'}}},
      {},
      /The properties a and b of M cannot both have the column "x"/,
    ],
    [
      'a column with the name of a property that has no other',
      {a: {memory: {columnName: 'b'}}, b: {type: String}},
      {},
      /The properties a and b of M cannot both have the column "b"/,
    ],
    [
      'a column with a dot',
      {a: {mongodb: {fieldName: 'x.y'}}},
      {},
      /The column of M\.a cannot be "x\.y": a dot leads into an object/,
    ],
    [
      'a column that is no text',
      {a: {memory: {columnName: 5}}},
      {},
      /The column of M\.a cannot be 5: it must be a text/,
    ],
    [
      'a column with the name of an operator',
      {a: {memory: {columnName: 'or'}}},
      {},
      /filters have an operator of that name/,
    ],
    [
      'a table that is no text',
      {},
      {postgresql: {table: 5}},
      /The name of the table of M, under the key postgresql, cannot be 5/,
    ],
  ];
  for (const [title, properties, settings, message] of refused) {
    it(`cannot be ${title}`, () => {
      assert.throws(() => namesOf(properties, settings), {
        code: 'INVALID_MODEL',
        message,
      });
    });
  }

  it('may be exchanged by two properties', () => {
    const a = {memory: {columnName: 'b'}};
    const b = {memory: {columnName: 'a'}};
    assert.deepEqual(namesOf({a, b}), ['M', {a: 'b', b: 'a'}]);
  });

  it('are warned of where databases have different ones', async () => {
    const told: string[] = [];
    const listen = ({message}: Error) => void told.push(message);
    process.on('warning', listen);
    const a = {type: String, mysql: {columnName: 'x'}, oracle: {column: 'X'}};
    makeDataSource().define('TwoNames', {id, a}, {mysql: {table: 't'}});
    await setImmediate();
    process.off('warning', listen);
    assert.match(
      told.join(),
      /TwoNames names the column of a in one way for mysql and in another for oracle; the names for mysql count/,
    );
  });

  it('cannot be one table of two schemas of a database', () => {
    const dataSource = makeDataSource();
    const of = (schema: string) => ({postgresql: {schema, table: 'people'}});
    dataSource.define('Person', {id}, of('public'));
    assert.throws(() => dataSource.define('Staff', {id}, of('intern')), {
      code: 'INVALID_MODEL',
      message: /Staff and Person name the table "people" in two schemas/,
    });
  });

  it('may be one table for two models of one schema', async () => {
    const dataSource = makeDataSource();
    const settings = {postgresql: {schema: 'public', table: 'people'}};
    const Person = dataSource.define('Person', {id}, settings);
    const Staff = dataSource.define('Staff', {id}, settings);
    await Person.create({id: 1});
    assert.equal(await Staff.count(), 1);
  });
});
