import {runAtOnce, type Sliced} from '../base/slices';
import {withKeyIndexes} from './foreign-keys';
import type {Guess} from './guess';
import {inferColumns} from './infer-columns';
import {inferForeignKeys, type InferredForeignKeys} from './infer-foreign-keys';
import {inferKeys} from './infer-keys';
import {noRules} from './rules';
import type {TableSchema} from './schema';
import {see, type SeenTable, type TableRows} from './seen-tables';

export type {Guess} from './guess';
export type {TableRows} from './seen-tables';

/*
 * What the rows of tables tell of their schemas, where nobody has declared any.
 * All that comes out of it is a guess, and a sober one: it is true of all rows
 * that there are, and where that could be chance, names have to say the same.
 *
 * - Type: what all values of a column are. Texts are dates where each of them is
 *   a moment in ISO form, with time and zone. A column of mixed values is `any`.
 * - Required: what every row has, where there are two rows at least.
 * - Id: where it is not known, the column `id`, or one called like the table
 *   (`cityId`), or `uuid`, if it tells all rows apart.
 * - Unique: what every row has and no two have in common, where there are five
 *   rows at least, if it is called so (`email`, `code`, `slug`, ...) or is a UUID.
 * - Foreign key: a column called like a table or its id (`countryId`,
 *   `country_id`, `country`), whose values are all ids of that table.
 * - Enum: at most ten short texts, each of which is there twice and all of them ten
 *   times on average.
 */

/** What rows tell of their table; every part of it is a guess. */
export interface InferredTable {
  /** Has `notNull`, enums, unique indexes and foreign keys as guessed. */
  readonly schema: TableSchema;
  /** The columns of numbers, or lists of numbers, that are all integers. */
  readonly integers: ReadonlySet<string>;
  /** None where the schema was known. */
  readonly guesses: readonly Guess[];
}

/**
 * The schemas of tables, in their order. O(rows x columns): each row is visited
 * once. What is kept does not grow with the rows, but for the different values of
 * columns that may be keys.
 */
export function inferSchemas(tables: readonly TableRows[]): InferredTable[] {
  return runAtOnce(inferring(tables));
}

/** As {@link inferSchemas}, as work that can be cut. */
export function* inferring(
  tables: readonly TableRows[],
): Sliced<InferredTable[]> {
  const keyed: KeyedTable[] = [];
  for (const table of tables) {
    const seen = yield* see(table, tables);
    keyed.push({...seen, ...inferKeys(seen)});
  }
  const found = yield* inferForeignKeys(keyed);
  return concluded(keyed, found);
}

type KeyedTable = SeenTable & ReturnType<typeof inferKeys>;

function concluded(
  keyed: readonly KeyedTable[],
  found: readonly InferredForeignKeys[],
): InferredTable[] {
  return keyed.map((table, i) => {
    const {name, schema: known} = table.rows;
    const integers = integersOf(table);
    if (known !== undefined) return {schema: known, integers, guesses: []};
    const {foreignKeys, guesses: ofForeignKeys} = found[i]!;
    const referring = new Set(foreignKeys.flatMap(key => key.properties));
    const indexes = table.indexes.filter(
      ({keys}) => !referring.has(keys[0]!.path),
    );
    const keyColumns = new Set([
      ...table.primaryKey,
      ...referring,
      ...indexes.map(({keys}) => keys[0]!.path),
    ]);
    const {guesses: ofColumns, ...declared} = inferColumns(
      table,
      table.primaryKey,
      keyColumns,
    );
    const schema = withKeyIndexes({
      name,
      primaryKey: table.primaryKey,
      idGeneration: table.idGeneration,
      ...noRules,
      ...declared,
      indexes,
      foreignKeys,
    });
    const ofKeys = table.guesses.filter(
      ({what, property}) => what !== 'unique' || !referring.has(property!),
    );
    return {
      schema,
      integers,
      guesses: [...ofKeys, ...ofForeignKeys, ...ofColumns],
    };
  });
}

function integersOf({columns}: SeenTable): Set<string> {
  const integers = new Set<string>();
  for (const [name, {sightings}] of columns) {
    const {hasIntegers, type} = sightings;
    if ((type === 'number' || type === 'number[]') && hasIntegers) {
      integers.add(name);
    }
  }
  return integers;
}
