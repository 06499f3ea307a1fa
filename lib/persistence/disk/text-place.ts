import {isUtf8} from 'node:buffer';

/** What decoding makes of bytes that are no UTF-8. */
const replacement = '\ufffd';
const replacementBytes = Buffer.from(replacement);

/** Line and column as editors count them, from 1. */
export function lineAndColumn(
  bytes: Buffer,
  offset: number,
): {line: number; column: number} {
  let line = 1;
  let lineStart = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, lineStart);
    if (end === -1 || end >= offset) break;
    lineStart = end + 1;
    line++;
  }
  const column = bytes.toString('utf8', lineStart, offset).length + 1;
  return {line, column};
}

/** Where the bytes stop to be UTF-8; undefined where they never do. */
export function firstNonUtf8(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  // Line by line: the file may be larger than a text can be.
  let start = 0;
  let end = 0;
  do {
    start = end;
    end = bytes.indexOf(0x0a, start) + 1 || bytes.length;
  } while (isUtf8(bytes.subarray(start, end)));
  const text = bytes.toString('utf8', start, end);
  let offset = start;
  for (const part of text.split(replacement).slice(0, -1)) {
    offset += Buffer.byteLength(part);
    const isGenuine = bytes
      .subarray(offset, offset + 3)
      .equals(replacementBytes);
    if (!isGenuine) break;
    offset += replacementBytes.length;
  }
  return offset;
}
