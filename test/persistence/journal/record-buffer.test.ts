import assert from 'node:assert/strict';
import {encodeRecord} from '../../../lib/persistence/journal/format';
import {RecordBuffer} from '../../../lib/persistence/journal/record-buffer';

describe('A buffer of records', () => {
  const payloads = ['{}', '{"ä":1}', `{"a":"${'x'.repeat(200_000)}"}`, '{}'];

  it('holds them one after the other, however large they are', () => {
    const buffer = new RecordBuffer();
    const lines: Buffer[] = [];
    let checksum = 7;
    for (const [sequence, payload] of payloads.entries()) {
      const line = encodeRecord(sequence, payload, checksum);
      lines.push(line.bytes);
      checksum = buffer.add(sequence, payload, checksum);
      assert.equal(checksum, line.checksum);
    }
    assert.deepEqual(buffer.content, Buffer.concat(lines));
    assert.equal(buffer.bytes, buffer.content.length);
  });

  it('is empty when it was cleared', () => {
    const buffer = new RecordBuffer();
    for (const payload of payloads) buffer.add(1, payload, 0);
    buffer.clear();
    assert.equal(buffer.bytes, 0);
    buffer.add(2, '{}', 5);
    assert.deepEqual(buffer.content, encodeRecord(2, '{}', 5).bytes);
  });
});
