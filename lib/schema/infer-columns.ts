import type {ColumnType} from '../value/coerce';
import {setOwn} from '../value/copy';
import type {Guess} from './guess';
import type {ColumnLimits} from './rules';
import type {NestedTypes, Shape, TableSchema} from './schema';
import type {SeenTable} from './seen-tables';
import type {Sightings} from './sightings';

/** So often are the texts of an enum there, on average and at least. */
const enumRepetitions = 10;
const leastRepetitions = 2;

/** So many rows must have a value before it is required. */
const enoughRows = 2;

/** What the values of columns tell: types, what is inside, rules. */
export type InferredColumns = Pick<
  TableSchema,
  'columns' | 'nested' | 'notNull' | 'limits'
> & {readonly guesses: readonly Guess[]};

/** `keyColumns` have many values by nature, and are no enums. */
export function inferColumns(
  table: SeenTable,
  primaryKey: readonly string[],
  keyColumns: ReadonlySet<string>,
): InferredColumns {
  const columns: Record<string, ColumnType> = {};
  const limits: Record<string, ColumnLimits> = {};
  const notNull: string[] = [];
  const guesses: Guess[] = [];
  const guess = (property: string, what: Guess['what'], text: string) =>
    guesses.push({table: table.rows.name, property, what, text});
  for (const name of primaryKey) {
    if (table.columns.has(name)) continue;
    // Without any row it is as the ids of most tables are.
    const isPlain = table.rowCount === 0 && primaryKey.length === 1;
    setOwn(columns, name, isPlain ? 'number' : 'any');
    guess(name, 'type', 'There are no values.');
  }
  for (const [name, {sightings}] of table.columns) {
    setOwn(columns, name, sightings.type);
    guess(name, 'type', typeText(sightings));
    if (isInEveryRow(sightings, table) && !primaryKey.includes(name)) {
      notNull.push(name);
      guess(name, 'required', `All ${table.rowCount} rows have a value.`);
    }
    const texts = keyColumns.has(name) ? undefined : enumOf(sightings);
    if (texts === undefined) continue;
    setOwn(limits, name, {enum: texts});
    const count = `${sightings.count} values are ${texts.length} texts`;
    guess(name, 'enum', `All ${count}: ${texts.join(', ')}.`);
  }
  const nested = nestedTypes(table);
  return {columns, ...(nested && {nested}), notNull, limits, guesses};
}

function isInEveryRow({count}: Sightings, {rowCount}: SeenTable): boolean {
  return count === rowCount && rowCount >= enoughRows;
}

function typeText({count, hasIntegers, type}: Sightings): string {
  if (count === 0) return 'There are no values.';
  if (type === 'any') return `The ${count} values are of several types.`;
  const isInteger = hasIntegers && (type === 'number' || type === 'number[]');
  const what = isInteger ? type.replace('number', 'integer') : type;
  return `All ${count} values fit the type ${what}.`;
}

function enumOf({count, textCounts}: Sightings): string[] | undefined {
  if (textCounts === undefined || textCounts.size < 2) return undefined;
  const counts = [...textCounts.values()];
  const isRepeated =
    count >= enumRepetitions * textCounts.size &&
    counts.every(each => each >= leastRepetitions);
  return isRepeated ? [...textCounts.keys()].toSorted() : undefined;
}

/** The types inside of the columns; undefined where there are none. */
function nestedTypes({columns}: SeenTable): NestedTypes | undefined {
  const shapes: Record<string, Shape> = {};
  const addShapes = (
    parts: ReadonlyMap<string, Sightings>,
    prefix: string,
  ): Shape => {
    const shape = {
      columns: {} as Record<string, ColumnType>,
      shapeOf: {} as Record<string, string>,
    };
    for (const [name, part] of parts) {
      setOwn(shape.columns, name, part.type);
      const {properties} = part;
      // A name with a dot would be taken for a path.
      if (properties === undefined || name.includes('.')) continue;
      const path = `${prefix}${name}`;
      setOwn(shape.shapeOf, name, path);
      setOwn(shapes, path, addShapes(properties, `${path}.`));
    }
    return shape;
  };
  const all = [...columns].map(
    ([name, {sightings}]) => [name, sightings] as const,
  );
  const {shapeOf} = addShapes(new Map(all), '');
  return Object.keys(shapeOf).length === 0 ? undefined : {shapeOf, shapes};
}
