import {andThen, type Cuttable, mapped} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {Row} from '../../value/copy';
import type {Column, EmulatedDatabase, EmulatedTable} from '../dialect';
import {type MeetHazard, partOfId} from '../hazards';
import {RelationalFilter} from './filter';
import {RelationalRows} from './rows';
import {StatementErrors} from './statement-errors';

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
  const rows = new RelationalRows(table, database);
  const byId = conditionById(statements, table, {filter, database, meet});
  return {
    ...statements,
    ...reads(statements, table, {filter, rows}),
    ...insertions(statements, rows, database),
    ...updates(statements, table, {filter, rows, byId}, database),
    ...deletions(statements, {filter, byId}),
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
    const table = tableIn(writer, name);
    const generate = ({isId, property}: Column) =>
      isId
        ? writer.generateId(table)
        : writer.nextOf(name, property, () => numberAfter(table, property));
    const errors = new StatementErrors(database.phaseOf);
    const values = (row: object) => rows.valuesIn(row, names, errors);
    const rowIn = (row: Row) => rows.rowIn(row, generate);
    return andThen(mapped(all, values, writer.isCut), given => {
      errors.throwFirst();
      return andThen(mapped(given, rowIn, writer.isCut), own =>
        andThen(statements.insert(writer, name, own), stored =>
          mapped(stored, row => rows.rowOut({...row}), writer.isCut),
        ),
      );
    });
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

type Table = ReturnType<typeof tableIn>;

function tableIn(writer: Writer, name: string) {
  return writer.version.tables.get(name)!;
}

/** The least number that is greater than all of a column. O(rows). */
function numberAfter({rows}: Table, property: string): number {
  let greatest = 0;
  rows.forEach(row => {
    greatest = Math.max(greatest, Number(row[property] ?? 0));
  });
  return greatest + 1;
}

/** Sets columns of all rows that meet a where, which is one of ours. */
type SetColumns = (
  writer: Writer,
  name: string,
  where: object,
  patch: Row,
) => Cuttable<number>;

function settingColumns(
  statements: Statements,
  rows: RelationalRows,
  database: EmulatedDatabase,
): SetColumns {
  return (writer, name, where, patch) => {
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

function updates(
  statements: Statements,
  {ids}: EmulatedTable,
  {filter, rows, byId}: Parts & {readonly byId: ConditionById},
  database: EmulatedDatabase,
): Pick<Statements, 'updateWhere' | 'updateById' | 'replaceById' | 'upsert'> {
  const idName = ids[0]?.property ?? 'id';
  const set = settingColumns(statements, rows, database);
  const {patchIn, replacementIn} = refusing(rows, database);
  const requireFound = (count: number, what: string, id: unknown) => {
    if (count === 0) throw notFound(what, id, idName);
    return {count};
  };
  return {
    updateWhere(writer, name, where, properties) {
      const errors = new StatementErrors(database.phaseOf);
      const patch = rows.patchIn(properties, errors);
      const columns = Object.keys(patch).length;
      const own = filter.whereOfUpdate(where, columns, errors);
      // It stands first, and is an error of syntax.
      if (columns > 0) errors.throwFirst();
      return set(writer, name, own, patch);
    },
    updateById(writer, name, id, properties) {
      const patch = patchIn(properties);
      const where = byId(writer, name, id, 'updateById');
      return andThen(
        andThen(where, own => set(writer, name, own, patch)),
        count => requireFound(count, 'update attributes', id),
      );
    },
    replaceById(writer, name, id, properties) {
      const patch = replacementIn(properties);
      const where = byId(writer, name, id, 'replaceById');
      return andThen(
        andThen(where, own => set(writer, name, own, patch)),
        count => requireFound(count, 'replace', id),
      );
    },
    // An UPDATE: where there is no row, nothing is written.
    upsert(writer, name, properties) {
      const id = (properties as Row)[idName];
      const patch = patchIn(properties);
      const where = byId(writer, name, id, 'save');
      const saved = andThen(where, own => set(writer, name, own, patch));
      return andThen(saved, () => ({
        row: properties as RowCopy,
        isNew: undefined as unknown as boolean,
      }));
    },
  };
}

/** What updates set; what the database refuses of it is thrown. */
function refusing(rows: RelationalRows, {phaseOf}: EmulatedDatabase) {
  const made =
    (make: (given: object, errors: StatementErrors) => RowCopy) =>
    (given: object): RowCopy => {
      const errors = new StatementErrors(phaseOf);
      const values = make(given, errors);
      errors.throwFirst();
      return values;
    };
  return {
    patchIn: made((given, errors) => rows.patchIn(given, errors)),
    replacementIn: made((given, errors) => rows.replacementIn(given, errors)),
  };
}

function deletions(
  statements: Statements,
  {filter, byId}: {filter: RelationalFilter; byId: ConditionById},
): Pick<Statements, 'deleteWhere' | 'deleteById'> {
  return {
    deleteWhere: (writer, name, where) =>
      statements.deleteWhere(writer, name, filter.whereIn(where, 'delete')),
    deleteById: (writer, name, id) =>
      andThen(byId(writer, name, id, 'deleteById'), where =>
        andThen(
          statements.deleteWhere(writer, name, where),
          count => count as unknown as boolean,
        ),
      ),
  };
}

/** The where of a statement that writes to the row with an id. */
type ConditionById = (
  writer: Writer,
  name: string,
  id: unknown,
  statement: string,
) => Cuttable<object>;

/** The first id alone counts; a hazard where several rows have it. */
function conditionById(
  statements: Statements,
  {ids, model}: EmulatedTable,
  {
    filter,
    database,
    meet,
  }: {
    filter: RelationalFilter;
    database: EmulatedDatabase;
    meet: MeetHazard;
  },
): ConditionById {
  const names = ids.map(({property}) => property);
  const said = `loopback-connector-${database.connector.name}`;
  return (writer, name, id, statement) => {
    const where = filter.whereIn({[names[0] ?? 'id']: id}, statement);
    if (names.length < 2) return where;
    return andThen(statements.countRows(writer, name, where), rows => {
      if (rows > 1)
        meet(model, partOfId(model, statement, {ids: names, rows, said}));
      return where;
    });
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
