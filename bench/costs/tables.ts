import {Database} from '../../lib/database/database';
import {insert} from '../../lib/database/statements';
import type {TableSchema} from '../../lib/schema/schema';
import type {Table} from '../../lib/store/table';
import {findTable} from '../../lib/store/version';
import {generateItems, type Item} from '../fixture';
import {itemSchema} from '../peers/database';
import {seededRandom, shuffled} from '../random';

/** A table of the bench, and the items in it by id. */
export interface Stock {
  readonly table: Table;
  readonly items: readonly Item[];
}

/** How many rows, and whether they lie in memory in another order than in the table. */
export interface Layout {
  readonly rows: number;
  readonly isScattered: boolean;
}

/** The items of the bench with an index on each kind of value. */
export const costSchema: TableSchema = {
  ...itemSchema,
  indexes: [
    ...itemSchema.indexes,
    {
      name: 'addedAt',
      kind: 'ordered',
      keys: [{path: 'addedAt', direction: 1}],
      isUnique: false,
    },
  ],
};

/** Rows lie as they came: by id, or, as after many changes, in any order. */
export async function stockOf({rows, isScattered}: Layout): Promise<Stock> {
  const items = [...generateItems(rows)];
  const places = shuffled(rows, seededRandom(rows));
  const coming = isScattered ? places.map(place => items[place]!) : items;
  const database = new Database();
  const {name} = costSchema;
  database.declare(name, costSchema);
  await database.write(writer => insert(writer, name, coming));
  return {table: findTable(database.head, name)!, items};
}
