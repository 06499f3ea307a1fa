import type {Sliced} from '../base/slices';
import type {Guess} from './guess';
import {type ReferredTable, referenceRank} from './key-names';
import type {ForeignKey} from './schema';
import type {SeenColumn, SeenTable} from './seen-tables';

/** A table of which the id is known. */
export type KeyedTable = SeenTable & {readonly primaryKey: readonly string[]};

/** What a table refers to. */
export interface InferredForeignKeys {
  readonly foreignKeys: readonly ForeignKey[];
  readonly guesses: readonly Guess[];
}

/**
 * The foreign keys of each of some tables: columns whose names say that they
 * refer to a table, and whose values are all ids of it.
 */
export function* inferForeignKeys(
  tables: readonly KeyedTable[],
): Sliced<InferredForeignKeys[]> {
  const parents = tables.flatMap(table => {
    const [id, ...rest] = table.primaryKey;
    const column = id === undefined ? undefined : table.columns.get(id);
    const isReferred = column?.values !== undefined && rest.length === 0;
    return isReferred ? [{name: table.rows.name, id: id!, column}] : [];
  });
  const found: InferredForeignKeys[] = [];
  for (const table of tables) found.push(yield* foreignKeysOf(table, parents));
  return found;
}

interface Parent extends ReferredTable {
  readonly column: SeenColumn;
}

function* foreignKeysOf(
  {columns, primaryKey, rows}: KeyedTable,
  parents: readonly Parent[],
): Sliced<InferredForeignKeys> {
  const foreignKeys: ForeignKey[] = [];
  const guesses: Guess[] = [];
  if (rows.schema !== undefined) return {foreignKeys, guesses};
  for (const [property, column] of columns) {
    const isId = primaryKey.length === 1 && primaryKey[0] === property;
    const parent = isId
      ? undefined
      : parentOf(property, column, rows.name, parents);
    yield;
    if (parent === undefined) continue;
    foreignKeys.push({
      name: nameFor(property, foreignKeys),
      properties: [property],
      parent: parent.name,
      parentProperties: [parent.id],
      onDelete: 'noAction',
      onUpdate: 'noAction',
    });
    const text = `All ${column.sightings.count} values are ids of ${parent.name}.`;
    guesses.push({table: rows.name, property, what: 'foreignKey', text});
  }
  return {foreignKeys, guesses};
}

/** The table whose name fits best, of those whose ids all values are. */
function parentOf(
  property: string,
  {sightings, values}: SeenColumn,
  own: string,
  parents: readonly Parent[],
): Parent | undefined {
  const {type} = sightings;
  if (values === undefined || (type !== 'number' && type !== 'string')) {
    return undefined;
  }
  const ranked = parents.flatMap(parent => {
    const rank = referenceRank(property, parent, own);
    const isReferred =
      rank !== undefined &&
      // A number of countries is called like one of them.
      (rank !== 1 || type === 'string') &&
      parent.column.sightings.type === type &&
      values.areAmong(parent.column.values!);
    return isReferred ? [{parent, rank}] : [];
  });
  return ranked.toSorted((a, b) => a.rank - b.rank)[0]?.parent;
}

/** `country` for `countryId`, unless another is called so. */
function nameFor(property: string, others: readonly ForeignKey[]): string {
  const name = property.replace(/[_-]?id$/i, '') || property;
  return others.some(other => other.name === name) ? property : name;
}
