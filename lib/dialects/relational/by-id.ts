import {andThen, type Cuttable} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {EmulatedTable, RelationalDatabase} from '../dialect';
import {type MeetHazard, partOfId} from '../hazards';
import type {RelationalFilter} from './filter';
import type {Reading} from './reading';

type Statements = typeof ours;

/** The id of a row to write to. */
export interface KeyToWrite {
  readonly id: unknown;
  /** What stands before it in the statement. */
  readonly behind?: Pick<Reading, 'errors' | 'parameters'>;
}

/**
 * The where of a statement that writes to the row with an id. What is wrong with
 * it is noted where something stands before it.
 */
export type ConditionById = (
  writer: Writer,
  name: string,
  key: KeyToWrite,
  statement: string,
) => Cuttable<object>;

/** The first id alone counts; a hazard where several rows have it. */
export function conditionById(
  statements: Statements,
  {ids, model}: EmulatedTable,
  {
    filter,
    database,
    meet,
  }: {
    filter: RelationalFilter;
    database: RelationalDatabase;
    meet: MeetHazard;
  },
): ConditionById {
  const names = ids.map(({property}) => property);
  const said = `loopback-connector-${database.connector.name}`;
  return (writer, name, {behind, id}, statement) => {
    const own = {[names[0] ?? 'id']: id};
    const where = behind
      ? filter.whereBehind(own, statement, behind)
      : filter.whereIn(own, statement);
    if (names.length < 2) return where;
    return andThen(statements.countRows(writer, name, where), rows => {
      if (rows > 1)
        meet(model, partOfId(model, statement, {ids: names, rows, said}));
      return where;
    });
  };
}
