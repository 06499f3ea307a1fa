import {assert} from '../../base/assert';
import {InMemoryError} from '../../base/errors';
import {ChunkedFile} from '../disk/chunked-file';
import {
  decodeCommit,
  type TableChange,
  type UnknownMembers,
} from './commit-codec';
import {journalDamaged} from '../disk/damage';
import type {FileSystem} from '../disk/file-system';
import {
  decodeHeader,
  decodeRecordHead,
  type JournalHeader,
  magic,
  maxHeaderBytes,
  maxPayloadBytes,
  newline,
  recordBytes,
  recordChecksum,
  recordHeadBytes,
} from './format';
import {isTorn} from './torn-tail';
import {isNewer, repairByNewer, tooNewToRead} from './versions';

/** One commit of a journal. */
export interface JournalRecord {
  readonly sequence: number;
  /** Where the record begins in the file. */
  readonly offset: number;
  /** The bytes of the record. */
  readonly bytes: number;
  readonly changes: readonly TableChange[];
}

/** The part of a record that a crash has left at the end of a journal. */
export interface TornTail {
  readonly tornAt: number;
  readonly bytes: number;
}

/** Where a journal ends: all that a writer must know to go on. */
export interface JournalEnd {
  /** The first byte after the last good record. */
  readonly offset: number;
  /** The sequence number of the next record. */
  readonly nextSequence: number;
  /** The checksum with which the next record begins. */
  readonly checksum: number;
  /** What is to be cut away. */
  readonly torn?: TornTail;
}

const defaultChunkBytes = 256 * 1024;

/**
 * Reads a journal from front to back, a chunk at a time, and believes nothing
 * that it has not checked. What a crash in the middle of a write leaves at the
 * end is left out and reported; anything else that is wrong is refused with
 * DATA_DAMAGED, a journal for newer readers with DATA_TOO_NEW. A failing disk is
 * PERSISTENCE_FAILED.
 */
export class JournalReader {
  /**
   * Undefined when a crash has cut the journal off in its header: nothing was
   * ever acknowledged in it.
   */
  readonly header: JournalHeader | undefined;
  /** The version of the format; undefined where there is no header. */
  readonly version: number | undefined;

  private end: JournalEnd;
  private isRead = false;

  private constructor(private readonly file: ChunkedFile) {
    const {size} = file;
    const start = file.bytes(0, maxHeaderBytes);
    const headerBytes = start.indexOf(newline);
    if (headerBytes === -1 && isTornHeader(start, size)) {
      const torn = {tornAt: 0, bytes: size};
      this.end = {offset: 0, nextSequence: 0, checksum: 0, torn};
      return;
    }
    const line = headerBytes === -1 ? start : start.subarray(0, headerBytes);
    const decoded = decodeHeader(line);
    if (decoded.kind === 'damaged') {
      throw journalDamaged(file.path, 0, decoded.why);
    }
    if (decoded.kind === 'too new') {
      throw tooNewToRead(file.path, decoded.versions);
    }
    const {header, version, checksum} = decoded;
    this.header = header;
    this.version = version;
    const nextSequence = header.firstSequence;
    this.end = {offset: headerBytes + 1, nextSequence, checksum};
  }

  /** Opens a journal and reads its header. */
  static open(
    fileSystem: FileSystem,
    path: string,
    chunkBytes: number = defaultChunkBytes,
  ): JournalReader {
    const file = new ChunkedFile(fileSystem, path, chunkBytes);
    try {
      return new JournalReader(file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The records in their order, once. */
  *records(): Generator<JournalRecord, void> {
    if (this.header !== undefined) {
      for (;;) {
        const record = this.nextRecord();
        if (record === undefined) break;
        yield record;
      }
    }
    this.isRead = true;
  }

  /** What becomes of members of records that are not known. */
  get unknownMembers(): UnknownMembers {
    return isNewer(this.version ?? 0) ? 'ignored' : 'refused';
  }

  /** Where the journal ends. Only after all records were read. */
  get endOfJournal(): JournalEnd {
    assert(this.isRead, 'all records were read');
    return this.end;
  }

  /** Ends the use of the file. */
  close(): void {
    this.file.close();
  }

  /** The record at the end of what was read; undefined when there is none. */
  private nextRecord(): JournalRecord | undefined {
    const {offset, nextSequence} = this.end;
    if (offset === this.file.size) return undefined;
    const found = this.recordAt(this.end);
    if ('changes' in found) return found;
    if (!isTorn(this.file, offset, nextSequence)) {
      throw this.damaged(offset, found.why);
    }
    const torn = {tornAt: offset, bytes: this.file.size - offset};
    this.end = {...this.end, torn};
    return undefined;
  }

  /** Reads a record and steps over it, or tells what is wrong with it. */
  private recordAt(at: JournalEnd): JournalRecord | {why: string} {
    const {file} = this;
    const {offset, nextSequence} = at;
    const head = decodeRecordHead(file.bytes(offset, recordHeadBytes));
    if (head === undefined) return {why: 'no record begins here'};
    const {sequence} = head;
    if (sequence !== nextSequence) {
      const why = `record ${nextSequence} is missing, ${sequence} stands here`;
      return {why};
    }
    const bytes = recordBytes(head);
    // The newline first: a wrong length should not make us read gigabytes.
    const isWhole =
      head.payloadBytes <= maxPayloadBytes &&
      offset + bytes <= file.size &&
      file.byteAt(offset + bytes - 1) === newline;
    if (!isWhole) {
      return {why: `record ${sequence} does not end where it should`};
    }
    const record = file.bytes(offset, bytes);
    const checksum = recordChecksum(record, at.checksum);
    if (checksum !== head.checksum) {
      return {why: `the checksum of record ${sequence} is wrong`};
    }
    const changes = this.changesIn(record, offset);
    this.end = {offset: offset + bytes, nextSequence: sequence + 1, checksum};
    return {sequence, offset, bytes, changes};
  }

  private changesIn(record: Buffer, offset: number): TableChange[] {
    try {
      const payload = record.toString('utf8', recordHeadBytes);
      return decodeCommit(payload, this.unknownMembers);
    } catch (error) {
      if (!(error instanceof InMemoryError)) throw error;
      throw this.damaged(offset, error.message);
    }
  }

  private damaged(offset: number, why: string): InMemoryError {
    const advice = repairByNewer(this.version);
    return journalDamaged(this.file.path, offset, why, advice);
  }
}

/** Whether a file without a newline is a header that was not written whole. */
function isTornHeader(start: Buffer, size: number): boolean {
  if (size > maxHeaderBytes) return false;
  const text = start.toString('latin1').replace(/\0+$/, '');
  const shared = Math.min(text.length, magic.length);
  return (
    !text.includes('\0') && text.slice(0, shared) === magic.slice(0, shared)
  );
}
