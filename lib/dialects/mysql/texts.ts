import {sentDate} from './dates';
import {mysqlError} from './errors';
import type {Place} from './flavour';
import {truncated} from './numbers';

/** Whether a value is neither null nor undefined. */
export function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** 1406 */
export function tooLong(column: string): Error {
  return mysqlError(
    'ER_DATA_TOO_LONG',
    `Data too long for column '${column}' at row 1`,
  );
}

/** A text no longer than the column; blanks that are too many are cut. */
export function writtenText(
  sent: unknown,
  {bytes, length}: {readonly bytes?: number; readonly length?: number},
  place: Place,
): string {
  const text = textOf(sent, place);
  if (bytes !== undefined) {
    const isShort =
      text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes;
    if (!isShort) throw tooLong(place.column);
  }
  if (length === undefined || text.length <= length) return text;
  const letters = place.server.sendsPairs ? text.split('') : Array.from(text);
  if (letters.slice(length).some(letter => letter !== ' ')) {
    throw tooLong(place.column);
  }
  return letters.slice(0, length).join('');
}

const invalidText = /\ufffd/;

function textOf(sent: unknown, {column, server, table}: Place): string {
  if (typeof sent === 'boolean') return String(Number(sent));
  if (!Buffer.isBuffer(sent)) {
    const text = sent instanceof Date ? sentDate(sent) : String(sent);
    return server.sendsPairs ? text : wellFormed(text);
  }
  const text = sent.toString();
  if (!invalidText.test(text)) return text;
  const at = badByte(sent);
  const shown = Array.from(sent.subarray(at, at + 6), shownByte).join('');
  const dots = sent.length > at + 6 ? '...' : '';
  throw mysqlError(
    'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
    `Incorrect string value: '${shown}${dots}' for column ` +
      `\`${server.schema}\`.\`${table}\`.\`${column}\` at row 1`,
  );
}

/** Where bytes are no UTF-8 from. */
function badByte(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const size = [1, 2, 3, 4].find(
      count => !invalidText.test(bytes.toString('utf8', at, at + count)),
    );
    if (size === undefined) return at;
    at += size;
  }
  return at;
}

function shownByte(byte: number): string {
  const isPlain = byte >= 0x20 && byte < 0x7f;
  const digits = byte.toString(16).toUpperCase().padStart(2, '0');
  return isPlain ? String.fromCharCode(byte) : `\\x${digits}`;
}

const loneSurrogate =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A lone surrogate is sent as U+FFFD, where pairs are sent as one letter. */
function wellFormed(text: string): string {
  return text.replaceAll(loneSurrogate, '\ufffd');
}

/** One of the values, in its form, or by its number from 1; 1265 of others. */
export function writtenEnum(
  sent: unknown,
  values: readonly string[],
  {column}: Place,
): string {
  const given = String(sent).replace(/ +$/, '').toLowerCase();
  const found =
    values.find(value => value.toLowerCase() === given) ??
    (/^\s*\+?\d+$/.test(given) ? values[Number(given) - 1] : undefined);
  if (found === undefined) throw truncated(column);
  return found;
}

/** 1406 of more bytes than the column has. */
export function writtenBytes(
  sent: unknown,
  bytes: number,
  {column}: Place,
): Buffer {
  const given = Buffer.isBuffer(sent) ? sent : Buffer.from(String(sent));
  if (given.length > bytes) throw tooLong(column);
  return given;
}

/** A text of JSON; as MariaDB keeps it, or as MySQL gives it back. */
export function jsonText(sent: unknown, place: Place): string {
  const text = String(sent);
  const {column, server, table} = place;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw server.flavour.hasJson
      ? mysqlError(
          'ER_INVALID_JSON_TEXT',
          `Invalid JSON text: "Invalid value." at position 0 in value for column '${table}.${column}'.`,
        )
      : mysqlError(
          'ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE',
          `CONSTRAINT \`${table}.${column}\` failed for ` +
            `\`${server.schema}\`.\`${table}\``,
        );
  }
  return server.flavour.hasJson ? normalized(value) : text;
}

/** Keys by their length, then by their bytes; as MySQL writes JSON. */
function normalized(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(normalized).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => {
      const [x, y] = [Buffer.from(a), Buffer.from(b)];
      return x.length - y.length || Buffer.compare(x, y);
    })
    .map(([key, member]) => `${JSON.stringify(key)}: ${normalized(member)}`);
  return `{${members.join(', ')}}`;
}
