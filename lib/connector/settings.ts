import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
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
}

/** What a setting can be, and how that is said. */
interface Rule {
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

/** Settings of this connector. */
const own: Readonly<Record<keyof InMemorySettings, Rule>> = {
  defaultIdType: oneOf('number', 'string'),
  store: {
    expected: 'the name of a store',
    allows: value => typeof value === 'string' && value !== '',
  },
  lockTimeoutMs: {
    expected: `a number of milliseconds from 0 to ${maxTimerMs}`,
    allows: value =>
      Number.isInteger(value) &&
      Number(value) >= 0 &&
      Number(value) <= maxTimerMs,
  },
  foreignTransactions: oneOf('ignore', 'error'),
  typeChecks: oneOf('coerce', 'strict'),
  unknownProperties: oneOf('allow', 'error'),
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

/** Settings of the built-in connector that would have to keep data. */
const unsupported = ['file', 'localStorage'];

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
  for (const name of unsupported) {
    if (settings[name] === undefined) continue;
    throw new InMemoryError(
      'INVALID_SETTING',
      `The setting ${name} is not supported: this version keeps its rows in ` +
        'memory only. Remove the setting.',
      {property: name, value: settings[name]},
    );
  }
  return Object.keys(settings)
    .filter(name => !Object.hasOwn(own, name) && !foreign.includes(name))
    .map(describeUnknown);
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
