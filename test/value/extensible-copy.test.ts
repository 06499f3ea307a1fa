import assert from 'node:assert/strict';
import {copyIn, extensibleCopy, setOwn} from '../../lib/value/copy';

describe('a copy that takes more properties', () => {
  it('has the own properties of its source, in their order', () => {
    const source = {b: 1, a: {c: 2}};
    const copy = extensibleCopy(source);
    assert.deepEqual(copy, source);
    assert.deepEqual(Object.keys(copy), ['b', 'a']);
    assert.notEqual(copy, source);
  });

  it('has a property named __proto__ as its own, and no other prototype', () => {
    const source: Record<string, unknown> = {a: 1};
    setOwn(source, '__proto__', {evil: true});
    for (const copy of [extensibleCopy(source), copyIn(source)]) {
      assert.ok(Object.hasOwn(copy, '__proto__'));
      assert.equal(Object.getPrototypeOf(copy), Object.prototype);
      assert.equal(copy['evil'], undefined);
    }
  });
});
