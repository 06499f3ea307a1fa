import {editFile} from '../../database/edit-file';
import {keepSchemas} from '../../database/keep-schemas';
import {type LoadedModel, loadRows} from '../../database/load-rows';
import {bytesOf} from '../../persistence/data-file/plain-files';
import {placeOf} from '../../persistence/disk/canonical-path';
import {program} from '../../persistence/disk/command-line';
import {type Arguments, type Command, UsageError} from '../command';
import {ImportModels} from '../../transfer/import-models';
import {
  type ImportForm,
  importForms,
  knownOf,
  readImport,
  type ReadInput,
} from '../import-input';
import {tellLoaded} from '../loaded';
import {withProgress} from '../progress';

/** Takes rows of other databases and programs into a file. */
export const importRows: Command = {
  summary: 'Adds rows from CSV, NDJSON, JSON, json-server or SQLite.',
  options: {
    from: {type: 'string'},
    model: {type: 'string'},
    models: {type: 'string'},
    id: {type: 'string'},
    delimiter: {type: 'string'},
    replace: {type: 'boolean'},
  },
  maxFiles: 2,
  help: `import <file> [<input>]
       [--from csv|ndjson|json|json-server|sqlite]
       [--model M] [--models DIRECTORY] [--id PROPERTY] [--delimiter C] [--replace] [--json]

Adds all rows of the input, or none. The input is standard input, a file, or a
directory of .csv files that are named after their models. CSV has a header; its
types are those of the model's schema, else what all cells of a column look like.
A cell that is not of its type is named by line and column. Other input is what
load takes, or a SQLite database (with Node.js 22.13 or newer).

  --from FORM      what the input is; else its name and first bytes tell
  --model M        the model of CSV or plain rows; of other input, only that one
  --models DIR     the compiled models of the application: rows are held to them,
                   and stand in the file as the application has them
  --id PROPERTY    the id of CSV or plain rows; several with commas
  --delimiter C    what stands between the cells of CSV: a comma unless given
  --replace        let rows of the input take the place of those with their ids

Examples:
  npx ${program} import data.json City.csv
  npx ${program} import data.json towns.csv --model City --delimiter ';'
  npx ${program} import data.json app.sqlite`,

  async run(given: Arguments): Promise<number> {
    const {file, flags, input, isJson, values} = given;
    if (input === undefined && process.stdin.isTTY) {
      throw new UsageError('import needs an input: a file, or standard input.');
    }
    if (input === '') {
      throw new UsageError('import needs the name of its input.');
    }
    if (values.models !== undefined && values.id !== undefined) {
      throw new UsageError('--id does not go with --models, which say the id.');
    }
    const choices = {
      form: formOf(values.from),
      model: values.model,
      key: values.id?.split(',').map(property => property.trim()),
      delimiter: delimiterOf(values.delimiter),
    };
    const place = placeOf(file);
    const {models, rows} = await withProgress(isJson, async progress => {
      const read = await readImport(input === '-' ? undefined : input, choices);
      const totalBytes = read.bytes + (bytesOf(place) ?? 0);
      progress.say('Adding rows', totalBytes);
      progress.watch('Writing', `${place}.tmp`, totalBytes);
      return values.models === undefined
        ? addToTables(file, read, flags.has('replace'))
        : addToModels(file, read, values.models, flags.has('replace'));
    });
    tellLoaded(file, rows, models, isJson);
    return 0;
  },
};

interface Added {
  readonly rows: number;
  readonly models: readonly LoadedModel[];
}

async function addToTables(
  file: string,
  read: ReadInput,
  replaces: boolean,
): Promise<Added> {
  let rows = 0;
  let models: LoadedModel[] = [];
  await editFile(file, tables => {
    const input = read.input(knownOf(tables));
    rows = input.rows.length;
    keepSchemas(tables, input.schemas);
    models = loadRows(tables, input.rows, replaces);
    return models.length > 0;
  });
  return {models, rows};
}

async function addToModels(
  file: string,
  read: ReadInput,
  directory: string,
  replaces: boolean,
): Promise<Added> {
  const models = new ImportModels(directory);
  const {rows} = read.input(name => ({
    types: models.typesOf(name),
    key: [],
    isNew: false,
  }));
  return {models: await models.add(file, rows, replaces), rows: rows.length};
}

function formOf(word: string | undefined): ImportForm | undefined {
  if (word === undefined) return undefined;
  const form = importForms.find(form => form === word);
  if (form !== undefined) return form;
  throw new UsageError(`--from is ${importForms.join(', ')}, not "${word}".`);
}

function delimiterOf(text: string | undefined): string | undefined {
  const delimiter = text === String.raw`\t` ? '\t' : text;
  if (delimiter === undefined || /^[^"\r\n]$/.test(delimiter)) return delimiter;
  throw new UsageError(
    `--delimiter is one character, no quote or line end, not "${text}".`,
  );
}
