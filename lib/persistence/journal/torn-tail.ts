import type {ChunkedFile} from '../disk/chunked-file';
import {
  beginsRecordHead,
  decodeRecordHead,
  newline,
  recordBytes,
  recordHeadBytes,
} from './format';

/**
 * Tells what a crash leaves behind from damage.
 *
 * A write that was cut short leaves a part of one record at the end of the
 * file: its first bytes, or some of its blocks with NULs in the place of those
 * that did not reach the disk; after a power cut, NULs alone may follow the last
 * whole record. Records hold neither NULs nor newlines before their end, so
 *
 *   00000041 000000000007 8c736521 {"chan           cut short: torn
 *   00000041 000000000007 8c736521 {"chan00000000   NULs at the end: torn
 *   000000000000000000000000le":"City"}]}\n         lost block: torn
 *   00000041 000000000007 8c736521 {"chXn...}\n     all there, but wrong: damage
 *   0000004  ...  {"chan  ... }\n0000002f ...       more lines follow: damage
 *
 * Damage must never be taken for a torn tail, or records that were acknowledged
 * would be dropped in silence; the opposite only asks the user to look.
 */
export function isTorn(
  file: ChunkedFile,
  offset: number,
  sequence: number,
): boolean {
  const rest = scan(file, offset);
  const {contentEnd, firstNul, newlineAt} = rest;
  if (contentEnd === offset) return true;
  if (newlineAt !== undefined && newlineAt !== contentEnd - 1) return false;
  const headEnd = Math.min(offset + recordHeadBytes, contentEnd);
  const isHeadCut = firstNul < headEnd;
  const headBytes = Math.min(headEnd, firstNul) - offset;
  const head = Buffer.from(file.bytes(offset, headBytes));
  if (!beginsRecordHead(head, sequence)) return false;
  if (isHeadCut) return isLostBlock(file, offset, rest);
  const whole = decodeRecordHead(head);
  if (whole === undefined) return true;
  const end = offset + recordBytes(whole);
  if (contentEnd > end) return false;
  if (newlineAt !== undefined && contentEnd < end) return false;
  return contentEnd < end || firstNul < contentEnd;
}

/** The rest of a file after its last good record. */
interface Rest {
  /** Where the NULs begin that go to the end of the file. */
  readonly contentEnd: number;
  /** The first NUL; infinity when there is none. */
  readonly firstNul: number;
  /** The first byte after the first NULs. */
  readonly firstNulEnd: number;
  /** The first newline. */
  readonly newlineAt: number | undefined;
}

/** Reads on until the end, or until something follows a newline. */
function scan(file: ChunkedFile, offset: number): Rest {
  let contentEnd = offset;
  let firstNul = Infinity;
  let firstNulEnd = Infinity;
  let newlineAt: number | undefined;
  let place = offset;
  while (place < file.size && contentEnd <= (newlineAt ?? Infinity) + 1) {
    const bytes = file.bytes(place, scanBytes);
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === 0) {
        firstNul = Math.min(firstNul, place + i);
        continue;
      }
      if (firstNulEnd === Infinity && firstNul < place + i) {
        firstNulEnd = place + i;
      }
      if (byte === newline) newlineAt ??= place + i;
      contentEnd = place + i + 1;
    }
    place += bytes.length;
  }
  return {contentEnd, firstNul, firstNulEnd, newlineAt};
}

const scanBytes = 65536;

/** Disks lose whole blocks, and no block is smaller. */
const blockBytes = 512;

/** Whether the first NULs are blocks that were lost, with no record after them. */
function isLostBlock(file: ChunkedFile, offset: number, rest: Rest): boolean {
  const {firstNul, firstNulEnd} = rest;
  const begins = firstNul === offset || firstNul % blockBytes === 0;
  if (!begins || firstNulEnd % blockBytes !== 0) return false;
  const next = file.bytes(firstNulEnd, recordHeadBytes);
  return decodeRecordHead(next) === undefined;
}
