import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import {connectorMark} from '../connector/connector';
import {initialize} from '../connector/initialize';
import {type InMemorySettings, knownSettings} from '../connector/settings';
import {
  databaseConnectors,
  keyValueConnectors,
  serviceConnectors,
} from '../dialects/connector-names';
import {
  type DatabaseName,
  databaseNames,
  type EmulationSettings,
} from '../dialects/dialect';
import {type JugglerClass, jugglerClass} from './fork';
import {loadKeyValues} from './on-demand';
import type {DataSourceLike} from './watched-models';

/**
 * What is emulated: by default the database of the datasource's own connector;
 * nothing with `false`. Without a `database` the rest is said of that one.
 */
export type Emulate = false | DatabaseName | Partial<EmulationSettings>;

/** How a datasource is replaced. */
export interface Replacing {
  readonly name: string;
  readonly emulate: Emulate | undefined;
  /** Settings of the new one; they come before those of the old one. */
  readonly settings: InMemorySettings;
}

type Settings = Readonly<Record<string, unknown>>;

/** A package of a connector, also within a path; this one has two connectors. */
const packaged = /loopback-connector-(inmemory\/kv|[^\\/]+)/;

/** By which names this connector is meant, and the one that is built in. */
export const inMemoryNames: ReadonlySet<string> = new Set([
  'inmemory',
  'inmemory/kv',
  'kv-memory',
  'memory',
]);

/**
 * The name of a connector without `loopback-connector-`, as it is named or as the
 * file is from which it was loaded; undefined where that cannot be told.
 */
export function connectorName(connector: unknown): string | undefined {
  if (typeof connector === 'string') {
    return packaged.exec(connector)?.[1] ?? connector.split(/[\\/]/).at(-1);
  }
  if (!isObject(connector) && typeof connector !== 'function') return undefined;
  if ((connector as {initialize?: unknown}).initialize === initialize) {
    return 'inmemory';
  }
  if (isKeyValueModule(connector)) return 'inmemory/kv';
  const loaded = Object.values(require.cache).find(
    module => module?.exports === connector,
  );
  return packaged.exec(loaded?.filename ?? '')?.[1];
}

function isKeyValueModule(connector: object): boolean {
  return (
    'KeyValueConnector' in connector &&
    'initialize' in connector &&
    connector.initialize === loadKeyValues().initialize
  );
}

/** Whether a connector has no rows, as those of REST and SOAP. */
export function isService(connector: unknown): boolean {
  return serviceConnectors.has(connectorName(connector) ?? '');
}

/** Whether a datasource holds its rows in memory already, and in no file. */
export function isInMemory({connector}: DataSourceLike): boolean {
  return (
    isObject(connector) &&
    connectorMark in connector &&
    (connector as {settings?: InMemorySettings}).settings?.file === undefined
  );
}

/** Whether a datasource of this package has keys and values in the place of models. */
export function hasKeys({connector}: DataSourceLike): boolean {
  return isObject(connector) && 'iterateKeys' in connector;
}

/** What is not taken over: rows are in memory, and of this application alone. */
const ofRows = [
  'file',
  'fsync',
  'checkpoint',
  'readOnly',
  'store',
  'lazyConnect',
  'initialize',
  'adapter',
];

/** What says something of the database that is emulated. */
const ofEmulation = [
  'emulate',
  'max',
  'connectionLimit',
  'database',
  'collation',
];

/** The settings of the datasource that takes the place of one with `given`. */
export function replacedSettings(
  given: Settings,
  {emulate, name, settings}: Replacing,
): Settings {
  const kept = {...knownSettings(given)};
  for (const each of ofRows) delete kept[each];
  const word = connectorName(given['connector'] ?? given['adapter']);
  if (keyValueConnectors.has(word ?? '')) {
    for (const each of ofEmulation) delete kept[each];
    const connector = {initialize: loadKeyValues().initialize};
    return {...kept, ...settings, name, connector};
  }
  const emulated = emulation(given, {emulate, name, settings});
  if (emulated === undefined) {
    for (const each of ofEmulation) delete kept[each];
  } else kept['emulate'] = emulated;
  const {emulate: _, ...rest} = settings;
  return {...kept, ...rest, name, connector: {initialize}};
}

