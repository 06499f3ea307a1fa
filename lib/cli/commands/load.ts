import {editFile} from '../../database/edit-file';
import {keepSchemas} from '../../database/keep-schemas';
import {type LoadedModel, loadRows} from '../../database/load-rows';
import {placeOf} from '../../persistence/disk/canonical-path';
import {program} from '../../persistence/disk/command-line';
import {bytesOf} from '../../persistence/data-file/plain-files';
import {type Arguments, type Command, UsageError} from '../command';
import {readInput} from '../load-input';
import {tellLoaded} from '../loaded';
import {withProgress} from '../progress';
import {readSource} from '../read-source';

/** Puts rows into a file. */
export const load: Command = {
  summary: 'Adds rows from NDJSON, a dump, JSON arrays or a data file.',
  options: {
    model: {type: 'string'},
    id: {type: 'string'},
    replace: {type: 'boolean'},
  },
  maxFiles: 2,
  help: `load <file> [<input>] [--model M] [--id PROPERTY]
       [--replace] [--json]

Adds all rows of the input, or none. The input is standard input, or a file: what
dump writes, NDJSON or a JSON array of plain rows (with --model), an object with
an array for each model (the db.json of json-server), or the file of the built-in
memory connector. The data file is created if it is missing. Rows without an id
get the next number.

  --model M        the model of plain rows; of other input, only that model
  --id PROPERTY    the id of plain rows: "id" unless given; several with commas
  --replace        let rows of the input take the place of those with their ids

Examples:
  npx ${program} load data.json all.ndjson
  npx ${program} load data.json cities.json --model City
  npx ${program} load data.json db.json
  npx ${program} load data.json old-memory-file.json --replace`,

  async run(given: Arguments): Promise<number> {
    const {file, flags, input, isJson, values} = given;
    if (input === undefined && process.stdin.isTTY) {
      throw new UsageError('load needs an input: a file, or standard input.');
    }
    if (input === '') throw new UsageError('load needs the name of its input.');
    const place = placeOf(file);
    const plain = {
      model: values.model,
      key: values.id?.split(',').map(property => property.trim()),
    };
    const {models, rows} = await withProgress(isJson, async progress => {
      const {bytes, name} = await readSource(input);
      progress.say('Reading', bytes.length);
      const {rows, schemas} = readInput(name, bytes, plain, done =>
        progress.bar('Reading', done, bytes.length),
      );
      const totalBytes = bytes.length + (bytesOf(place) ?? 0);
      progress.say('Adding rows', totalBytes);
      progress.watch('Writing', `${place}.tmp`, totalBytes);
      let models: LoadedModel[] = [];
      await editFile(file, tables => {
        keepSchemas(tables, schemas);
        models = loadRows(tables, rows, flags.has('replace'));
        return models.length > 0;
      });
      return {models, rows: rows.length};
    });
    tellLoaded(file, rows, models, isJson);
    return 0;
  },
};
