import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';

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
}

/** Settings of this connector. */
const own = ['defaultIdType', 'store'];

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
  const {defaultIdType = 'number', store} = settings;
  if (defaultIdType !== 'number' && defaultIdType !== 'string') {
    throw invalid('defaultIdType', defaultIdType, "'number' or 'string'");
  }
  if (store !== undefined && (typeof store !== 'string' || store === '')) {
    throw invalid('store', store, 'the name of a store');
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
    .filter(name => !own.includes(name) && !foreign.includes(name))
    .map(describeUnknown);
}

function describeUnknown(name: string): string {
  const meant = nearest(name, [...own, ...foreign]);
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
