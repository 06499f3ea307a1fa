import * as fc from 'fast-check';
import {unreachable} from '../../../lib/base/assert';
import {plain} from '../random';

/** A row of the cities. */
export interface City {
  readonly id: number;
  readonly name?: string;
  readonly code?: number | null;
}

/** A statement that changes cities; `meets` tells which. */
interface NaiveStatement {
  readonly inserted: readonly City[];
  readonly meets: (city: City) => boolean;
  /** What is made of a row that is met; undefined to delete it. */
  readonly change: (city: City) => City | undefined;
}

const id = fc.integer({min: 1, max: 6});
const name = fc.constantFrom('a', 'b', 'c');
const code = fc.option(fc.integer({min: 1, max: 5}));

const where: fc.Arbitrary<Partial<City>> = fc.oneof(
  plain({id}),
  plain({name}),
  plain({code: fc.integer({min: 1, max: 5})}),
  plain({id, name}),
  fc.constant({}),
);

/** Statements of any kind. */
export const anyStatement = fc.oneof(
  plain({
    kind: fc.constant('insert' as const),
    rows: fc.array(plain({id, name, code}), {minLength: 1, maxLength: 2}),
  }),
  plain({
    kind: fc.constant('update' as const),
    where,
    patch: fc.oneof(plain({name}), plain({code})),
  }),
  plain({kind: fc.constant('delete' as const), where}),
  plain({kind: fc.constant('select' as const), where}),
);
/** A statement on the cities, as data. */
export type Statement =
  typeof anyStatement extends fc.Arbitrary<infer T> ? T : never;

type Change = Exclude<Statement, {kind: 'select'}>;

/** What a statement that changes cities does. */
export function naiveOf(statement: Change): NaiveStatement {
  switch (statement.kind) {
    case 'insert':
      return {
        inserted: statement.rows,
        meets: () => false,
        change: city => city,
      };
    case 'update':
      return {
        inserted: [],
        meets: meets(statement.where),
        change: city => ({...city, ...statement.patch}),
      };
    case 'delete':
      return {
        inserted: [],
        meets: meets(statement.where),
        change: () => undefined,
      };
    default:
      return unreachable(statement);
  }
}

/** Whether a row has the properties of a `where`. */
export function meets<T extends object>(
  where: Partial<T>,
): (row: T) => boolean {
  return row =>
    Object.entries(where).every(
      ([property, value]) => row[property as keyof T] === value,
    );
}
