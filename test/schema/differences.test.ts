import assert from 'node:assert/strict';
import {differences} from '../../lib/schema/diff';
import {differenceText} from '../../lib/schema/difference-text';
import type {TableSchema} from '../../lib/schema/schema';
import {indexOn, schemaOf} from '../support/schema/example';

type Change = Partial<TableSchema>;

/** The texts of what leads from one schema to another. */
function texts(
  before: Change,
  after: Change,
  columns: Readonly<Record<string, string>> = {},
): string[] {
  const next = schemaOf(after);
  return differences(schemaOf(before), next, {columns}).map(step =>
    differenceText(next.name, step),
  );
}

const id = 'number';
const toCountry = {
  name: 'toCountry',
  properties: ['country'],
  parent: 'Country',
  parentProperties: ['id'],
  onDelete: 'cascade',
  onUpdate: 'noAction',
} as const;

describe('The differences of two schemas', () => {
  it('are that the table is made where there was none', () => {
    const steps = differences(undefined, schemaOf());
    assert.deepEqual(steps, [{kind: 'create table'}]);
    assert.equal(differenceText('City', steps[0]!), 'create table City');
  });

  it('are none where the schemas say the same', () => {
    const before = {columns: {a: 'number', b: 'any'}} as const;
    const after = {columns: {b: 'any', a: 'number'}} as const;
    assert.deepEqual(texts(before, after), []);
  });

  const cases: readonly [before: Change, after: Change, steps: string[]][] = [
    [
      {columns: {id, a: 'number'}},
      {columns: {id, b: 'date'}},
      ['drop column City.a', 'add column City.b (date)'],
    ],
    [
      {columns: {id, a: 'number'}},
      {columns: {id, a: 'string[]'}},
      ['change type of City.a from number to string[]'],
    ],
    [{}, {notNull: ['name']}, ['set City.name required']],
    [{notNull: ['name']}, {}, ['let City.name be null']],
    [
      {},
      {limits: {name: {maxLength: 5}}},
      ['change limits of City.name from none to {"maxLength":5}'],
    ],
    [
      {limits: {name: {maxLength: 5}}},
      {},
      ['change limits of City.name from {"maxLength":5} to none'],
    ],
    [
      {},
      {primaryKey: ['id', 'name'], idGeneration: 'none'},
      [
        'change id of City from (id) to (id, name)',
        'change how ids of City are made from number to none',
      ],
    ],
    [
      {},
      {typeChecks: 'strict'},
      ['change type checks of City from coerce to strict'],
    ],
    [{}, {version: 'id'}, ['change version of City from none to id']],
    [{version: 'id'}, {}, ['change version of City from id to none']],
    [
      {indexes: [indexOn('name')]},
      {indexes: [indexOn(['name', '-id'], {isUnique: true})]},
      [
        'drop index by_name of City',
        'add unique index by_name_-id (name, id DESC) to City',
      ],
    ],
    [
      {},
      {indexes: [indexOn('at', {kind: 'geo'})]},
      ['add geo index by_at (at) to City'],
    ],
    [
      {foreignKeys: [toCountry]},
      {foreignKeys: [{...toCountry, onDelete: 'restrict'}]},
      [
        'drop foreign key toCountry of City',
        'add foreign key toCountry (country) to Country (id) to City',
      ],
    ],
  ];
  for (const [before, after, steps] of cases) {
    it(`are: ${steps.join('; ')}`, () => {
      assert.deepEqual(texts(before, after), steps);
    });
  }

  it('come in the order in which they can be done', () => {
    const steps = texts(
      {foreignKeys: [toCountry], indexes: [indexOn('name')]},
      {
        columns: {id, name: 'number', b: 'any'},
        notNull: ['name'],
        indexes: [indexOn('b')],
        foreignKeys: [{...toCountry, name: 'other'}],
      },
    );
    assert.deepEqual(steps, [
      'drop foreign key toCountry of City',
      'drop index by_name of City',
      'change type of City.name from string to number',
      'set City.name required',
      'add column City.b (any)',
      'add index by_b (b) to City',
      'add foreign key other (country) to Country (id) to City',
    ]);
  });
});

describe('The differences where names have changed', () => {
  it('have the rename first, and count all that names the column', () => {
    const before = (name: string): Change => ({
      columns: {id, [name]: 'object'},
      nested: {
        shapes: {[name]: {columns: {a: 'number'}, shapeOf: {}}},
        shapeOf: {[name]: name},
      },
      primaryKey: ['id', name],
      indexes: [indexOn(`${name}.a`, {name: 'i'})],
      foreignKeys: [{...toCountry, properties: [name]}],
      notNull: [name],
      limits: {[name]: {maxLength: 1}},
      version: name,
    });
    assert.deepEqual(texts(before('old'), before('now'), {now: 'old'}), [
      'rename column old to City.now',
    ]);
  });

  it('are an added and a dropped column where nothing says that it was renamed', () => {
    assert.deepEqual(
      texts({columns: {id, old: 'any'}}, {columns: {id, now: 'any'}}),
      ['drop column City.old', 'add column City.now (any)'],
    );
  });

  const notRenamed: readonly [before: Change, after: Change][] = [
    [{columns: {id}}, {columns: {id, now: 'any'}}],
    [{columns: {id, old: 'any'}}, {columns: {id, old: 'any', now: 'any'}}],
    [{columns: {id, old: 'any', now: 'any'}}, {columns: {id, now: 'any'}}],
  ];
  for (const [before, after] of notRenamed) {
    const names = Object.keys(before.columns!).join();
    it(`have no rename from ${names} to ${Object.keys(after.columns!).join()}`, () => {
      const steps = texts(before, after, {now: 'old'});
      assert.ok(!steps.some(text => text.startsWith('rename')), steps.join());
    });
  }

  it('let one of two properties have a former column', () => {
    const after = {columns: {id, a: 'any', b: 'any'}} as const;
    assert.deepEqual(
      texts({columns: {id, old: 'any'}}, after, {a: 'old', b: 'old'}),
      ['rename column old to City.a', 'add column City.b (any)'],
    );
  });

  it('say that a table has another name', () => {
    const steps = differences(schemaOf({name: 'Town'}), schemaOf());
    assert.deepEqual(steps, [{kind: 'rename table', from: 'Town'}]);
    assert.equal(
      differenceText('City', steps[0]!),
      'rename table Town to City',
    );
  });
});
