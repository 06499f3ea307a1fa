import {inMemory} from '../connector/in-memory';
import {initializerOf} from '../connector/initialize';
import {noteSeeded} from './seeded';
import {snapshot, Snapshot} from './snapshot';
import {
  type DataSourceLike,
  modelsOf,
  nestedModelsOf,
  type WatchableModel,
} from './watched-models';

/** What is not taken over: a fork has rows of its own, in memory. */
const ofFiles = {
  store: undefined,
  file: undefined,
  fsync: undefined,
  checkpoint: undefined,
  readOnly: undefined,
};

/**
 * A new datasource, independent of the one it comes from, that begins with the same
 * rows, ids, models and settings; with those of a snapshot, if one is given. Its rows
 * are in memory, also where those it comes from are in a `file`. O(1) in rows: it
 * copies none, and costs memory for what is written to it.
 *
 *   const db = fork(seeded, 'worker 1');
 *   const cities = new CityRepository(db);
 *
 * Models are defined on it when somebody asks for them first. `reset` leads it back to
 * what its datasource was seeded with, and names of rows hold for its seeds. `name` is that of the
 * datasource. Fails with INVALID_SETTING where it comes from another connector, and
 * with NOT_CONNECTED before that has opened its file.
 */
export function fork<DS extends DataSourceLike>(
  from: DS | Snapshot<DS>,
  name?: string,
): DS {
  const {dataSource, seeded, state} =
    from instanceof Snapshot ? from : snapshot(from);
  const connector = inMemory(dataSource);
  const forked = new (jugglerClass(dataSource))({
    ...connector.settings,
    ...ofFiles,
    lazyConnect: false,
    name: name ?? `${dataSource.name ?? 'datasource'} (fork)`,
    connector: {initialize: initializerOf(connector)},
  });
  Object.setPrototypeOf(forked, Object.getPrototypeOf(dataSource) as object);
  // Nobody has it yet, so there is nothing to wait for.
  void inMemory(forked).database.restore(state);
  noteSeeded(forked, seeded);
  shareNested(dataSource, forked);
  defineLater(forked, modelsOf(dataSource));
  return forked as unknown as DS;
}

type Place = Record<string, unknown>;

export type Forked = DataSourceLike & {
  readonly modelBuilder: {readonly models: Place; readonly definitions: Place};
  define(name: string, properties: object, settings: object): unknown;
};

export type JugglerClass = new (settings: object) => Forked;

/** The juggler's own class: those that extend it take what they like. */
export function jugglerClass(dataSource: object): JugglerClass {
  let prototype: object = dataSource;
  for (;;) {
    const above = Object.getPrototypeOf(prototype) as object;
    if (!('connect' in above)) {
      return prototype.constructor as unknown as JugglerClass;
    }
    prototype = above;
  }
}

/** Models within values of others, which name them, are of no datasource. */
function shareNested(from: DataSourceLike, {modelBuilder}: Forked): void {
  for (const model of nestedModelsOf(from)) {
    modelBuilder.models[model.modelName] = model;
    modelBuilder.definitions[model.modelName] = model.definition;
  }
}

/** Whose models some places hold that the juggler and the connector look at. */
const forkOf = new WeakMap<object, Forked>();

/** Has models defined where somebody asks for one, by whichever way. */
function defineLater(forked: Forked, models: readonly WatchableModel[]): void {
  for (const place of placesOf(forked)) {
    forkOf.set(place, forked);
    for (const model of models) {
      Object.defineProperty(place, model.modelName, laterOf(model));
    }
  }
}

function placesOf({connector, modelBuilder}: Forked): readonly Place[] {
  const {_models: definitions} = connector as {readonly _models: Place};
  return [modelBuilder.models, modelBuilder.definitions, definitions];
}

const later = new WeakMap<WatchableModel, PropertyDescriptor>();

/** One for all forks, which are many. */
function laterOf(model: WatchableModel): PropertyDescriptor {
  const known = later.get(model);
  if (known !== undefined) return known;
  const {modelName: name} = model;
  const made: PropertyDescriptor = {
    configurable: true,
    enumerable: true,
    get(this: Place): unknown {
      const forked = forkOf.get(this)!;
      for (const place of placesOf(forked)) delete place[name];
      const {rawProperties, settings} = model.definition;
      forked.define(name, rawProperties, settings);
      return this[name];
    },
    set(this: Place, value: unknown): void {
      const usual = {configurable: true, enumerable: true, writable: true};
      Object.defineProperty(this, name, {...usual, value});
    },
  };
  later.set(model, made);
  return made;
}
