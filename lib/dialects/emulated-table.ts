import type {NativeTable} from '../schema/schema';
import type {
  Column,
  EmulatedDatabase,
  EmulatedTable,
  MigratedDatabase,
  ModelFacts,
  PropertyFacts,
} from './dialect';

/** The table that a model has in a database where it was migrated. */
export function emulatedTable(
  model: ModelFacts,
  database: EmulatedDatabase,
): EmulatedTable {
  const columns = model.properties.map(property => database.column(property));
  return {
    model: model.name,
    name: database.tableName(model),
    columns,
    byProperty: byProperty(columns),
    ids: columns.filter(({isId}) => isId),
    absent: new Set(),
    unknown: [],
  };
}

/** A table as migrations have left it, as a model sees it. */
export function migratedTable(
  model: ModelFacts,
  native: NativeTable,
  database: MigratedDatabase,
): EmulatedTable {
  const {ddl} = database;
  const owners = new Map(
    model.properties.map(each => [
      ddl.nameIn(database.column(each).name),
      each,
    ]),
  );
  const absent = new Set(model.properties.map(({name}) => name));
  const unknown: string[] = [];
  const columns = Object.entries(native.columns).map(([key, column]) => {
    const owner = owners.get(column.name);
    if (owner === undefined) unknown.push(key);
    else absent.delete(owner.name);
    return ddl.columnOf(owner ?? withoutModel(key), column);
  });
  const found = byProperty(columns);
  const known = model.properties.map(
    property => found.get(property.name) ?? database.column(property),
  );
  return {
    model: model.name,
    name: native.name,
    columns,
    byProperty: byProperty(known),
    ids: known.filter(({isId}) => isId),
    absent,
    unknown,
  };
}

function byProperty(columns: readonly Column[]): Map<string, Column> {
  return new Map(columns.map(column => [column.property, column]));
}

/** What is known of a column that no property has. */
export function withoutModel(name: string): PropertyFacts {
  return {
    name,
    typeName: 'Any',
    columnName: name,
    isId: false,
    isGenerated: false,
    isNullable: true,
    own: {},
    declared: {},
  };
}
