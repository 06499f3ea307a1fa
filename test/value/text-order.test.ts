import assert from 'node:assert/strict';
import {OneOfTexts, type TextOrder} from '../../lib/value/text-order';

const withoutCase: TextOrder = {
  name: 'without case',
  compare(a, b) {
    const [x, y] = [a.toLowerCase(), b.toLowerCase()];
    return x < y ? -1 : x > y ? 1 : 0;
  },
};

describe('one of some texts', () => {
  const texts = new OneOfTexts(['b', 'A', 'B', 'a'], withoutCase);

  it('has them in order, and each once', () => {
    assert.deepEqual(
      texts.texts.map(text => text.toLowerCase()),
      ['a', 'b'],
    );
  });

  it('is any text that the order has equal', () => {
    assert.equal(texts.has('a'), true);
    assert.equal(texts.has('B'), true);
    assert.equal(texts.has('c'), false);
  });

  it('is no value of another type', () => {
    for (const value of [null, undefined, 1, ['a'], {}]) {
      assert.equal(texts.has(value), false);
    }
  });
});
