import type {RecoveredTable} from '../persistence/recovered-table';
import {
  type IdentifiedRows,
  identifiedRows,
  nextIdOf,
} from '../persistence/salvage/identified-rows';
import {type Guess, inferSchemas} from '../schema/infer';
import type {TableSchema} from '../schema/schema';
import {coerce} from '../value/coerce';
import {extensibleCopy, getOwn, type Row, setOwn} from '../value/copy';
import type {TransferTable} from './tables';

/** The tables of a file, and what was guessed of those that have no schema. */
export interface KnownTables {
  readonly tables: readonly TransferTable[];
  readonly guesses: readonly Guess[];
}

/**
 * The tables of a file with their schemas: as they are kept with the rows, or as
 * the rows let guess. Rows have their ids as properties, and the dates that their
 * schemas declare as dates. O(values).
 */
export function knownTables(recovered: readonly RecoveredTable[]): KnownTables {
  const identified = recovered.map(table => ({
    table,
    ...withIds(identifiedRows(table)),
  }));
  const inferred = inferSchemas(
    identified.map(({key, rows, table}) => ({
      name: table.name,
      primaryKey: key,
      ...(keptSchema(table) && {schema: keptSchema(table)!}),
      forEach: visit => rows.forEach(visit),
    })),
  );
  return {
    tables: identified.map(({rows, table}, i) => {
      const isKept = keptSchema(table) !== undefined;
      const {schema} = inferred[i]!;
      return {
        // That all rows have a value does not say that each one must.
        schema: isKept ? schema : {...schema, notNull: []},
        isKept,
        rows: withDates(rows, schema),
        nextSequence: nextIdOf(table),
      };
    }),
    guesses: inferred.flatMap(({guesses}) => guesses),
  };
}

/** The schema that stands in the file with the rows. */
export function keptSchema(table: RecoveredTable): TableSchema | undefined {
  return table.schema;
}

function withIds({key, rows}: IdentifiedRows): {
  key: readonly string[];
  rows: readonly Row[];
} {
  const [name] = key;
  const own = rows.map(([id, row]) => {
    if (key.length !== 1 || getOwn(row, name!) !== undefined) return row;
    const copy = extensibleCopy(row);
    setOwn(copy, name!, id);
    return copy;
  });
  return {key, rows: own};
}

/** Rows that were written by hand have dates as texts. */
function withDates(
  rows: readonly Row[],
  {columns}: TableSchema,
): readonly Row[] {
  const dates = Object.keys(columns).filter(name => columns[name] === 'date');
  if (dates.length === 0) return rows;
  return rows.map(row => {
    if (!dates.some(name => typeof getOwn(row, name) === 'string')) return row;
    const copy = extensibleCopy(row);
    for (const name of dates) {
      const value = getOwn(row, name);
      if (value !== undefined) setOwn(copy, name, coerce(value, 'date'));
    }
    return copy;
  });
}
