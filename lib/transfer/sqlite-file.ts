import type {TableSchema} from '../schema/schema';
import type {ColumnType} from '../value/coerce';
import {getOwn} from '../value/copy';
import {holds} from '../value/holds';
import {declaredReader} from './csv-values';
import {isForeignKey, plainSchema} from './declared-models';
import {quotedName} from './dialects';

/** A table of a SQLite database. */
export interface SqliteTable {
  readonly schema: TableSchema;
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
 * dates and JSON. A column of which a value is of another type is of any. Fails where this Node.js cannot read such files.
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
  const quoted = quotedName(name, 'sqlite');
  const columnsOf = (table: string): SqliteColumn[] =>
    all(`PRAGMA table_info(${quotedName(table, 'sqlite')})`).map(columnOf);
  const columns = columnsOf(name);
  const rows = all(`SELECT * FROM ${quoted}`).map(row => {
    const entries = columns
      .map(({name, read}) => [name, read(row[name])] as const)
      .filter(([, value]) => value !== null);
    return Object.fromEntries(entries);
  });
  // They need not hold: by default SQLite does not look at them.
  const areHeld = all(`PRAGMA foreign_key_check(${quoted})`).length === 0;
  const keys = areHeld ? all(`PRAGMA foreign_key_list(${quoted})`) : [];
  const properties = columns.map(({isRequired, name, place, type}) => {
    const isHeld = rows.every(row => holds(type, getOwn(row, name)));
    const id = place > 0 && {id: place};
    const property = {type: isHeld ? type : 'any', required: isRequired};
    return [name, {...property, ...id}] as const;
  });
  const schema = plainSchema({
    name,
    properties: Object.fromEntries(properties),
    settings: {foreignKeys: foreignKeysOf(name, keys, columnsOf)},
  });
  return {schema, rows};
}

interface SqliteColumn {
  readonly name: string;
  /** Its place in the id, from 1; 0 where it is not part of it. */
  readonly place: number;
  readonly isRequired: boolean;
  readonly type: ColumnType;
  readonly read: (value: unknown) => unknown;
}

function columnOf(column: Record<string, unknown>): SqliteColumn {
  const declared = column['type'] as string;
  return {
    name: column['name'] as string,
    place: Number(column['pk']),
    isRequired: column['notnull'] === 1n,
    type: typeOf(declared),
    read: readerOf(declared),
  };
}

/** What a column of a declared type is to hold, the first of SQLite's words that is in it. */
function typeOf(declared: string): ColumnType {
  const found = words.find(([word]) => word.test(declared));
  return found?.[1] ?? 'any';
}

const words: readonly (readonly [RegExp, ColumnType])[] = [
  [/bool/i, 'boolean'],
  [/date|time/i, 'date'],
  [/json/i, 'any'],
  [/int|real|floa|doub|decimal|numeric/i, 'number'],
  [/char|clob|text/i, 'string'],
  [/blob/i, 'bytes'],
];

/** Foreign keys as models declare them; what does not name columns refers to the id. */
function foreignKeysOf(
  table: string,
  columns: readonly Record<string, unknown>[],
  columnsOf: (table: string) => readonly SqliteColumn[],
): object {
  const ids = [...new Set(columns.map(({id}) => id))];
  const keys = ids.map(id => {
    const own = columns
      .filter(column => column['id'] === id)
      .sort((a, b) => Number(a['seq']) - Number(b['seq']));
    const {on_delete: onDelete, on_update: onUpdate, table: entity} = own[0]!;
    const foreignKey = own.map(column => column['from'] as string);
    const named = own.map(column => column['to'] as string | null);
    const entityKey = named.includes(null)
      ? idOf(columnsOf(entity as string))
      : named;
    const name = `${table}_${foreignKey.join('_')}`;
    return {name, entity, foreignKey, entityKey, onDelete, onUpdate};
  });
  return Object.fromEntries(
    keys.filter(isForeignKey).map(key => [key.name, key]),
  ) as object;
}

function idOf(columns: readonly SqliteColumn[]): string[] {
  return columns
    .filter(({place}) => place > 0)
    .sort((a, b) => a.place - b.place)
    .map(({name}) => name);
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
