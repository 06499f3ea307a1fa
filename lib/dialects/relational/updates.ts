import {andThen, type Cuttable} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {Row} from '../../value/copy';
import type {EmulatedTable, RelationalDatabase} from '../dialect';
import type {ConditionById, KeyToWrite} from './by-id';
import type {RelationalFilter} from './filter';
import type {RelationalRows} from './rows';

type Statements = typeof ours;
type RowCopy = Record<string, unknown>;

/** What an update goes by. */
interface UpdateParts {
  readonly filter: RelationalFilter;
  readonly rows: RelationalRows;
  readonly byId: ConditionById;
  readonly database: RelationalDatabase;
}

/** The statements that change rows. */
export function updates(
  statements: Statements,
  table: EmulatedTable,
  {filter, rows, byId, database}: UpdateParts,
): Pick<Statements, 'updateWhere' | 'updateById' | 'replaceById' | 'upsert'> {
  const idName = table.ids[0]?.property ?? 'id';
  const set = settingColumns(statements, table, {rows, database});
  // What is set stands before the conditions.
  const countSet = (where: unknown, names: readonly string[]): number => {
    const count = rows.countSet(names);
    if (count > 0) return count;
    throw database.writes.emptySet(filter.hasConditions(where));
  };
  const keyIn = (id: unknown, names: readonly string[]): KeyToWrite => ({
    id,
    parameters: countSet({[idName]: id}, names),
  });
  const requireFound = (count: number, what: string, id: unknown) => {
    if (count === 0) throw notFound(what, id, idName);
    return {count};
  };
  return {
    updateWhere(writer, name, where, properties) {
      const parameters = countSet(where, Object.keys(properties));
      const own = filter.whereIn(where, 'update', parameters);
      return set(writer, name, own, () => rows.patchIn(properties));
    },
    updateById(writer, name, id, properties) {
      const patchOf = () => rows.patchIn(properties);
      const key = keyIn(id, Object.keys(properties));
      const where = byId(writer, name, key, 'updateById');
      return andThen(
        andThen(where, own => set(writer, name, own, patchOf)),
        count => requireFound(count, 'update attributes', id),
      );
    },
    replaceById(writer, name, id, properties) {
      const patchOf = () => rows.replacementIn(properties);
      const key = keyIn(id, [...table.byProperty.keys()]);
      const where = byId(writer, name, key, 'replaceById');
      return andThen(
        andThen(where, own => set(writer, name, own, patchOf)),
        count => requireFound(count, 'replace', id),
      );
    },
    // An UPDATE: where there is no row, nothing is written.
    upsert(writer, name, properties) {
      const id = (properties as Row)[idName];
      const patchOf = () => rows.patchIn(properties);
      const key = keyIn(id, Object.keys(properties));
      const where = byId(writer, name, key, 'save');
      const saved = andThen(where, own => set(writer, name, own, patchOf));
      return andThen(saved, () => ({
        row: properties as RowCopy,
        isNew: undefined as unknown as boolean,
      }));
    },
  };
}

/**
 * Sets columns of all rows that meet a where, which is one of ours. The patch is
 * made there, for its errors may wait for a row.
 */
type SetColumns = (
  writer: Writer,
  name: string,
  where: object,
  patchOf: () => Row,
) => Cuttable<number>;

function settingColumns(
  statements: Statements,
  table: EmulatedTable,
  {database, rows}: Pick<UpdateParts, 'database' | 'rows'>,
): SetColumns {
  return (writer, name, where, patchOf) => {
    let patch: Row;
    try {
      patch = patchOf();
    } catch (error) {
      const atRow = (row: number) =>
        database.writes.atRow?.(error as Error, row);
      if (atRow(1) === undefined) throw error;
      const row = rowBefore(statements, writer, {name, where, table});
      return andThen(row, found => {
        if (found === undefined) return 0;
        throw atRow(found)!;
      });
    }
    if (Object.keys(patch).length === 0) {
      throw database.writes.emptySet(Object.keys(where).length > 0);
    }
    const missing = rows.nullIn(patch);
    if (missing === undefined) {
      return statements.updateWhere(writer, name, where, patch);
    }
    // The database fails at the first row that it comes to.
    const first = statements.select(writer, name, {where, limit: 1});
    return andThen(first, ([row]) => {
      if (row === undefined) return 0;
      throw rows.notNull(missing, {...row, ...patch}, true);
    });
  };
}

/**
 * The number of the first row that meets a where among those that are read, which
 * are all up to it, unless it is looked up by its id; undefined without one.
 */
function rowBefore(
  statements: Statements,
  writer: Writer,
  {
    name,
    table: {ids},
    where,
  }: {
    readonly name: string;
    readonly table: EmulatedTable;
    readonly where: object;
  },
): Cuttable<number | undefined> {
  const first = statements.select(writer, name, {where, limit: 1});
  return andThen(first, ([row]) => {
    if (row === undefined) return undefined;
    const [id] = ids;
    if (id?.type !== 'number' || Object.hasOwn(where, id.property)) return 1;
    const upTo = {[id.property]: {lte: row[id.property]}};
    return statements.countRows(writer, name, upTo);
  });
}

/** The errors of `updateAttributes` and `replaceById` in loopback-connector. */
function notFound(what: string, id: unknown, idName: string): Error {
  // It looks for the id under the name "id", whatever the property is called.
  const shown = idName === 'id' ? String(id) : 'undefined';
  const error = new Error(
    `Could not ${what}. Object with id ${shown} does not exist!`,
  );
  return Object.assign(error, {statusCode: 404, status: 404});
}
