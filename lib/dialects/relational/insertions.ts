import {andThen, type Cuttable, mapped} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {Row} from '../../value/copy';
import {KeyedOrder} from '../../value/value-order';
import type {
  Column,
  EmulatedTable,
  NextIds,
  RelationalDatabase,
} from '../dialect';
import type {RelationalRows} from './rows';
import {StatementErrors} from './statement-errors';

type Statements = typeof ours;

/** What an insertion goes by. */
interface InsertionParts {
  readonly rows: RelationalRows;
  readonly database: RelationalDatabase;
}

/** The statements that insert rows. */
export function insertions(
  statements: Statements,
  {rowId}: EmulatedTable,
  {database, rows}: InsertionParts,
): Pick<Statements, 'insert' | 'insertAndCopy'> {
  const inserted = (
    writer: Writer,
    name: string,
    all: readonly object[],
    isOne: boolean,
  ): Cuttable<readonly Row[]> => {
    const names = isOne ? undefined : namesOf(all);
    const generated = generatorOf(writer, name);
    const errors = new StatementErrors(database);
    errors.row = 0;
    const valuesIn = (row: object) => {
      errors.row++;
      return rows.valuesIn(row, names, errors);
    };
    const values = andThen(mapped(all, valuesIn, writer.isCut), given => {
      errors.throwFirst();
      return given;
    });
    const last = greatest(statements, writer, name, rowId);
    return andThen(values, given =>
      andThen(last, number => {
        let rowNumber = number;
        const next: NextIds = {generated, rowId: () => ++rowNumber};
        const rowIn = (row: Row) => rows.rowIn(row, next);
        let at = 0;
        const out = (row: Row) => rows.insertedOut({...row}, all[at++]!);
        return andThen(mapped(given, rowIn, writer.isCut), own =>
          andThen(statements.insert(writer, name, own), stored =>
            mapped(stored, out, writer.isCut),
          ),
        );
      }),
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

/** The greatest number under a property; 0 where there is none, or no property. */
function greatest(
  statements: Statements,
  writer: Writer,
  name: string,
  property: string | undefined,
): Cuttable<number> {
  if (property === undefined) return 0;
  const order = new KeyedOrder([{path: property, direction: -1}]);
  const last = statements.select(writer, name, {order, limit: 1});
  return andThen(last, ([row]) => (row ? (row[property] as number) : 0));
}

/** The names of all rows of a statement: it has one list of columns. */
function namesOf(all: readonly object[]): string[] {
  return [...new Set(all.flatMap(row => Object.keys(row)))];
}

type Table = ReturnType<typeof tableIn>;

function tableIn(writer: Writer, name: string) {
  return writer.version.tables.get(name)!;
}

/** What makes the next numbers of columns. */
export function generatorOf(
  writer: Writer,
  name: string,
): (column: Column) => unknown {
  const table = tableIn(writer, name);
  return ({isId, property}) =>
    isId
      ? writer.generateId(table)
      : writer.nextOf(name, property, () => numberAfter(table, property));
}

/** The least number that is greater than all of a column. O(rows). */
function numberAfter({rows}: Table, property: string): number {
  let greatest = 0;
  rows.forEach(row => {
    greatest = Math.max(greatest, Number(row[property] ?? 0));
  });
  return greatest + 1;
}
