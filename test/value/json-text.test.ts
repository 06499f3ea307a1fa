import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {isReadWhole} from '../../lib/value/json-text';
import {tryOften} from '../support/random';

describe('A text that is JSON', () => {
  const whole = [
    '1.50',
    '-0',
    '1e2',
    '{"a":{"b":[1.0,{"a":"\\\\\\":"}]},"b":"\\":1"}',
    '"12"',
    '{"__proto__":{"a":1},"constructor":2}',
    '{"a":"9007199254740993"}',
    'no JSON: 9007199254740993',
  ];
  for (const text of whole) {
    it(`is read whole: ${text}`, () => assert.ok(isReadWhole(text)));
  }

  it('is read whole where it was made of a value', () => {
    const property = fc.property(fc.json(), text => isReadWhole(text));
    tryOften(property, 1_000);
  });

  const losing = [
    '9007199254740993',
    '[0.30000000000000000001]',
    '1e999',
    '{"a":1,"a":1}',
    '{"b":{"a":1,"\\u0061":2}}',
    '"9007199254740993"',
    '"{\\"a\\":1,\\"a\\":2}"',
  ];
  for (const text of losing) {
    it(`loses something when it is read: ${text}`, () =>
      assert.ok(!isReadWhole(text)));
  }
});
