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
import {mysqlCollations} from './mysql/collations';
import {mariadb, mysql} from './mysql/mysql';
import {postgresql, postgresqlCollations} from './postgresql/postgresql';
import {relationalStatements} from './relational/statements';
import {sqlite} from './sqlite/sqlite';

export {copyHazard, refuseHazard, severalOperators} from './hazards';
export {emulatedTable} from './emulated-table';
export {fitting, reading} from './fit';
export {migratedStatements} from './migrated-statements';
export {changesOf, failureOf, tablesIn} from './relational/ddl';
export {tableNamed} from './relational/made-tables';

/** How a database is made, and the collations of which it can have one. */
interface Maker {
  readonly make: (settings: DatabaseSettings) => EmulatedDatabase;
  /** The name here by each name that can be given; none where there is no choice. */
  readonly collations: Readonly<Record<string, string>>;
}

const databases: Record<DatabaseName, Maker> = {
  mariadb: {make: mariadb, collations: mysqlCollations},
  mongodb: {make: mongodb, collations: {}},
  mysql: {make: mysql, collations: mysqlCollations},
  postgresql: {make: postgresql, collations: postgresqlCollations},
  sqlite: {make: sqlite, collations: {}},
};

/**
 * The database that settings name. Fails with INVALID_SETTING on a collation that
 * it cannot have here, for texts would be ordered otherwise than in production.
 */
export function databaseNamed(
  {collation, database}: EmulationSettings,
  connection: ConnectionSettings,
): EmulatedDatabase {
  const {collations, make} = databases[database];
  if (collation === undefined) return make({collation, connection});
  if (!Object.hasOwn(collations, collation)) {
    throw unknownCollation(collation, database, collations);
  }
  return make({collation: collations[collation], connection});
}

function unknownCollation(
  given: string,
  database: DatabaseName,
  collations: Maker['collations'],
): InMemoryError {
  const names = [...new Set(Object.values(collations))];
  const last = names.pop();
  const must =
    last === undefined
      ? 'there is one order of texts. Leave it out.'
      : `it must be '${names.join("', '")}' or '${last}'. Leave it out for ` +
        'the default, or name the one whose order is the nearest.';
  return new InMemoryError(
    'INVALID_SETTING',
    `The setting emulate: {collation} cannot be ${show(given)}: with the ` +
      `database ${database} ${must}`,
    {property: 'emulate', value: given},
  );
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
