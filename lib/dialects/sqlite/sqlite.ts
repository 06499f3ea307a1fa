import {defaultDialect} from '../../value/dialect';
import type {TableSchema} from '../../schema/schema';
import {codePoints, valueOrder} from '../collation';
import type {
  ConnectorTraits,
  RelationalDatabase,
  EmulatedTable,
  FilterRules,
} from '../dialect';
import {refusalOfDefault, rowIdType, sqliteColumn} from './columns';
import {sqliteCondition} from './conditions';
import {
  errorOf,
  notNullFailed,
  phaseOf,
  sqliteError,
  syntaxError,
} from './errors';

/** The most parameters of a statement: `SQLITE_MAX_VARIABLE_NUMBER`. */
const maxParameters = 999;

const texts = valueOrder(codePoints, false);

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
    tableName: ({name, tableName}) => tableName ?? name.toLowerCase(),
    column: sqliteColumn,
    idGeneration: () => 'none',
    rowId,
    schemaOf,
    refusalOf,
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
  ],
  failing: {
    isActual: 'showFields() must be implemented by the connector',
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
  nested: () => undefined,
  nestedOrder: () => undefined,
  order: ({type}) => (type === 'string' ? texts : undefined),
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

/** The names of SQLite's number of a row; the first that is no column's counts. */
const rowIdNames = ['rowid', 'oid', '_rowid_'];

/** The id where it is an integer; else a column that nobody sees. */
function rowId({byProperty, ids}: EmulatedTable): string | undefined {
  const [id] = ids;
  if (id === undefined || ids.length > 1) return undefined;
  return id.nativeType === rowIdType
    ? id.property
    : rowIdNames.find(name => !byProperty.has(name));
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
  const hidden = rowId(table);
  const own = {...schema, indexes, foreignKeys: []};
  if (hidden === undefined || table.byProperty.has(hidden)) return own;
  return {
    ...own,
    columns: {...schema.columns, [hidden]: 'number'},
    indexes: [
      ...indexes,
      {
        name: hidden,
        kind: 'ordered',
        keys: [{path: hidden, direction: 1}],
        isUnique: false,
      },
    ],
  };
}
