import type {TableSchema} from '../schema/schema';
import type {Row} from '../value/copy';

/** A table that is taken elsewhere: its schema, and its rows as they are stored. */
export interface TransferTable {
  readonly schema: TableSchema;
  /** Whether the schema was kept with the rows, and is no guess. */
  readonly isKept?: boolean;
  readonly rows: readonly Row[];
  /** The next number of generated ids, as far as it was noted. */
  readonly nextSequence: number;
}
