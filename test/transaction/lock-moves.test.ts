import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {LockMoves} from '../../lib/transaction/lock-moves';
import {tryOften} from '../support/random';

describe('the moves of a lock', () => {
  it('count for those who came later, and not for those who came before', () => {
    const moves = new LockMoves();
    moves.note(5, 1);
    assert.deepEqual(
      [4, 5, 6].map(place => moves.lastBefore(place)),
      [0, 0, 1],
    );
  });

  it('are the last ones, however many there were', () => {
    tryOften(
      fc.property(fc.array(fc.nat(20)), fc.nat(20), (all, oldest) => {
        const moves = new LockMoves();
        for (const since of all) moves.note(since, oldest);
        for (let place = oldest; place <= 21; place++) {
          const last = all.findLastIndex(since => since < place);
          assert.equal(moves.lastBefore(place), last + 1, `before ${place}`);
        }
      }),
    );
  });

  it('take no more memory than there are places that wait', () => {
    const moves = new LockMoves();
    const waiting = 10;
    for (let place = 0; place < 1_000; place++) {
      moves.note(place, place - waiting);
    }
    assert.ok(moves['last'].length <= waiting + 2);
  });
});
