import {andThen, mapped} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {EmulatedTable, RelationalDatabase} from '../dialect';
import type {MeetHazard} from '../hazards';
import {type ConditionById, conditionById} from './by-id';
import {RelationalFilter} from './filter';
import {generatorOf, insertions} from './insertions';
import {RelationalRows} from './rows';
import {updates} from './updates';

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
  database: RelationalDatabase,
  meet: MeetHazard,
): Statements {
  const filter = new RelationalFilter(table, database, meet);
  const rows = new RelationalRows(table, database, meet);
  const byId = conditionById(statements, table, {filter, database, meet});
  return {
    ...statements,
    ...reads(statements, table, {filter, rows}),
    ...insertions(statements, table, {rows, database}),
    ...updates(statements, table, {filter, rows, byId, database}),
    ...deletions(statements, {filter, byId}),
    ...database.statements?.(statements, {
      rows,
      table,
      generator: generatorOf,
    }),
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
  'select' | 'countRows' | 'explainQuery' | 'planText' | 'findById' | 'hasId'
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
    planText: (view, name, given) =>
      statements.planText(view, name, filter.filterIn(given)),
    findById(view, name, id) {
      filter.requireSelected();
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

function deletions(
  statements: Statements,
  {filter, byId}: {filter: RelationalFilter; byId: ConditionById},
): Pick<Statements, 'deleteWhere' | 'deleteById'> {
  return {
    deleteWhere: (writer, name, where) =>
      statements.deleteWhere(writer, name, filter.whereIn(where, 'delete')),
    deleteById: (writer, name, id) =>
      andThen(byId(writer, name, {id}, 'deleteById'), where =>
        andThen(
          statements.deleteWhere(writer, name, where),
          count => count as unknown as boolean,
        ),
      ),
  };
}
