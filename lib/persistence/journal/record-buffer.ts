import {encodeRecord} from './format';

/** The room that is kept for the next records. */
const keptBytes = 64 * 1024;

/** Records that follow each other, ready to be written in one go. */
export class RecordBuffer {
  private room = Buffer.allocUnsafeSlow(keptBytes);
  private used = 0;

  /** The size of the records. */
  get bytes(): number {
    return this.used;
  }

  /** The records, good until the next call. */
  get content(): Buffer {
    return this.room.subarray(0, this.used);
  }

  /**
   * Adds a record, of which `previous` is the checksum of the line before, and
   * returns its checksum. Fails with a RangeError when the payload is longer
   * than a record can be, and nothing was added.
   */
  add(sequence: number, payload: string, previous: number): number {
    const {bytes, checksum} = encodeRecord(
      sequence,
      payload,
      previous,
      this.allocate,
    );
    this.used += bytes.length;
    return checksum;
  }

  private readonly allocate = (bytes: number): Buffer => {
    const end = this.used + bytes;
    if (end > this.room.length) this.grow(end);
    return this.room.subarray(this.used, end);
  };

  private grow(needed: number): void {
    const room = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.room.length));
    this.room.copy(room, 0, 0, this.used);
    this.room = room;
  }

  /** Takes all records out. */
  clear(): void {
    this.used = 0;
    if (this.room.length > keptBytes) {
      this.room = Buffer.allocUnsafeSlow(keptBytes);
    }
  }
}
