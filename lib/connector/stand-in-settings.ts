import {InMemoryError} from '../base/errors';
import {isPlainObject} from '../base/objects';
import type {DataSource} from './loopback';
import {checkSettings, isSet} from './settings';

type Settings = Readonly<Record<string, unknown>>;

/** The environment variable that has settings for `register`. */
const variable = 'INMEMORY_SETTINGS';

/**
 * The settings in a JSON text, checked. Fails with INVALID_SETTING where they
 * are none, naming the variable.
 */
export function settingsFrom(text: string | undefined): Settings {
  if (text === undefined || text === '') return {};
  const settings = parse(text);
  const {warnings} = refuse(text, () => checkSettings(settings));
  // Settings that do nothing without a file may yet meet one.
  const unknown = warnings
    .filter(({code}) => code === 'INMEMORY_UNKNOWN_SETTING')
    .map(({message}) => message);
  if (unknown.length > 0) throw invalid(text, unknown.join(' '));
  return settings;
}

function parse(text: string): Settings {
  const settings: unknown = refuse(text, () => JSON.parse(text));
  if (isPlainObject(settings)) return settings;
  throw invalid(text);
}

/** The result of `check`; what it throws is why a text is refused. */
function refuse<T>(text: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw invalid(text, (error as Error).message);
  }
}

/** Settings that are of no account without a file. */
const ofFiles = new Set(['fsync', 'checkpoint', 'readOnly']);

/** Those of `defaults` that a datasource does not set and that concern it. */
export function withDefaults(
  {settings}: DataSource,
  defaults: Settings,
): Settings {
  const hasFile = isSet(settings['file']) || 'file' in defaults;
  return Object.fromEntries(
    Object.entries(defaults).filter(
      ([name]) => !isSet(settings[name]) && (hasFile || !ofFiles.has(name)),
    ),
  );
}

function invalid(text: string, reason = ''): InMemoryError {
  const message =
    `The environment variable ${variable} cannot be ${text}; it must be an ` +
    `object of settings as JSON, such as {"unknownProperties":"error"}.`;
  return new InMemoryError(
    'INVALID_SETTING',
    reason === '' ? message : `${message} ${reason}`,
    {property: variable, value: text},
  );
}
