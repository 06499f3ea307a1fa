import {andThen, type Cuttable} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {Row} from '../../value/copy';
import type {EmulatedTable, RelationalDatabase} from '../dialect';
import type {ConditionById} from './by-id';
import type {RelationalFilter} from './filter';
import type {RelationalRows} from './rows';
import {StatementErrors} from './statement-errors';

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
  parts: UpdateParts,
): Pick<Statements, 'updateWhere' | 'updateById' | 'replaceById' | 'upsert'> {
  const {byId, filter} = parts;
  const idName = table.ids[0]?.property ?? 'id';
  const set = settingColumns(statements, table, parts);
  const changes = changesOf(table, parts);
  const setById = (
    writer: Writer,
    name: string,
    {change, id}: {readonly id: unknown; readonly change: Change},
    statement: string,
  ) =>
    andThen(byId(writer, name, {id, behind: change}, statement), own =>
      set(writer, name, own, change),
    );
  const requireFound = (count: number, what: string, id: unknown) => {
    if (count === 0) throw notFound(what, id, idName);
    return {count};
  };
  return {
    updateWhere(writer, name, where, properties) {
      const change = changes.patchOf(where, properties);
      const own = filter.whereBehind(where, 'update', change);
      return set(writer, name, own, change);
    },
    updateById(writer, name, id, properties) {
      const change = changes.patchOf({[idName]: id}, properties);
      return andThen(setById(writer, name, {id, change}, 'updateById'), count =>
        requireFound(count, 'update attributes', id),
      );
    },
    replaceById(writer, name, id, properties) {
      const change = changes.replacementOf({[idName]: id}, properties);
      return andThen(
        setById(writer, name, {id, change}, 'replaceById'),
        count => requireFound(count, 'replace', id),
      );
    },
    // An UPDATE: where there is no row, nothing is written.
    upsert(writer, name, properties) {
      const id = (properties as Row)[idName];
      const change = changes.patchOf({[idName]: id}, properties);
      const saved = setById(writer, name, {id, change}, 'save');
      return andThen(saved, () => ({
        row: properties as RowCopy,
        isNew: undefined as unknown as boolean,
      }));
    },
  };
}

/** Reads what updates set. An update that sets nothing is refused. */
function changesOf(
  {byProperty}: EmulatedTable,
  {database, filter, rows}: UpdateParts,
) {
  // What is set stands before the conditions.
  const changeOf = (
    where: unknown,
    parameters: number,
    patchIn: (errors: StatementErrors) => Row,
  ): Change => {
    const errors = new StatementErrors(database);
    errors.attempt(() => {
      if (parameters > 0) return;
      throw database.writes.emptySet(filter.hasConditions(where));
    }, undefined);
    return {errors, parameters, patch: patchIn(errors)};
  };
  return {
    patchOf: (where: unknown, properties: object) =>
      changeOf(
        where,
        rows.parametersOfSet(Object.keys(properties), properties as Row),
        errors => rows.patchIn(properties, errors),
      ),
    replacementOf: (where: unknown, properties: object) =>
      changeOf(
        where,
        rows.parametersOfSet([...byProperty.keys()], properties as Row),
        errors => rows.replacementIn(properties, errors),
      ),
  };
}

/** What an update sets, and what is wrong with the statement. */
interface Change {
  readonly patch: Row;
  readonly errors: StatementErrors;
  /** How many parameters it has. */
  readonly parameters: number;
}

/**
 * Sets columns of all rows that meet a where, which is one of ours. Fails with what
 * is wrong with the statement, which may wait for a row.
 */
type SetColumns = (
  writer: Writer,
  name: string,
  where: object,
  change: Change,
) => Cuttable<number>;

function settingColumns(
  statements: Statements,
  table: EmulatedTable,
  {database, rows}: Pick<UpdateParts, 'database' | 'rows'>,
): SetColumns {
  return (writer, name, where, {errors, patch}) => {
    const {first: wrong} = errors;
    if (wrong !== undefined) {
      const atRow = (row: number) =>
        database.writes.atRow?.(wrong as Error, row);
      if (atRow(1) === undefined) throw wrong;
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
