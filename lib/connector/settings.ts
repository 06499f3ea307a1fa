import {InMemoryError} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import type {DataStoreOptions} from '../database/database';
import type {DatabaseName, EmulationSettings} from '../dialects/dialect';
import type {SchemaSettings} from './model-schema';
import {
  checkpoint,
  checkValue,
  connections,
  emulation,
  milliseconds,
  oneOf,
  type Rule,
} from './setting-rules';

/** The settings of a datasource with this connector. */
export interface InMemorySettings {
  /**
   * What generated ids are: numbers that count up from 1, or texts that sort by
   * creation and never look like a number. Default `'number'`.
   */
  readonly defaultIdType?: 'number' | 'string';
  /**
   * The name of a store. All datasources of this process with the same name
   * share its rows; a datasource without one has rows of its own.
   */
  readonly store?: string;
  /**
   * How long a statement waits for a row or a unique key that another
   * transaction keeps, in milliseconds. Default 10,000, at most 2,147,483,647.
   */
  readonly lockTimeoutMs?: number;
  /**
   * After how many milliseconds a statement that reads or writes many rows lets
   * the event loop have a turn. It sees one snapshot, and its changes become
   * visible at once; other statements may run meanwhile, those that write after
   * it. Without this it runs in one go. At most 2,147,483,647.
   */
  readonly yieldMs?: number;
  /**
   * How long a statement may take, waits for locks included, in milliseconds; it
   * fails with STATEMENT_TIMEOUT then, and has changed nothing. 0, the default,
   * sets no limit; `options.statementTimeoutMs` of a statement goes before it.
   * At most 2,147,483,647.
   */
  readonly statementTimeoutMs?: number;
  /**
   * From how many milliseconds on a statement is slow, waits for locks included:
   * a warning (`INMEMORY_SLOW_STATEMENT`) tells of it and its plan, once a minute of
   * those that differ in values only. 0, the default, tells of none. At most
   * 2,147,483,647.
   */
  readonly slowMs?: number;
  /**
   * What becomes of a statement whose `options.transaction` is one of another
   * datasource: it is run outside of any transaction, as the SQL connectors do,
   * or refused. Default `'ignore'`.
   */
  readonly foreignTransactions?: 'ignore' | 'error';
  /**
   * What becomes of a value that its declared type cannot hold, even after an
   * exact cast: it is stored as it is, or refused with INVALID_VALUE. Default
   * `'coerce'`.
   */
  readonly typeChecks?: 'coerce' | 'strict';
  /**
   * What becomes of a filter that names a property which the model does not
   * declare: it is answered, or refused with INVALID_FILTER. Default `'allow'`.
   */
  readonly unknownProperties?: 'allow' | 'error';
  /**
   * The database that is emulated: the same rows, errors and refusals as from
   * LoopBack's connector for it. Without it this connector is itself.
   */
  readonly emulate?: DatabaseName | EmulationSettings;
  /**
   * With `emulate`, how many connections the pool of a connector has that calls
   * this setting so, as PostgreSQL's: a transaction holds one until its end, and
   * who finds none waits. Default as there.
   */
  readonly max?: number;
  /** As `max`, for connectors that call it so, as MySQL's. */
  readonly connectionLimit?: number;
  /**
   * The JSON file in which the rows are kept, relative to the process's working
   * directory; it is created if need be. Without it rows end with the process.
   */
  readonly file?: string;
  /**
   * When a write is acknowledged: once it is on the disk (`always`: it survives a
   * power cut), or once the operating system has it (it survives the end of the
   * process), which puts it on the disk within a second (`everysec`) or when it
   * likes (`no`). Default `'everysec'`.
   */
  readonly fsync?: 'always' | 'everysec' | 'no';
  /**
   * When the JSON file is brought up to date; commits are in the journal until
   * then. `'commit'`: before each acknowledgement. Else when nothing was written
   * for `idleMs` milliseconds. Default `{idleMs: 250}`.
   */
  readonly checkpoint?: 'commit' | CheckpointSettings;
  /** Whether the file is only read, also beside a process that owns it. */
  readonly readOnly?: boolean;
}

