import type {Version} from '../../database/database';
import {withKeyIndexes} from '../../schema/foreign-keys';
import {noRules} from '../../schema/rules';
import type {ForeignKey, NativeColumn, NativeTable} from '../../schema/schema';
import type {DdlRules, KeyOfTable, MadeTable} from '../ddl';
import type {MigratedDatabase, EmulatedTable} from '../dialect';
import {withoutModel} from '../emulated-table';

/** The tables that migrations have made. */
export function tablesOf(version: Version): MadeTable[] {
  const tables: MadeTable[] = [];
  version.tables.forEach(({kept}) => {
    if (kept?.native !== undefined) tables.push(kept as MadeTable);
  });
  return tables;
}

/** The table of a name in the database. */
export function tableNamed(
  version: Version,
  name: string,
): MadeTable | undefined {
  return tablesOf(version).find(({native}) => native.name === name);
}

/** What of other tables depends on one: the first foreign key of some. */
export function dependentOn(
  version: Version,
  table: MadeTable,
  isMeant: (key: ForeignKey) => boolean,
): KeyOfTable | undefined {
  return dependentsOn(version, table).find(({key}) => isMeant(key));
}

/** The foreign keys of other tables that refer to one. */
export function dependentsOn(
  version: Version,
  {name: parentName}: MadeTable,
): KeyOfTable[] {
  return tablesOf(version)
    .filter(({name}) => name !== parentName)
    .flatMap(({foreignKeys, native}) =>
      foreignKeys
        .filter(({parent}) => parent === parentName)
        .map(key => ({key, table: native.name})),
    );
}

/** The schema of this connector for a table of the database. */
export function schemaOf(
  table: Pick<MadeTable, 'name' | 'primaryKey' | 'indexes' | 'foreignKeys'>,
  native: NativeTable,
  database: MigratedDatabase,
): MadeTable {
  const {primaryKey} = table;
  const [id] = primaryKey;
  const {ddl} = database;
  const part = {native, indexes: table.indexes};
  const types = Object.entries(native.columns).map(
    ([key, column]) =>
      [key, ddl.columnOf(withoutModel(key), column, part).type] as const,
  );
  const isGenerated = id !== undefined && native.columns[id]?.isGenerated;
  const generation = isGenerated ? ddl.rules.generation : 'none';
  const own = table.indexes.filter(({name}) =>
    Object.hasOwn(native.indexes, name),
  );
  return {
    ...withKeyIndexes({
      ...noRules,
      name: table.name,
      primaryKey,
      idGeneration: id === undefined ? 'number' : generation,
      columns: Object.fromEntries(types),
      indexes: own,
      foreignKeys: table.foreignKeys,
    }),
    native,
  };
}

/** A column by its name in the database. */
export function columnIn(
  {native}: Pick<MadeTable, 'native'>,
  name: string,
  {columnNames}: DdlRules,
): NativeColumn | undefined {
  const {columns} = native;
  if (Object.hasOwn(columns, name)) return columns[name];
  if (columnNames === 'exact') return undefined;
  const key = name.toLowerCase();
  return Object.values(columns).find(each => each.name.toLowerCase() === key);
}

/** A table with its columns as messages need them. */
export function shownTable(
  table: MadeTable,
  {ddl}: MigratedDatabase,
): EmulatedTable {
  const {native} = table;
  const columns = Object.entries(native.columns).map(([key, column]) =>
    ddl.columnOf(withoutModel(key), column, table),
  );
  return {
    model: native.name,
    name: native.name,
    properties: [],
    settings: {},
    columns,
    byProperty: new Map(columns.map(column => [column.property, column])),
    ids: [],
    absent: new Set(),
    unknown: [],
    rowId: undefined,
  };
}
