import {program} from '../../persistence/disk/command-line';
import {isFile} from '../../persistence/data-file/plain-files';
import type {RecoveredTable} from '../../persistence/recovered-table';
import {type Arguments, type Command, UsageError} from '../command';
import {dumpLines} from '../dump-record';
import {inspectShown, withProgress} from '../progress';
import {soundTables} from '../sound-tables';
import {count, print} from '../terminal';
import {toFile, toStdout} from '../texts-out';

/** Writes the rows of a file. */
export const dump: Command = {
  summary: 'Writes the rows as NDJSON or JSON.',
  options: {
    format: {type: 'string'},
    model: {type: 'string'},
    output: {type: 'string', short: 'o'},
  },
  maxFiles: 1,
  help: `dump <file> [--model M] [--format ndjson|json]
       [--output FILE] [--json]

Writes {"model": ..., "id": ..., "row": ...} for each row, one a line, or all of
them in one array. "types" is there where JSON cannot tell a type, and "key"
where the id is not the property "id". Works beside a process that owns the file.

  --model M        only the rows of one model
  --format F       ndjson (default) or json
  --output FILE    write there; a file that exists is not overwritten
  --json           with --output: print what was written as JSON

Examples:
  npx ${program} dump data.json > all.ndjson
  npx ${program} dump data.json --model City --format json
  npx ${program} dump data.json | npx ${program} load copy.json`,

  async run(given: Arguments): Promise<number> {
    const {file, isJson, values} = given;
    const format = values.format ?? 'ndjson';
    if (format !== 'ndjson' && format !== 'json') {
      throw new UsageError(`--format is ndjson or json, not "${format}".`);
    }
    const {output} = values;
    if (output === '')
      throw new UsageError('--output needs the name of a file.');
    if (isJson && output === undefined) {
      throw new UsageError('dump prints rows; --json goes with --output.');
    }
    // In a pipe to the same terminal, rows would stand in the line of the bar.
    const isSilent =
      isJson || (output === undefined && !isFile(standardOutput));
    const written = await withProgress(isSilent, async progress => {
      const inspection = await inspectShown(file, progress);
      const tables = soundTables(inspection, 'dumped', values.model);
      const total = tables.reduce((sum, {size}) => sum + size, 0);
      const texts = dumpText(tables, format, done =>
        progress.bar('Dumping', done, total),
      );
      if (output === undefined) await toStdout(texts);
      else toFile(output, texts);
      const models = tables.map(({name, size}) => ({model: name, rows: size}));
      return {file: inspection.file, output, rows: total, models};
    });
    if (output === undefined) return 0;
    print(
      isJson
        ? JSON.stringify(written)
        : `Wrote ${count(written.rows, 'row')} to ${output}.`,
    );
    return 0;
  },
};

const standardOutput = 1;

/** Rows as `dump` writes them. `at` is told how many there are already. */
function* dumpText(
  tables: readonly RecoveredTable[],
  format: 'ndjson' | 'json',
  at: (doneRows: number) => void,
): Generator<string> {
  const isJson = format === 'json';
  let isFirst = true;
  if (isJson) yield '[';
  for (const line of dumpLines(tables, at)) {
    if (isJson) yield `${isFirst ? '' : ','}\n${line}`;
    else yield `${line}\n`;
    isFirst = false;
  }
  if (isJson) yield '\n]\n';
}
