import {editFile} from '../database/edit-file';
import {type LoadedModel, loadRows} from '../database/load-rows';
import {readBytes} from '../journal/plain-files';
import {type Arguments, UsageError} from './arguments';
import {readInput} from './load-input';
import {Progress} from './progress';
import {columns, count, print, readStdin} from './terminal';

/** Puts rows into a file; returns the exit code. */
export async function load(given: Arguments): Promise<number> {
  const {file, flags, input, isJson, values} = given;
  if (input === undefined && process.stdin.isTTY) {
    throw new UsageError('load needs an input: a file, or standard input.');
  }
  const isStdin = input === undefined || input === '-';
  const bytes = isStdin ? await readStdin() : readBytes(input);
  if (bytes === undefined) throw new UsageError(`${input} does not exist.`);
  const rows = readInput(isStdin ? 'standard input' : input, bytes, {
    model: values.model,
    key: values.id?.split(',').map(name => name.trim()),
  });
  let models: LoadedModel[] = [];
  const isShown = process.stderr.isTTY && !isJson;
  const progress = new Progress('Writing', bytes.length, isShown);
  progress.watch(`${file}.tmp`);
  try {
    await editFile(file, tables => {
      models = loadRows(tables, rows, flags.has('replace'));
      return models.length > 0;
    });
  } finally {
    progress.end();
  }
  if (isJson) print(JSON.stringify({file, rows: rows.length, models}));
  else {
    print(`Loaded ${count(rows.length, 'row')} into ${file}.`);
    const lines = models.map(({model, added, replaced}) => [
      model,
      added,
      replaced,
    ]);
    if (lines.length > 0) print(columns([header, ...lines]));
  }
  return 0;
}

const header = ['model', 'added', 'replaced'];
