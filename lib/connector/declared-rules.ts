import {InMemoryError} from '../base/errors';
import type {TableRules} from '../schema/rules';
import type {ColumnType} from '../value/coerce';
import {declaredLimits} from './declared-limits';
import {
  type ModelDefinition,
  ownSettings,
  type PropertyDefinition,
} from './loopback';

type Columns = Readonly<Record<string, ColumnType>>;

/** The rules that a datasource's settings make for all of its models. */
export type RuleSettings = Pick<TableRules, 'typeChecks' | 'unknownProperties'>;

/**
 * The rules that a model declares for its rows, in the forms in which
 * LoopBack's connectors and its REST layer read them. An id needs a value by a
 * rule of its own, so ids are not among those that are not null.
 *
 * Fails with INVALID_MODEL on a limit that cannot be, and on a version that is
 * an id, not a number, or one of several.
 */
export function declaredRules(
  definition: ModelDefinition,
  columns: Columns,
  settings: RuleSettings,
): TableRules {
  const version = versionOf(definition, columns);
  return {
    notNull: Object.entries(definition.properties)
      .filter(([, property]) => !property.id && !isNullable(property))
      .map(([name]) => name),
    limits: declaredLimits(definition, columns),
    ...settings,
    ...(version !== undefined && {version}),
  };
}

const notNullable = new Set<unknown>([0, 'N', 'NO', false]);

/** As loopback-connector's `isNullable`, and by the flags under our key. */
export function isNullable(property: PropertyDefinition): boolean {
  if (property.required) return false;
  const own = ownSettings(property);
  const flags = ['nullable', 'null', 'allowNull'] as const;
  return !flags.some(
    flag => notNullable.has(property[flag]) || notNullable.has(own[flag]),
  );
}

function versionOf(
  {model, properties}: ModelDefinition,
  columns: Columns,
): string | undefined {
  const names = Object.keys(properties).filter(
    name => properties[name]!.version === true,
  );
  const [name] = names;
  if (name === undefined) return undefined;
  const isNumber = ['number', 'any', 'json'].includes(columns[name]!);
  if (names.length === 1 && isNumber && !properties[name]!.id) return name;
  throw new InMemoryError(
    'INVALID_MODEL',
    `The version of ${model.modelName} cannot be ${names.join(', ')}: ` +
      'it must be one property of the type number that is not an id.',
    {table: model.modelName, property: name, constraint: 'version'},
  );
}
