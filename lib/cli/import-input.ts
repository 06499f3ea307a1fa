import path from 'node:path';
import type {FileTables} from '../database/edit-file';
import type {InputRow} from '../database/load-rows';
import {namesIn} from '../persistence/data-file/plain-files';
import {csvRows, guessedKey} from '../transfer/csv-tables';
import {keptSchema} from '../transfer/file-tables';
import {sqliteTables} from '../transfer/sqlite-file';
import type {TableSchema} from '../schema/schema';
import {UsageError} from './command';
import {type Input, readInput, requireUtf8} from './load-input';
import {readSource} from './read-source';
import type {PlainRows} from './row-lists';

/** The forms of what can be imported. */
export const importForms = [
  'csv',
  'ndjson',
  'json',
  'json-server',
  'sqlite',
] as const;

/** One of them. */
export type ImportForm = (typeof importForms)[number];

/** How an input is to be understood. */
export interface ImportChoices extends PlainRows {
  readonly form: ImportForm | undefined;
  readonly delimiter: string | undefined;
}

/** An input that was read. */
export interface ReadInput {
  readonly bytes: number;
  /** What is in it, by what is known of the tables to which it is added. */
  input(known: KnownTable): Input;
}

/** What is known of a table, by its name. */
export type KnownTable = (name: string) => {
  readonly types: TableSchema['columns'] | undefined;
  /** The id; undefined where the rows of the input may say. */
  readonly key: readonly string[] | undefined;
  /** Whether the id is to be guessed by the rows. */
  readonly isNew: boolean;
};

/** What is known of the tables of a data file. */
export function knownOf(tables: FileTables): KnownTable {
  return name => {
    const table = tables.get(name);
    const schema = table && keptSchema(table);
    return {
      types: schema?.columns,
      key: schema?.primaryKey,
      isNew: table === undefined || table.size === 0,
    };
  };
}

/**
 * Reads what is to be imported: a file, a directory of CSV files, or standard
 * input. Its form is the one that was asked for, else what its name or its first
 * bytes say.
 */
export async function readImport(
  input: string | undefined,
  choices: ImportChoices,
): Promise<ReadInput> {
  const names = input === undefined ? undefined : namesIn(input);
  if (names !== undefined) return readDirectory(input!, names, choices);
  const {bytes, name} = await readSource(input);
  const form = choices.form ?? formOf(name, bytes);
  switch (form) {
    case 'csv': {
      const file = csvFile(name, bytes, choices, input !== undefined);
      return {bytes: bytes.length, input: known => withoutSchemas(file(known))};
    }
    case 'sqlite':
      if (input === undefined) {
        throw new UsageError('A SQLite database comes from a file.');
      }
      return {bytes: bytes.length, input: () => sqliteInput(input, choices)};
    default:
      return {
        bytes: bytes.length,
        input: () => readInput(name, bytes, choices),
      };
  }
}

async function readDirectory(
  directory: string,
  names: readonly string[],
  choices: ImportChoices,
): Promise<ReadInput> {
  const files = names.filter(name => /\.csv$/i.test(name));
  if (files.length === 0) {
    throw new UsageError(`${directory} is a directory without any .csv file.`);
  }
  if (choices.model !== undefined) {
    throw new UsageError(
      'The files of a directory are named after their models; --model goes with one file.',
    );
  }
  const read = await Promise.all(
    files.map(file => readSource(path.join(directory, file))),
  );
  return {
    bytes: read.reduce((sum, {bytes}) => sum + bytes.length, 0),
    input: known =>
      withoutSchemas(
        read.flatMap(({bytes, name}) =>
          csvFile(name, bytes, choices, true)(known),
        ),
      ),
  };
}

function withoutSchemas(rows: InputRow[]): Input {
  return {rows, schemas: []};
}

const sqliteStart = 'SQLite format 3\0';

function formOf(name: string, bytes: Buffer): ImportForm {
  if (bytes.toString('latin1', 0, sqliteStart.length) === sqliteStart) {
    return 'sqlite';
  }
  return /\.csv$/i.test(name) ? 'csv' : 'json';
}

/** The rows of a file of CSV, by the schema of its model where there is one. */
function csvFile(
  name: string,
  bytes: Buffer,
  {delimiter, key, model: given}: ImportChoices,
  isNamed: boolean,
): (known: KnownTable) => InputRow[] {
  const model = given ?? (isNamed ? modelOf(name) : undefined);
  if (model === undefined) {
    throw new UsageError(
      'CSV on standard input does not say of which model it is; add --model.',
    );
  }
  requireUtf8(name, bytes);
  return known => {
    const {isNew, key: ownKey, types: columns} = known(model);
    const rows = csvRows(name, bytes.toString(), {columns, delimiter});
    const own = key ?? ownKey ?? (isNew ? guessedKey(model, rows) : undefined);
    return rows.map(({line, row}) => ({
      model,
      id: undefined,
      row,
      key: own,
      place: `${name}, line ${line}`,
    }));
  };
}

function modelOf(file: string): string {
  const name = path.basename(file).replace(/\.csv$/i, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function sqliteInput(file: string, {key, model}: ImportChoices): Input {
  const tables = sqliteTables(file);
  const chosen = tables.filter(
    ({schema}) => model === undefined || schema.name === model,
  );
  if (chosen.length === 0 && model !== undefined) {
    const names = tables.map(({schema}) => schema.name).join(', ');
    throw new UsageError(
      `${file} has no table "${model}"; it has ${names || 'none'}.`,
    );
  }
  const rows = chosen.flatMap(({rows, schema: {name, primaryKey}}) =>
    rows.map((row, i) => ({
      model: name,
      id: undefined,
      row,
      key: key ?? primaryKey,
      place: `${file}, row ${i + 1} of ${name}`,
    })),
  );
  // Another id than SQLite's makes its schema another one.
  const schemas = key === undefined ? chosen.map(({schema}) => schema) : [];
  return {rows, schemas};
}
