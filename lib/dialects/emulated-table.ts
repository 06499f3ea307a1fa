import type {TablePart} from './ddl';
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
  const columns = model.properties.map(property =>
    database.column(property, model),
  );
  const table = {
    model: model.name,
    properties: model.properties,
    settings: model.settings,
    name: database.tableName(model),
    columns,
    byProperty: byProperty(columns),
    ids: columns.filter(({isId}) => isId),
    absent: new Set<string>(),
    unknown: [],
  };
  return {...table, rowId: rowIdOf(table, database)};
}

function rowIdOf(
  table: Omit<EmulatedTable, 'rowId'>,
  database: EmulatedDatabase,
): string | undefined {
  return 'rowId' in database ? database.rowId?.(table) : undefined;
}

/**
 * A table as migrations have left it, as a model sees it. `propertyOf` gives the
 * name under which statements of the model have a column that it does not know.
 */
export function migratedTable(
  model: ModelFacts,
  made: TablePart,
  database: MigratedDatabase,
  propertyOf: (column: string) => string,
): EmulatedTable {
  const {ddl} = database;
  const {native} = made;
  const owners = new Map<string, PropertyFacts>();
  const absent = new Map<string, Column>();
  for (const property of model.properties) {
    const declared = database.column(property, model);
    const name = ddl.nameIn(declared.name);
    if (!owners.has(name)) owners.set(name, property);
    if (!Object.hasOwn(native.columns, name)) {
      absent.set(property.name, {...declared, name});
    }
  }
  const unknown: string[] = [];
  const columns = Object.entries(native.columns).map(([key, column]) => {
    const owner = owners.get(column.name);
    if (owner !== undefined) return ddl.columnOf(owner, column, made);
    const name = propertyOf(key);
    unknown.push(name);
    return ddl.columnOf(withoutModel(name), column, made);
  });
  const known = columns.filter(({property}) => !unknown.includes(property));
  const found = byProperty(known);
  const all = model.properties.flatMap(
    ({name}) => found.get(name) ?? absent.get(name) ?? [],
  );
  const table = {
    model: model.name,
    properties: model.properties,
    settings: model.settings,
    name: native.name,
    columns,
    byProperty: byProperty(all),
    ids: all.filter(({isId}) => isId),
    absent: new Set(absent.keys()),
    unknown,
  };
  return {...table, rowId: rowIdOf(table, database)};
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
