import assert from 'node:assert/strict';
import {isoTimeAt} from '../../../lib/persistence/data-file/iso-time';

const dayMs = 86_400_000;

describe('isoTimeAt', () => {
  it('is the time of each day from year 0 to 9999', () => {
    const last = Date.parse('9999-12-31T23:59:59.999Z');
    for (let time = Date.parse('0000-01-01T00:00:00.000Z'); time < last;) {
      const bytes = Buffer.from(`x${new Date(time).toISOString()}`);
      assert.equal(isoTimeAt(bytes, 1), time);
      time += dayMs + 1_234_567;
    }
  });

  for (const text of [
    '2023-02-29T00:00:00.000Z',
    '2023-04-31T00:00:00.000Z',
    '2023-00-01T00:00:00.000Z',
    '2023-13-01T00:00:00.000Z',
    '2023-01-00T00:00:00.000Z',
    '2023-01-01T24:00:00.000Z',
    '2023-01-01T00:60:00.000Z',
    '2023-01-01T00:00:60.000Z',
    '2023-01-01T00:00:00.00Z0',
    '2023-01-01 00:00:00.000Z',
    '2023-01-01T00:00:00.000z',
    '2023/01-01T00:00:00.000Z',
    '2023-01-01T00-00:00.000Z',
    '2023-01-01T00:00:00,000Z',
    '-023-01-01T00:00:00.000Z',
    '2023-01-01T00:00:00.000',
  ]) {
    it(`leaves ${text} to others`, () => {
      assert.ok(Number.isNaN(isoTimeAt(Buffer.from(text), 0)));
    });
  }
});
