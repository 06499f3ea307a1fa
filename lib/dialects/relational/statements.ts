import {andThen, type Cuttable, mapped} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {Row} from '../../value/copy';
import type {EmulatedDatabase, EmulatedTable} from '../dialect';
import type {MeetHazard} from '../hazards';
import {RelationalFilter} from './filter';
import {RelationalRows} from './rows';

type Statements = typeof ours;
type RowCopy = Record<string, unknown>;

/**
 * The statements of a model as LoopBack's connector for a SQL database has them:
 * what they are given becomes what that database would store or compare, and what
 * it refuses is refused with its errors. From loopback-connector's sql.js.
 */
export function relationalStatements(
  statements: Statements,
  table: EmulatedTable,
  database: EmulatedDatabase,
  meet: MeetHazard,
): Statements {
  const filter = new RelationalFilter(table, database, meet);
  const rows = new RelationalRows(table, database, meet);
  return {
    ...statements,
    ...reads(statements, table, {filter, rows}),
    ...insertions(statements, rows, database),
    ...updates(statements, table, {filter, rows, database}),
    ...deletions(statements, table, filter),
    ...database.statements?.(statements, {table, rows}),
  };
}

interface Parts {
  readonly filter: RelationalFilter;
  readonly rows: RelationalRows;
}

function reads(
  statements: Statements,
  {ids}: EmulatedTable,
  {filter, rows}: Parts,
): Pick<
  Statements,
  'select' | 'countRows' | 'explainQuery' | 'findById' | 'hasId'
> {
  const byId = (id: unknown) => ({[ids[0]?.property ?? 'id']: id});
  return {
    select(view, name, given) {
      const own = filter.filterIn(given);
      const found = statements.select(view, name, own);
      const {fields} = own as {fields?: readonly string[]};
      const out = rows.reader(fields);
      return out === undefined
        ? found
        : andThen(found, all => mapped(all, out, view.isCut));
    },
    countRows: (view, name, where) =>
      statements.countRows(view, name, filter.whereIn(where, 'count')),
    explainQuery: (view, name, given) =>
      statements.explainQuery(view, name, filter.filterIn(given)),
    findById(view, name, id) {
      const where = filter.whereIn(byId(id), 'find');
      const [row] = statements.select(view, name, {
        where,
        limit: 1,
      }) as readonly RowCopy[];
      return row && rows.rowOut(row);
    },
    hasId: (view, name, id) =>
      statements.countRows(view, name, filter.whereIn(byId(id), 'count')) !== 0,
  };
}

function insertions(
  statements: Statements,
  rows: RelationalRows,
  database: EmulatedDatabase,
): Pick<Statements, 'insert' | 'insertAndCopy'> {
  const inserted = (
    writer: Writer,
    name: string,
    all: readonly object[],
    isOne: boolean,
  ): Cuttable<readonly Row[]> => {
    const names = isOne ? undefined : namesOf(all);
    const generateId = () => writer.generateId(tableIn(writer, name));
    let count = 0;
    const rowIn = (row: object) => {
      count++;
      try {
        return rows.rowIn(row, names, generateId);
      } catch (error) {
        throw database.writes.atRow?.(error as Error, count) ?? error;
      }
    };
    return andThen(mapped(all, rowIn, writer.isCut), own =>
      andThen(statements.insert(writer, name, own), stored =>
        mapped(stored, row => rows.rowOut({...row}), writer.isCut),
      ),
    );
  };
  return {
    insert: (writer, name, all) => inserted(writer, name, all, true),
    // What was given, with the ids: the statement returns these alone.
    insertAndCopy: (writer, name, all) =>
      andThen(inserted(writer, name, all, false), stored =>
        stored.map((row, i) => rows.withIds(all[i]!, row)),
      ),
  };
}

/** The names of all rows of a statement: it has one list of columns. */
function namesOf(all: readonly object[]): string[] {
  return [...new Set(all.flatMap(row => Object.keys(row)))];
}

function tableIn(writer: Writer, name: string) {
  return writer.version.tables.get(name)!;
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
  {database, rows}: Omit<UpdateParts, 'filter'>,
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

interface UpdateParts extends Parts {
  readonly database: EmulatedDatabase;
}

function updates(
  statements: Statements,
  table: EmulatedTable,
  {filter, rows, database}: UpdateParts,
): Pick<Statements, 'updateWhere' | 'updateById' | 'replaceById' | 'upsert'> {
  const idName = table.ids[0]?.property ?? 'id';
  const set = settingColumns(statements, table, {rows, database});
  const whereId = (id: unknown, of: string) =>
    filter.whereIn({[idName]: id}, of);
  const requireFound = (count: number, what: string, id: unknown) => {
    if (count === 0) throw notFound(what, id, idName);
    return {count};
  };
  return {
    updateWhere(writer, name, where, properties) {
      const own = filter.whereIn(where, 'update');
      return set(writer, name, own, () => rows.patchIn(properties));
    },
    updateById(writer, name, id, properties) {
      const updated = set(writer, name, whereId(id, 'update'), () =>
        rows.patchIn(properties),
      );
      return andThen(updated, count =>
        requireFound(count, 'update attributes', id),
      );
    },
    replaceById(writer, name, id, properties) {
      const replaced = set(writer, name, whereId(id, 'replace'), () =>
        rows.replacementIn(properties),
      );
      return andThen(replaced, count => requireFound(count, 'replace', id));
    },
    // An UPDATE: where there is no row, nothing is written.
    upsert(writer, name, properties) {
      const id = (properties as Row)[idName];
      const where = whereId(id, 'save');
      const patchOf = () => rows.patchIn(properties);
      return andThen(set(writer, name, where, patchOf), () => ({
        row: properties as RowCopy,
        isNew: undefined as unknown as boolean,
      }));
    },
  };
}

function deletions(
  statements: Statements,
  {ids}: EmulatedTable,
  filter: RelationalFilter,
): Pick<Statements, 'deleteWhere' | 'deleteById'> {
  const idName = ids[0]?.property ?? 'id';
  return {
    deleteWhere: (writer, name, where) =>
      statements.deleteWhere(writer, name, filter.whereIn(where, 'delete')),
    deleteById: (writer, name, id) =>
      andThen(
        statements.deleteWhere(
          writer,
          name,
          filter.whereIn({[idName]: id}, 'delete'),
        ),
        count => count as unknown as boolean,
      ),
  };
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
