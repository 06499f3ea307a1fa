import assert from 'node:assert/strict';
import {hiddenNumbers} from '../../lib/store/hidden-numbers';

describe('The hidden numbers of rows that have lost their ids', () => {
  it('are the ids where these are numbers, as texts or not', () => {
    assert.deepEqual(hiddenNumbers([2, 5, 7n, '11']), [2, 5, 7, 11]);
  });

  const others: readonly [what: string, ids: readonly unknown[]][] = [
    ['texts', ['a', 'b']],
    ['in part texts', [5, 'b']],
    ['less than 1', [0, 5]],
    ['no integers', [1.5, 2]],
    ['not counted on from', [5, Number.MAX_SAFE_INTEGER]],
    ['the same as numbers', [5, '5']],
    ['written in another way', ['05', 7]],
    ['several values', [[5], [7]]],
    ['dates', [new Date(5), new Date(7)]],
  ];
  for (const [what, ids] of others) {
    it(`count from 1 where ids are ${what}`, () => {
      assert.deepEqual(hiddenNumbers(ids), [1, 2]);
    });
  }
});
