import assert from 'node:assert/strict';
import {areSameKept, keptForm, parseKept} from '../../lib/schema/kept';
import type {TableSchema} from '../../lib/schema/schema';
import {indexOn, schemaOf} from '../support/schema/example';

const foreignKey = {
  name: 'toCountry',
  properties: ['country'],
  parent: 'Country',
  parentProperties: ['id'],
  onDelete: 'cascade',
  onUpdate: 'noAction',
} as const;

/** A schema with all that there can be. */
const full: TableSchema = schemaOf({
  columns: {id: 'number', name: 'string', place: 'object', tags: 'string[]'},
  nested: {
    shapes: {place: {columns: {at: 'date'}, shapeOf: {}}},
    shapeOf: {place: 'place'},
  },
  indexes: [indexOn('name', {isUnique: true}), indexOn('place', {kind: 'geo'})],
  foreignKeys: [foreignKey],
  notNull: ['name', 'id'],
  limits: {
    name: {minLength: 1, maxLength: 5, enum: ['a', null, 1]},
    id: {minimum: 0, maximum: 9, precision: 3, scale: 1},
  },
  typeChecks: 'strict',
  version: 'id',
});

/** A schema read from what a file has of it. */
function readAgain(schema: TableSchema): TableSchema {
  const json = JSON.parse(JSON.stringify(keptForm(schema)));
  const parsed = parseKept(schema.name, json);
  if (typeof parsed === 'string') assert.fail(parsed);
  return parsed;
}

describe('The kept form of a schema', () => {
  for (const schema of [schemaOf(), full]) {
    it(`is read again as the same, with ${schema.indexes.length} indexes`, () => {
      assert.ok(areSameKept(readAgain(schema), schema));
      assert.deepEqual(keptForm(readAgain(schema)), keptForm(schema));
    });
  }

  it('has neither the name nor what concerns queries alone', () => {
    const form = keptForm(full);
    assert.ok(!('name' in form) && !('unknownProperties' in form));
    const strict = {...full, unknownProperties: 'error'} as const;
    assert.ok(areSameKept(strict, full));
  });

  it('does not depend on the order of columns, indexes, keys and names', () => {
    const other: TableSchema = {
      ...full,
      columns: Object.fromEntries(Object.entries(full.columns).toReversed()),
      indexes: full.indexes.toReversed(),
      notNull: full.notNull.toReversed(),
    };
    assert.ok(areSameKept(other, full));
  });

  it('keeps columns with the names of members of all objects', () => {
    const columns = JSON.parse('{"__proto__": "number", "toString": "any"}');
    const read = readAgain(schemaOf({columns}));
    assert.deepEqual(Object.entries(read.columns), Object.entries(columns));
  });

  it('can be read again whatever limits there are', () => {
    const limits = {
      id: {minimum: -Infinity, maximum: Infinity, maxLength: 5},
      name: {enum: [1n, Number.NaN, new Date(0), -0, undefined]},
    };
    const schema = schemaOf({limits});
    assert.ok(areSameKept(readAgain(schema), schema));
    assert.deepEqual(readAgain(schema).limits['id'], {maxLength: 5});
  });

  const changes: readonly Partial<TableSchema>[] = [
    {columns: {id: 'string', name: 'string'}},
    {primaryKey: ['name']},
    {idGeneration: 'none'},
    {indexes: [indexOn('name')]},
    {foreignKeys: [foreignKey]},
    {notNull: ['name']},
    {limits: {name: {maxLength: 1}}},
    {typeChecks: 'strict'},
    {version: 'name'},
  ];
  for (const change of changes) {
    it(`is another one with another ${Object.keys(change).join()}`, () => {
      assert.ok(!areSameKept(schemaOf(change), schemaOf()));
    });
  }
});

describe('What is no kept form', () => {
  const bad: readonly [change: object | undefined, problem: RegExp][] = [
    [undefined, /^is no schema, but 5$/],
    [{columns: undefined}, /has "columns": undefined/],
    [{columns: {id: 'integer'}}, /has "columns": \{"id":"integer"\}/],
    [{columns: []}, /has "columns": \[\]/],
    [{primaryKey: 'id'}, /has "primaryKey": "id"/],
    [{primaryKey: [1]}, /has "primaryKey"/],
    [{idGeneration: 'uuid'}, /has "idGeneration": "uuid"/],
    [{indexes: [{}]}, /has "indexes"/],
    [{indexes: [{...indexOn('a'), more: 1}]}, /has "indexes"/],
    [{indexes: [{...indexOn('a'), kind: 'hash'}]}, /has "indexes"/],
    [{foreignKeys: [{...foreignKey, onDelete: 'drop'}]}, /has "foreignKeys"/],
    [{notNull: {}}, /has "notNull": \{\}/],
    [{limits: {a: {maxLength: '5'}}}, /has "limits"/],
    [{limits: {a: {length: 5}}}, /has "limits"/],
    [{nested: {shapes: {}}}, /has "nested"/],
    [{typeChecks: 'none'}, /has "typeChecks": "none"/],
    [{version: 1}, /has "version": 1/],
    [{more: 1}, /has a member "more", which none has$/],
    [JSON.parse('{"__proto__": 1}'), /"__proto__"/],
  ];
  for (const [change, problem] of bad) {
    it(`is refused in words: ${problem.source}`, () => {
      const json = change === undefined ? 5 : {...keptForm(full), ...change};
      const result = parseKept('City', json);
      assert.ok(typeof result === 'string');
      assert.match(result, problem);
    });
  }
});
