import assert from 'node:assert/strict';
import {mergeSchemas} from '../../lib/schema/merge';
import {
  columnType,
  type Shape,
  type TableSchema,
} from '../../lib/schema/schema';
import {indexOn, schemaOf} from '../support/schema/example';

describe('mergeSchemas', () => {
  it('leaves a single schema as it is', () => {
    const schema = schemaOf({indexes: [indexOn('name')]});
    assert.deepEqual(mergeSchemas([schema]), schema);
  });

  it('has the columns of all models', () => {
    const merged = mergeSchemas([
      schemaOf({columns: {id: 'number', a: 'string'}}),
      schemaOf({columns: {id: 'number', b: 'date'}}),
    ]);
    assert.deepEqual(merged.columns, {id: 'number', a: 'string', b: 'date'});
  });

  it('makes a column any when two models declare it differently', () => {
    const merged = mergeSchemas([
      schemaOf({columns: {a: 'string'}}),
      schemaOf({columns: {a: 'date'}}),
      schemaOf({columns: {a: 'string'}}),
    ]);
    assert.deepEqual(merged.columns, {a: 'any'});
  });

  it('does not take a column for one that objects inherit', () => {
    const columns = {constructor: 'string'} as {} as TableSchema['columns'];
    const merged = mergeSchemas([schemaOf({columns}), schemaOf({columns: {}})]);
    assert.deepEqual(merged.columns, columns);
  });

  it('has the indexes of all models, equal ones once', () => {
    const merged = mergeSchemas([
      schemaOf({indexes: [indexOn('name'), indexOn('a')]}),
      schemaOf({indexes: [indexOn('name'), indexOn('b')]}),
    ]);
    assert.deepEqual(merged.indexes, [
      indexOn('name'),
      indexOn('a'),
      indexOn('b'),
    ]);
  });

  it('has the foreign keys of all models, and refuses two of one name', () => {
    const key = {
      name: 'fk',
      properties: ['a'],
      parent: 'P',
      parentProperties: ['id'],
      onDelete: 'noAction',
      onUpdate: 'noAction',
    } as const;
    const other = {...key, name: 'other'};
    const merged = mergeSchemas([
      schemaOf({foreignKeys: [key]}),
      schemaOf({foreignKeys: [other, {...key}]}),
    ]);
    assert.deepEqual(merged.foreignKeys, [key, other]);
    const changed = schemaOf({foreignKeys: [{...key, parent: 'Q'}]});
    assert.throws(() => mergeSchemas([merged, changed]), {
      code: 'INVALID_MODEL',
      message: /City declare the foreign key fk in two ways/,
    });
  });

  it('generates ids when any of the models does', () => {
    const none = schemaOf({idGeneration: 'none'});
    const text = schemaOf({idGeneration: 'text'});
    assert.equal(mergeSchemas([none, text]).idGeneration, 'text');
    assert.equal(mergeSchemas([text, none]).idGeneration, 'text');
  });

  it('requires the values that all models require', () => {
    const merged = mergeSchemas([
      schemaOf({notNull: ['a', 'b']}),
      schemaOf({notNull: ['b', 'c']}),
    ]);
    assert.deepEqual(merged.notNull, ['b']);
  });

  it('keeps the limits of a column that only one model declares', () => {
    const limits = {a: {maxLength: 3}};
    const merged = mergeSchemas([
      schemaOf({columns: {a: 'string'}, limits}),
      schemaOf({columns: {b: 'string'}}),
    ]);
    assert.deepEqual(merged.limits, limits);
  });

  it('keeps the limits in which the models agree', () => {
    const limits = {name: {maxLength: 3}};
    const merged = mergeSchemas([schemaOf({limits}), schemaOf({limits})]);
    assert.deepEqual(merged.limits, limits);
  });

  it('drops the limits of a column in which the models differ', () => {
    const merged = mergeSchemas([
      schemaOf({limits: {name: {maxLength: 3}, id: {minimum: 1}}}),
      schemaOf({limits: {name: {maxLength: 4}}}),
    ]);
    assert.deepEqual(merged.limits, {});
  });

  it('checks types and names when one of the models does', () => {
    const {typeChecks, unknownProperties} = mergeSchemas([
      schemaOf({typeChecks: 'strict'}),
      schemaOf({unknownProperties: 'error'}),
    ]);
    assert.deepEqual([typeChecks, unknownProperties], ['strict', 'error']);
  });

  it('counts versions when one of the models does', () => {
    const version = schemaOf({version: 'v'});
    assert.equal(mergeSchemas([schemaOf(), version]).version, 'v');
    assert.equal(mergeSchemas([version, schemaOf()]).version, 'v');
  });

  it('refuses models that count versions in different properties', () => {
    const models = [schemaOf({version: 'v'}), schemaOf({version: 'w'})];
    assert.throws(() => mergeSchemas(models), {
      code: 'INVALID_MODEL',
      message: /must have the same version: one has \(v\), another \(w\)/,
    });
  });

  it('keeps the name of the collection', () => {
    assert.equal(mergeSchemas([schemaOf(), schemaOf()]).name, 'City');
  });

  it('does not change the schemas that it merges', () => {
    const a = schemaOf({columns: {a: 'string'}, indexes: [indexOn('a')]});
    const b = schemaOf({columns: {a: 'date'}, indexes: [indexOn('b')]});
    const before = structuredClone([a, b]);
    mergeSchemas([a, b]);
    assert.deepEqual([a, b], before);
  });

  it('refuses models with different ids, naming both', () => {
    const models = [schemaOf(), schemaOf({primaryKey: ['a', 'b']})];
    assert.throws(() => mergeSchemas(models), {
      code: 'INVALID_MODEL',
      message:
        'The models on collection City must have the same id: ' +
        'one has (id), another (a, b).',
    });
  });

  it('refuses two indexes of one name, naming it', () => {
    const models = [
      schemaOf({indexes: [indexOn('name')]}),
      schemaOf({indexes: [indexOn('name', {isUnique: true})]}),
    ];
    assert.throws(() => mergeSchemas(models), {
      code: 'INVALID_MODEL',
      message: /City declare the index by_name in two ways/,
    });
  });
});

