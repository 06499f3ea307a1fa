import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import {databaseNames, type EmulationSettings} from '../dialects/dialect';

/** What a setting can be, and how that is said. */
export interface Rule {
  readonly expected: string;
  allows(value: unknown): boolean;
  /** What the members of an object can be, where it is one. */
  readonly members?: Readonly<Record<string, Rule>>;
}

/** One of some texts. */
export function oneOf(...values: readonly string[]): Rule {
  return {
    expected: values
      .map(value => `'${value}'`)
      .join(', ')
      .replace(/, (?=[^,]*$)/, ' or '),
    allows: value => values.includes(value as string),
  };
}

/** The longest that a timer of Node can be set to; longer ones go off at once. */
export const maxTimerMs = 2 ** 31 - 1;

/** What a number of milliseconds can be. */
export const milliseconds: Rule = {
  expected: `a number of milliseconds from 0 to ${maxTimerMs}`,
  allows: value =>
    Number.isInteger(value) &&
    Number(value) >= 0 &&
    Number(value) <= maxTimerMs,
};

/** What a number of connections can be. */
export const connections: Rule = {
  expected: 'a number of connections from 1 on',
  allows: value => Number.isInteger(value) && Number(value) >= 1,
};

/** The members of the setting `emulate`. */
const ofEmulation: Readonly<Record<keyof EmulationSettings, Rule>> = {
  database: oneOf(...databaseNames),
  // Which of them there are is the database's to say.
  collation: {
    expected: 'the name of a collation',
    allows: value => typeof value === 'string',
  },
  hazards: oneOf('error', 'copy'),
  migrations: oneOf('automatic', 'required'),
};

/** What the setting `emulate` can be. */
export const emulation: Rule = {
  expected:
    `${databaseNames.map(name => `'${name}'`).join(', ')}, or {database, ` +
    "collation, hazards: 'error' or 'copy', migrations: 'automatic' or 'required'}",
  allows: value =>
    databaseNames.includes(
      (isRecord(value) ? value['database'] : value) as never,
    ),
  members: ofEmulation,
};

/** What the setting `checkpoint` can be. */
export const checkpoint: Rule = {
  expected: "'commit' or {idleMs: milliseconds}",
  allows: value => value === 'commit' || isCheckpointSettings(value),
};

function isCheckpointSettings(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const {idleMs = 0, ...others} = value;
  return Object.keys(others).length === 0 && milliseconds.allows(idleMs);
}

/**
 * Fails with INVALID_SETTING on a value that a setting cannot have; of an object
 * it names the member.
 */
export function checkValue(name: string, value: unknown, rule: Rule): void {
  if (rule.members && isRecord(value)) checkMembers(name, value, rule.members);
  if (!rule.allows(value)) throw invalid(name, value, rule.expected);
}

/** Fails on the first member that is unknown, or cannot be what it is. */
function checkMembers(
  name: string,
  value: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
): void {
  for (const [member, given] of Object.entries(value)) {
    const rule = Object.hasOwn(rules, member) ? rules[member]! : undefined;
    if (rule?.allows(given)) continue;
    const place = `${name}: {${member}}`;
    if (rule) throw invalid(place, given, rule.expected, name);
    const known = Object.keys(rules);
    const meant = nearest(member, known);
    throw new InMemoryError(
      'INVALID_SETTING',
      `There is no setting ${place}; the members of ${name} are ` +
        `${known.join(', ')}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
      {property: name, value: given},
    );
  }
}

function invalid(
  name: string,
  value: unknown,
  expected: string,
  property = name,
): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    `The setting ${name} cannot be ${show(value)}; it must be ${expected}.`,
    {property, value},
  );
}
