import type * as ours from '../database/statements';
import type {
  DatabaseName,
  EmulatedDatabase,
  EmulatedTable,
  EmulationSettings,
} from './dialect';
import type {MeetHazard} from './hazards';
import {postgresql} from './postgresql/postgresql';
import {relationalStatements} from './relational/statements';

export {copyHazard, refuseHazard, severalOperators} from './hazards';
export {emulatedTable} from './emulated-table';

const databases: Partial<
  Record<DatabaseName, (collation?: string) => EmulatedDatabase>
> = {postgresql};

/** The database that settings name. */
export function databaseNamed({
  collation,
  database,
}: EmulationSettings): EmulatedDatabase {
  return databases[database]!(collation);
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