/** A group of settings of checkpoints. */
export interface CheckpointSettings {
  /** Default 250. */
  readonly idleMs?: number;
}

/** Settings of this connector. */
const own: Readonly<Record<keyof InMemorySettings, Rule>> = {
  defaultIdType: oneOf('number', 'string'),
  store: {
    expected: 'the name of a store',
    allows: value => typeof value === 'string' && value !== '',
  },
  lockTimeoutMs: milliseconds,
  yieldMs: milliseconds,
  statementTimeoutMs: milliseconds,
  slowMs: milliseconds,
  foreignTransactions: oneOf('ignore', 'error'),
  typeChecks: oneOf('coerce', 'strict'),
  unknownProperties: oneOf('allow', 'error'),
  emulate: emulation,
  max: connections,
  connectionLimit: connections,
  file: {
    expected: 'the path of a file',
    allows: value => typeof value === 'string' && value !== '',
  },
  fsync: oneOf('always', 'everysec', 'no'),
  checkpoint,
  readOnly: {
    expected: 'true or false',
    allows: value => typeof value === 'boolean',
  },
};

/** Settings that the juggler, LoopBack's runners or the models above read. */
const foreign = [
  'name',
  'connector',
  'adapter',
  'debug',
  'lazyConnect',
  'catchFailure',
  'connectionTimeout',
  'maxOfflineRequests',
  'inqLimit',
  'strict',
  'description',
  'enabled',
  'initialize',
  'normalizeUndefinedInQuery',
  'prohibitHiddenPropertiesInQuery',
  'prohibitProtectedPropertiesInQuery',
  'maxDepthOfQuery',
  'maxDepthOfData',
  'allowExtendedOperators',
  'defaultModel',
  'disableDefaultSort',
  'isTransaction',
];

/** Settings of the connector that is emulated, of which its answers tell. */
export const settingsOfConnection = [
  'database',
  'collation',
  'user',
  'username',
] as const;

function isOfConnection(name: string): boolean {
  return settingsOfConnection.includes(name as never);
}

/** Those of some settings of whichever connector that mean something here, too. */
export function knownSettings(
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(onlySet(given)).filter(
      ([name]) =>
        Object.hasOwn(own, name) ||
        foreign.includes(name) ||
        isOfConnection(name),
    ),
  );
}

/** What a datasource is told of its settings, and goes on. */
export interface SettingWarning {
  readonly code: 'INMEMORY_UNKNOWN_SETTING' | 'INMEMORY_UNUSED_SETTING';
  readonly message: string;
}

/**
 * Checks the settings of a datasource. Returns those of this connector that are
 * set, and warnings of settings that are unknown or do nothing. Undefined, null
 * and '' mean not set, as LoopBack's generators write them. Fails with
 * INVALID_SETTING on a value that a setting cannot have.
 */
export function checkSettings(given: Readonly<Record<string, unknown>>): {
  settings: InMemorySettings;
  warnings: SettingWarning[];
} {
  const set = onlySet(given);
  const settings: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(own)) {
    if (!Object.hasOwn(set, name)) continue;
    const value = isRecord(set[name]) ? onlySet(set[name]) : set[name];
    checkValue(name, value, rule);
    settings[name] = value;
  }
  if ('file' in settings && 'store' in settings) {
    throw new InMemoryError(
      'INVALID_SETTING',
      'The settings store and file cannot be used together: datasources of ' +
        'one file share its rows without a store.',
      {property: 'store', value: settings['store']},
    );
  }
  const unknown = Object.keys(set)
    .filter(name => !Object.hasOwn(own, name) && !foreign.includes(name))
    .filter(name => !('emulate' in settings && isOfConnection(name)))
    .map(describeUnknown);
  return {settings, warnings: [...unknown, ...unused(settings)]};
}