function emulation(
  given: Settings,
  {emulate: asked, name, settings}: Replacing,
): unknown {
  if (asked === false) return undefined;
  if (typeof asked === 'string' || asked?.database !== undefined) return asked;
  const own = settings.emulate ?? databaseOf(given, name, asked);
  if (asked === undefined || own === undefined) return own;
  const database = typeof own === 'string' ? {database: own} : (own as object);
  return {...database, ...asked};
}

/** What is emulated where nothing else is said: by the old connector. */
function databaseOf(
  {connector, emulate, adapter}: Settings,
  name: string,
  asked: Emulate | undefined,
): unknown {
  const word = connectorName(connector ?? adapter);
  if (word === undefined) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `It cannot be told which database the datasource ${name} has. Say which one is ` +
        `to be emulated: givenInMemoryDb(app, {emulate: '${databaseNames.join("' | '")}'}), ` +
        'or emulate: false for none.',
      {property: 'emulate'},
    );
  }
  if (inMemoryNames.has(word)) return emulate;
  const {database} = databaseConnectors[word] ?? {};
  if (database === undefined && asked !== undefined) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The setting emulate cannot be ${show(asked)}: the connector ${word} of the ` +
        `datasource ${name} is for no database that is emulated. Name one: database: ` +
        `'${databaseNames.join("' | '")}'.`,
      {property: 'emulate', value: asked},
    );
  }
  return database;
}

type AnyClass = new (...args: never[]) => object;

/** Asked and told of the settings of a datasource that is being made. */
interface Making {
  /** Whether it is made as it is meant. */
  isKept(given: Settings): boolean;
  onReplaced(given: Settings): void;
}

/**
 * A class like one of datasources, whose instances have this connector. What its
 * constructor takes and does is the same, but for the settings that the juggler sees.
 */
export function inMemoryClass(
  base: AnyClass,
  replacing: Replacing,
  making: Making,
): AnyClass {
  const {setup} = base.prototype as {setup: (...args: unknown[]) => void};
  const derived = class extends base {
    // What the juggler's constructor calls with what it was given.
    setup(first: unknown, second: unknown): void {
      const given = settingsGiven(first, second);
      if (making.isKept(given)) return setup.call(this, first, second);
      setup.call(this, replacedSettings(given, replacing));
      making.onReplaced(given);
    }
  };
  // It is told in messages, and asked for by decorators.
  Object.defineProperty(derived, 'name', {value: base.name});
  return derived;
}

/** What a datasource is set up with, of which the connector may come first. */
export function settingsGiven(first: unknown, second: unknown): Settings {
  const settings = (isObject(second) ? second : {}) as Settings;
  if (!isObject(first)) {
    return typeof first === 'string' && !('connector' in settings)
      ? {...settings, connector: first}
      : settings;
  }
  if ('initialize' in first && typeof first.initialize === 'function') {
    return {...settings, connector: first};
  }
  return second === undefined ? first : {...settings, connector: first};
}

/** A datasource in the place of one, of the same class. */
export function inMemoryInsteadOf(
  old: DataSourceLike,
  replacing: Replacing,
): DataSourceLike {
  const {settings} = old as {settings?: Settings};
  const {name: known} = (old.connector ?? {}) as {name?: string};
  const given = {...settings};
  if (connectorName(given['connector']) === undefined && known !== undefined) {
    given['connector'] = known;
  }
  const made = madeBy(jugglerClass(old), given, replacing);
  Object.setPrototypeOf(made, Object.getPrototypeOf(old) as object);
  return made;
}

/** A datasource of the juggler's own class. */
export function madeBy(
  DataSource: JugglerClass,
  given: Settings,
  replacing: Replacing,
): DataSourceLike {
  return new DataSource(replacedSettings(given, replacing));
}
