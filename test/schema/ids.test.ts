import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {formatId, sequenceAfter} from '../../lib/schema/ids';
import type {IdGeneration} from '../../lib/schema/schema';
import {compareValues} from '../../lib/value/compare';
import {anyValue, tryOften} from '../support/random';

const sequence = fc.integer({min: 1, max: 9_999_999_999});
const generation = fc.constantFrom<IdGeneration>('number', 'text', 'digits');

describe('formatId', () => {
  it('counts in numbers', () => {
    assert.equal(formatId('number', 7), 7);
  });

  it('counts in digits', () => {
    assert.equal(formatId('digits', 7), '7');
  });

  it('counts in text of a fixed width', () => {
    assert.equal(formatId('text', 7), 'id0000000007');
  });

  it('makes no id where none is to be made', () => {
    assert.equal(formatId('none', 7), undefined);
  });

  it('makes numbers and texts that sort by creation', () => {
    const sorting = fc.constantFrom<IdGeneration>('number', 'text');
    tryOften(
      fc.property(sorting, sequence, sequence, (kind, a, b) => {
        const ids = [formatId(kind, a), formatId(kind, b)] as const;
        assert.equal(Math.sign(compareValues(...ids)), Math.sign(a - b));
      }),
    );
  });
});

describe('sequenceAfter', () => {
  it('is one more than the sequence number of a generated id', () => {
    tryOften(
      fc.property(generation, sequence, (kind, number) => {
        assert.equal(sequenceAfter(kind, formatId(kind, number)), number + 1);
      }),
    );
  });

  const examples: readonly [IdGeneration, unknown, number][] = [
    ['number', 41, 42],
    ['number', 41n, 42],
    ['number', 41.5, 42],
    ['number', 0, 1],
    ['number', -5, 1],
    ['number', Number.NaN, 1],
    ['number', Infinity, 1],
    ['number', '41', 1],
    ['number', Number.MAX_SAFE_INTEGER, 1],
    ['text', 'id0000000041', 42],
    ['text', 'id41', 1],
    ['text', 'xid0000000041', 1],
    ['digits', '41', 42],
    ['digits', '4x', 1],
    ['digits', '', 1],
    ['digits', '9'.repeat(30), 1],
    ['none', 'a', 1],
    ['number', null, 1],
    ['number', undefined, 1],
  ];
  for (const [kind, id, expected] of examples) {
    const shown = typeof id === 'bigint' ? `${id}n` : JSON.stringify(id);
    it(`of ${kind} ids is ${expected} after ${shown}`, () => {
      assert.equal(sequenceAfter(kind, id), expected);
    });
  }

  it('is a whole number from 1 on, whatever the id', () => {
    tryOften(
      fc.property(generation, anyValue, (kind, id) => {
        const next = sequenceAfter(kind, id);
        assert.ok(Number.isSafeInteger(next) && next >= 1, `${next}`);
      }),
    );
  });
});
