import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {InMemoryError, show} from '../../lib/base/errors';
import {anyValue, tryOften} from '../support/random';

describe('InMemoryError', () => {
  it('is an Error, so that callers can catch it as one', () => {
    assert.ok(new InMemoryError('INVALID_VALUE', 'no') instanceof Error);
  });

  it('carries its code, its message and its details', () => {
    const details = {table: 'City', property: 'name'};
    const error = new InMemoryError('DUPLICATE_KEY', 'taken', details);
    assert.deepEqual(
      [error.name, error.code, error.message, error.details],
      ['InMemoryError', 'DUPLICATE_KEY', 'taken', details],
    );
  });

  it('has empty details unless some are given', () => {
    assert.deepEqual(new InMemoryError('NOT_CONNECTED', 'no').details, {});
  });

  it('has the SQLSTATE of its code', () => {
    const {sqlState} = new InMemoryError('NOT_NULL_VIOLATION', 'no');
    assert.equal(sqlState, '23502');
  });

  it('has the SQLSTATE of its constraint where that has its own', () => {
    const states = ['maxLength', 'enum', 'precision'].map(
      constraint =>
        new InMemoryError('VALUE_OUT_OF_RANGE', 'no', {constraint}).sqlState,
    );
    assert.deepEqual(states, ['22001', '23514', '22003']);
  });

  it('has the SQLSTATE of its code under a constraint that is named as a method', () => {
    const details = {constraint: 'toString'};
    const error = new InMemoryError('VALUE_OUT_OF_RANGE', 'no', details);
    assert.equal(error.sqlState, '22003');
  });

  it('has no SQLSTATE where SQL databases know no such error', () => {
    assert.ok(!('sqlState' in new InMemoryError('NOT_CONNECTED', 'no')));
  });

  it('has the HTTP status of its code', () => {
    assert.equal(new InMemoryError('NOT_CONNECTED', 'no').statusCode, 503);
  });
});

describe('show', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const examples: readonly [title: string, value: unknown, text: string][] = [
    ['a string in quotes', 'a', '"a"'],
    ['an object as JSON', {a: [1]}, '{"a":[1]}'],
    ['null by its name', null, 'null'],
    ['undefined by its name', undefined, 'undefined'],
    ['NaN by its name, not as null', Number.NaN, 'NaN'],
    ['infinity by its name, not as null', -Infinity, '-Infinity'],
    ['a bigint with its suffix', 12n, '12n'],
    ['a regular expression as it is written', /a+/i, '/a+/i'],
    ['a date in ISO form', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an invalid date by name', new Date(Number.NaN), 'Invalid Date'],
    ['a class by its name, not by its source', Date, '[function Date]'],
    ['a circular object by its class', circular, '[object Object]'],
    ['an array with a bigint by its class', [1n], '[object Array]'],
  ];
  for (const [title, value, text] of examples) {
    it(`shows ${title}`, () => {
      assert.equal(show(value), text);
    });
  }

  it('shortens a long text to at most 80 characters', () => {
    const text = show('x'.repeat(1000));
    assert.ok(text.length <= 80, `${text.length} characters`);
  });

  it('ends a shortened text with an ellipsis', () => {
    assert.match(show('x'.repeat(1000)), /^"x+\.\.\.$/);
  });

  it('leaves a text of exactly 80 characters whole', () => {
    const text = 'x'.repeat(78);
    assert.equal(show(text), `"${text}"`);
  });

  it('has words for every value', () => {
    tryOften(
      fc.property(anyValue, value => {
        assert.notEqual(show(value), '');
      }),
    );
  });
});
