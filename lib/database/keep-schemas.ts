import {RecoveredTable} from '../persistence/recovered-table';
import type {TableSchema} from '../schema/schema';
import type {FileTables} from './edit-file';

/**
 * Has tables that are new keep the schemas for which the rows were written that
 * are to come into them. A table that has rows, or a schema, stays as it is; a
 * foreign key to a table that is neither there nor comes is left out.
 */
export function keepSchemas(
  tables: FileTables,
  schemas: readonly TableSchema[],
): void {
  const known = new Set([...tables.keys(), ...schemas.map(({name}) => name)]);
  for (const schema of schemas) {
    const {name} = schema;
    const existing = tables.get(name);
    if (existing !== undefined && (existing.size > 0 || existing.schema)) {
      continue;
    }
    const foreignKeys = schema.foreignKeys.filter(key => known.has(key.parent));
    const table = existing ?? new RecoveredTable(name, undefined);
    table.add({table: name, schema: {...schema, foreignKeys}});
    tables.set(name, table);
  }
}
