import {InMemoryError} from '../../base/errors';
import {program} from '../../persistence/disk/command-line';
import {damageAdvice} from '../../persistence/disk/damage';
import {identifiedRows} from '../../persistence/salvage/identified-rows';
import type {Inspection} from '../../persistence/inspection';
import {isFile, NewFile} from '../../persistence/data-file/plain-files';
import {repairByNewer} from '../../persistence/journal/versions';
import type {RecoveredTable} from '../../persistence/recovered-table';
import {type Arguments, type Command, UsageError} from '../command';
import {dumpLine} from '../dump-record';
import {isOfOtherForm} from '../facts';
import {inspectShown, withProgress} from '../progress';
import {count, Output, print} from '../terminal';

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
      refuseDamage(inspection);
      const tables = chosen(inspection, values.model);
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

function refuseDamage(inspection: Inspection): void {
  const {damages, file, journal} = inspection;
  const [first] = damages;
  if (first === undefined) return;
  const advice = repairByNewer(journal?.version) ?? damageAdvice(file);
  const message = isOfOtherForm(inspection)
    ? `${file} cannot be dumped: ${first.problem}.`
    : `${file} is damaged (${first.problem}). ${advice}`;
  throw new InMemoryError('DATA_DAMAGED', message, {file});
}

function chosen(
  {file, tables}: Inspection,
  model: string | undefined,
): RecoveredTable[] {
  if (model === undefined) return [...tables.values()];
  const table = tables.get(model);
  if (table !== undefined) return [table];
  const names = [...tables.keys()].join(', ');
  throw new UsageError(
    `${file} has no model "${model}"; it has ${names || 'none'}.`,
  );
}

function* dumpText(
  tables: readonly RecoveredTable[],
  format: 'ndjson' | 'json',
  at: (doneRows: number) => void,
): Generator<string> {
  let done = 0;
  const isJson = format === 'json';
  if (isJson) yield '[';
  for (const table of tables) {
    const {key, rows} = identifiedRows(table);
    for (const [id, row] of rows) {
      const line = dumpLine(table.name, key, id, row);
      if (isJson) yield `${done === 0 ? '' : ','}\n${line}`;
      else yield `${line}\n`;
      at(++done);
    }
  }
  if (isJson) yield '\n]\n';
}

async function toStdout(texts: Iterable<string>): Promise<void> {
  const output = new Output();
  for (const text of texts) await output.write(text);
  await output.flush();
}

function toFile(path: string, texts: Iterable<string>): void {
  const file = NewFile.create(path);
  try {
    let part = '';
    for (const text of texts) {
      part += text;
      if (part.length < partLength) continue;
      file.write(part);
      part = '';
    }
    file.write(part);
    file.close();
  } catch (error) {
    file.discard();
    throw error;
  }
}

const partLength = 256 * 1024;
