import type {Version} from '../database/database';
import type {ColumnNames} from './column-names';
import type {Models} from './models';

/** A foreign key of a model: its properties, each paired with one of the parent. */
export interface Reference {
  readonly properties: readonly string[];
  /** The models on the table that it refers to. */
  readonly parents: readonly string[];
  readonly parentProperties: readonly string[];
}

/**
 * The foreign keys of a model that hold, by the names of properties. Fails with
 * UNKNOWN_MODEL.
 */
export function referencesOf(
  model: string,
  models: Models,
  {tables}: Version,
): readonly Reference[] {
  const {names, table} = models.stored(model);
  return (tables.get(table)?.schema.foreignKeys ?? []).map(key => ({
    properties: named(key.properties, names),
    parents: models.names.filter(name => models.tableOf(name) === key.parent),
    parentProperties: named(key.parentProperties, models.namesIn(key.parent)),
  }));
}

function named(
  columns: readonly string[],
  names: ColumnNames | undefined,
): string[] {
  return columns.map(column => names?.propertyOf(column) ?? column);
}
