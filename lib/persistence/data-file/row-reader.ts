import type {Kind} from '../../value/compare';
import {
  byte,
  type Fail,
  JsonScanner,
  maxDepth,
  tooDeepAt,
} from './json-scanner';
import type {RowsForm} from './plain-rows';
import {RowBatch} from './row-batch';

type Row = Record<string, unknown>;

/** A model's rows in the order of the file: `rows[i]` stands under `keys[i]`. */
export interface KeyedRows {
  /** Made when it is asked for first: O(n) then, O(1) later. */
  readonly keys: readonly string[];
  readonly rows: readonly Row[];
  /** The kinds of their values; undefined where they are not known. */
  readonly kinds?: Map<string, Set<Kind>> | undefined;
}

/**
 * Reads the rows of one model, `{"7": "{\"id\":7}", "8": {"id": 8}}`: the object
 * at the scanner's place, which the scanner is moved past. A row is JSON text or
 * an object; null is left out. Calls `fail` on anything else, and on keys that
 * occur twice, for one of the two rows would be lost.
 */
export function readRows(
  model: string,
  scanner: JsonScanner,
  form: RowsForm,
  fail: Fail,
): KeyedRows {
  const start = scanner.at;
  const batch = new RowBatch(scanner.bytes, form);
  const reader = new RowReader(model, scanner.bytes, batch, fail);
  scanner.members((keyStart, keyEnd) => reader.read(scanner, keyStart, keyEnd));
  reader.takeBatch();
  reader.refuseDuplicates(start);
  reader.noteKinds();
  return reader;
}

class RowReader implements KeyedRows {
  readonly rows: Row[] = [];
  kinds: Map<string, Set<Kind>> | undefined;
  /** Whether all rows so far came in batches. */
  private areBatched = true;
  /** Keys line by line, or one that may have line ends in it. */
  private readonly keyParts: (string | readonly [string])[] = [];
  private madeKeys: readonly string[] | undefined;
  /** Whether each key so far comes after the one before: none occurs twice. */
  private isAscending = true;
  private previousStart = 0;
  private previousEnd = 0;
  /** Where the keys of the batch are, for the case that a row is malformed. */
  private batchStarts: number[] = [];

  constructor(
    private readonly model: string,
    private readonly bytes: Buffer,
    private readonly batch: RowBatch,
    private readonly fail: Fail,
  ) {}

  // A million texts that few ask for would cost a fifth of the time.
  get keys(): readonly string[] {
    this.madeKeys ??= this.keyParts.flatMap(part =>
      typeof part === 'string' ? part.split('\n') : part,
    );
    return this.madeKeys;
  }

  read(scanner: JsonScanner, keyStart: number, keyEnd: number): void {
    if (this.isAscending) this.compareKeys(keyStart, keyEnd);
    const end = this.batch.add(keyStart, keyEnd, scanner.at);
    if (end === undefined) {
      this.takeBatch();
      this.readAlone(scanner, keyStart, keyEnd);
      return;
    }
    scanner.at = end;
    this.batchStarts.push(keyStart);
    if (this.batch.isFull) this.takeBatch();
  }

  /** Compares a key with the one before it: first by length, then by bytes. */
  private compareKeys(start: number, end: number): void {
    const {bytes, previousStart, previousEnd} = this;
    this.previousStart = start;
    this.previousEnd = end;
    const longer = end - start - (previousEnd - previousStart);
    if (longer > 0) return;
    let at = 0;
    const length = end - start;
    while (at < length && bytes[start + at] === bytes[previousStart + at]) at++;
    this.isAscending =
      longer === 0 && bytes[start + at]! > bytes[previousStart + at]!;
  }

  takeBatch(): void {
    const starts = this.batchStarts;
    this.batchStarts = [];
    if (starts.length === 0) return;
    let taken: ReturnType<RowBatch['take']>;
    try {
      taken = this.batch.take();
    } catch (error) {
      // One of the rows is malformed: alone, it says so and why.
      for (const start of starts) {
        const scanner = new JsonScanner(this.bytes, this.fail, start);
        scanner.member((from, to) => this.readAlone(scanner, from, to));
      }
      throw error;
    }
    this.keyParts.push(taken.keys);
    for (const row of taken.rows) this.rows.push(row);
  }

  /** Reads a row of whatever form. */
  private readAlone(scanner: JsonScanner, from: number, to: number): void {
    const key = this.parse(from, to) as string;
    // Compared by their bytes, keys with escapes may be equal and differ.
    if (this.bytes.subarray(from, to).includes(byte.backslash)) {
      this.isAscending = false;
    }
    const start = scanner.at;
    scanner.skipValue();
    const value = this.parse(start, scanner.at);
    const row =
      typeof value === 'string' ? this.parseText(value, key, start) : value;
    if (row === null) return;
    if (typeof row !== 'object' || Array.isArray(row)) {
      this.fail(start, `row ${key} of ${this.model} is not an object`);
    }
    this.areBatched = false;
    this.keyParts.push([key]);
    this.rows.push(row as Row);
  }

  private parse(start: number, end: number): unknown {
    return JSON.parse(this.bytes.toString('utf8', start, end));
  }

  /** The row that a text within the file holds. */
  private parseText(text: string, key: string, start: number): unknown {
    const what = `the text of row ${key} of ${this.model}`;
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch (error) {
      const bytes = Buffer.from(text);
      const scanner = new JsonScanner(bytes, (offset, problem) => {
        const place = bytes.toString('utf8', 0, offset).length + 1;
        const where = `${problem} at its character ${place}`;
        return this.fail(start, `${what} is not JSON: ${where}`);
      });
      scanner.skipValue();
      scanner.end();
      throw error;
    }
    const deep = tooDeepAt(text);
    if (deep === undefined) return row;
    const where = `nested deeper than ${maxDepth} at its character ${deep + 1}`;
    return this.fail(start, `${what} is ${where}`);
  }

  noteKinds(): void {
    this.kinds = this.areBatched ? this.batch.seenKinds() : undefined;
  }

  refuseDuplicates(start: number): void {
    if (this.isAscending) return;
    if (new Set(this.keys).size === this.keys.length) return;
    const seen = new Set<string>();
    const scanner = new JsonScanner(this.bytes, this.fail, start);
    scanner.members((from, to) => {
      const key = this.parse(from, to) as string;
      if (seen.has(key)) {
        this.fail(from, `row ${key} of ${this.model} is there twice`);
      }
      seen.add(key);
      scanner.skipValue();
    });
  }
}
