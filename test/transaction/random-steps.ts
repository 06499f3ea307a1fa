import * as fc from 'fast-check';
import {unreachable} from '../../lib/base/assert';
import type {Writer} from '../../lib/database/database';
import {deleteWhere, insert, updateWhere} from '../../lib/database/statements';
import type {City, NaiveStatement} from './naive-database';

const id = fc.integer({min: 1, max: 6});
const name = fc.constantFrom('a', 'b', 'c');
const code = fc.option(fc.integer({min: 1, max: 5}));

/** Objects with these properties, with the prototype that rows have. */
function plain<T extends object>(properties: {
  [K in keyof T]: fc.Arbitrary<T[K]>;
}): fc.Arbitrary<T> {
  return fc.record<T>(properties, {noNullPrototype: true});
}

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

/** A statement that changes cities. */
export type Change = Exclude<Statement, {kind: 'select'}>;

const sessionCount = 4;
const session = fc.nat(sessionCount - 1);
const savepoint = fc.constantFrom('s', 't');

/** Steps of any kind. */
export const anyStep = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('statement' as const),
      /** No session: a statement outside of transactions. */
      session: fc.option(session),
      statement: anyStatement,
    }),
    weight: 10,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('commit', 'commit', 'rollback'),
      session,
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('savepoint', 'rollbackTo', 'release'),
      session,
      savepoint,
    }),
    weight: 3,
  },
  // The others go on in the same turn of the event loop.
  {arbitrary: fc.record({kind: fc.constant('turn' as const)}), weight: 6},
);
/** What a session does, or a turn of the event loop. */
export type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** Makes a change. Returns the number of rows that it is about. */
export function make(to: Writer, statement: Change): number {
  switch (statement.kind) {
    case 'insert':
      return insert(to, 'City', statement.rows).length;
    case 'update':
      return updateWhere(to, 'City', statement.where, statement.patch);
    case 'delete':
      return deleteWhere(to, 'City', statement.where);
    default:
      return unreachable(statement);
  }
}

/** The same statement for the twin. */
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
export function meets(where: Partial<City>): (city: City) => boolean {
  return city =>
    Object.entries(where).every(
      ([property, value]) => city[property as keyof City] === value,
    );
}
