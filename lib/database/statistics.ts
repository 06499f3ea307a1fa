import type {Version} from '../store/version';
import type {OpenTransaction} from '../transaction/open-transaction';

/** How much there is in a database, and what goes on in it. */
export interface Statistics {
  readonly tables: readonly TableStatistics[];
  /** The oldest first; one that is there for long was perhaps forgotten. */
  readonly openTransactions: readonly OpenTransaction[];
}

/** How much there is in a table. */
export interface TableStatistics {
  readonly name: string;
  readonly rows: number;
  readonly indexes: readonly string[];
}

/** How much there is in the tables of a version. O(tables). */
export function tableStatistics({tables}: Version): TableStatistics[] {
  const statistics: TableStatistics[] = [];
  tables.forEach(({schema, rows, indexes}) => {
    statistics.push({
      name: schema.name,
      rows: rows.size,
      indexes: indexes.map(({keys}) => keys.definition.name),
    });
  });
  return statistics;
}
