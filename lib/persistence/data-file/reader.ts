import {isAscii} from 'node:buffer';
import {crc32} from 'node:zlib';
import {InMemoryError, show} from '../../base/errors';
import {commandLine} from '../disk/command-line';
import {dataFileDamaged, otherForm} from '../disk/damage';
import {codeOf, persistenceFailed, requireDirectory} from '../disk/failures';
import {type FileCalls, realFileSystem} from '../disk/file-system';
import {byte, type Fail, JsonScanner} from './json-scanner';
import {parseKept} from '../../schema/kept';
import type {TableSchema} from '../../schema/schema';
import {type KeyedRows, readRows} from './row-reader';
import {runBlocking} from '../disk/steps';
import {ShortTexts} from './short-texts';
import {firstNonUtf8} from '../disk/text-place';
import {
  likelyDates,
  noTypes,
  parseTableTypes,
  restoreTypes,
  type TableTypes,
} from './typed-rows';

/** What tells whether a data file is the one that it was. */
export interface FileIdentity {
  readonly size: number;
  readonly crc32: number;
}

/** What a data file has of a model for which there is no table. */
export interface KeptTable {
  readonly nextSequence: number;
  /**
   * The JSON of its rows as it stands in the file. Part of the bytes of the
   * whole file, which stay in memory as long as this does.
   */
  readonly source: Uint8Array;
  /** The JSON of its types as it stands in the file, if there is any. */
  readonly types: string | undefined;
  /** For what the rows were written; undefined where the file does not say. */
  readonly schema?: TableSchema | undefined;
}

/** A model's part of a data file, its rows with their types. */
export interface DataTable extends KeptTable, KeyedRows {}

/** The content of a data file. */
export interface DataFile {
  readonly tables: ReadonlyMap<string, DataTable>;
  /** The other top-level members, and their JSON as it stands in the file. */
  readonly unknown: ReadonlyMap<string, string>;
  readonly identity: FileIdentity;
  /** Whether there was nothing in it, not even `{}`. */
  readonly isBlank: boolean;
}

/**
 * Reads a data file, written by this connector, by the built-in one or by
 * hand; undefined when there is none. The file is not changed. One that is
 * blank is read as one without models if `mayBeBlank` says so, and is damage
 * otherwise.
 *
 * Fails with DATA_DAMAGED, and says where, on everything that cannot be read
 * completely; with PERSISTENCE_FAILED when the disk does not give it. Takes
 * about as long as `JSON.parse` of the same bytes, and does not pause.
 */
export function readDataFile(
  file: string,
  files: FileCalls = realFileSystem,
  mayBeBlank: (blank: DataFile) => boolean = () => false,
): DataFile | undefined {
  try {
    const bytes = readWhole(file, files);
    if (bytes === undefined) return undefined;
    const blank = blankDataFile(bytes);
    return blank !== undefined && mayBeBlank(blank)
      ? blank
      : parseDataFile(file, bytes);
  } catch (error) {
    if (error instanceof InMemoryError) throw error;
    throw persistenceFailed(file, 'cannot be read', error);
  }
}

/**
 * After a failure of the disk nothing is believed that was not read. Fails with
 * PERSISTENCE_FAILED where a data file is not what was written.
 */
export function requireReadable(
  file: string,
  written: FileIdentity,
  files: FileCalls,
): void {
  const read = readDataFile(file, files)?.identity;
  if (read?.size === written.size && read.crc32 === written.crc32) return;
  throw persistenceFailed(file, 'reads otherwise than it was written');
}

/** The bytes of a file; undefined when there is none. */
export function readWhole(file: string, files: FileCalls): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = files.open(file, 'r');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    runBlocking(requireDirectory(file, files));
    return undefined;
  }
  try {
    const {bytes: size} = files.status(descriptor);
    // One byte more than expected shows the end at once.
    let bytes = Buffer.allocUnsafeSlow(size + 1);
    let length = 0;
    for (;;) {
      const read = files.read(descriptor, bytes.subarray(length), length);
      if (read === 0) return bytes.subarray(0, length);
      length += read;
      if (length === bytes.length) bytes = Buffer.concat([bytes, bytes]);
    }
  } finally {
    files.close(descriptor);
  }
}

/**
 * What a file holds that is nothing but white space, as `touch` makes one;
 * undefined when it has more.
 */
