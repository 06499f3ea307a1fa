import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {rowText} from '../../../lib/persistence/data-file/row-text';
import {encodeRow} from '../../../lib/persistence/data-file/value-codec';
import type {Row} from '../../../lib/value/copy';
import {tryOften} from '../../support/random';
import {anyRow} from '../../support/persistence/rows.arbitrary';

/** What the texts of a row are to be. */
function expectedOf(row: Row) {
  const {row: plain, types} = encodeRow(row);
  return {json: JSON.stringify(plain), types: types && JSON.stringify(types)};
}

const plainValue = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.date({noInvalidDate: false}),
  fc.constantFrom(null, undefined, -0),
);

describe('The text of a row', () => {
  it('is that of its plain form, whatever is in it', () => {
    tryOften(
      fc.property(anyRow, row => {
        assert.deepEqual(rowText(row), expectedOf(row));
      }),
    );
  });

  it('is that of its plain form where most rows are simple', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom('a/b', '~', 'toJSON'));
    const rows = fc.dictionary(names, plainValue, {noNullPrototype: true});
    tryOften(
      fc.property(rows, row => {
        assert.deepEqual(rowText(row), expectedOf(row));
      }),
      1000,
    );
  });

  it('is that of an instance of a class, as a plain object', () => {
    class City {
      name = 'Ulm';
      toJSON(): string {
        return 'no';
      }
    }
    const row = new City() as unknown as Row;
    assert.deepEqual(rowText(row), {json: '{"name":"Ulm"}', types: undefined});
  });
});
