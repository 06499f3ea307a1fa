import type {EventEmitter} from 'node:events';
import {copyFileSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {restore, snapshot} from '../../../testing';
import {realFileSystem} from '../../../lib/persistence/disk/file-system';
import {JournalWriter} from '../../../lib/persistence/journal/writer';
import {
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../connector/data-source';

/*
 * Files as applications leave them, kept below test/persistence/data for each
 * version of the format, so that later packages are tried on them. When
 * `formatVersion` is raised, write down what the new version makes:
 *
 *   npm run build
 *   node dist/test/support/persistence/store-files.js \
 *     test/persistence/data/version-<n>
 *
 * and leave those of older versions as they are.
 */

/** The files of each version: one that was never checkpointed, and one that was. */
export const begun = 'begun.json';
export const going = 'going.json';

/** The files of {@link begun} and {@link going}. */
export const storedNames = [`${begun}.journal`, going, `${going}.journal`];

/** The models of the files, by name. */
export interface Models {
  readonly City: Model;
  readonly Code: Model;
  readonly Line: Model;
  readonly Value: Model;
  readonly Visit: Model;
  readonly Log: Model;
}

/** Opens such files, or begins them. */
export async function openStored(
  file: string,
  settings: object = {},
): Promise<{dataSource: TestDataSource; models: Models}> {
  const checkpoint = {idleMs: 1_000_000};
  const dataSource = makeDataSource({
    file,
    checkpoint,
    lazyConnect: true,
    ...settings,
  });
  // Failures of connect are told to its caller as well.
  (dataSource as unknown as EventEmitter).on('error', () => undefined);
  const define = dataSource.define.bind(dataSource);
  const models = {
    City: define('City', {
      id: {type: Number, id: true, generated: true},
      name: {type: String, index: true},
      founded: Date,
      flag: Buffer,
    }),
    Code: define('Code', {code: {type: String, id: true}, n: Number}),
    Line: define('Line', {
      order: {type: Number, id: 1},
      line: {type: String, id: 2},
      text: String,
    }),
    Value: define('Value', {
      id: {type: Date, id: true, generated: false},
      any: 'any',
    }),
    Visit: define('Visit', {n: Number}, {idInjection: false}),
    Log: define('Log', {
      id: {type: Number, id: true, generated: true},
      text: String,
    }),
  };
  await dataSource.connect();
  return {dataSource, models};
}

/** Writes the files into a directory, the same bytes whenever it is called. */
export async function storeFiles(directory: string): Promise<void> {
  mkdirSync(directory, {recursive: true});
  const workplace = mkdtempSync(path.join(tmpdir(), 'stored files-'));
  try {
    await makeFiles(path.join(workplace, 'made.json'), directory);
  } finally {
    rmSync(workplace, {recursive: true});
  }
}

async function makeFiles(file: string, directory: string): Promise<void> {
  const keep = (suffix: string, name: string): void =>
    copyFileSync(`${file}${suffix}`, path.join(directory, name));
  // Stores get random names, but those that are there keep theirs.
  const header = {store: '0'.repeat(32), checkpoint: null, firstSequence: 1};
  const writer = JournalWriter.create(
    realFileSystem,
    `${file}.journal`,
    header,
  );
  await writer.close();
  const first = await openStored(file);
  await writeFirst(first.models);
  keep('.journal', `${begun}.journal`);
  await first.dataSource.disconnect();
  const second = await openStored(file);
  await writeSecond(second.models);
  await writeAndRestore(second);
  keep('', going);
  keep('.journal', `${going}.journal`);
  await second.dataSource.disconnect();
}

/** Leaves rows and ids as they were, by a way of its own in the journal. */
async function writeAndRestore({
  dataSource,
  models: {City},
}: Awaited<ReturnType<typeof openStored>>): Promise<void> {
  const before = snapshot(dataSource);
  await City.create([{name: 'not to be'}]);
  await City.updateAll({id: 1}, {name: 'another'});
  await restore(before);
}

async function writeFirst(models: Models): Promise<void> {
  const {City, Code, Line, Value, Visit, Log} = models;
  await City.create([
    {name: 'Kraków "1"\n', founded: new Date(0), flag: Buffer.from('a')},
    {name: '', flag: Buffer.from([0, 255])},
    {name: 'gone'},
  ]);
  await City.deleteById(3);
  await Code.create([
    {code: 'ü/~', n: 1},
    {code: '2', n: -0},
  ]);
  await Line.create([
    {order: 1, line: 'a', text: 'first'},
    {order: 1, line: 'b', text: 'second'},
  ]);
  await Value.create({
    id: new Date(1),
    any: {deep: [1n, {'a/b': new Date(2)}]},
  });
  await Visit.create([{n: 1}, {n: 2}]);
  await Log.create([{text: 'x'}, {text: 'y'}]);
}

async function writeSecond(models: Models): Promise<void> {
  const {City, Code, Line, Value, Visit, Log} = models;
  await City.updateAll({id: 1}, {founded: new Date(86_400_000)});
  await Value.create([
    {id: new Date(3), any: Number.NaN},
    {id: new Date(4), any: [-0, Number.NEGATIVE_INFINITY, 2n ** 70n]},
    {id: new Date(5), any: Buffer.from('bytes')},
  ]);
  await Value.deleteById(new Date(1));
  const transaction = await City.beginTransaction({});
  await City.create({name: 'in a transaction'}, {transaction});
  await Code.replaceById('2', {code: '2', n: 7}, {transaction});
  await Line.destroyAll({order: 1, line: 'a'}, {transaction});
  await transaction.commit();
  await Visit.updateAll({n: 2}, {n: 20});
  await Visit.create({n: 3});
  await Log.destroyAll();
  await Log.create({text: 'after all were gone'});
}
