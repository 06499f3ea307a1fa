import assert from 'node:assert/strict';
import {backoffMs} from '../../lib/base/backoff';

describe('the wait before something is tried again', () => {
  it('is none after the first failure', () => {
    assert.equal(backoffMs(1, 0.9), 0);
  });

  it('is a random part of a time that doubles, up to a second', () => {
    const longest = [2, 3, 4, 5, 6, 7, 8, 9, 1000].map(failures =>
      backoffMs(failures, 1),
    );
    assert.deepEqual(longest, [20, 40, 80, 160, 320, 640, 1000, 1000, 1000]);
    assert.equal(backoffMs(4, 0.25), 20);
    assert.equal(backoffMs(4, 0), 0);
  });

  it('is by chance where nothing else is said', () => {
    const waits = Array.from({length: 20}, () => backoffMs(9));
    assert.ok(waits.every(ms => ms >= 0 && ms < 1000));
    assert.ok(new Set(waits).size > 1);
  });
});
