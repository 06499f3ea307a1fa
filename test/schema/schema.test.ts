import assert from 'node:assert/strict';
import {columnType} from '../../lib/schema/schema';
import {schemaOf} from '../support/schema/example';

describe('columnType', () => {
  it('is the declared type of a property', () => {
    assert.equal(columnType(schemaOf(), 'name'), 'string');
  });

  it('is any for a property that is not declared', () => {
    assert.equal(columnType(schemaOf(), 'mayor'), 'any');
  });

  it('is any for a nested property', () => {
    assert.equal(columnType(schemaOf(), 'name.first'), 'any');
  });

  it('is any for a name that objects inherit', () => {
    assert.equal(columnType(schemaOf(), 'constructor'), 'any');
  });
});
