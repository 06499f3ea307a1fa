import path from 'node:path';
import {makeDirectory} from '../../persistence/data-file/plain-files';
import {program} from '../../persistence/disk/command-line';
import type {RecoveredTable} from '../../persistence/recovered-table';
import {csvTable} from '../../transfer/csv-tables';
import {
  isSqlDialect,
  type SqlDialect,
  sqlDialects,
} from '../../transfer/dialects';
import {type KnownTables, knownTables} from '../../transfer/file-tables';
import {jsonServerText} from '../../transfer/json-server';
import {sqlScript} from '../../transfer/sql-text';
import {type Arguments, type Command, UsageError} from '../command';
import {dumpLines} from '../dump-record';
import {inspectShown, type Progress, withProgress} from '../progress';
import {soundTables} from '../sound-tables';
import {columns, count, print} from '../terminal';
import {toFile, toFiles, toStdout} from '../texts-out';

/** Writes the rows of a file in the form of another database. */
export const exportRows: Command = {
  summary: 'Writes the rows as SQL, CSV, NDJSON or for json-server.',
  options: {
    to: {type: 'string'},
    dialect: {type: 'string'},
    model: {type: 'string'},
    out: {type: 'string', short: 'o'},
  },
  maxFiles: 1,
  help: `export <file> --to sql|csv|ndjson|json-server [--dialect D]
       [--model M] [--out PATH] [--json]

Writes all rows as a script of SQL, which makes the tables with their ids, indexes
and foreign keys too; as CSV, one file a model; as NDJSON, as dump does; or as the
db.json of json-server. Works beside a process that owns the file.

  --to FORM        sql, csv, ndjson or json-server
  --dialect D      of sql: postgresql, mysql (MariaDB, too) or sqlite
  --model M        only the rows of one model
  --out PATH       write there: a new file, of csv a directory; else to stdout
  --json           with --out: print what was written as JSON

Examples:
  npx ${program} export data.json --to sql --dialect postgresql > data.sql
  npx ${program} export data.json --to csv --out csv
  npx ${program} export data.json --to json-server --out db.json`,

  async run(given: Arguments): Promise<number> {
    const {file, isJson, values} = given;
    const form = formOf(values);
    const {model, out} = values;
    if (out === '') throw new UsageError('--out needs the name of a file.');
    if (isJson && out === undefined) {
      throw new UsageError('export prints rows; --json goes with --out.');
    }
    if (form.kind === 'csv' && out === undefined && model === undefined) {
      throw new UsageError(
        'CSV has a file for each model; add --out DIRECTORY, or --model.',
      );
    }
    const isSilent = isJson || out === undefined;
    const written = await withProgress(isSilent, async progress => {
      const inspection = await inspectShown(file, progress);
      const recovered = soundTables(inspection, 'exported', model);
      const made = exported(recovered, form, progress);
      if (out === undefined) {
        for (const {texts} of made.files) await toStdout(texts());
      } else if (form.kind === 'csv') toDirectory(out, made.files);
      else toFile(out, made.files[0]!.texts());
      return {...made, file: inspection.file, models: rowsOf(recovered)};
    });
    tell(written, isJson, out);
    return 0;
  },
};

type Form =
  | {readonly kind: 'csv' | 'ndjson' | 'json-server'}
  | {readonly kind: 'sql'; readonly dialect: SqlDialect};

function formOf({dialect, to}: Arguments['values']): Form {
  if (to !== 'sql') {
    if (dialect !== undefined) {
      throw new UsageError('--dialect goes with --to sql.');
    }
    if (to === 'csv' || to === 'ndjson' || to === 'json-server') {
      return {kind: to};
    }
    const given = to === undefined ? '' : `, not "${to}"`;
    throw new UsageError(
      `export needs --to sql, csv, ndjson or json-server${given}.`,
    );
  }
  if (dialect !== undefined && isSqlDialect(dialect)) {
    return {kind: 'sql', dialect};
  }
  const given = dialect === undefined ? '' : `, not "${dialect}"`;
  throw new UsageError(
    `--to sql needs --dialect ${sqlDialects.join(', ')}${given}.`,
  );
}

interface Exported {
  readonly notes: readonly string[];
  /** The file of a table, or the only one, which has no name of its own. */
  readonly files: readonly {
    readonly name: string;
    readonly texts: () => Iterable<string>;
  }[];
}

function exported(
  recovered: readonly RecoveredTable[],
  form: Form,
  progress: Progress,
): Exported {
  const total = recovered.reduce((sum, {size}) => sum + size, 0);
  const at = (done: number): void => progress.bar('Exporting', done, total);
  if (form.kind === 'ndjson') {
    const texts = (): Iterable<string> => ndjsonText(recovered, at);
    return {notes: [], files: [{name: '', texts}]};
  }
  const known = knownTables(recovered);
  const {tables} = known;
  switch (form.kind) {
    case 'sql': {
      const script = sqlScript(tables, form.dialect);
      return {
        notes: [...guessNotes(known), ...script.notes],
        files: [{name: '', texts: () => script.text(at)}],
      };
    }
    case 'csv': {
      const files = tables.map(table => ({
        name: `${encodeURIComponent(table.schema.name)}.csv`,
        texts: () => csvTable(table),
      }));
      return {notes: [], files};
    }
    default: {
      const texts = (): Iterable<string> => jsonServerText(tables, at);
      return {notes: [], files: [{name: '', texts}]};
    }
  }
}

/** What was guessed that is a rule of the tables. */
function guessNotes({guesses}: KnownTables): string[] {
  return guesses
    .filter(({what}) => what === 'foreignKey' || what === 'unique')
    .map(
      ({property, table, text}) =>
        `${table}${property === undefined ? '' : `.${property}`}, guessed: ${text}`,
    );
}

function* ndjsonText(
  recovered: readonly RecoveredTable[],
  at: (doneRows: number) => void,
): Generator<string> {
  for (const line of dumpLines(recovered, at)) yield `${line}\n`;
}

function toDirectory(out: string, files: Exported['files']): void {
  makeDirectory(out);
  toFiles(
    files.map(({name, texts}) => ({
      path: path.join(out, name),
      texts: texts(),
    })),
  );
}

interface ModelRows {
  readonly model: string;
  readonly rows: number;
}

function rowsOf(recovered: readonly RecoveredTable[]): ModelRows[] {
  return recovered.map(({name, size}) => ({model: name, rows: size}));
}

function tell(
  {
    file,
    models,
    notes,
  }: Pick<Exported, 'notes'> & {file: string; models: readonly ModelRows[]},
  isJson: boolean,
  output: string | undefined,
): void {
  if (output === undefined) return;
  const rows = models.reduce((sum, {rows}) => sum + rows, 0);
  if (isJson) return print(JSON.stringify({file, output, rows, models, notes}));
  print(`Wrote ${count(rows, 'row')} to ${output}.`);
  if (models.length > 0) {
    print(
      columns([
        ['model', 'rows'],
        ...models.map(({model, rows}) => [model, rows]),
      ]),
    );
  }
  for (const note of notes) print(`Note: ${note}`);
}
