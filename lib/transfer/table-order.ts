import type {TableSchema} from '../schema/schema';

/**
 * Tables in such an order that those to which foreign keys refer come first, and
 * otherwise in the given one. Of tables that refer to each other in a circle the
 * first one that was given comes first. O(tables and foreign keys).
 */
export function inForeignKeyOrder<T>(
  tables: readonly T[],
  schemaOf: (table: T) => Pick<TableSchema, 'name' | 'foreignKeys'>,
): T[] {
  const byName = new Map(tables.map(table => [schemaOf(table).name, table]));
  const ordered = new Set<T>();
  const begun = new Set<T>();
  const visit = (table: T): void => {
    if (begun.has(table)) return;
    begun.add(table);
    for (const {parent} of schemaOf(table).foreignKeys) {
      const above = byName.get(parent);
      if (above !== undefined) visit(above);
    }
    ordered.add(table);
  };
  for (const table of tables) visit(table);
  return [...ordered];
}
