import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  decodeRow,
  decodeValue,
  encodeRow,
  encodeValue,
  type Types,
} from '../../../lib/persistence/data-file/value-codec';
import {tryOften} from '../../support/random';
import {anyRow, anyStored} from '../../support/persistence/rows.arbitrary';
import {assertSame} from '../../support/persistence/same';

function throughJson<T>(encoded: T): T {
  return JSON.parse(JSON.stringify(encoded)) as T;
}

describe('encodeRow', () => {
  it('writes a row as plain JSON with the types that JSON cannot tell', () => {
    const row = {
      name: 'Ada',
      born: new Date(0),
      debt: 12n,
      photo: Buffer.from('png'),
      a: {'b/~': [1, -0]},
    };
    assert.deepEqual(encodeRow(row), {
      row: {
        name: 'Ada',
        born: '1970-01-01T00:00:00.000Z',
        debt: '12',
        photo: 'cG5n',
        a: {'b/~': [1, '-0']},
      },
      types: {
        '/born': 'Date',
        '/debt': 'bigint',
        '/photo': 'Buffer',
        '/a/b~1~0/1': 'number',
      },
    });
  });

  it('returns a row that JSON can hold itself, without types', () => {
    const row = {name: 'Ada', tags: ['a', {b: [null, true, 1.5]}]};
    assert.deepEqual(Object.keys(encodeRow(row)), ['row']);
    assert.equal(encodeRow(row).row, row);
  });

  it('changes nothing in the row', () => {
    tryOften(
      fc.property(fc.clone(anyRow, 2), ([row, same]) => {
        encodeRow(row);
        assertSame(row, same);
      }),
    );
  });

  it('writes the properties of an object of a class, not its toJSON', () => {
    class Money {
      amount = 5n;
      toJSON(): string {
        return 'secret';
      }
    }
    const {row, types} = throughJson(encodeRow({price: new Money()}));
    assert.deepEqual(decodeRow(row, types), {price: {amount: 5n}});
  });

  it('writes a part of a larger buffer alone', () => {
    const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    const {value} = encodeValue(part);
    assert.equal(value, Buffer.from([2, 3]).toString('base64'));
  });
});

describe('decodeRow', () => {
  it('makes any row again from the JSON text of its code', () => {
    tryOften(
      fc.property(anyRow, row => {
        const encoded = throughJson(encodeRow(row));
        assertSame(decodeRow(encoded.row, encoded.types), row);
      }),
      2000,
    );
  });

  it('leaves out what is undefined', () => {
    const {row, types} = throughJson(encodeRow({a: undefined, b: 1n}));
    assert.deepEqual(decodeRow(row, types), {b: 1n});
  });
});

describe('decodeValue', () => {
  it('makes any value again from the JSON text of its code', () => {
    tryOften(
      fc.property(anyStored, value => {
        const encoded = throughJson(encodeValue(value));
        assertSame(decodeValue(encoded.value, encoded.types), value);
      }),
      2000,
    );
  });

  const misfits: readonly [title: string, value: unknown, types: unknown][] = [
    ['a type for a value that is not there', {}, {'/a': 'Date'}],
    ['a type below a value that has no parts', {a: 1}, {'/a/b': 'Date'}],
    ['a type below an inherited property', {}, {'/__proto__/x': 'Date'}],
    ['a type of something that is not text', {a: 1}, {'/a': 'bigint'}],
    ['a type that there is not', {a: '1'}, {'/a': 'Map'}],
    ['a place that is no pointer', {a: '1'}, {a: 'bigint'}],
    ['a number that is none', {a: 'x'}, {'/a': 'number'}],
    ['a bigint with a fraction', {a: '1.5'}, {'/a': 'bigint'}],
    ['a date that is none', {a: 'yesterday'}, {'/a': 'Date'}],
    ['bytes that are not base64', {a: '?'}, {'/a': 'Buffer'}],
  ];
  for (const [title, value, types] of misfits) {
    it(`refuses ${title}`, () => {
      assert.throws(() => decodeValue(value, types as Types), {
        code: 'DATA_DAMAGED',
      });
    });
  }
});
