import type {Sliced} from '../base/slices';
import type {RecoveredTable} from '../persistence/recovered-table';
import {inferringKey} from '../persistence/salvage/infer-key';
import {type InferredTable, inferring, type TableRows} from '../schema/infer';
import type {Table} from '../store/table';
import {findTable, type Version} from '../store/version';

/**
 * What is known of each table: as models declare it or as it was kept, else as its
 * rows let guess, as work that can be cut. O(rows x columns).
 */
export function* discoverableTables(
  version: Version,
  recovered: ReadonlyMap<string, RecoveredTable>,
): Sliced<InferredTable[]> {
  const tables: TableRows[] = [];
  version.tables.forEach(table => void tables.push(declaredRows(table)));
  for (const table of recovered.values()) {
    // What a table has taken stays there as long as it may be taken back.
    if (findTable(version, table.name) === undefined) {
      tables.push(yield* recoveredRows(table));
    }
  }
  return yield* inferring(tables);
}

/** Where a model has changed since the rows were written, they tell what counts. */
function declaredRows({declared, kept, rows}: Table): TableRows {
  const schema = kept ?? declared;
  return {name: schema.name, schema, forEach: visit => rows.forEach(visit)};
}

function* recoveredRows(table: RecoveredTable): Sliced<TableRows> {
  const {name, schema} = table;
  const found = table.rows();
  const rows = found.map(([, row]) => row);
  yield;
  let {primaryKey} = table;
  if (primaryKey === undefined && schema === undefined) {
    const keys = found.map(([key]) => String(key));
    primaryKey = yield* inferringKey(keys, rows);
  }
  return {
    name,
    ...(schema === undefined ? {primaryKey: primaryKey!} : {schema}),
    forEach: visit => rows.forEach(row => visit(row)),
  };
}
