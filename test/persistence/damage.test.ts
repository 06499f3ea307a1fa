import assert from 'node:assert/strict';
import {
  commits,
  header,
  prefixLength,
  read,
  type Reading,
  refusalOf,
  write,
} from '../support/persistence/example';

const {bytes, edges} = write();
const last = edges.length - 2;

/** The bytes of one record. */
function record(i: number, of = bytes): Buffer {
  return of.subarray(edges[i], edges[i + 1]);
}

function headerBytes(): Buffer {
  return bytes.subarray(0, edges[0]);
}

/** The reading of bytes that may also be refused. */
function readUnlessRefused(damaged: Buffer): Reading | undefined {
  return refusalOf(damaged) === undefined ? read(damaged) : undefined;
}

/** Where the last good record before a byte ends. */
function edgeBefore(offset: number): number {
  return edges.findLast(edge => edge <= offset) ?? 0;
}

describe('A journal that was cut short', () => {
  it('is read up to the last whole record, wherever it was cut', () => {
    for (let size = 0; size < bytes.length; size++) {
      for (const chunkBytes of [1, 50, undefined]) {
        const reading = read(bytes.subarray(0, size), chunkBytes);
        const end = edgeBefore(size);
        assert.equal(reading.end.offset, end, `cut at ${size}`);
        assert.equal(
          prefixLength(reading),
          Math.max(0, edges.indexOf(end)),
          `cut at ${size}`,
        );
        const torn =
          size === end && end > 0
            ? undefined
            : {tornAt: end, bytes: size - end};
        assert.deepEqual(reading.end.torn, torn, `cut at ${size}`);
      }
    }
  });

  it('has no header when that is torn', () => {
    assert.equal(read(bytes.subarray(0, edges[0]! - 1)).header, undefined);
    assert.deepEqual(read(bytes.subarray(0, edges[0])).header, header);
  });

  it('is read up to the last record that reached the disk before NULs', () => {
    const zeros = Buffer.alloc(8192);
    for (const [count, edge] of edges.entries()) {
      const padded = Buffer.concat([bytes.subarray(0, edge), zeros]);
      for (let nuls = 1; nuls <= 8192; nuls++) {
        const reading = read(padded.subarray(0, edge + nuls));
        assert.deepEqual(reading.end.torn, {tornAt: edge, bytes: nuls});
        assert.equal(reading.texts.length, count);
      }
    }
  });

  it('may have NULs after a part of a record', () => {
    const zeros = Buffer.alloc(700);
    for (let cut = edges[last]! + 1; cut < bytes.length; cut++) {
      const reading = read(Buffer.concat([bytes.subarray(0, cut), zeros]));
      assert.equal(prefixLength(reading), last, `cut at ${cut}`);
    }
  });

  it('may have NULs after a part of the header', () => {
    for (let cut = 0; cut < edges[0]!; cut++) {
      const part = bytes.subarray(0, cut);
      const reading = read(Buffer.concat([part, Buffer.alloc(99)]));
      assert.equal(reading.header, undefined);
    }
  });

  it('is refused when it is one long run of NULs', () => {
    assert.match(refusalOf(Buffer.alloc(5000))!.message, /begin as a journal/);
  });
});

describe('A record that lost blocks', () => {
  const long = write([
    ...commits,
    [{table: 'Log', put: [[1, {text: 'x'.repeat(5000)}]]}],
  ]);
  const start = long.edges.at(-2)!;

  it('is torn, whichever blocks of it were lost', () => {
    const first = Math.floor(start / 512) * 512;
    for (let from = first; from < long.bytes.length; from += 512) {
      for (let to = from + 512; to < long.bytes.length; to += 512) {
        const torn = Buffer.from(long.bytes);
        torn.fill(0, Math.max(from, start), to);
        const reading = read(torn);
        assert.equal(reading.end.torn?.tornAt, start, `${from} to ${to}`);
        assert.equal(prefixLength(reading), commits.length);
      }
    }
  });

  it('is refused when it lost bytes that are no block', () => {
    const torn = Buffer.from(long.bytes).fill(0, start, start + 77);
    assert.equal(refusalOf(torn)?.offset, start);
  });

  it('is refused when a record follows', () => {
    const text = 'x'.repeat(512 * 12 - 53);
    for (let length = 0; length < 512; length++) {
      const two = write([
        [{table: 'Log', put: [[1, {text: text.slice(length)}]]}],
        [],
      ]);
      const [from, to] = two.edges as [number, number];
      const torn = Buffer.from(two.bytes).fill(0, from, to);
      assert.equal(refusalOf(torn)?.offset, from);
    }
  });
});

