import assert from 'node:assert/strict';
import {compileValuesAt} from '../../lib/value/values-at';

describe('compileValuesAt', () => {
  it('takes the values of rows of any shape, null where there is none', () => {
    const rows = [{a: 1}, {b: 2, a: 'x'}, {b: 3}, {a: undefined}, {a: null}];
    assert.deepEqual(compileValuesAt(['a'])(rows), [1, 'x', null, null, null]);
  });

  it('enters objects, and arrays by a number', () => {
    const rows = [{a: {b: 1}}, {a: [{b: 2}]}, {a: 3}];
    assert.deepEqual(compileValuesAt(['a', 'b'])(rows), [1, null, null]);
    assert.deepEqual(compileValuesAt(['a', '0', 'b'])(rows), [null, 2, null]);
  });

  it('takes nothing that is inherited', () => {
    assert.deepEqual(compileValuesAt(['constructor'])([{}]), [null]);
    assert.deepEqual(compileValuesAt(['__proto__'])([{}]), [null]);
  });
});
