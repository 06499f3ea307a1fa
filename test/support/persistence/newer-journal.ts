import {crc32} from 'node:zlib';
import {encodeRecord, magic} from '../../../lib/persistence/journal/format';

/** The header of a journal of any version, without its newline. */
export function headerLine(
  written: number,
  reader: number,
  header: object,
): Buffer {
  const beginning = `${magic} ${written} ${reader} `;
  const json = JSON.stringify(header);
  const checksum = crc32(beginning + json)
    .toString(16)
    .padStart(8, '0');
  return Buffer.from(`${beginning}${checksum} ${json}`);
}

/**
 * A journal as if another version had written it: the versions are these, and
 * header and payloads are what `change` makes of their JSON.
 */
export function asOfVersion(
  journal: Buffer,
  versions: {readonly written: number; readonly reader: number},
  change: (json: any) => object = json => json,
): Buffer {
  const [first, ...records] = journal.toString().split('\n');
  const header: unknown = JSON.parse(first!.slice(first!.indexOf('{')));
  const {written, reader} = versions;
  const line = headerLine(written, reader, change(header));
  const parts = [line, Buffer.from('\n')];
  let checksum = crc32(line.toString().replace(/ [0-9a-f]{8} /, ' '));
  for (const record of records.filter(text => text !== '')) {
    const payload = change(JSON.parse(record.slice(record.indexOf('{'))));
    const sequence = Number.parseInt(record.slice(9, 21), 16);
    const next = encodeRecord(sequence, JSON.stringify(payload), checksum);
    ({checksum} = next);
    parts.push(next.bytes);
  }
  return Buffer.concat(parts);
}
