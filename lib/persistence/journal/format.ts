import {randomBytes} from 'node:crypto';
import {crc32} from 'node:zlib';
import {assert} from '../../base/assert';
import {show} from '../../base/errors';
import {isRecord} from '../../base/objects';
import {formatVersion, isNewer, readerVersion, type Versions} from './versions';

/*
 * The format of a journal, shared by writer and reader. All of it is text, line
 * by line, so `less` shows it:
 *
 *   loopback-inmemory-journal 1 1 5b1e7a90 {"store":"9f...","checkpoint":...}
 *   00000041 000000000001 8c736521 {"changes":[{"table":"City",...}]}
 *   0000002f 000000000002 19d0c44e {"changes":[...]}
 *   length   sequence     checksum  payload: one whole commit
 *
 * The header begins with the versions of the format (versions.ts). The numbers
 * of a record are lower-case hex of a fixed width; the length is that of the
 * payload in bytes. JSON escapes line ends and NULs, so a payload has neither,
 * which is how torn-tail.ts tells a write that was cut short from damage.
 *
 * A checksum is the CRC-32 of everything before it and after it in its line,
 * begun with the checksum of the line before, up to the header with the
 * store's random id. So a record counts only in the place for which it was
 * written: not twice, not in another order, not in another journal.
 */

/** The first word of every journal. */
export const magic = 'loopback-inmemory-journal';

/** A header is never longer, of no version. */
export const maxHeaderBytes = 1024;

/** The bytes of a record before its payload. */
export const recordHeadBytes = 31;

/** No text of V8 is longer, so neither is a payload. */
export const maxPayloadBytes = 0x1fffffe8;

/** The identity of a file of data: an edited file has another one. */
export interface CheckpointIdentity {
  readonly bytes: number;
  /** The CRC-32 of the whole file. */
  readonly crc32: number;
}

/** What a journal says of itself. */
export interface JournalHeader {
  /** The random name of the store, see {@link newStoreId}. */
  readonly store: string;
  /** The file of data that the records change; null when there was none. */
  readonly checkpoint: CheckpointIdentity | null;
  /** The sequence number of the first record. */
  readonly firstSequence: number;
}

/** A name for a new store that no other has. */
export function newStoreId(): string {
  return randomBytes(16).toString('hex');
}

/** A line of a journal, and the checksum with which the next one begins. */
export interface Line {
  readonly bytes: Buffer;
  readonly checksum: number;
}

/** The header line, with its newline. */
export function encodeHeader(header: JournalHeader): Line {
  const {store, checkpoint, firstSequence} = header;
  const text = JSON.stringify({store, checkpoint, firstSequence});
  const beginning = `${magic} ${formatVersion} ${readerVersion} `;
  const checksum = headerChecksum(beginning, Buffer.from(text));
  const bytes = Buffer.from(`${beginning}${hex(checksum, 8)} ${text}\n`);
  assert(bytes.length <= maxHeaderBytes, 'a header is short');
  return {bytes, checksum};
}

function headerChecksum(beginning: string, json: Buffer): number {
  return crc32(json, crc32(beginning));
}

/** The header in a line, or why there is none that can be read. */
export type DecodedHeader =
  | {
      readonly kind: 'header';
      readonly header: JournalHeader;
      /** The version of the format with which the journal was written. */
      readonly version: number;
      readonly checksum: number;
    }
  | {readonly kind: 'damaged'; readonly why: string}
  | {readonly kind: 'too new'; readonly versions: Versions};

/** Reads a header line, which is given without its newline. */
export function decodeHeader(line: Buffer): DecodedHeader {
  // Latin-1 keeps every byte apart, so nothing damaged looks whole.
  const text = line.toString('latin1');
  if (!text.startsWith(`${magic} `)) {
    return damaged('it does not begin as a journal');
  }
  const match = headerLine.exec(text);
  if (match === null) return damaged('its header is not of the form of one');
  const [whole, beginning, written, reader, digits] = match;
  const json = line.subarray(whole.length);
  const checksum = headerChecksum(beginning!, json);
  if (Number.parseInt(digits!, 16) !== checksum) {
    return damaged('the checksum of the header is wrong');
  }
  const versions = {written: Number(written), reader: Number(reader)};
  if (isNewer(versions.reader)) return {kind: 'too new', versions};
  const version = versions.written;
  const header = headerIn(json.toString(), isNewer(version));
  return typeof header === 'string'
    ? damaged(header)
    : {kind: 'header', header, version, checksum};
}

const headerLine = /^(\S+ ([1-9]\d{0,8}) ([1-9]\d{0,8}) )([0-9a-f]{8}) /;

