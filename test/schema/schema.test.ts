import assert from 'node:assert/strict';
import {columnType, type NestedTypes} from '../../lib/schema/schema';
import type {ColumnType} from '../../lib/value/coerce';
import {schemaOf} from '../support/schema/example';

describe('columnType', () => {
  it('is the declared type of a property', () => {
    assert.equal(columnType(schemaOf(), 'name'), 'string');
  });

  it('is any for a property that is not declared', () => {
    assert.equal(columnType(schemaOf(), 'mayor'), 'any');
  });

  it('is any inside of a property of which nothing more is declared', () => {
    assert.equal(columnType(schemaOf(), 'name.first'), 'any');
  });

  it('is any for a name that objects inherit', () => {
    assert.equal(columnType(schemaOf(), 'constructor'), 'any');
  });
});

describe('columnType of a path', () => {
  const nested: NestedTypes = {
    shapeOf: {slot: 'slot', slots: 'slots'},
    shapes: {
      slot: {
        columns: {from: 'date', rates: 'number[]', at: 'point', next: 'object'},
        shapeOf: {next: 'slot'},
      },
      slots: {columns: {price: 'number', '0': 'string'}, shapeOf: {}},
    },
  };
  const schema = schemaOf({
    columns: {
      slot: 'object',
      slots: 'array',
      list: 'array',
      tags: 'string[]',
      place: 'point',
      places: 'point[]',
    },
    nested,
  });
  const expected: Readonly<Record<string, ColumnType>> = {
    'slot.from': 'date',
    'slot.rates': 'number[]',
    'slot.rates.3': 'number',
    'slot.at.lat': 'number',
    'slot.next.next.from': 'date',
    'slots.price': 'number',
    'slots.0': 'object',
    'slots.0.price': 'number',
    'slots.0.0': 'string',
    'tags.0': 'string',
    'place.lng': 'number',
    'places.1.lng': 'number',
    'places.lng': 'number',
    'list.0': 'any',
    'list.price': 'any',
    'slot.to': 'any',
    'slot.0.from': 'any',
    'slot.from.getTime': 'any',
    'slot.constructor': 'any',
    'place.length': 'any',
    'mayor.from': 'any',
    'slot.': 'any',
    '.slot': 'any',
  };
  for (const [path, type] of Object.entries(expected)) {
    it(`is ${type} for ${path}`, () => {
      assert.equal(columnType(schema, path), type);
    });
  }
});
