import {eachInSlices, type Sliced} from '../base/slices';
import {getOwn, type Row} from '../value/copy';
import {DistinctValues} from './distinct-values';
import {idRank, isCalledUnique, referenceRank} from './key-names';
import type {TableSchema} from './schema';
import {Sightings} from './sightings';

/** What is to be inferred from: a table's rows, and what is known of it. */
export interface TableRows {
  readonly name: string;
  /** The properties that identify a row, where that is known. */
  readonly primaryKey?: readonly string[];
  /** The whole schema, where it is known: nothing is guessed of such a table. */
  readonly schema?: TableSchema;
  /** Visits all rows. It is called once. */
  forEach(visit: (row: Row) => void): void;
}

/** What was seen of a column. */
export interface SeenColumn {
  readonly sightings: Sightings;
  /** Where its name, or its first value, says that it may be a key. */
  readonly values: DistinctValues | undefined;
}

/** What was seen of a table. */
export interface SeenTable {
  readonly rows: TableRows;
  readonly rowCount: number;
  /** In the order in which they were seen first. */
  readonly columns: ReadonlyMap<string, SeenColumn>;
}

/** Visits all rows of a table; `all` are the tables to which it may refer. */
export function* see(
  rows: TableRows,
  all: readonly TableRows[],
): Sliced<SeenTable> {
  const columns = new Map<string, Mutable<SeenColumn>>();
  const list: Row[] = [];
  rows.forEach(row => void list.push(row));
  yield* eachInSlices(list, row => {
    for (const name of Object.keys(row)) {
      let column = columns.get(name);
      if (column === undefined) {
        column = {sightings: new Sightings(), values: undefined};
        columns.set(name, column);
      }
      const {sightings} = column;
      const value = getOwn(row, name);
      sightings.note(value);
      if (sightings.count === 1) {
        column.values ??= valuesFor(name, value, rows, all);
      }
      column.values?.note(value);
    }
  });
  return {rows, rowCount: list.length, columns};
}

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

/** The form of UUIDs. */
export const uuidForm =
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** What is to keep the values of a column that may be a key. */
function valuesFor(
  column: string,
  first: unknown,
  table: TableRows,
  all: readonly TableRows[],
): DistinctValues | undefined {
  if (mayBeId(column, table) || mayRefer(column, table, all)) {
    return new DistinctValues(false);
  }
  const mayBeUnique =
    isCalledUnique(column) ||
    (typeof first === 'string' && uuidForm.test(first));
  return table.schema === undefined && mayBeUnique
    ? new DistinctValues(true)
    : undefined;
}

/** The properties that are known to identify the rows of a table. */
export function knownKey({
  primaryKey,
  schema,
}: TableRows): readonly string[] | undefined {
  return schema?.primaryKey ?? primaryKey;
}

function mayBeId(column: string, table: TableRows): boolean {
  const key = knownKey(table);
  return key === undefined
    ? idRank(column, table.name) !== undefined
    : key.length === 1 && key[0] === column;
}

function mayRefer(
  column: string,
  {name, schema}: TableRows,
  all: readonly TableRows[],
): boolean {
  if (schema !== undefined) return false;
  return all.some(other => {
    const [id = 'id', ...rest] = knownKey(other) ?? [];
    return (
      rest.length === 0 &&
      referenceRank(column, {name: other.name, id}, name) !== undefined
    );
  });
}