/** The header in its JSON, or in words what is wrong with it. */
function headerIn(
  text: string,
  ignoresUnknown: boolean,
): JournalHeader | string {
  const json = parsed(text);
  if (!isRecord(json)) return 'its header is no JSON object';
  const {store, checkpoint, firstSequence, ...others} = json;
  if (typeof store !== 'string' || !isIdentityOrNull(checkpoint)) {
    return 'its header does not say which files it is of';
  }
  if (!Number.isSafeInteger(firstSequence)) {
    return 'its header does not say which record is the first';
  }
  const {bytes, crc32: sum, ...more} = checkpoint ?? noIdentity;
  const [name] = Object.keys({...others, ...more});
  if (name !== undefined && !ignoresUnknown) {
    return `its header has a member ${show(name)}, which its version has not`;
  }
  return {
    store,
    checkpoint: checkpoint && {bytes, crc32: sum},
    firstSequence: firstSequence as number,
  };
}

const noIdentity: CheckpointIdentity = {bytes: 0, crc32: 0};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isIdentityOrNull(value: unknown): value is CheckpointIdentity | null {
  return (
    value === null ||
    (isRecord(value) &&
      Number.isSafeInteger(value['bytes']) &&
      Number.isSafeInteger(value['crc32']))
  );
}

function damaged(why: string): DecodedHeader {
  return {kind: 'damaged', why};
}

/** What stands before the payload of a record. */
export interface RecordHead {
  /** The bytes of the payload. */
  readonly payloadBytes: number;
  readonly sequence: number;
  readonly checksum: number;
}

/** The bytes of a whole record: head, payload and newline. */
export function recordBytes(head: Pick<RecordHead, 'payloadBytes'>): number {
  return recordHeadBytes + head.payloadBytes + 1;
}

/**
 * A record, in bytes of `allocate`. `previous` is the checksum of the line
 * before. Fails with a RangeError when the payload is longer than a record can
 * be.
 */
export function encodeRecord(
  sequence: number,
  payload: string,
  previous: number,
  allocate = (bytes: number): Buffer => Buffer.allocUnsafe(bytes),
): Line {
  const payloadBytes = Buffer.byteLength(payload);
  if (payloadBytes > maxPayloadBytes) {
    throw new RangeError(`a commit of ${payloadBytes} bytes is too large`);
  }
  const length = recordBytes({payloadBytes});
  const bytes = allocate(length);
  writeHex(bytes, 0, payloadBytes, 8);
  writeHex(bytes, sequencePlace, sequence, 12);
  bytes.write(payload, recordHeadBytes);
  bytes[length - 1] = newline;
  const checksum = recordChecksum(bytes, previous);
  writeHex(bytes, checksumPlace, checksum, 8);
  return {bytes, checksum};
}

/** Writes a number in hex, and a space. */
function writeHex(
  bytes: Buffer,
  place: number,
  value: number,
  width: number,
): void {
  let rest = value;
  for (let i = place + width - 1; i >= place; i--) {
    bytes[i] = hexDigits[rest % 16]!;
    rest = Math.floor(rest / 16);
  }
  bytes[place + width] = space;
}

const hexDigits = Buffer.from('0123456789abcdef');
const space = 32;

/** The byte that ends a line. */
export const newline = 10;

const sequencePlace = 9;
const checksumPlace = 22;

/** The checksum that a whole record should have after `previous`. */
export function recordChecksum(record: Uint8Array, previous: number): number {
  const begun = crc32(record.subarray(0, checksumPlace), previous);
  return crc32(record.subarray(recordHeadBytes, -1), begun);
}

/** The head of a record; undefined when the bytes are not such a head. */
export function decodeRecordHead(bytes: Buffer): RecordHead | undefined {
  const text = bytes.toString('latin1', 0, recordHeadBytes);
  const match = recordHead.exec(text);
  if (match === null) return undefined;
  const [payloadBytes, sequence, checksum] = match
    .slice(1)
    .map(digits => Number.parseInt(digits, 16)) as [number, number, number];
  return {payloadBytes, sequence, checksum};
}

const recordHead = /^([0-9a-f]{8}) ([0-9a-f]{12}) ([0-9a-f]{8}) $/;

/**
 * Whether `bytes` are how the head of a record with that sequence number begins;
 * there may be fewer of them than a head has.
 */
export function beginsRecordHead(bytes: Buffer, sequence: number): boolean {
  const whole = `00000000 ${hex(sequence, 12)} 00000000 `;
  const text = bytes.toString('latin1', 0, recordHeadBytes);
  const head = decodeRecordHead(
    Buffer.from(text + whole.slice(text.length), 'latin1'),
  );
  return head?.sequence === sequence;
}

function hex(number: number, width: number): string {
  return number.toString(16).padStart(width, '0');
}
