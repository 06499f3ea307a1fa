import {defaultDialect} from '../../value/dialect';
import {type Collation, codePoints, enUS, valueOrder} from '../collation';
import type {
  DatabaseSettings,
  FilterRules,
  RelationalDatabase,
  WriteRules,
} from '../dialect';
import {postgresqlColumn} from './columns';
import {isCollated, postgresqlCondition} from './conditions';
import {postgresqlDdl} from './ddl';
import {postgresqlDiscovery} from './discovery';
import {errorOf, notNullViolation, pgError} from './errors';
import {jsonOrder, jsonPath} from './json-paths';
import {isOfDatabase} from '../native-error';
import {nativeColumn} from './native-columns';

/** The collations of texts by the names that `datcollate` has for them. */
export const postgresqlCollations: Readonly<Record<string, string>> = {
  'en_US.UTF-8': 'en_US.UTF-8',
  'en_US.utf8': 'en_US.UTF-8',
  C: 'C',
  'C.UTF-8': 'C',
  'C.utf8': 'C',
  POSIX: 'C',
};

/** PostgreSQL 15 by way of loopback-connector-postgresql and `pg`. */
export function postgresql({
  collation = 'en_US.UTF-8',
}: DatabaseSettings): RelationalDatabase {
  const texts = collation === 'C' ? codePoints : enUS();
  return {
    name: 'postgresql',
    engine: {
      ...defaultDialect,
      name: 'postgresql',
      negationMatchesNull: false,
      rangesMatchNull: false,
      errorFailsTransaction: isOfDatabase,
      foreignKeysComeLast: true,
    },
    connector: {
      name: 'postgresql',
      types: ['db', 'rdbms', 'sql'],
      isRelational: true,
      absent: [
        'updateOrCreate',
        'replaceOrCreate',
        'upsertWithWhere',
        'patchOrCreateWithWhere',
        'findOrCreate',
        'buildNearFilter',
      ],
      afterFailure: 'isRolledBackAtCommit',
      defaultLevel: 'READ COMMITTED',
      pool: {setting: 'max', size: 10},
    },
    tableName: ({name, tableName}) => tableName ?? name.toLowerCase(),
    column: postgresqlColumn,
    idGeneration(property) {
      if (nativeColumn(property).isGenerated) return 'sequence';
      const {isGenerated, own, typeName} = property;
      if (!isGenerated) return 'none';
      const {dataType = 'integer'} = own as {dataType?: string};
      const isInteger = /^(int|big|small|serial)/i.test(dataType);
      return typeName === 'Number' && isInteger ? 'sequence' : 'none';
    },
    filter: filterRules(texts),
    writes,
    ddl: postgresqlDdl,
    discovery: postgresqlDiscovery,
    sql: {
      defaultSchema: 'public',
      withSchema: true,
      one: '?column?',
      dbName: name => name.toLowerCase(),
      escapeName,
      columnEscaped,
    },
    phaseOf,
    errorOf,
  };
}

const writes: WriteRules = {
  emptySet: hasWhere =>
    pgError(
      '42601',
      hasWhere
        ? 'syntax error at or near "WHERE"'
        : 'syntax error at end of input',
    ),
  notNull: (column, table, row) => notNullViolation(column, table, row),
};

/**
 * LoopBack's connector, the parser, the analysis, the parameters; sizes of columns
 * are seen to when the statement runs.
 */
function phaseOf(error: unknown): number {
  const {code, message} = error as {code?: unknown; message: string};
  if (typeof code !== 'string') return 0;
  if (code === '42601') return 1;
  if (code.startsWith('42')) return 2;
  const isSize = code === '22001' || message === 'numeric field overflow';
  return isSize ? 4 : 3;
}

function filterRules(texts: Collation): FilterRules {
  return {
    orIsGrouped: true,
    condition: (operator, operand, column, parameter) =>
      postgresqlCondition(operator, operand, column, {parameter, texts}),
    nested: (path, expression, column, parameter) =>
      jsonPath(path, expression, column, {parameter, texts}),
    nestedOrder: (path, column) => jsonOrder(path, column, texts),
    order(column, mayBeNull) {
      const isText = isCollated(column);
      return isText || mayBeNull
        ? valueOrder(isText ? texts : undefined, true)
        : undefined;
    },
    unknownOrder: name =>
      pgError('42703', `column "${name.toLowerCase()}" does not exist`),
    malformedOrder: near =>
      pgError(
        '42601',
        near === undefined
          ? 'syntax error at end of input'
          : `syntax error at or near "${near}"`,
      ),
    limit(value) {
      const number = Number(value);
      if (!value || Number.isNaN(number)) return 0;
      if (!Number.isFinite(number)) {
        throw pgError('42703', 'column "infinity" does not exist');
      }
      return number;
    },
  };
}

function escapeName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path leads into a column of JSON. */
function columnEscaped(
  property: string,
  columnOf: (property: string) => string,
): string {
  const [first = '', ...path] = property.split('.');
  const parts = path.map((part, i) => {
    const arrow = i < path.length - 1 ? '->' : '->>';
    return `${arrow}'${part.replaceAll("'", "''")}'`;
  });
  return escapeName(columnOf(first)) + parts.join('');
}
