import path from 'node:path';
import type {FileTables} from '../database/edit-file';
import type {InputRow} from '../database/load-rows';
import {namesIn} from '../persistence/data-file/plain-files';
import {csvRows, guessedKey} from '../transfer/csv-tables';
import {keptSchema} from '../transfer/file-tables';
import {sqliteTables} from '../transfer/sqlite-file';
import {UsageError} from './command';
import {readInput, requireUtf8} from './load-input';
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

/** An input that was read; its rows may depend on the schemas of the tables. */
export interface ReadInput {
  readonly bytes: number;
  rows(tables: FileTables): InputRow[];
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
      return {bytes: bytes.length, rows: tables => file(tables)};
    }
    case 'sqlite':
      if (input === undefined) {
        throw new UsageError('A SQLite database comes from a file.');
      }
      return {bytes: bytes.length, rows: () => sqliteRows(input, choices)};
    default:
      return {
        bytes: bytes.length,
        rows: () => readInput(name, bytes, choices),
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
    rows: tables =>
      read.flatMap(({bytes, name}) =>
        csvFile(name, bytes, choices, true)(tables),
      ),
  };
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
): (tables: FileTables) => InputRow[] {
  const model = given ?? (isNamed ? modelOf(name) : undefined);
  if (model === undefined) {
    throw new UsageError(
      'CSV on standard input does not say of which model it is; add --model.',
    );
  }
  requireUtf8(name, bytes);
  return tables => {
    const table = tables.get(model);
    const schema = table && keptSchema(table);
    const columns = schema?.columns;
    const rows = csvRows(name, bytes.toString(), {columns, delimiter});
    const known = table === undefined || table.size === 0;
    const own =
      key ??
      schema?.primaryKey ??
      (known ? guessedKey(model, rows) : undefined);
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

function sqliteRows(file: string, {key, model}: ImportChoices): InputRow[] {
  const tables = sqliteTables(file);
  const chosen = tables.filter(
    ({name}) => model === undefined || name === model,
  );
  if (chosen.length === 0 && model !== undefined) {
    const names = tables.map(({name}) => name).join(', ');
    throw new UsageError(
      `${file} has no table "${model}"; it has ${names || 'none'}.`,
    );
  }
  return chosen.flatMap(({name, primaryKey, rows}) =>
    rows.map((row, i) => ({
      model: name,
      id: undefined,
      row,
      key: key ?? primaryKey,
      place: `${file}, row ${i + 1} of ${name}`,
    })),
  );
}
