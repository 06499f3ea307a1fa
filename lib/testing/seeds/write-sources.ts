import {inMemory} from '../../connector/in-memory';
import type {DatabaseState} from '../../database/database';
import {fork} from '../fork';
import {noteSeeded, seededOf} from '../seeded';
import {snapshot} from '../snapshot';
import {type DataSourceLike, modelsOf} from '../watched-models';
import type {GeneratedValues} from './generated-values';
import {Insertion} from './insertion';
import {Mistakes} from './mistakes';
import {Planner, type PlannedRow} from './plan';
import {ProgressLine} from './progress-line';
import {loadFiles} from './on-demand';
import type {SeedFile} from './read-files';
import {isByDefinition, isEmulating} from './plain-model';
import {RowWriter, type SeedTransaction, type Writing} from './row-writer';
import {
  cacheKey,
  foundSeed,
  keepSeed,
  type NamedRow,
  type NamedRows,
  type SourceContent,
} from './seed-cache';
import {RowCollector, type SeedRow} from './seed-rows';
import {type SeededModel, seededModels} from './seeded-model';
import type {PlainSource} from './sources';
import type {SeedOptions} from './seed';

/** How rows are written. */
export interface SeedHow {
  readonly options: SeedOptions;
  /** What makes times and ids, where they are set. */
  readonly generated: GeneratedValues | undefined;
}

/**
 * Writes the rows of sources in one transaction, or takes over what came of the same
 * ones before. Gives the ids of the rows that have names.
 */
export async function writeSources(
  dataSource: DataSourceLike,
  sources: readonly PlainSource[],
  how: SeedHow,
): Promise<NamedRows> {
  const contents = sources.map((source): SourceContent =>
    typeof source === 'string' ? loadFiles().filesAt(source) : source,
  );
  const key = mayRepeat(how)
    ? cacheKey(dataSource, contents, clockAndIdsOf(how))
    : undefined;
  const found = key && foundSeed(key);
  if (found !== undefined) {
    await takeOver(dataSource, found.state);
    note(dataSource, found.named);
    return found.named;
  }
  const named = await writeRows(dataSource, contents, how);
  if (key) keepSeed(key, inMemory(dataSource).database.state, named);
  note(dataSource, named);
  return named;
}

/** Whether the same rows come out the next time: no function has a say in them. */
function mayRepeat({generated, options: {ids, now}}: SeedHow): boolean {
  const isSet = now !== undefined || ids !== undefined;
  if (generated !== undefined && !isSet) return false;
  return typeof ids !== 'function' && typeof now !== 'function';
}

function clockAndIdsOf({options: {ids, now}}: SeedHow): unknown {
  return [ids, now];
}

/** Has an empty datasource hold what an equal one held. */
async function takeOver(
  dataSource: DataSourceLike,
  {sequences, version}: DatabaseState,
): Promise<void> {
  const {database} = inMemory(dataSource);
  const {declared} = database.state;
  // At once: what others write from now on is not to be lost.
  await database.restore({declared, sequences, version});
}

function note(dataSource: DataSourceLike, named: NamedRows): void {
  const known = new Map(seededOf(dataSource).named);
  for (const [name, row] of Object.entries(named)) known.set(name, row);
  noteSeeded(dataSource, {named: known});
}

/** What references to rows that were seeded before mean, and are still there. */
async function knownValues(
  dataSource: DataSourceLike,
  modelOf: (name: string) => SeededModel | undefined,
): Promise<(text: string) => unknown> {
  const rows = new Map<string, Found>();
  for (const [name, {id, model}] of seededOf(dataSource).named) {
    const idNames = modelOf(model)?.idNames;
    if (idNames === undefined) continue;
    const where = idNames.length === 1 ? {[idNames[0]!]: id} : (id as object);
    const found = await findOne(dataSource, model, where);
    if (found === undefined) continue;
    rows.set(name, idNames.length === 1 ? {...found, id} : found);
  }
  const read = (name: string): Found | undefined => {
    const found = rows.get(name);
    if (found?.error) throw found.error;
    return found;
  };
  return text => {
    const dot = text.lastIndexOf('.');
    const owner = dot === -1 ? undefined : read(text.slice(0, dot))?.row;
    return read(text)?.id ?? owner?.[text.slice(dot + 1)] ?? undefined;
  };
}

/** A row, or why it could not be read. */
interface Found {
  readonly row?: Readonly<Record<string, unknown>>;
  /** Where a single property is the id. */
  readonly id?: unknown;
  readonly error?: Error;
}

