import assert from 'node:assert/strict';
import {
  refuseUnknownPath,
  refuseUnknownProperty,
} from '../../lib/schema/property-names';
import type {ColumnType} from '../../lib/value/coerce';
import {schemaOf} from '../support/schema/example';

const columns: Record<string, ColumnType> = {
  id: 'number',
  name: 'string',
  'a.b': 'any',
};
const checked = schemaOf({columns, unknownProperties: 'error'});

describe('refuseUnknownProperty', () => {
  for (const path of ['id', 'name', 'name.first', 'name.0.first', 'a.b']) {
    it(`lets ${path} pass, which is declared`, () => {
      refuseUnknownProperty(path, 'where', checked);
    });
  }

  it('names the property and the nearest that is declared', () => {
    assert.throws(() => refuseUnknownProperty('nome', 'order', checked), {
      code: 'INVALID_FILTER',
      message:
        'Invalid filter on City: the order names "nome", which is not a ' +
        'property; did you mean "name"?',
      details: {
        table: 'City',
        property: 'nome',
        constraint: 'unknownProperties',
      },
    });
  });

  it('names all properties when none is near', () => {
    assert.throws(() => refuseUnknownProperty('population', 'where', checked), {
      message: /not a property; the properties are id, name, a\.b\.$/,
    });
  });

  it('refuses a path that begins with an unknown property', () => {
    assert.throws(() => refuseUnknownProperty('nome.id', 'fields', checked), {
      message: /fields names "nome"/,
    });
  });

  it('does not take a name for declared that objects inherit', () => {
    assert.throws(() => refuseUnknownProperty('toString', 'where', checked), {
      code: 'INVALID_FILTER',
    });
  });

  it('lets every name pass where names are not checked', () => {
    refuseUnknownProperty('nome', 'where', schemaOf());
  });
});

describe('refuseUnknownPath', () => {
  it('takes a name with a dot for the one property that is so declared', () => {
    refuseUnknownPath('a.b', 'where', checked);
  });

  it('lets a path go on inside of what has no properties declared', () => {
    refuseUnknownPath('name.first.letter', 'order', checked);
  });

  it('refuses what refuseUnknownProperty refuses', () => {
    assert.throws(() => refuseUnknownPath('nome.id', 'where', checked), {
      message: /where names "nome"/,
    });
  });
});
