import type {Writer} from '../database/writer';
import type {Row} from '../value/copy';
import type {Column, EmulatedTable} from './table';

/** What the statements of a model are made of. */
export interface StatementParts {
  readonly table: EmulatedTable;
  readonly rows: TableRows;
  /** What makes the next numbers of columns. */
  readonly generator: (
    writer: Writer,
    name: string,
  ) => (column: Column) => unknown;
}

/** How rows of a table are written. Both fail as the database does. */
export interface TableRows {
  /** A row to insert of the columns that `given` names. */
  rowOf(given: object, next: NextIds): Row;
  /** What an update sets; never ids. */
  patchOf(given: object): Record<string, unknown>;
}

/** Takes the next id, in each of the ways in which ids are made. */
export interface NextIds {
  /** The next number of a column's sequence. */
  readonly generated: (column: Column) => unknown;
  /** One more than the greatest {@link EmulatedTable.rowId}, where there is one. */
  readonly rowId?: () => number;
}
