import assert from 'node:assert/strict';
import {
  decodeHeader,
  decodeRecordHead,
  encodeHeader,
  encodeRecord,
  type JournalHeader,
  magic,
  newStoreId,
  recordBytes,
  recordChecksum,
} from '../../../lib/persistence/journal/format';
import {header} from '../../support/persistence/example';
import {headerLine} from '../../support/persistence/newer-journal';

/** CRC-32 (IEEE 802.3) by its definition, a bit at a time. */
function naiveCrc(text: string): number {
  let register = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
    }
  }
  return (register ^ 0xffffffff) >>> 0;
}

function whyDamaged(line: string | Buffer): string | undefined {
  const decoded = decodeHeader(Buffer.from(line as string, 'latin1'));
  return decoded.kind === 'damaged' ? decoded.why : undefined;
}

describe('The header of a journal', () => {
  const line = encodeHeader(header).bytes.toString().trimEnd();

  it('is one line that a person can read', () => {
    assert.equal(
      line.replace(/ [0-9a-f]{8} /, ' CHECKSUM '),
      'loopback-inmemory-journal 3 1 CHECKSUM ' +
        '{"store":"0123456789abcdef0123456789abcdef",' +
        '"checkpoint":{"bytes":1234,"crc32":3735928559},"firstSequence":15}',
    );
  });

  for (const checkpoint of [header.checkpoint, null]) {
    it(`is read as it was written after ${checkpoint?.bytes} bytes`, () => {
      const written: JournalHeader = {...header, checkpoint};
      const {bytes, checksum} = encodeHeader(written);
      assert.deepEqual(decodeHeader(bytes.subarray(0, -1)), {
        kind: 'header',
        header: written,
        version: 3,
        checksum,
      });
    });
  }

  it('for newer readers only is told apart from damage', () => {
    assert.deepEqual(decodeHeader(headerLine(9, 8, {anything: 'else'})), {
      kind: 'too new',
      versions: {written: 9, reader: 8},
    });
  });

  it('of a newer version is read where readers may, without what is new', () => {
    const {checkpoint} = header;
    const newer = {
      ...header,
      checkpoint: {...checkpoint, files: 2},
      encoding: 'ü',
    };
    const decoded = decodeHeader(headerLine(9, 1, newer));
    assert.ok(decoded.kind === 'header');
    assert.deepEqual(decoded.header, header);
    assert.equal(decoded.version, 9);
  });

  it('of a version that is known has no other member', () => {
    const why = whyDamaged(headerLine(1, 1, {...header, more: 1}));
    assert.match(why!, /a member "more", which its version has not/);
    const checkpoint = {...header.checkpoint, files: 2};
    const within = whyDamaged(headerLine(1, 1, {...header, checkpoint}));
    assert.match(within!, /a member "files", which its version has not/);
  });

  for (const none of [null, [], 5, 'x']) {
    it(`that has ${JSON.stringify(none)} for its members is refused`, () => {
      assert.match(
        whyDamaged(headerLine(1, 1, none as never))!,
        /no JSON object|does not say which/,
      );
    });
  }

  it('that names its data file by something else than numbers is refused', () => {
    const checkpoint = {bytes: '1234', crc32: 1};
    const why = whyDamaged(headerLine(1, 1, {...header, checkpoint}));
    assert.match(why!, /does not say which files/);
  });

  it('that lacks a member is refused', () => {
    for (const name of Object.keys(header)) {
      const rest = {...header, [name]: undefined};
      assert.match(whyDamaged(headerLine(1, 1, rest))!, /does not say which/);
    }
  });

  it('with a version that a flipped bit has made is damaged', () => {
    const place = magic.length + 1;
    for (const at of [place, place + 2]) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(line);
        flipped[at]! ^= 1 << bit;
        assert.match(whyDamaged(flipped)!, /checksum|form of one/);
      }
    }
  });

  it('that does not fit its checksum is refused', () => {
    assert.match(whyDamaged(line.replace('1234', '1235'))!, /checksum/);
  });

  it('that is none is refused', () => {
    for (const text of ['', 'hello', '{"ids":{},"models":{}}', ` ${line}`]) {
      assert.match(whyDamaged(text)!, /does not begin as a journal/);
    }
  });
});

describe('newStoreId', () => {
  it('makes another id each time', () => {
    const ids = Array.from({length: 100}, newStoreId);
    assert.equal(new Set(ids).size, 100);
  });
});

describe('A record', () => {
  it('is length, sequence, checksum, payload and newline', () => {
    const {bytes, checksum} = encodeRecord(26, '{"ä":1}', 0);
    const sum = checksum.toString(16).padStart(8, '0');
    assert.equal(bytes.toString(), `00000008 00000000001a ${sum} {"ä":1}\n`);
  });

  it('has the CRC-32 of all but the checksum, begun with the line before', () => {
    const before = naiveCrc('header');
    const {checksum} = encodeRecord(26, '{"ä":1}', before);
    assert.equal(checksum, naiveCrc('header00000008 00000000001a {"ä":1}'));
  });

  it('is read as it was written', () => {
    const {bytes, checksum} = encodeRecord(2 ** 40 + 7, '{}', 99);
    const head = decodeRecordHead(bytes)!;
    assert.deepEqual(head, {
      payloadBytes: 2,
      sequence: 2 ** 40 + 7,
      checksum,
    });
    assert.equal(recordBytes(head), bytes.length);
    assert.equal(recordChecksum(bytes, 99), checksum);
    assert.notEqual(recordChecksum(bytes, 98), checksum);
  });

  it('has lower-case digits only, so that no bit of them is free', () => {
    const {bytes} = encodeRecord(0xabc, '{}', 99);
    const text = bytes.toString().replace('abc', 'aBc');
    assert.equal(decodeRecordHead(Buffer.from(text)), undefined);
  });
});
