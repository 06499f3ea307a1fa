import {createHash} from 'node:crypto';
import path from 'node:path';
import {InMemoryError, show} from '../../base/errors';
import {isRecord} from '../../base/objects';
import {namesIn, readBytes} from '../../persistence/data-file/plain-files';
import {lineAndColumn, firstNonUtf8} from '../../persistence/disk/text-place';
import type {Mistakes} from './mistakes';
import type {ReadFrom, RowCollector, RowKey} from './seed-rows';
import {loadCsv, loadYaml} from './on-demand';
import {jsonLine, NoJson, parsedJson} from './text-lines';
import type {SeededModel} from './seeded-model';

/** A file of a seed. */
export interface SeedFile {
  /** Its path. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly form: Form;
  /** Of what it has: a hash. */
  readonly digest: string;
}

type Form = 'json' | 'ndjson' | 'csv' | 'yaml';

const forms: ReadonlyMap<string, Form> = new Map([
  ['.json', 'json'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
  ['.csv', 'csv'],
  ['.yaml', 'yaml'],
  ['.yml', 'yaml'],
]);

/**
 * The files at a path: the one that it names, or all in a folder that have one of the
 * forms, by name. Fails with INVALID_SETTING where there is none.
 */
export function filesAt(place: string): SeedFile[] {
  const names = namesIn(place);
  if (names === undefined) return [fileAt(place, formOf(place))];
  const files = names.flatMap(name => {
    const form = forms.get(path.extname(name).toLowerCase());
    const file = path.join(place, name);
    return form === undefined ? [] : [fileAt(file, form)];
  });
  if (files.length > 0) return files;
  throw refused(place, `is a folder without any of ${extensions()}`);
}

function extensions(): string {
  return [...forms.keys()].join(', ');
}

function formOf(file: string): Form {
  const form = forms.get(path.extname(file).toLowerCase());
  if (form !== undefined) return form;
  const isThere = readBytes(file) !== undefined;
  throw refused(
    file,
    isThere ? `must end in one of ${extensions()}` : 'does not exist',
  );
}

function refused(file: string, what: string): Error {
  const from = path.isAbsolute(file) ? '' : ` (looked for in ${process.cwd()})`;
  return new InMemoryError(
    'INVALID_SETTING',
    `The seed ${file} ${what}${from}.`,
    {file, property: 'seed'},
  );
}

function fileAt(file: string, form: Form): SeedFile {
  const bytes = readBytes(file);
  if (bytes === undefined) throw refused(file, 'does not exist');
  const digest = createHash('sha1').update(bytes).digest('base64');
  return {name: file, bytes, form, digest};
}

/** Where the rows of files go, and the models that they may be of. */
export interface Reading {
  readonly collector: RowCollector;
  readonly mistakes: Mistakes;
  readonly models: readonly NamedModel[];
  readonly modelOf: (name: string) => SeededModel | undefined;
}

/** The names of a model. */
export interface NamedModel {
  readonly modelName: string;
  readonly pluralModelName?: string | undefined;
}

/** Reads the rows of a file; what is wrong with it is noted. */
export function readFile(file: SeedFile, reading: Reading): void {
  const {bytes, name} = file;
  const offset = firstNonUtf8(bytes);
  if (offset !== undefined) {
    const {line} = lineAndColumn(bytes, offset);
    const text = `${name}, line ${line}`;
    reading.mistakes.add({text, file: name, line}, 'this is no UTF-8');
    return;
  }
  try {
    readAs(file, reading);
  } catch (error) {
    if (!(error instanceof NoJson)) throw error;
    const {line, message} = error;
    const text = `${name}, line ${line}`;
    reading.mistakes.add({text, file: name, line}, message);
  }
}

function readAs(file: SeedFile, reading: Reading): void {
  const {bytes, form, name} = file;
  const model = modelNamed(path.parse(name).name, reading.models);
  switch (form) {
    case 'csv':
      return ofOneModel(file, model, reading, each =>
        loadCsv().readCsv(name, bytes.toString(), each, reading),
      );
    case 'ndjson':
      return ofOneModel(file, model, reading, each =>
        readLines(file, each.name, reading.collector),
      );
    case 'yaml': {
      const {content, lineOf} = loadYaml().parsedYaml(name, bytes.toString());
      return readContent(file, {content, model, lineOf}, reading);
    }
    default: {
      const content = parsedJson(bytes);
      const lineOf = jsonLine.bind(undefined, bytes);
      return readContent(file, {content, model, lineOf}, reading);
    }
  }
}

function ofOneModel(
  {name}: SeedFile,
  modelName: string | undefined,
  {collector, modelOf}: Reading,
  read: (model: SeededModel) => void,
): void {
  const model = modelName === undefined ? undefined : modelOf(modelName);
  if (model) read(model);
  else collector.refuseModel(path.parse(name).name, {file: name});
}

/** The model that a file is named after: `City`, `city`, `cities`, `order-items`. */
function modelNamed(
  name: string,
  models: readonly NamedModel[],
): string | undefined {
  const plain = (text: string) =>
    text.toLowerCase().replace(/[^\p{L}\d]/gu, '');
  const wanted = plain(name);
  const exact = models.find(({modelName}) => modelName === name);
  const found =
    exact ??
    models.find(({modelName}) => plain(modelName) === wanted) ??
    models.find(({pluralModelName = ''}) => plain(pluralModelName) === wanted);
  return found?.modelName;
}

interface Content {
  readonly content: unknown;
  /** The model that the file is named after. */
  readonly model: string | undefined;
  readonly lineOf: (row: RowKey, isWithin: boolean) => number | undefined;
}

/** The rows of the model of the file; where it is named after none, of all in it. */
function readContent(
  {name: file}: SeedFile,
  {content, lineOf, model}: Content,
  {collector, mistakes, models}: Reading,
): void {
  const isByModel =
    isRecord(content) &&
    (model === undefined ||
      Object.keys(content).every(key =>
        models.some(({modelName}) => modelName === key),
      ));
  const from: ReadFrom = {file, lineOf: row => lineOf(row, isByModel)};
  if (isByModel) return collector.addModels(content, from);
  if (model !== undefined) return collector.addModel(model, content, from);
  if (Array.isArray(content)) {
    return collector.refuseModel(path.parse(file).name, from);
  }
  mistakes.add(
    {text: file, file},
    `it must have an object with the rows of each model, and has ${show(content)}`,
  );
}

function readLines(
  {bytes, name: file}: SeedFile,
  model: string,
  collector: RowCollector,
): void {
  const lines: number[] = [];
  const from: ReadFrom = {
    file,
    lineOf: ({key}) => lines[key as number],
  };
  for (const [i, text] of bytes.toString().split('\n').entries()) {
    const json = (i === 0 ? text.replace(/^\ufeff/, '') : text).trim();
    if (json === '') continue;
    const line = i + 1;
    try {
      const values: unknown = JSON.parse(json);
      lines.push(line);
      collector.add(model, lines.length - 1, values, from);
    } catch (error) {
      throw new NoJson(`this is not JSON: ${(error as Error).message}`, line);
    }
  }
}
