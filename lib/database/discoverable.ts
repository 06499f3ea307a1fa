import type {RecoveredTable} from '../persistence/recovered-table';
import {inferKey} from '../persistence/salvage/infer-key';
import {
  type InferredTable,
  inferSchemas,
  type TableRows,
} from '../schema/infer';
import type {Table} from '../store/table';
import {findTable, type Version} from '../store/version';

/**
 * What is known of each table: as models declare it or as it was kept, else as its
 * rows let guess. O(rows x columns).
 */
export function discoverableTables(
  version: Version,
  recovered: ReadonlyMap<string, RecoveredTable>,
): InferredTable[] {
  const tables: TableRows[] = [];
  version.tables.forEach(table => void tables.push(declaredRows(table)));
  for (const table of recovered.values()) {
    // What a table has taken stays there as long as it may be taken back.
    if (findTable(version, table.name) === undefined) {
      tables.push(recoveredRows(table));
    }
  }
  return inferSchemas(tables);
}

/** Where a model has changed since the rows were written, they tell what counts. */
function declaredRows({declared, kept, rows}: Table): TableRows {
  const schema = kept ?? declared;
  return {name: schema.name, schema, forEach: visit => rows.forEach(visit)};
}

function recoveredRows(table: RecoveredTable): TableRows {
  const {name, schema} = table;
  const found = table.rows();
  const rows = found.map(([, row]) => row);
  const primaryKey =
    table.primaryKey ??
    inferKey(
      found.map(([key]) => String(key)),
      rows,
    );
  return {
    name,
    ...(schema === undefined ? {primaryKey} : {schema}),
    forEach: visit => rows.forEach(row => visit(row)),
  };
}