function findOne(
  dataSource: DataSourceLike,
  model: string,
  where: object,
): Promise<Found | undefined> {
  return new Promise(resolve => {
    inMemory(dataSource).all(model, {where, limit: 1}, {}, (error, rows) => {
      const [row] = rows ?? [];
      resolve(error ? {error} : row && {row});
    });
  });
}

async function writeRows(
  dataSource: DataSourceLike,
  contents: readonly SourceContent[],
  {generated, options}: SeedHow,
): Promise<NamedRows> {
  const mistakes = new Mistakes();
  const modelOf = seededModels(dataSource);
  const rows = rowsOf(dataSource, contents, {mistakes, modelOf});
  const known = await knownValues(dataSource, modelOf);
  const plan = (): PlannedRow[] =>
    new Planner(mistakes, modelOf, known).plan(rows);
  let planned = plan();
  if (planned.length === 0) return {};
  const progress = new ProgressLine(planned.length, options.silent);
  const how = {mistakes, generated, progress: progress.add};
  try {
    const isWritten =
      isQuiet(dataSource, planned) &&
      (await writeAside(dataSource, planned, how));
    if (!isWritten) {
      planned = plan();
      await writeInTransaction(dataSource, planned, how);
    }
  } finally {
    progress.end();
  }
  return namedRows(planned);
}

type How = Pick<Writing, 'mistakes' | 'generated' | 'progress'>;

/** Whether nobody would see single statements of a seed. */
function isQuiet(
  dataSource: DataSourceLike,
  rows: readonly PlannedRow[],
): boolean {
  const {database, hooks} = inMemory(dataSource);
  const models = new Set(rows.map(({model}) => model));
  return (
    hooks.areNone &&
    database.statistics().openTransactions.length === 0 &&
    [...models].every(model => isByDefinition(model, dataSource))
  );
}

/**
 * Writes rows to a fork, where nobody waits for anything, and takes over its state.
 * False, and nothing was done, where others have written meanwhile.
 */
async function writeAside(
  dataSource: DataSourceLike,
  rows: readonly PlannedRow[],
  how: How,
): Promise<boolean> {
  const before = snapshot(dataSource);
  const aside = fork(before);
  const writer = new RowWriter({
    ...how,
    dataSource: aside,
    transaction: undefined,
  });
  await new Insertion(rows, writer, how.mistakes).run();
  const {database} = inMemory(dataSource);
  const isAlone =
    database.head === before.state.version &&
    database.statistics().openTransactions.length === 0;
  if (isAlone) await takeOver(dataSource, inMemory(aside).database.state);
  return isAlone;
}

async function writeInTransaction(
  dataSource: DataSourceLike,
  rows: readonly PlannedRow[],
  how: How,
): Promise<void> {
  const transaction = await begin(dataSource);
  try {
    const writer = new RowWriter({...how, dataSource, transaction});
    await new Insertion(rows, writer, how.mistakes).run();
    await transaction?.commit();
  } catch (error) {
    await transaction?.rollback().catch(() => undefined);
    throw error;
  }
}

/** Undefined where the database that is emulated has no transactions. */
async function begin(
  dataSource: DataSourceLike,
): Promise<SeedTransaction | undefined> {
  const begun = dataSource as unknown as {
    beginTransaction(options: object): Promise<SeedTransaction>;
  };
  try {
    return await begun.beginTransaction({});
  } catch (error) {
    if (isEmulating(dataSource)) return undefined;
    throw error;
  }
}

interface Checking {
  readonly mistakes: Mistakes;
  readonly modelOf: (name: string) => SeededModel | undefined;
}

function rowsOf(
  dataSource: DataSourceLike,
  contents: readonly SourceContent[],
  {mistakes, modelOf}: Checking,
): readonly SeedRow[] {
  const models = modelsOf(dataSource);
  const names = models.map(({modelName}) => modelName);
  const collector = new RowCollector(names, mistakes);
  for (const content of contents) {
    if (Array.isArray(content)) {
      for (const file of content as readonly SeedFile[]) {
        loadFiles().readFile(file, {collector, mistakes, models, modelOf});
      }
    } else collector.addModels(content as Record<string, unknown>, {});
  }
  return collector.rows;
}

function namedRows(rows: readonly PlannedRow[]): NamedRows {
  const named: [string, NamedRow][] = [];
  for (const {model, seed, written} of rows) {
    if (seed.name === undefined) continue;
    const ids = model.idNames.map(name => [name, written?.[name]] as const);
    const id = ids.length === 1 ? ids[0]![1] : Object.fromEntries(ids);
    named.push([seed.name, {model: model.name, id}]);
  }
  return Object.fromEntries(named);
}
