import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isObject} from '../base/objects';
import type {DataStoreOptions} from '../database/database';
import type {SchemaSettings} from './model-schema';

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

/** What a setting can be, and how that is said. */
export interface Rule {
  readonly expected: string;
  allows(value: unknown): boolean;
}

function oneOf(...values: readonly string[]): Rule {
  return {
    expected: values.map(value => `'${value}'`).join(' or '),
    allows: value => values.includes(value as string),
  };
}

/** The longest that a timer of Node can be set to; longer ones go off at once. */
const maxTimerMs = 2 ** 31 - 1;

/** What a number of milliseconds can be. */
export const milliseconds: Rule = {
  expected: `a number of milliseconds from 0 to ${maxTimerMs}`,
  allows: value =>
    Number.isInteger(value) &&
    Number(value) >= 0 &&
    Number(value) <= maxTimerMs,
};

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
  foreignTransactions: oneOf('ignore', 'error'),
  typeChecks: oneOf('coerce', 'strict'),
  unknownProperties: oneOf('allow', 'error'),
  file: {
    expected: 'the path of a file',
    allows: value => typeof value === 'string' && value !== '',
  },
  fsync: oneOf('always', 'everysec', 'no'),
  checkpoint: {
    expected: "'commit' or {idleMs: milliseconds}",
    allows: value => value === 'commit' || isCheckpointSettings(value),
  },
  readOnly: {
    expected: 'true or false',
    allows: value => typeof value === 'boolean',
  },
};

function isCheckpointSettings(value: unknown): boolean {
  if (!isObject(value)) return false;
  const {idleMs = 0, ...others} = value;
  return Object.keys(others).length === 0 && milliseconds.allows(idleMs);
}

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

/**
 * Checks the settings of a datasource. Fails with INVALID_SETTING on a value
 * that a setting cannot have. Returns one sentence for each unknown setting.
 */
export function checkSettings(
  settings: Readonly<Record<string, unknown>>,
): string[] {
  for (const [name, rule] of Object.entries(own)) {
    const value = settings[name];
    if (value === undefined || rule.allows(value)) continue;
    throw invalid(name, value, rule.expected);
  }
  if (settings['localStorage'] !== undefined) {
    throw new InMemoryError(
      'INVALID_SETTING',
      'The setting localStorage is not supported: Node.js has none. Keep the ' +
        'rows in a file.',
      {property: 'localStorage', value: settings['localStorage']},
    );
  }
  return Object.keys(settings)
    .filter(name => !Object.hasOwn(own, name) && !foreign.includes(name))
    .map(describeUnknown);
}

/** How the setting `file` is to be kept; the settings must be checked. */
export function fileOptions(
  settings: InMemorySettings,
  report: (text: string) => void,
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
    report,
  };
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

function describeUnknown(name: string): string {
  const meant = nearest(name, [...Object.keys(own), ...foreign]);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `loopback-connector-inmemory does not know the setting ${name}.${hint}`;
}

function invalid(
  name: string,
  value: unknown,
  expected: string,
): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    `The setting ${name} cannot be ${show(value)}; it must be ${expected}.`,
    {property: name, value},
  );
}
