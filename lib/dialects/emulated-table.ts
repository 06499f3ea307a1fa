import type {EmulatedDatabase, EmulatedTable, ModelFacts} from './dialect';

/** The table that a model has in a database. */
export function emulatedTable(
  model: ModelFacts,
  database: EmulatedDatabase,
): EmulatedTable {
  const columns = model.properties.map(property =>
    database.column(property, model),
  );
  return {
    model: model.name,
    name: database.tableName(model),
    columns,
    byProperty: new Map(columns.map(column => [column.property, column])),
    ids: columns.filter(({isId}) => isId),
  };
}
