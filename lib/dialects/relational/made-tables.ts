import type {Version} from '../../database/database';
import {withKeyIndexes} from '../../schema/foreign-keys';
import {noRules} from '../../schema/rules';
import type {ForeignKey, NativeColumn, NativeTable} from '../../schema/schema';
import type {MadeTable} from '../ddl';
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
): string | undefined {
  for (const {foreignKeys, name, native} of tablesOf(version)) {
    if (name === table.name) continue;
    const key = foreignKeys.find(
      ({parent, ...rest}) =>
        parent === table.name && isMeant({parent, ...rest}),
    );
    if (key !== undefined)
      return `constraint ${key.name} on table ${native.name}`;
  }
  return undefined;
}

/** The schema of this connector for a table of the database. */
export function schemaOf(
  table: Pick<MadeTable, 'name' | 'primaryKey' | 'indexes' | 'foreignKeys'>,
  native: NativeTable,
  database: MigratedDatabase,
): MadeTable {
  const {primaryKey} = table;
  const [id] = primaryKey;
  const types = Object.entries(native.columns).map(
    ([key, column]) =>
      [key, database.ddl.columnOf(withoutModel(key), column).type] as const,
  );
  const isGenerated = id !== undefined && native.columns[id]?.isGenerated;
  const generation = isGenerated ? 'sequence' : 'none';
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
  {native}: MadeTable,
  name: string,
): NativeColumn | undefined {
  return Object.hasOwn(native.columns, name) ? native.columns[name] : undefined;
}

/** A table with its columns as messages need them. */
export function shownTable(
  {native}: MadeTable,
  database: MigratedDatabase,
): EmulatedTable {
  const columns = Object.entries(native.columns).map(([key, column]) =>
    database.ddl.columnOf(withoutModel(key), column),
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
