import {isDeepStrictEqual} from 'node:util';
import {defaultDialect} from '../../value/dialect';
import type {TableSchema} from '../../schema/schema';
import type {
  ConnectorTraits,
  RelationalDatabase,
  EmulatedTable,
  FilterRules,
} from '../dialect';
import type {Hazard} from '../hazards';
import {sqliteColumn} from './columns';
import {absentCondition, sqliteCondition, storedOrder} from './conditions';
import {isActualFails, sqliteDdl} from './ddl';
import {
  errorOf,
  notNullFailed,
  phaseOf,
  sqliteError,
  syntaxError,
} from './errors';
import {rowIdNameBeside, tableNameOf} from './names';
import {refusalOfDefault, rowIdType} from './native-columns';
import {withRowIdOf} from './tables';

/** The most parameters of a statement: `SQLITE_MAX_VARIABLE_NUMBER`. */
const maxParameters = 999;

/**
 * SQLite 3.31 by way of loopback-connector-sqlite3 3.0 and the package `sqlite3`
 * 4.2.
 */
export function sqlite(): RelationalDatabase {
  return {
    name: 'sqlite',
    engine: {
      ...defaultDialect,
      name: 'sqlite',
      negationMatchesNull: false,
      rangesMatchNull: false,
    },
    connector,
    tableName: tableNameOf,
    column: sqliteColumn,
    idGeneration: () => 'none',
    rowId,
    schemaOf,
    refusalOf,
    hazardOf,
    ddl: sqliteDdl,
    sql: {
      defaultSchema: '',
      withSchema: false,
      one: '1',
      dbName: name => name.toLowerCase(),
      escapeName,
      columnEscaped: (property, columnOf) => escapeName(columnOf(property)),
    },
    noTable: ({name}) => sqliteError('SQLITE_ERROR', `no such table: ${name}`),
    filter,
    writes: {
      emptySet: hasWhere => syntaxError(hasWhere ? 'WHERE' : undefined),
      notNull: notNullFailed,
    },
    phaseOf,
    errorOf,
  };
}

const connector: ConnectorTraits = {
  name: 'sqlite3',
  types: ['db', 'rdbms', 'sql'],
  isRelational: true,
  absent: [
    'createAll',
    'multiInsertSupported',
    'updateOrCreate',
    'replaceOrCreate',
    'upsertWithWhere',
    'patchOrCreateWithWhere',
    'findOrCreate',
    'buildNearFilter',
    'discoverUniqueKeys',
  ],
  failing: {
    isActual: isActualFails,
    discoverDatabaseSchemas:
      'buildQuerySchemas must be implemented by the connector',
    discoverModelDefinitions:
      'buildQueryTables must be implemented by the connector',
    ...Object.fromEntries(
      [
        'discoverModelProperties',
        'discoverPrimaryKeys',
        'discoverForeignKeys',
        'discoverExportedForeignKeys',
      ].map(method => [method, 'getArgs must be implemented by the connector']),
    ),
  },
  afterFailure: 'fails',
  defaultLevel: 'READ COMMITTED',
  // It sends `BEGIN READ COMMITTED TRANSACTION`.
  beginning: level => syntaxError(level.split(' ')[0]),
};

const filter: FilterRules = {
  orIsGrouped: false,
  condition: sqliteCondition,
  absent: absentCondition,
  nested: () => undefined,
  nestedOrder: () => undefined,
  order: ({type}) => (type === 'number' ? undefined : storedOrder),
  // In double quotes it is a text where it is no column: each row has it.
  unknownOrder: () => undefined,
  malformedOrder: syntaxError,
  limit(value) {
    const number = Number(value);
    if (!value || Number.isNaN(number)) return 0;
    if (Number.isFinite(number)) return number;
    throw sqliteError('SQLITE_ERROR', `no such column: ${number}`);
  },
  parameters(count) {
    if (count <= maxParameters) return;
    throw sqliteError(
      'SQLITE_ERROR',
      `variable number must be between ?1 and ?${maxParameters}`,
    );
  },
};

/** The column that is SQLite's number of a row; else one that nobody sees. */
function rowId({
  byProperty,
  columns,
  ids,
}: Omit<EmulatedTable, 'rowId'>): string | undefined {
  if (ids.length > 1) return undefined;
  const own = columns.find(({nativeType}) => nativeType === rowIdType);
  if (own !== undefined || ids.length === 0) return own?.property;
  const names = columns.map(({name}) => name);
  return rowIdNameBeside([...names, ...byProperty.keys()]);
}

/** As it does: it doubles no quotes within. */
function escapeName(name: string): string {
  return name && `"${name}"`;
}

/** A default that cannot be; two ids, or two columns of one name. */
function refusalOf({
  columns,
  ids,
  name,
  properties,
}: EmulatedTable): Error | undefined {
  for (const property of properties) {
    const refusal = refusalOfDefault(property);
    if (refusal !== undefined) return refusal;
  }
  if (ids.length > 1) {
    return sqliteError(
      'SQLITE_ERROR',
      `table "${name}" has more than one primary key`,
    );
  }
  const names = columns.map(column => column.name.toLowerCase());
  const second = names.findIndex((each, i) => names.indexOf(each) < i);
  if (second === -1) return undefined;
  return sqliteError(
    'SQLITE_ERROR',
    `duplicate column name: ${columns[second]!.name}`,
  );
}

/** No index is unique, as LoopBack's connector makes them, and no key foreign. */
function schemaOf(schema: TableSchema, table: EmulatedTable): TableSchema {
  const indexes = schema.indexes.map(index => ({...index, isUnique: false}));
  const number = rowId(table);
  const isHidden = number !== undefined && !table.byProperty.has(number);
  const own = {...schema, indexes, foreignKeys: []};
  return withRowIdOf(own, isHidden ? number : undefined);
}

/** A unique index that is made as one that is not. */
function hazardOf(
  {ids, model}: EmulatedTable,
  {indexes}: TableSchema,
): Hazard | undefined {
  const idNames = ids.map(({property}) => property);
  const index = indexes.find(({isUnique, keys}) => {
    const names = keys.map(({path}) => path);
    return isUnique && !isDeepStrictEqual(names, idNames);
  });
  if (index === undefined) return undefined;
  const names = index.keys.map(({path}) => path).join(', ');
  return {
    what:
      `loopback-connector-sqlite3 makes the unique index on ${names} of ${model} ` +
      'as one that is not unique: rows may have the same values there',
    instead:
      'Make that index by SQL in production, or look for such a row before you ' +
      'write; and declare it without unique',
  };
}
