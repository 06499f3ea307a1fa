import {editFile} from '../database/edit-file';
import {type LoadedModel, loadRows} from '../database/load-rows';
import {placeOf} from '../persistence/disk/canonical-path';
import {persistenceFailed} from '../persistence/disk/failures';
import {bytesOf, streamOf} from '../persistence/data-file/plain-files';
import {type Arguments, UsageError} from './arguments';
import {readInput} from './load-input';
import {withProgress} from './progress';
import {columns, count, print, readAll} from './terminal';

/** Puts rows into a file; returns the exit code. */
export async function load(given: Arguments): Promise<number> {
  const {file, flags, input, isJson, values} = given;
  if (input === undefined && process.stdin.isTTY) {
    throw new UsageError('load needs an input: a file, or standard input.');
  }
  const place = placeOf(file);
  const plain = {
    model: values.model,
    key: values.id?.split(',').map(property => property.trim()),
  };
  const {models, rows} = await withProgress(isJson, async progress => {
    const {bytes, name} = await readSource(input);
    progress.say('Reading', bytes.length);
    const rows = readInput(name, bytes, plain, done =>
      progress.bar('Reading', done, bytes.length),
    );
    const totalBytes = bytes.length + (bytesOf(place) ?? 0);
    progress.say('Adding rows', totalBytes);
    progress.watch('Writing', `${place}.tmp`, totalBytes);
    let models: LoadedModel[] = [];
    await editFile(file, tables => {
      models = loadRows(tables, rows, flags.has('replace'));
      return models.length > 0;
    });
    return {models, rows: rows.length};
  });
  if (isJson) print(JSON.stringify({file, rows, models}));
  else {
    print(`Loaded ${count(rows, 'row')} into ${file}.`);
    const lines = models.map(({model, added, replaced}) => [
      model,
      added,
      replaced,
    ]);
    if (lines.length > 0) print(columns([header, ...lines]));
  }
  return 0;
}

/** All of the input, which may be a pipe, and what it is called in errors. */
async function readSource(
  input: string | undefined,
): Promise<{bytes: Buffer; name: string}> {
  if (input === undefined || input === '-') {
    return {bytes: await readAll(process.stdin), name: 'standard input'};
  }
  try {
    return {bytes: await readAll(streamOf(input)), name: input};
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`${input} does not exist.`);
    throw persistenceFailed(input, 'cannot be read', error);
  }
}

const header = ['model', 'added', 'replaced'];
