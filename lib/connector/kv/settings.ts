import {InMemoryError, show} from '../../base/errors';
import {types} from 'node:util';
import {checkValue, type Rule} from '../setting-rules';
import {
  doesNothing,
  type InMemorySettings,
  isSet,
  type SettingWarning,
} from '../settings';

/** The settings of a datasource with keys and values. */
export interface KeyValueSettings extends Pick<
  InMemorySettings,
  | 'store'
  | 'lockTimeoutMs'
  | 'yieldMs'
  | 'statementTimeoutMs'
  | 'foreignTransactions'
  | 'file'
  | 'fsync'
  | 'checkpoint'
  | 'readOnly'
> {
  /**
   * The clock by which keys expire: a date, or milliseconds since 1970. Default
   * `Date.now`, also where a test has put another one in its place.
   */
  readonly now?: () => Date | number;
}

/** Tells the time in milliseconds since 1970. */
export type Clock = () => number;

/** Settings that say how models become tables, or which database is emulated. */
const withoutMeaning = [
  'defaultIdType',
  'typeChecks',
  'unknownProperties',
  'emulate',
  'max',
  'connectionLimit',
] as const satisfies readonly (keyof InMemorySettings)[];

const clock: Rule = {
  expected: 'a function that gives a date or milliseconds since 1970',
  allows: value => typeof value === 'function',
};

/**
 * The settings of which the connector is yet to be told, the clock, and warnings of
 * settings that mean nothing for keys and values. Fails with INVALID_SETTING where
 * the clock is no function.
 */
export function ownSettingsOf(given: Readonly<Record<string, unknown>>): {
  readonly rest: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly warnings: readonly SettingWarning[];
} {
  const {now, ...rest}: Record<string, unknown> = given;
  if (isSet(now)) checkValue('now', now, clock);
  const idle = withoutMeaning.filter(name => isSet(given[name]));
  for (const name of idle) delete rest[name];
  return {
    rest,
    clock: clockOf(isSet(now) ? (now as () => unknown) : () => Date.now()),
    warnings: idle.map(name => doesNothing(name, 'for keys and values')),
  };
}

function clockOf(now: () => unknown): Clock {
  return () => {
    const told = now();
    const time = types.isDate(told) ? told.getTime() : told;
    if (typeof time === 'number' && Number.isFinite(time)) return time;
    throw new InMemoryError(
      'INVALID_SETTING',
      `The function of the setting now gave ${show(told)}; it must give ` +
        'a date or milliseconds since 1970.',
      {property: 'now', value: told},
    );
  };
}
