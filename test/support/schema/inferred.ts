import {
  type InferredTable,
  inferSchemas,
  type TableRows,
} from '../../../lib/schema/infer';
import type {Row} from '../../../lib/value/copy';

/** A table of rows to infer from. */
export function tableOf(name: string, rows: readonly Row[]): TableRows {
  return {name, forEach: visit => rows.forEach(row => visit(row))};
}

/** What is inferred from the rows of one table. */
export function inferred(name: string, rows: readonly Row[]): InferredTable {
  return inferSchemas([tableOf(name, rows)])[0]!;
}