export function blankDataFile(bytes: Buffer): DataFile | undefined {
  const isBlank =
    bytes.length <= maxBlankBytes && /^\s*$/.test(bytes.toString());
  return isBlank
    ? {
        tables: new Map(),
        unknown: new Map(),
        identity: identityOf(bytes),
        isBlank,
      }
    : undefined;
}

const maxBlankBytes = 1000;

function identityOf(bytes: Buffer): FileIdentity {
  return {size: bytes.length, crc32: crc32(bytes)};
}

/** The content of the bytes; `file` is its name for errors. */
export function parseDataFile(file: string, bytes: Buffer): DataFile {
  const fail: Fail = (offset, problem) => {
    throw dataFileDamaged(file, bytes, offset, problem);
  };
  if (bytes.length === 0) fail(0, 'it is empty (0 bytes), not even "{}"');
  const broken = firstNonUtf8(bytes);
  if (broken !== undefined) fail(broken, 'the bytes are not UTF-8');
  return new DataFileParser(file, bytes, fail).parse();
}

const byteOrderMark = Buffer.from('\ufeff');

interface ReadRows {
  readonly read: KeyedRows;
  readonly source: Uint8Array;
  readonly dates: ReadonlySet<string>;
}

class DataFileParser {
  private readonly ids = new Map<string, number>();
  private readonly rows = new Map<string, ReadRows>();
  private readonly types = new Map<string, string>();
  private readonly typesAt = new Map<string, number>();
  private readonly schemas = new Map<string, TableSchema>();
  private readonly unknown = new Map<string, string>();
  private readonly scanner: JsonScanner;
  private readonly texts = new ShortTexts();
  private readonly isAscii: boolean;
  private readonly dates: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    private readonly file: string,
    private readonly bytes: Buffer,
    private readonly fail: Fail,
  ) {
    const isMarked = bytes.subarray(0, 3).equals(byteOrderMark);
    this.scanner = new JsonScanner(bytes, fail, isMarked ? 3 : 0);
    this.isAscii = isAscii(bytes);
    this.dates = likelyDates(bytes);
  }

  parse(): DataFile {
    const {bytes, scanner, unknown} = this;
    this.requireObject('it');
    const start = scanner.at;
    let isOurs = false;
    this.readMembers('', name => {
      if (name === 'ids' || name === 'models') isOurs = true;
      if (name === 'ids') this.readModels(name, model => this.readId(model));
      else if (name === 'models') {
        this.readModels(name, model => this.readRows(model));
      } else if (name === 'types') {
        this.readModels(name, model => this.readTypes(model));
      } else if (name === 'schemas') {
        this.readModels(name, model => this.readSchema(model));
      } else unknown.set(name, this.skip());
    });
    if (!isOurs) this.refuseOtherForm(start);
    scanner.end();
    this.restoreTypes();
    const identity = identityOf(bytes);
    return {tables: this.tables(), unknown, identity, isBlank: false};
  }

  /** Reads one of the objects that have a member for each model. */
  private readModels(name: string, read: (model: string) => void): void {
    if (this.skipNull()) return;
    this.requireObject(`"${name}"`);
    this.readMembers(`"${name}": `, read);
  }

  private readMembers(where: string, read: (name: string) => void): void {
    const seen = new Set<string>();
    this.scanner.members((from, to) => {
      const name = JSON.parse(this.bytes.toString('utf8', from, to)) as string;
      if (seen.has(name)) this.fail(from, `${where}"${name}" is there twice`);
      seen.add(name);
      read(name);
    });
  }

  private readId(model: string): void {
    const start = this.scanner.at;
    const json: unknown = JSON.parse(this.skip());
    // The built-in connector writes null when ids are texts.
    const next = json === null ? 1 : numberOf(json);
    if (Number.isNaN(next)) {
      this.fail(start, `"ids": the next id of ${model} is not a number`);
    }
    const isUsable = next >= 1 && next <= Number.MAX_SAFE_INTEGER;
    this.ids.set(model, isUsable ? Math.floor(next) : 1);
  }

  private readRows(model: string): void {
    const {bytes, fail, isAscii, rows, scanner, texts} = this;
    const start = scanner.at;
    if (this.skipNull()) {
      rows.set(model, noRows);
      return;
    }
    this.requireObject(`"models": the value of ${model}`);
    const dates = this.dates.get(model) ?? new Set();
    const read = readRows(model, scanner, {isAscii, dates, texts}, fail);
    const source = bytes.subarray(start, scanner.at);
    rows.set(model, {read, source, dates});
  }

  private readTypes(model: string): void {
    this.typesAt.set(model, this.scanner.at);
    this.types.set(model, this.skip());
  }

  private readSchema(model: string): void {
    this.scanner.peek();
    const start = this.scanner.at;
    const schema = parseKept(model, JSON.parse(this.skip()));
    if (typeof schema === 'string') {
      this.fail(start, `"schemas": the value of ${model} ${schema}`);
    }
    this.schemas.set(model, schema);
  }

  private restoreTypes(): void {
    const all = new Map<string, TableTypes>();
    for (const [model, json] of this.types) {
      const types = parseTableTypes(JSON.parse(json));
      if (typeof types === 'string') {
        const at = this.typesAt.get(model)!;
        this.fail(at, `"types": the value of ${model} ${types}`);
      }
      all.set(model, types);
    }
    for (const [model, {dates, read}] of this.rows) {
      const {kinds, rows} = read;
      restoreTypes(
        {dates, kinds, rows, keys: () => read.keys},
        all.get(model) ?? noTypes,
      );
    }
  }

  private tables(): Map<string, DataTable> {
    const {ids, rows, schemas} = this;
    const names = new Set([...rows.keys(), ...ids.keys(), ...schemas.keys()]);
    const tables = new Map<string, DataTable>();
    for (const name of names) {
      const {read, source} = rows.get(name) ?? noRows;
      tables.set(name, {
        nextSequence: ids.get(name) ?? 1,
        get keys() {
          return read.keys;
        },
        rows: read.rows,
        kinds: read.kinds,
        source,
        types: this.types.get(name),
        schema: schemas.get(name),
      });
    }
    return tables;
  }

  private requireObject(what: string): void {
    const {scanner} = this;
    const first = scanner.peek();
    if (first === byte.openBrace) return;
    if (first === byte.openBracket) this.refuseArray(what);
    this.fail(scanner.at, `${what} is not an object`);
  }

  /** Refuses an array for the whole file, or for all of its models. */
  private refuseArray(what: string): void {
    const load = commandLine('load <data file>', this.file);
    if (what === 'it') {
      this.failAsOther(
        `it is a bare array; run ${load} --model <model> to load its rows ` +
          'into a model of a data file',
      );
    }
    if (what === '"models"' || what === '"ids"') {
      this.failAsOther(
        `it is no data file, for ${what} is an array; run ${load} to load ` +
          'the rows in its arrays into one',
      );
    }
  }

  /**
   * Refuses what has neither ids nor models and yet holds something: rows in it
   * would not be seen.
   */
  private refuseOtherForm(start: number): void {
    const names = [...this.unknown]
      .filter(([, json]) => json.startsWith('[') || json.startsWith('{'))
      .map(([name]) => name);
    if (names.length === 0) return;
    this.scanner.at = start;
    const load = commandLine('load <data file>', this.file);
    this.failAsOther(
      'it is no data file, for it has neither "ids" nor "models", but ' +
        `${listed(names)}; run ${load} to load its rows into one`,
    );
  }

  private failAsOther(problem: string): never {
    throw otherForm(this.file, this.bytes, this.scanner.at, problem);
  }

  /** Steps over a null; tells whether there was one. */
  private skipNull(): boolean {
    if (this.scanner.peek() !== 'n'.charCodeAt(0)) return false;
    this.scanner.skipValue();
    return true;
  }

  /** Steps over a value; its JSON. */
  private skip(): string {
    this.scanner.peek();
    const start = this.scanner.at;
    this.scanner.skipValue();
    return this.bytes.toString('utf8', start, this.scanner.at);
  }
}

const maxListed = 3;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, maxListed).map(name => show(name));
  const more = names.length - maxListed;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const noRows: ReadRows = {
  read: {keys: [], rows: []},
  source: Buffer.from('{}'),
  dates: new Set(),
};

function numberOf(json: unknown): number {
  const isText = typeof json === 'string' && json.trim() !== '';
  return isText || typeof json === 'number' ? Number(json) : Number.NaN;
}
