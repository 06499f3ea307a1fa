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
import {mariadb, mysql} from './mysql/mysql';
import {postgresql} from './postgresql/postgresql';
import {relationalStatements} from './relational/statements';

export {copyHazard, refuseHazard, severalOperators} from './hazards';
export {emulatedTable} from './emulated-table';

const databases: Partial<
  Record<DatabaseName, (settings: DatabaseSettings) => EmulatedDatabase>
> = {postgresql, mariadb, mysql};

/** The database that settings name. */
export function databaseNamed(
  {collation, database}: EmulationSettings,
  connection: ConnectionSettings,
): EmulatedDatabase {
  return databases[database]!({collation, connection});
}

/** The statements of a model as its database has them. */
export function statementsOf(
  statements: typeof ours,
  table: EmulatedTable,
  database: EmulatedDatabase,
  meet: MeetHazard,
): typeof ours {
  return relationalStatements(statements, table, database, meet);
}
