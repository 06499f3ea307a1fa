import type {TableSchema} from '../../../lib/schema/schema';
import type {Row} from '../../../lib/value/copy';
import type {NaiveTables} from '../store/naive-references';
import type {Change} from './random-steps';

type Values = Record<string, unknown>;

/**
 * A change as it is run where somebody sees `tables`. If it is to fit it is about
 * rows that are there, and refers to such; what it inserts has an id and a key
 * that are free. It has a version only where one is counted.
 */
export function fitted(
  change: Change,
  schema: TableSchema,
  tables: NaiveTables,
): Change {
  const rows = tables[schema.name]!;
  const {isFitting, place} = change;
  switch (change.kind) {
    case 'insert': {
      if (!isFitting) return change;
      const taken = [...rows];
      const fitting = change.rows.map(row => {
        const free = withFreeKeys(row, taken);
        const values = withParents(free, place, schema, tables);
        taken.push(values);
        return values;
      });
      return {...change, rows: fitting};
    }
    case 'update': {
      const known: Values = {...change.patch};
      if (schema.version === undefined) delete known['version'];
      if (!isFitting) return {...change, patch: known};
      const patch = withParents(known, place, schema, tables);
      return {...change, patch, where: met(change.where, rows, place)};
    }
    default:
      return isFitting
        ? {...change, where: met(change.where, rows, place)}
        : change;
  }
}

function withFreeKeys(row: Row, taken: readonly Row[]): Row {
  const values: Values = {...row};
  for (const name of ['id', 'k']) {
    if (values[name] === null) continue;
    const isTaken = () => taken.some(other => other[name] === values[name]);
    while (isTaken()) values[name] = Number(values[name]) + 1;
  }
  return values;
}

/** A row, or a part of one, that refers to rows that are there. */
function withParents(
  row: Row,
  place: number,
  {name, foreignKeys}: TableSchema,
  tables: NaiveTables,
): Row {
  const values: Values = {...row};
  for (const {properties, parent, parentProperties} of foreignKeys) {
    const [property, referred] = [properties[0]!, parentProperties[0]!];
    if (!(property in row)) continue;
    const parents = tables[parent]!;
    // The first row of a table can only refer to itself.
    const own = parent === name ? values : {};
    const {[referred]: value = null} = parents[place % parents.length] ?? own;
    if (property !== 'id' || value !== null) values[property] = value;
  }
  return values;
}

/** A `where` with the id and the key, if any, of a row that is there. */
function met(where: Row, rows: readonly Row[], place: number): Row {
  const row = rows[place % rows.length];
  if (row === undefined) return where;
  const values: Values = {...where};
  for (const name of ['id', 'k', 'x']) {
    const value = row[name] ?? null;
    if (name in where && value !== null) values[name] = value;
  }
  return values;
}
