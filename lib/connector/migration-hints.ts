import type {Defaults, MigrationHints} from '../database/database';
import type {DeclaredNames} from './declared-names';
import {
  type ModelClass,
  type ModelDefinition,
  ownSettings,
  type PropertyDefinition,
} from './loopback';

/**
 * What a model definition, which is stored under some names, says of its
 * migration. Before it had such names it was stored under its own.
 */
export function migrationHints(
  definition: ModelDefinition,
  {columns, table}: DeclaredNames,
): MigrationHints {
  const {model, properties, settings = {}} = definition;
  const {modelName} = model;
  const {renamedFrom: formerTable} = ownSettings(settings);
  const formerColumns: Record<string, string> = {};
  const lossy = new Set<string>();
  for (const [name, property] of Object.entries(properties)) {
    const {lossy: isLossy, renamedFrom} = ownSettings(property);
    const column = columns.get(name) ?? name;
    if (typeof renamedFrom === 'string') formerColumns[column] = renamedFrom;
    else if (column !== name) formerColumns[column] = name;
    if (isLossy === true) lossy.add(column);
  }
  const unnamed = {
    table: table === modelName ? undefined : modelName,
    columns: Object.fromEntries(
      [...columns].map(([name, column]) => [column, name]),
    ),
  };
  return {
    formerTable: typeof formerTable === 'string' ? formerTable : unnamed.table,
    formerColumns,
    unnamed,
    lossy,
    defaults: defaultsOf(definition, columns),
  };
}

function defaultsOf(
  {model, properties}: ModelDefinition,
  columns: DeclaredNames['columns'],
): Defaults | undefined {
  const all = Object.entries(properties).filter(([, property]) =>
    isFilled(property),
  );
  if (all.length === 0) return undefined;
  const perRow = all.filter(([, property]) => isPerRow(property));
  const names = all.map(([name]) => name);
  return {
    perRow: new Set(perRow.map(([name]) => columns.get(name) ?? name)),
    make: () => newRow(model, names, columns),
  };
}

/**
 * Whether rows that are there get a property's default. LoopBack wants them to
 * stay empty (`preserves empty values from the database` in its published tests),
 * as SQL connectors leave them: so only where they must have a value, or on demand.
 */
function isFilled(property: PropertyDefinition): boolean {
  const hasDefault =
    property.default !== undefined || property.defaultFn !== undefined;
  const isAsked = ownSettings(property)['backfill'] === true;
  return hasDefault && (isAsked || Boolean(property.required));
}

/** The time is the same for all rows, as in a transaction of a SQL database. */
function isPerRow({default: value, defaultFn}: PropertyDefinition): boolean {
  return value === undefined
    ? defaultFn !== 'now'
    : typeof value === 'function' && value !== Date;
}

/** Some of the values that LoopBack gives a new instance. */
function newRow(
  model: ModelClass,
  names: readonly string[],
  columns: DeclaredNames['columns'],
): Readonly<Record<string, unknown>> {
  type Instance = {toObject(onlySchema: boolean): Record<string, unknown>};
  const make = model as unknown as new (data: object) => Instance;
  const instance = new make({}).toObject(false);
  return Object.fromEntries(
    names.map(name => [columns.get(name) ?? name, instance[name]]),
  );
}