/** The settings of a datasource, checked, of which warnings are emitted. */
export function checkedSettings(
  given: Readonly<Record<string, unknown>>,
): InMemorySettings {
  const {settings, warnings} = checkSettings(given);
  for (const {code, message} of warnings) process.emitWarning(message, {code});
  return settings;
}

function onlySet(
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => isSet(value)),
  );
}

/** Whether a value sets a setting. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** The settings that say how a file is written. */
const ofWriters = ['fsync', 'checkpoint'] as const;

/** The settings of pools. */
const ofPools = ['max', 'connectionLimit'] as const;

/** What a database that is emulated has rules of its own for. */
const ofModels = ['defaultIdType', 'typeChecks', 'unknownProperties'] as const;

/** Warnings of settings that do nothing beside the others. */
function unused(settings: InMemorySettings): SettingWarning[] {
  const isReader = settings.readOnly === true;
  const names: (keyof InMemorySettings)[] = [];
  let why = '';
  if (settings.file === undefined) {
    why = 'without file';
    names.push(...ofWriters);
    if (isReader) names.push('readOnly');
  } else if (isReader) {
    why = 'with readOnly: nothing is written';
    names.push(...ofWriters);
  }
  const emulated =
    settings.emulate === undefined
      ? ofPools.map(name => [name, 'without emulate'] as const)
      : ofModels.map(
          name => [name, 'with emulate: that is as in the database'] as const,
        );
  return [...names.map(name => [name, why] as const), ...emulated]
    .filter(([name]) => settings[name] !== undefined)
    .map(([name, reason]) => doesNothing(name, reason));
}

/** The warning of a setting that does nothing, as it is. */
export function doesNothing(name: string, why: string): SettingWarning {
  return {
    code: 'INMEMORY_UNUSED_SETTING',
    message: `The setting ${name} of loopback-connector-inmemory does nothing ${why}.`,
  };
}

/** How the setting `file` is to be kept; the settings must be checked. */
export function fileOptions(
  settings: InMemorySettings,
  told: Pick<DataStoreOptions, 'report' | 'warn'>,
): DataStoreOptions {
  const {
    checkpoint,
    fsync = 'everysec',
    lockTimeoutMs = 0,
    readOnly,
  } = settings;
  const {idleMs = 250} = checkpoint === 'commit' ? {} : (checkpoint ?? {});
  return {
    fsync,
    lockTimeoutMs,
    checkpointsCommits: checkpoint === 'commit',
    idleMs,
    isReadOnly: readOnly === true,
    ...told,
  };
}

/**
 * Warnings of settings of a file that do nothing, for it was opened with others:
 * by another datasource of this process.
 */
export function overruled(
  settings: InMemorySettings,
  given: DataStoreOptions,
  used: DataStoreOptions,
): SettingWarning[] {
  const differing = {
    fsync: given.fsync !== used.fsync,
    checkpoint:
      given.checkpointsCommits !== used.checkpointsCommits ||
      given.idleMs !== used.idleMs,
  };
  return ofWriters
    .filter(name => settings[name] !== undefined && differing[name])
    .map(name =>
      doesNothing(
        name,
        'beside another one of the datasource that opened the file',
      ),
    );
}

/**
 * The settings that say how models become tables, which must be checked, with
 * their defaults.
 */
export function schemaSettings(settings: InMemorySettings): SchemaSettings {
  const {
    defaultIdType = 'number',
    typeChecks = 'coerce',
    unknownProperties = 'allow',
  } = settings;
  return {defaultIdType, typeChecks, unknownProperties};
}

function describeUnknown(name: string): SettingWarning {
  if (name === 'localStorage') {
    return doesNothing(name, 'in Node.js; file keeps the rows');
  }
  const meant = nearest(name, [...Object.keys(own), ...foreign]);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return {
    code: 'INMEMORY_UNKNOWN_SETTING',
    message: `loopback-connector-inmemory does not know the setting ${name}.${hint}`,
  };
}
