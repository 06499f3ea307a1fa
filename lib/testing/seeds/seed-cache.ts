import {types} from 'node:util';
import {serialize} from 'node:v8';
import {inMemory} from '../../connector/in-memory';
import type {DatabaseState} from '../../database/database';
import {
  type DataSourceLike,
  modelsOf,
  type WatchableModel,
} from '../watched-models';
import type {SeedFile} from './read-files';

/** What a source had when it was seeded: the files of a path, or the rows of an object. */
export type SourceContent =
  readonly SeedFile[] | Readonly<Record<string, unknown>>;

/** The rows of a seed that have names. */
export type NamedRows = Readonly<Record<string, NamedRow>>;

/** A row with a name. */
export interface NamedRow {
  readonly model: string;
  /** An object with all of them where the model has several. */
  readonly id: unknown;
}

/** A seed that was written to an empty datasource, and what that held afterwards. */
interface Kept {
  readonly content: Buffer;
  readonly state: DatabaseState;
  readonly named: NamedRows;
}

/** The last ones by what they were seeded to, the newest last; of all the process. */
const kept = new Map<string, Kept[]>();
const maxKept = 32;
let count = 0;

/** What a seed is known by. */
export interface CacheKey {
  readonly key: string;
  readonly content: Buffer;
}

/**
 * What a seed for a datasource is known by, while that is empty and nobody has a
 * transaction open; undefined where rows may come out otherwise the next time.
 */
export function cacheKey(
  dataSource: DataSourceLike,
  contents: readonly SourceContent[],
  clockAndIds: unknown,
): CacheKey | undefined {
  const {database} = inMemory(dataSource);
  const {sequences, version} = database.state;
  let isEmpty = database.statistics().openTransactions.length === 0;
  const tables: string[] = [];
  version.tables.forEach(({nextSequence, rows, schema}) => {
    tables.push(schema.name);
    isEmpty &&= rows.size === 0 && nextSequence === 1;
  });
  for (const next of sequences.values()) isEmpty &&= next === 1;
  const models = modelsOf(dataSource);
  if (!isEmpty || models.some(hasObservers)) return undefined;
  const content = bytesOf(contents);
  if (content === undefined) return undefined;
  const key = JSON.stringify([
    tables,
    settingsOf(dataSource),
    models.map(({definition, modelName}) => [
      modelName,
      known(definition.rawProperties, 0),
      known(definition.settings, 0),
    ]),
    known(clockAndIds, 0),
  ]);
  return {key, content};
}

function settingsOf(dataSource: DataSourceLike): unknown {
  const {settings} = inMemory(dataSource);
  const all: Record<string, unknown> = {...settings};
  for (const name of ofPlace) delete all[name];
  return known(all, 0);
}

/** Settings that say where rows are, and not what they are. */
const ofPlace = ['connector', 'file', 'name', 'store'];

/** Somebody else has a say in the rows, or wants to know of each. */
function hasObservers({_observers: observers}: WatchableModel): boolean {
  return Object.values((observers ?? {}) as Record<string, unknown[]>).some(
    list => list.length > 0,
  );
}

const maxDepth = 20;
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** A value as JSON tells it; functions, and what is no plain data, are told by numbers. */
function known(value: unknown, depth: number): unknown {
  if (typeof value === 'function') return knownFunction(value, depth);
  if (typeof value === 'bigint') return `${value}n`;
  if (value === undefined) return ['undefined'];
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(each => known(each, depth + 1));
  if (types.isDate(value)) return ['date', value.getTime()];
  const isData =
    depth < maxDepth && isPlainPrototype(Object.getPrototypeOf(value));
  if (!isData) return numberOf(value);
  return Object.entries(value).map(([name, each]) => [
    name,
    known(each, depth + 1),
  ]);
}

/** A function by its identity; the class of a nested model by what it declares. */
function knownFunction(value: Function, depth: number): unknown {
  const {definition} = value as {
    definition?: {rawProperties?: unknown; properties?: unknown};
  };
  if (definition === undefined || depth >= maxDepth) return numberOf(value);
  const properties = definition.rawProperties ?? definition.properties;
  return ['model', value.name, known(properties, depth + 1)];
}

function numberOf(value: object): unknown {
  const number = numbers.get(value) ?? ++lastNumber;
  numbers.set(value, number);
  return ['object', number];
}

function isPlainPrototype(prototype: unknown): boolean {
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype) === Object.prototype
  );
}

/** What sources have, as bytes; undefined where somebody's functions are in it. */
function bytesOf(contents: readonly SourceContent[]): Buffer | undefined {
  const plain = contents.map(content =>
    Array.isArray(content)
      ? (content as SeedFile[]).map(({digest, name}) => [name, digest])
      : content,
  );
  try {
    return serialize(plain);
  } catch {
    return undefined;
  }
}

/** What a datasource held after the same seed, or undefined. */
export function foundSeed({content, key}: CacheKey): Kept | undefined {
  return kept.get(key)?.find(each => each.content.equals(content));
}

/** Notes what a datasource holds after a seed. */
export function keepSeed(
  {content, key}: CacheKey,
  state: DatabaseState,
  named: NamedRows,
): void {
  if (count >= maxKept) forgetOldest();
  const list = kept.get(key) ?? [];
  kept.delete(key);
  kept.set(key, [...list, {content, state, named}]);
  count++;
}

function forgetOldest(): void {
  for (const [key, [, ...others]] of kept) {
    if (others.length > 0) kept.set(key, others);
    else kept.delete(key);
    count--;
    return;
  }
}
