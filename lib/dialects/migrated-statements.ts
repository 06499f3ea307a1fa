import type * as ours from '../database/statements';
import type {TableSchema} from '../schema/schema';
import type {MadeTable} from './ddl';
import type {MigratedDatabase, ModelFacts} from './dialect';
import {migratedTable} from './emulated-table';
import type {MeetHazard} from './hazards';
import {relationalStatements} from './relational/statements';

type Statements = typeof ours;

/** What a statement is handed: the version that it sees. */
interface Seeing {
  readonly version: {
    readonly tables: {
      get(table: string): {readonly kept?: TableSchema | undefined} | undefined;
    };
  };
}

/** What the statements of a model go by. */
interface Migrated {
  readonly database: MigratedDatabase;
  readonly meet: MeetHazard;
  /** The name that statements have for a column. */
  readonly propertyOf: (column: string) => string;
}

type Statement = (seeing: Seeing, table: string, ...rest: unknown[]) => unknown;

/**
 * The statements of a model whose table is what migrations have made of it: they
 * fail as the database does where there is no such table, or no such column.
 */
export function migratedStatements(
  statements: Statements,
  model: ModelFacts,
  {database, meet, propertyOf}: Migrated,
): Statements {
  let made: TableSchema | undefined;
  let current: Statements | undefined;
  const statementsIn = ({version}: Seeing, name: string): Statements => {
    const found = version.tables.get(name)?.kept;
    if (found?.native === undefined) {
      throw database.ddl.errors.noTable(database.tableName(model));
    }
    if (current === undefined || made !== found) {
      made = found;
      const own = found as MadeTable;
      const table = migratedTable(model, own, database, propertyOf);
      current = relationalStatements(statements, table, database, meet);
    }
    return current;
  };
  const entries = Object.keys(statements).map(key => {
    const statement: Statement = (seeing, table, ...rest) => {
      const own = statementsIn(seeing, table)[key as keyof Statements];
      return (own as Statement)(seeing, table, ...rest);
    };
    return [key, statement];
  });
  return Object.fromEntries(entries) as Statements;
}
