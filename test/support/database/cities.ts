import {Database} from '../../../lib/database/database';
import {insert} from '../../../lib/database/statements';
import type {TableSchema} from '../../../lib/schema/schema';
import {schemaOf} from '../schema/example';

export const rowCount = 40;

/** A database of cities that were written for `before`. */
export async function cities(
  before: Partial<TableSchema> = {},
): Promise<Database> {
  const database = new Database();
  database.declare('City', schemaOf(before));
  const rows = Array.from({length: rowCount}, (_, n) => ({name: `${n}`}));
  await database.write(to => insert(to, 'City', rows));
  return database;
}
