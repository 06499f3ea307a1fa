import {defaultDialect} from '../../value/dialect';
import {valueOrder} from '../collation';
import type {
  DatabaseSettings,
  FilterRules,
  RelationalDatabase,
  WriteRules,
} from '../dialect';
import {collationNamed, type MysqlCollation} from './collations';
import {mysqlColumn, type MysqlColumn} from './columns';
import {mysqlCondition, mysqlEqual} from './conditions';
import {mysqlDdl} from './ddl';
import {mysqlDiscovery} from './discovery';
import {enumFactory} from './enum-factory';
import {
  atRow,
  errorOf,
  mysqlError,
  parseError,
  phaseOf,
  unknownColumn,
} from './errors';
import {
  type Flavour,
  mariadbFlavour,
  mysqlFlavour,
  type Server,
} from './flavour';
import {nativeColumn} from './native-columns';
import {mysqlStatements} from './upsert';

/** MariaDB 10.11 by way of loopback-connector-mysql and `mysql2`. */
export function mariadb(settings: DatabaseSettings): RelationalDatabase {
  return databaseOf(mariadbFlavour, settings);
}

/** MySQL 8.0 by the same. */
export function mysql(settings: DatabaseSettings): RelationalDatabase {
  return databaseOf(mysqlFlavour, settings);
}

function databaseOf(
  flavour: Flavour,
  {collation = flavour.defaultCollation, connection}: DatabaseSettings,
): RelationalDatabase {
  const {collation: sentIn = 'utf8_general_ci', database = 'test'} = connection;
  const user = connection.username || connection.user || 'root';
  const sendsPairs = !sentIn.startsWith('utf8mb4');
  const server: Server = {flavour, schema: database, sendsPairs};
  const texts = collationNamed(collation, sendsPairs);
  return {
    name: flavour.name,
    engine: {
      ...defaultDialect,
      name: `${flavour.name}, ${texts.name}`,
      negationMatchesNull: false,
      likeIsCaseSensitive: false,
      rangesMatchNull: false,
      noActionIsRestrict: true,
      uncommittedReads: 'all',
      repeatableWrites: 'newest',
      deadlockVictim: 'wroteLeast',
      texts,
    },
    connector: {
      name: 'mysql',
      types: ['db', 'rdbms', 'sql'],
      isRelational: true,
      absent: [
        'upsertWithWhere',
        'patchOrCreateWithWhere',
        'findOrCreate',
        'buildNearFilter',
      ],
      afterFailure: 'isLeft',
      defaultLevel: 'READ COMMITTED',
      pool: {setting: 'connectionLimit', size: 10},
      ofDataSource: {EnumFactory: enumFactory},
    },
    tableName: ({name, tableName}) => tableName ?? name,
    column: (property, model) => mysqlColumn(property, model, server),
    idGeneration: property =>
      nativeColumn(property).isGenerated ? 'number' : 'none',
    filter: filterRules(server, texts),
    writes: writeRules(server),
    phaseOf,
    errorOf: (error, table) => errorOf(error, table, server),
    statements: mysqlStatements,
    ddl: mysqlDdl(server),
    discovery: mysqlDiscovery(server, user),
    sql: {
      defaultSchema: '',
      withSchema: false,
      one: '1',
      dbName: name => name,
      escapeName,
      columnEscaped: (property, columnOf) => escapeName(columnOf(property)),
    },
  };
}

function escapeName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function filterRules(server: Server, texts: MysqlCollation): FilterRules {
  const comparing = {server, texts};
  return {
    orIsGrouped: true,
    equal: (value, column) => mysqlEqual(value, column, comparing),
    condition: (operator, operand, column) =>
      mysqlCondition(operator, operand, column, comparing),
    nested: () => undefined,
    nestedOrder: () => undefined,
    order(column) {
      const {isCollated, values} = column as MysqlColumn;
      if (values !== undefined) return orderOf(values);
      return isCollated ? valueOrder(texts, false) : undefined;
    },
    unknownOrder: name => unknownColumn(server, name, 'order'),
    malformedOrder: near => parseError(server, near ?? ''),
    limit(value) {
      const number = Number(value);
      if (!value || Number.isNaN(number)) return 0;
      if (!Number.isFinite(number)) {
        throw mysqlError(
          'ER_SP_UNDECLARED_VAR',
          `Undeclared variable: ${number}`,
        );
      }
      if (!Number.isInteger(number) || number < 0) {
        throw parseError(server, String(number));
      }
      return number;
    },
  };
}

/** The values of an enum are in the order in which they are declared. */
function orderOf(values: readonly string[]) {
  const compare = (a: string, b: string) =>
    values.indexOf(a) - values.indexOf(b);
  return valueOrder({name: 'enum', compare}, false);
}

function writeRules(server: Server): WriteRules {
  return {
    givesGeneratedIdsAlone: true,
    emptySet: hasWhere => parseError(server, hasWhere ? 'WHERE' : ''),
    atRow,
    nullBecomes: ({property}, stored) =>
      `loopback-connector-mysql writes ${JSON.stringify(stored)} in ` +
      `the place of null into ${property}, which cannot be null`,
    notNull: ({name}, _table, _row, isUpdate) =>
      isUpdate
        ? mysqlError('ER_BAD_NULL_ERROR', `Column '${name}' cannot be null`)
        : mysqlError(
            'ER_NO_DEFAULT_FOR_FIELD',
            `Field '${name}' doesn't have a default value`,
          ),
  };
}
