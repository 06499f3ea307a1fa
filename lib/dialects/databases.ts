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

/** The database that settings name. */
export function databaseNamed(
  {collation, database}: EmulationSettings,
  connection: ConnectionSettings,
): EmulatedDatabase {
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
