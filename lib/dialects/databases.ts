import {InMemoryError, show} from '../base/errors';
import type * as ours from '../database/statements';
import type {
  ConnectionSettings,
  DatabaseName,
  DatabaseSettings,
  EmulatedDatabase,
  EmulatedTable,
  EmulationSettings,
} from './dialect';
import type {MeetHazard} from './hazards';
import {mongodb} from './mongodb/mongodb';
import {mariadb, mysql} from './mysql/mysql';
import {postgresql} from './postgresql/postgresql';
import {relationalStatements} from './relational/statements';
import {sqlite} from './sqlite/sqlite';

export {copyHazard, refuseHazard, severalOperators} from './hazards';
export {emulatedTable} from './emulated-table';
export {fitting} from './fit';
export {migratedStatements} from './migrated-statements';
export {changesOf, failureOf, tablesIn} from './relational/ddl';
export {tableNamed} from './relational/made-tables';

const databases: Record<
  DatabaseName,
  (settings: DatabaseSettings) => EmulatedDatabase
> = {mariadb, mongodb, mysql, postgresql, sqlite};

const unicodeCollations = [
  'utf8mb4_general_ci',
  'utf8mb4_bin',
  'utf8mb4_unicode_ci',
  'utf8mb4_unicode_520_ci',
  'utf8mb4_uca1400_ai_ci',
];

/** The collations that each can be given; the default is the first. */
const collations: Record<DatabaseName, readonly string[]> = {
  postgresql: ['en_US.UTF-8', 'C'],
  mariadb: unicodeCollations,
  mysql: ['utf8mb4_0900_ai_ci', ...unicodeCollations],
  sqlite: [],
  mongodb: [],
};

/**
 * The database that settings name. Fails with INVALID_SETTING on a collation that
 * it has not.
 */
export function databaseNamed(
  {collation, database}: EmulationSettings,
  connection: ConnectionSettings,
): EmulatedDatabase {
  const known = collations[database];
  if (collation !== undefined && !known.includes(collation)) {
    const expected = known.map(name => `'${name}'`).join(', ');
    throw new InMemoryError(
      'INVALID_SETTING',
      `The setting emulate: {collation} cannot be ${show(collation)} with the ` +
        `database ${database}; ` +
        (known.length > 0 ? `it must be one of ${expected}.` : 'leave it out.'),
      {property: 'emulate', value: collation},
    );
  }
  return databases[database]({collation, connection});
}

/** The statements of a model as its database has them. */
export function statementsOf(
  statements: typeof ours,
  table: EmulatedTable,
  database: EmulatedDatabase,
  meet: MeetHazard,
): typeof ours {
  if ('statementsOf' in database) {
    return database.statementsOf(statements, table, meet);
  }
  const own = relationalStatements(statements, table, database, meet);
  if (database.refusalOf?.(table) === undefined) return own;
  const refuse = () => {
    throw database.noTable!(table);
  };
  const names = Object.keys(own) as (keyof typeof ours)[];
  return Object.fromEntries(
    names.map(name => [name, refuse]),
  ) as unknown as typeof ours;
}
