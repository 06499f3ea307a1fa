import assert from 'node:assert/strict';
import {diff} from '../../lib/schema/diff';
import {indexOn, schemaOf} from '../support/schema/example';

describe('diff', () => {
  const byName = indexOn('name');
  const byCountry = indexOn('country');

  it('creates a table that is not there, then its indexes', () => {
    const schema = schemaOf({indexes: [byName, byCountry]});
    assert.deepEqual(diff(undefined, schema), [
      {kind: 'createTable', schema},
      {kind: 'addIndex', index: byName},
      {kind: 'addIndex', index: byCountry},
    ]);
  });

  it('has nothing to do when the schemas are equal', () => {
    const schema = () => schemaOf({indexes: [indexOn('name')]});
    assert.deepEqual(diff(schema(), schema()), []);
  });

  it('does not see the order in which columns were declared', () => {
    const previous = schemaOf({columns: {a: 'number', b: 'string'}});
    const next = schemaOf({columns: {b: 'string', a: 'number'}});
    assert.deepEqual(diff(previous, next), []);
  });

  it('only declares when a column is of another type', () => {
    const next = schemaOf({columns: {id: 'string'}});
    assert.deepEqual(diff(schemaOf(), next), [{kind: 'declare', schema: next}]);
  });

  it('only declares when ids are made in another way', () => {
    const next = schemaOf({idGeneration: 'none'});
    assert.deepEqual(diff(schemaOf(), next), [{kind: 'declare', schema: next}]);
  });

  it('checks the rows when a value becomes required', () => {
    const next = schemaOf({notNull: ['name']});
    assert.deepEqual(diff(schemaOf(), next), [
      {kind: 'declare', schema: next},
      {kind: 'checkRows'},
    ]);
  });

  it('checks the rows when limits change', () => {
    const limits = (maxLength: number) =>
      schemaOf({limits: {name: {maxLength}}});
    assert.deepEqual(
      diff(limits(5), limits(4)).map(step => step.kind),
      ['declare', 'checkRows'],
    );
  });

  it('checks the rows when types change that are checked', () => {
    const previous = schemaOf({typeChecks: 'strict'});
    const next = schemaOf({typeChecks: 'strict', columns: {id: 'string'}});
    assert.deepEqual(
      diff(previous, next).map(step => step.kind),
      ['declare', 'checkRows'],
    );
  });

  it('only declares when another property counts versions', () => {
    const next = schemaOf({version: 'v'});
    assert.deepEqual(diff(schemaOf(), next), [{kind: 'declare', schema: next}]);
  });

  it('adds the indexes that are new, after the declaration', () => {
    const previous = schemaOf({indexes: [byName]});
    const next = schemaOf({indexes: [byName, byCountry]});
    assert.deepEqual(diff(previous, next), [
      {kind: 'declare', schema: next},
      {kind: 'addIndex', index: byCountry},
    ]);
  });

  it('drops the indexes that are gone, before the declaration', () => {
    const next = schemaOf({indexes: [byCountry]});
    const previous = schemaOf({indexes: [byName, byCountry]});
    assert.deepEqual(diff(previous, next), [
      {kind: 'dropIndex', name: 'by_name'},
      {kind: 'declare', schema: next},
    ]);
  });

  it('builds an index anew when its definition changes', () => {
    const unique = indexOn('name', {isUnique: true});
    const next = schemaOf({indexes: [unique]});
    assert.deepEqual(diff(schemaOf({indexes: [byName]}), next), [
      {kind: 'dropIndex', name: 'by_name'},
      {kind: 'declare', schema: next},
      {kind: 'addIndex', index: unique},
    ]);
  });

  it('changes the primary key after the declaration and before indexes', () => {
    const next = schemaOf({primaryKey: ['name'], indexes: [byCountry]});
    assert.deepEqual(diff(schemaOf(), next), [
      {kind: 'declare', schema: next},
      {kind: 'changePrimaryKey'},
      {kind: 'addIndex', index: byCountry},
    ]);
  });

  it('takes another order of id properties for another primary key', () => {
    const previous = schemaOf({primaryKey: ['a', 'b']});
    const next = schemaOf({primaryKey: ['b', 'a']});
    assert.deepEqual(
      diff(previous, next).map(step => step.kind),
      ['declare', 'changePrimaryKey'],
    );
  });
});
