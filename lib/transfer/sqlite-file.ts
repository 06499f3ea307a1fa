import {declaredReader} from './csv-values';

/** A table of a SQLite database. */
export interface SqliteTable {
  readonly name: string;
  readonly primaryKey: readonly string[];
  readonly rows: readonly Record<string, unknown>[];
}

/** What is used of the module `node:sqlite`. */
interface SqliteModule {
  readonly DatabaseSync: new (
    file: string,
    options: {readOnly: boolean},
  ) => {
    prepare(query: string): {
      setReadBigInts(reads: boolean): void;
      all(): Record<string, unknown>[];
    };
    close(): void;
  };
}

/**
 * The tables of a SQLite database file with their rows, which is only read. What
 * SQLite has no values for follows from the declared types of columns: booleans,
 * dates and JSON. Fails where this Node.js cannot read such files.
 */
export function sqliteTables(file: string): SqliteTable[] {
  const {DatabaseSync} = sqliteModule(file);
  const database = new DatabaseSync(file, {readOnly: true});
  const all = (query: string): Record<string, unknown>[] => {
    const statement = database.prepare(query);
    statement.setReadBigInts(true);
    return statement.all();
  };
  try {
    const tables = all(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    );
    return tables.map(({name}) => tableOf(name as string, all));
  } finally {
    database.close();
  }
}

function sqliteModule(file: string): SqliteModule {
  // Loaded, the module says that it is experimental.
  const warner = process as {emitWarning: (...given: unknown[]) => void};
  const warn = warner.emitWarning;
  warner.emitWarning = () => undefined;
  try {
    return require('node:sqlite') as SqliteModule;
  } catch (error) {
    throw new Error(
      `${file} is a SQLite database, which Node.js ${process.version} cannot read: ` +
        'it takes version 22.13 or newer (22.5 with --experimental-sqlite). Or have ' +
        'sqlite3 -csv -header write its tables, and import these.',
      {cause: error},
    );
  } finally {
    warner.emitWarning = warn;
  }
}

function tableOf(
  name: string,
  all: (query: string) => Record<string, unknown>[],
): SqliteTable {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  const columns = all(`PRAGMA table_info(${quoted})`).map(column => ({
    name: column['name'] as string,
    place: Number(column['pk']),
    read: readerOf(column['type'] as string),
  }));
  const primaryKey = columns
    .filter(({place}) => place > 0)
    .sort((a, b) => a.place - b.place)
    .map(({name}) => name);
  const rows = all(`SELECT * FROM ${quoted}`).map(row => {
    const entries = columns
      .map(({name, read}) => [name, read(row[name])] as const)
      .filter(([, value]) => value !== null);
    return Object.fromEntries(entries);
  });
  return {name, primaryKey, rows};
}

/** What reads the values of a column of a declared type. */
function readerOf(type: string): (value: unknown) => unknown {
  if (/bool/i.test(type)) {
    return value => (typeof value === 'bigint' ? value !== 0n : plain(value));
  }
  if (/date|time/i.test(type)) return textReader(declaredReader('date'));
  if (/json/i.test(type)) return textReader(declaredReader('json'));
  if (/decimal|numeric/i.test(type)) {
    return textReader(declaredReader('number'));
  }
  return plain;
}

/** Reads texts; what cannot be read stays as it is. */
function textReader(
  read: (text: string) => unknown,
): (value: unknown) => unknown {
  return value =>
    typeof value === 'string' ? (read(value) ?? value) : plain(value);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return BigInt(Number(value)) === value ? Number(value) : value;
  }
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}