describe('A journal with a single bit flipped', () => {
  for (const count of [0, 1, commits.length]) {
    it(`of ${count} records is read to a prefix or refused`, () => {
      const some = bytes.subarray(0, edges[count]);
      const lastLine = edges[count - 1] ?? 0;
      for (let bit = 0; bit < some.length * 8; bit++) {
        const place = bit >> 3;
        const flipped = Buffer.from(some);
        flipped[place]! ^= 1 << (bit & 7);
        const reading = readUnlessRefused(flipped);
        if (reading === undefined) continue;
        assert.ok(place >= lastLine, `bit ${bit} is not in the last line`);
        assert.equal(prefixLength(reading), Math.max(0, count - 1));
        assert.notEqual(reading.end.torn, undefined);
      }
    });
  }

  it('is refused at the record in which the bit is', () => {
    for (let place = edges[0]!; place < edges[last]!; place++) {
      const flipped = Buffer.from(bytes);
      flipped[place]! ^= 4;
      assert.equal(refusalOf(flipped)?.offset, edgeBefore(place));
    }
  });
});

describe('A journal of which any byte was changed', () => {
  it('is read to a prefix or refused', () => {
    for (let place = 0; place < bytes.length; place++) {
      for (const value of [0, 10, 32, 48, 255]) {
        const changed = Buffer.from(bytes);
        changed[place] = value;
        if (value === bytes[place]) continue;
        const reading = readUnlessRefused(changed);
        if (reading === undefined) continue;
        assert.ok(place >= edges[last]!, `byte ${place} is ${value}`);
        assert.equal(prefixLength(reading), last);
      }
    }
  });
});

describe('A journal that was tampered with', () => {
  const other = write(commits, {...header, store: 'f'.repeat(32)});
  const edited = write(commits, {...header, checkpoint: null});
  const all = commits.map((_, i) => record(i));

  function refused(records: readonly Buffer[], offset: number): void {
    const damaged = Buffer.concat([headerBytes(), ...records]);
    assert.equal(refusalOf(damaged)?.offset, offset);
  }

  for (let i = 0; i < last; i++) {
    const at = edges[i]!;
    it(`is refused where record ${i} is missing`, () => {
      refused(all.toSpliced(i, 1), at);
    });

    it(`is refused where record ${i} stands twice`, () => {
      refused(all.toSpliced(i, 0, all[i]!), edges[i + 1]!);
    });

    it(`is refused where record ${i} stands after its follower`, () => {
      refused(all.toSpliced(i, 2, all[i + 1]!, all[i]!), at);
    });

    it(`is refused where record ${i} is of another store`, () => {
      refused(all.with(i, record(i, other.bytes)), at);
    });

    it(`is refused where record ${i} is of an older journal`, () => {
      const place = edited.edges;
      const stale = edited.bytes.subarray(place[i], place[i + 1]);
      refused(all.with(i, stale), at);
    });

    it(`is refused where record ${i} is a hole`, () => {
      refused(all.with(i, Buffer.alloc(all[i]!.length)), at);
    });

    it(`is refused where record ${i} is another line`, () => {
      refused(all.with(i, Buffer.from('garbage\n')), at);
    });
  }

  it('is refused where there is a hole of any length', () => {
    for (let from = edges[0]!; from < edges[last]!; from += 3) {
      for (let to = from + 1; to < edges[last]!; to += 7) {
        const hole = Buffer.from(bytes).fill(0, from, to);
        assert.equal(refusalOf(hole)?.offset, edgeBefore(from));
      }
    }
  });

  it('is refused when the last record is not of this journal', () => {
    refused(all.with(last, record(last, other.bytes)), edges[last]!);
  });

  it('is refused when the last record stands twice', () => {
    refused([...all, all[last]!], bytes.length);
  });

  it('is refused when the last record is whole but wrong', () => {
    const wrong = Buffer.from(bytes);
    wrong[bytes.length - 5]! ^= 1;
    assert.equal(refusalOf(wrong)?.offset, edges[last]);
  });

  for (const text of ['hello', 'hello\n', '\n', '{}\n', ' ']) {
    it(`is refused when ${JSON.stringify(text)} was appended`, () => {
      refused([...all, Buffer.from(text)], bytes.length);
    });
  }

  it('is refused when it begins with another one', () => {
    const twice = Buffer.concat([bytes, bytes]);
    assert.equal(refusalOf(twice)?.offset, bytes.length);
  });
});
