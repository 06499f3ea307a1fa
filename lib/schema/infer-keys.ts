import type {Guess} from './guess';
import {idRank, isCalledUnique} from './key-names';
import type {IdGeneration, IndexDefinition} from './schema';
import {
  knownKey,
  type SeenColumn,
  type SeenTable,
  uuidForm,
} from './seen-tables';

/** So many different values are no chance, if the name says so too. */
const enoughValues = 5;

/** What tells the rows of a table apart. */
export interface InferredKeys {
  readonly primaryKey: readonly string[];
  readonly idGeneration: IdGeneration;
  /** Unique ones, each of one column. */
  readonly indexes: readonly IndexDefinition[];
  readonly guesses: readonly Guess[];
}

/** The id and the unique columns of a table. */
export function inferKeys(table: SeenTable): InferredKeys {
  const primaryKey = knownKey(table.rows) ?? idOf(table);
  const guesses: Guess[] = [];
  const {name, schema} = table.rows;
  for (const property of primaryKey) {
    const text = idText(table);
    guesses.push({table: name, property, what: 'id', text});
  }
  const indexes: IndexDefinition[] = [];
  for (const [property, column] of table.columns) {
    const isKnown = schema !== undefined || primaryKey.includes(property);
    if (isKnown || !isUnique(property, column, table)) continue;
    indexes.push({
      // As it is called where a model declares it on the property.
      name: `${property}_index`,
      kind: 'ordered',
      keys: [{path: property, direction: 1}],
      isUnique: true,
    });
    const text = `All ${table.rowCount} rows have values that are different.`;
    guesses.push({table: name, property, what: 'unique', text});
  }
  const idGeneration = idGenerationOf(table, primaryKey);
  return {primaryKey, idGeneration, indexes, guesses};
}

function idText({rowCount, rows}: SeenTable): string {
  if (rows.primaryKey !== undefined) return 'Rows are kept under it.';
  return rowCount === 0
    ? 'There are no rows; most tables have it.'
    : `It tells all ${rowCount} rows apart.`;
}

/** The column that is the id; none where no column tells all rows apart. */
function idOf({columns, rowCount, rows}: SeenTable): string[] {
  if (rowCount === 0) return ['id'];
  const ranked = [...columns].flatMap(([name, column]) => {
    const rank = idRank(name, rows.name);
    const isKey = rank !== undefined && tellsApart(column, rowCount);
    return isKey ? [{name, rank}] : [];
  });
  const best = ranked.toSorted((a, b) => a.rank - b.rank)[0];
  return best === undefined ? [] : [best.name];
}

/** Whether all rows have a value, of one type, and no two the same. */
function tellsApart(
  {sightings, values}: SeenColumn,
  rowCount: number,
): boolean {
  const {count, type} = sightings;
  return (
    count === rowCount &&
    (type === 'number' || type === 'string') &&
    values?.areUnique === true
  );
}

function isUnique(
  name: string,
  column: SeenColumn,
  {rowCount}: SeenTable,
): boolean {
  if (rowCount < enoughValues || !tellsApart(column, rowCount)) return false;
  return isCalledUnique(name) || column.values!.areTextsLike(uuidForm);
}

/** The form of the texts that the connector gives as ids. */
const textIdForm = /^id\d{10}$/;

/** How missing ids are made so that they go on with those that are there. */
function idGenerationOf(
  {columns, rowCount}: SeenTable,
  primaryKey: readonly string[],
): IdGeneration {
  const [name, ...rest] = primaryKey;
  if (name === undefined) return 'number';
  if (rest.length > 0) return 'none';
  if (rowCount === 0) return 'number';
  const column = columns.get(name);
  if (column === undefined) return 'none';
  const {hasIntegers, minimum, type} = column.sightings;
  if (type === 'number') return hasIntegers && minimum >= 1 ? 'number' : 'none';
  const isText = column.values?.areTextsLike(textIdForm) === true;
  return isText ? 'text' : 'none';
}
