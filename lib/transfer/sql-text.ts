import {idText} from '../persistence/salvage/identified-rows';
import {sequenceAfter} from '../schema/ids';
import {getOwn, type Row} from '../value/copy';
import type {SqlColumn, SqlTable} from './columns';
import {withColumns} from './columns';
import {
  addForeignKeys,
  createIndexes,
  createTable,
  restartIdentity,
} from './ddl';
import {quotedName, quotedNames, type SqlDialect} from './dialects';
import {sqlLiteral} from './sql-values';
import {inForeignKeyOrder} from './table-order';
import type {TransferTable} from './tables';

/** How much of the rows stands in the text. */
export type At = (doneRows: number) => void;

/** A script of SQL that makes tables and puts all their rows into them. */
export interface SqlScript {
  /** What of the tables the database has otherwise, or not at all; for people. */
  readonly notes: readonly string[];
  /** The script, part by part; `at` is told how far it is. */
  text(at: At): Generator<string>;
}

/**
 * The script for a database of a dialect that has none of the tables yet: tables
 * in foreign-key order, then their rows, then indexes and foreign keys, which are
 * built and checked at once so, and may lead in circles. In PostgreSQL and SQLite
 * it takes effect as a whole or not at all; MySQL commits at each table.
 *
 * Fails with INVALID_MODEL on what no table of the database can be, and while the
 * text is made with INVALID_VALUE on a value that it has no literal for.
 */
export function sqlScript(
  tables: readonly TransferTable[],
  dialect: SqlDialect,
): SqlScript {
  const known = withoutStrangers(tables);
  const ordered = inForeignKeyOrder(
    withColumns(known.tables),
    ({schema}) => schema,
  );
  const created = ordered.map(table => createTable(table, dialect));
  const notes = [...known.notes, ...notesOf(ordered, dialect)];
  return {
    notes,
    text: at => scriptText(ordered, created, {dialect, notes}, at),
  };
}

/** The tables without foreign keys to tables that are not among them. */
function withoutStrangers(tables: readonly TransferTable[]): {
  tables: TransferTable[];
  notes: string[];
} {
  const names = new Set(tables.map(({schema}) => schema.name));
  const notes: string[] = [];
  const kept = tables.map(table => {
    const foreignKeys = table.schema.foreignKeys.filter(({name, parent}) => {
      if (names.has(parent)) return true;
      notes.push(
        `${table.schema.name}: the foreign key ${name} is left out, for there is no ${parent}.`,
      );
      return false;
    });
    return {...table, schema: {...table.schema, foreignKeys}};
  });
  return {tables: kept, notes};
}

function notesOf(tables: readonly SqlTable[], dialect: SqlDialect): string[] {
  return tables.flatMap(table => {
    const {name} = table.schema;
    const mixed = table.columns
      .filter(({isMixed}) => isMixed)
      .map(
        column =>
          `${name}.${column.name} has values of several types, and is JSON.`,
      );
    const leftOut = createIndexes(table, dialect).leftOut.map(
      index =>
        `${name}: the index ${index} is left out; ${dialect} has none such.`,
    );
    return [...mixed, ...leftOut];
  });
}

function* scriptText(
  tables: readonly SqlTable[],
  created: readonly string[],
  {dialect, notes}: {dialect: SqlDialect; notes: readonly string[]},
  at: At,
): Generator<string> {
  yield heads[dialect];
  for (const note of notes) yield `-- ${note.replace(/\s+/g, ' ')}\n`;
  for (const statement of created) yield `\n${statement}`;
  if (dialect === 'mysql') yield '\nSTART TRANSACTION;\n';
  let done = 0;
  for (const table of tables) {
    yield '\n';
    for (const batch of batchesOf(table, dialect)) {
      yield batch.text;
      done += batch.rows;
      at(done);
    }
  }
  if (dialect === 'mysql') yield '\nCOMMIT;\n';
  yield '\n';
  for (const table of tables) {
    yield restartIdentity(table, nextId(table), dialect);
    yield* createIndexes(table, dialect).statements;
  }
  for (const table of tables) yield* addForeignKeys(table, dialect);
  yield tails[dialect];
}

const heads: Readonly<Record<SqlDialect, string>> = {
  postgresql:
    '-- For PostgreSQL 12 or newer.\n' +
    "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n" +
    'BEGIN;\n',
  mysql:
    '-- For MySQL 8 or MariaDB 10.5, or newer.\nSET NAMES utf8mb4;\n' +
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION';\n",
  sqlite: '-- For SQLite 3.38 or newer.\nPRAGMA foreign_keys = OFF;\nBEGIN;\n',
};

const tails: Readonly<Record<SqlDialect, string>> = {
  postgresql: '\nCOMMIT;\n',
  mysql: '',
  sqlite: '\nCOMMIT;\nPRAGMA foreign_keys = ON;\nPRAGMA foreign_key_check;\n',
};

/** How long a statement is: far from what any of the servers refuses. */
const statementLength = 500_000;
const statementRows = 1_000;

interface Batch {
  readonly text: string;
  readonly rows: number;
}

function* batchesOf(table: SqlTable, dialect: SqlDialect): Generator<Batch> {
  const {columns, schema} = table;
  const names = quotedNames(
    columns.map(({name}) => name),
    dialect,
  );
  const head = `INSERT INTO ${quotedName(schema.name, dialect)} (${names}) VALUES\n`;
  let text = '';
  let rows = 0;
  for (const row of table.rows) {
    text += `${rows === 0 ? head : ',\n'}(${valuesOf(row, table, dialect)})`;
    rows++;
    if (rows < statementRows && text.length < statementLength) continue;
    yield {text: `${text};\n`, rows};
    text = '';
    rows = 0;
  }
  if (rows > 0) yield {text: `${text};\n`, rows};
}

function valuesOf(row: Row, table: SqlTable, dialect: SqlDialect): string {
  const place = (): string => placeOf(row, table);
  return table.columns
    .map(column => literalOf(row, column, dialect, place))
    .join(',');
}

function literalOf(
  row: Row,
  column: SqlColumn,
  dialect: SqlDialect,
  place: () => string,
): string {
  return sqlLiteral(getOwn(row, column.name), column, dialect, place);
}

function placeOf(row: Row, {schema: {name, primaryKey}}: SqlTable): string {
  const id = primaryKey.map(property => idText(getOwn(row, property)));
  return id.length === 0 ? `A row of ${name}` : `${name} ${id.join(', ')}`;
}

/** The next id: as it was noted, or after the greatest where that is greater. */
function nextId({nextSequence, rows, schema}: SqlTable): bigint {
  const [id] = schema.primaryKey;
  let next = Math.max(1, nextSequence);
  if (id === undefined) return BigInt(next);
  for (const row of rows) {
    next = Math.max(next, sequenceAfter('number', getOwn(row, id)));
  }
  return BigInt(next);
}