describe('mergeSchemas of nested types', () => {
  const columns = {slot: 'object'} as const;

  function nesting(
    inner: Shape['columns'],
    shapeOf: Record<string, string> = {},
  ): TableSchema {
    const shapes = {slot: {columns: inner, shapeOf}};
    return schemaOf({columns, nested: {shapeOf: {slot: 'slot'}, shapes}});
  }

  it('have what is declared by any model inside of a column', () => {
    const merged = mergeSchemas([
      nesting({from: 'date', price: 'number'}),
      nesting({to: 'date', price: 'string'}),
    ]);
    assert.deepEqual(
      merged.nested,
      nesting({from: 'date', price: 'any', to: 'date'}).nested,
    );
  });

  it('have none where a model declares nothing inside', () => {
    const merged = mergeSchemas([nesting({from: 'date'}), schemaOf({columns})]);
    assert.deepEqual(merged, schemaOf({columns}));
  });

  it('have those of a column that only one model has', () => {
    const merged = mergeSchemas([
      nesting({from: 'date'}),
      schemaOf({columns: {n: 'number'}}),
    ]);
    assert.deepEqual(merged.nested, nesting({from: 'date'}).nested);
    assert.deepEqual(Object.keys(merged.columns), ['slot', 'n']);
  });

  it('may contain themselves', () => {
    const model = nesting({next: 'object', from: 'date'}, {next: 'slot'});
    const other = nesting({next: 'object', to: 'date'}, {next: 'slot'});
    const merged = mergeSchemas([model, other]);
    assert.equal(columnType(merged, 'slot.next.next.next.from'), 'date');
    assert.equal(columnType(merged, 'slot.next.next.next.to'), 'date');
    assert.deepEqual(Object.keys(merged.nested!.shapes), ['slot']);
  });
});
