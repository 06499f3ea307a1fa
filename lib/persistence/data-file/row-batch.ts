import type {Kind} from '../../value/compare';
import {byte, depthChange, maxDepth} from './json-scanner';
import {PlainRows, type RowsForm} from './plain-rows';

type Row = Record<string, unknown>;

/** Rows are parsed together until they fill so many bytes. */
const capacity = 64 * 1024;

/**
 * Rows on their way from a data file, where each is a JSON text within JSON:
 *
 *   file    "7": "{\"id\":7,\"name\":\"a\"}",  "8": "{\"id\":8}",
 *   batch   [{"id":7,"name":"a"},{"id":8}]   and the keys 7, 8 line by line
 *
 * The outer escapes are taken off byte by byte, and one `JSON.parse` takes many
 * rows: it is several times as fast on objects of one shape that follow each
 * other as on each alone. Neighbours cannot mix: a text is accepted only if its brackets, outside of its texts,
 * open with its first byte and close with its last.
 *
 * Most rows need none of this: {@link PlainRows} knows them by their shape. Those
 * that it does not are put between them when the batch is taken.
 */
export class RowBatch {
  private readonly bytes = Buffer.allocUnsafe(2 * capacity);
  private length = 1;
  private readonly keyBytes = Buffer.allocUnsafe(capacity);
  private keyLength = 0;
  /** The rows in order, undefined those that are still to be parsed. */
  private rows: (Row | undefined)[] = [];
  private readonly isAscii: boolean;
  private readonly plainRows: PlainRows;
  private arePlain = true;

  constructor(
    private readonly source: Buffer,
    form: RowsForm,
  ) {
    this.bytes[0] = byte.openBracket;
    this.isAscii = form.isAscii;
    this.plainRows = new PlainRows(source, form);
  }

  /** The kinds of values in all rows so far; undefined where they are not known. */
  seenKinds(): Map<string, Set<Kind>> | undefined {
    return this.arePlain ? this.plainRows.seenKinds() : undefined;
  }

  /** Whether the batch should be taken before more is added. */
  get isFull(): boolean {
    return this.length >= capacity || this.keyLength >= capacity / 2;
  }

  /**
   * Adds a row by the place of its key (with quotes) and where its value
   * begins. Returns where the value ends, or undefined if it is not of the
   * usual form; then nothing was added.
   */
  add(keyStart: number, keyEnd: number, start: number): number | undefined {
    if (keyEnd - keyStart >= capacity / 2) return undefined;
    const keyLength = this.addKey(keyStart + 1, keyEnd - 1);
    if (keyLength === -1) return undefined;
    const row = this.plainRows.rowAt(start) ?? this.learned(start);
    const end = row === undefined ? this.addJson(start) : this.plainRows.end;
    if (end === undefined) return undefined;
    if (row === undefined) this.arePlain = false;
    this.rows.push(row);
    this.keyLength = keyLength;
    return end;
  }

  /** The row that begins at `start`, by a shape that was not known before. */
  private learned(start: number): Row | undefined {
    const {bytes, length, plainRows} = this;
    if (!plainRows.mayLearn) return undefined;
    const end = this.addObject(start);
    const json = bytes.toString('utf8', length, this.length);
    this.length = length;
    if (end === undefined) return undefined;
    try {
      plainRows.learn(JSON.parse(json) as Row);
    } catch {
      // Where it is malformed is found out when all of them are parsed.
      return undefined;
    }
    return plainRows.rowAt(start);
  }

  /** Adds the JSON of the row whose text begins at `start`, to be parsed later. */
  private addJson(start: number): number | undefined {
    const {bytes, length: before} = this;
    const end = this.addObject(start);
    // What did not fit was not written.
    if (end === undefined || this.length >= bytes.length) {
      this.length = before;
      return undefined;
    }
    bytes[this.length++] = byte.comma;
    return end;
  }

  /** Where the keys then end, or -1 if the key has escapes. */
  private addKey(start: number, end: number): number {
    const {source, keyBytes} = this;
    let length = this.keyLength;
    for (let at = start; at < end; at++) {
      if (source[at] === byte.backslash) return -1;
      keyBytes[length++] = source[at]!;
    }
    keyBytes[length++] = byte.newline;
    return length;
  }

  /** Adds the object in the text that begins at `start`. */
  private addObject(start: number): number | undefined {
    const {source, bytes} = this;
    if (source[start] !== byte.quote) return undefined;
    if (source[start + 1] !== byte.openBrace) return undefined;
    let {length} = this;
    let depth = 0;
    let at = start + 1;
    for (; ; at++) {
      const next = source[at]!;
      if (next === byte.quote) break;
      if (next === byte.backslash) {
        this.length = length;
        at = this.addText(at);
        if (at === -1) return undefined;
        length = this.length;
        continue;
      }
      // Beyond the end of the source there is undefined, which is not above.
      if (!(next >= 0x20)) return undefined;
      bytes[length++] = next;
      depth += depthChange[next]!;
      // In one comparison: at its end, or too deep.
      if ((depth - 1) >>> 0 < maxDepth) continue;
      if (depth !== 0 || source[at + 1] !== byte.quote) return undefined;
    }
    this.length = length;
    return depth === 0 ? at + 1 : undefined;
  }

  /**
   * Adds a text within the object, which `\"` opens and closes. Returns where
   * its last byte is, or -1 if there are other escapes than `\"` and `\\`.
   */
  private addText(start: number): number {
    const {source, bytes} = this;
    if (source[start + 1] !== byte.quote) return -1;
    let {length} = this;
    bytes[length++] = byte.quote;
    for (let at = start + 2; ; at++) {
      const next = source[at]!;
      if (next !== byte.backslash) {
        if (next === byte.quote || !(next >= 0x20)) return -1;
        bytes[length++] = next;
        continue;
      }
      const escaped = source[++at];
      if (escaped === byte.quote) {
        bytes[length++] = byte.quote;
        this.length = length;
        return at;
      }
      if (escaped !== byte.backslash) return -1;
      bytes[length++] = byte.backslash;
      at = this.afterBackslash(at + 1);
      if (at === -1) return -1;
      bytes[length++] = source[at]!;
    }
  }

  /** Where the byte is that the object's own backslash escapes, or -1. */
  private afterBackslash(at: number): number {
    const {source} = this;
    const next = source[at]!;
    if (next !== byte.backslash) {
      return next !== byte.quote && next >= 0x20 ? at : -1;
    }
    const escaped = source[at + 1];
    const isUsual = escaped === byte.quote || escaped === byte.backslash;
    return isUsual ? at + 1 : -1;
  }

  /**
   * What was added, the keys line by line, and begins anew. Fails as `JSON.parse` does if a row is
   * malformed.
   */
  take(): {keys: string; rows: readonly Row[]} {
    const {keyBytes, keyLength, rows} = this;
    this.rows = [];
    this.keyLength = 0;
    const parsed = this.takeParsed();
    let place = 0;
    for (const row of parsed) {
      while (rows[place] !== undefined) place++;
      rows[place] = row;
    }
    const encoding = this.isAscii ? 'latin1' : 'utf8';
    const keys = keyBytes.toString(encoding, 0, Math.max(0, keyLength - 1));
    return {keys, rows: rows as Row[]};
  }

  private takeParsed(): readonly Row[] {
    const {bytes, isAscii, length} = this;
    this.length = 1;
    if (length === 1) return [];
    // The comma after the last row is where the array ends.
    bytes[length - 1] = byte.closeBracket;
    const json = bytes.toString(isAscii ? 'latin1' : 'utf8', 0, length);
    return JSON.parse(json) as Row[];
  }
}
