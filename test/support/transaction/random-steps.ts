import * as fc from 'fast-check';
import {unreachable} from '../../../lib/base/assert';
import {andThen, type Cuttable} from '../../../lib/base/cuttable';
import type {Writer} from '../../../lib/database/database';
import {
  deleteWhere,
  insert,
  updateWhere,
} from '../../../lib/database/statements';
import type {Row} from '../../../lib/value/copy';
import {plain} from '../random';
import {tableNames} from './random-schemas';

const id = fc.integer({min: 1, max: 7});
const key = fc.option(id, {freq: 5});
const name = fc.option(
  fc.constantFrom('a', 'a', 'a', 'bb', 'bb', 'bb', 'ccc'),
  {
    freq: 20,
  },
);
const size = fc.oneof(
  {arbitrary: fc.integer({min: 1, max: 9}), weight: 9},
  fc.constant(0),
);
const version = fc.nat(2);

const where: fc.Arbitrary<Row> = fc.oneof(
  {arbitrary: plain({id}), weight: 8},
  {arbitrary: plain({k: id}), weight: 4},
  {arbitrary: plain({x: id}), weight: 2},
  plain({name: fc.constantFrom('a', 'bb')}),
  plain({id, name: fc.constantFrom('a', 'bb')}),
  fc.constant({}),
);

const patch: fc.Arbitrary<Row> = fc.oneof(
  {arbitrary: plain({k: key}), weight: 3},
  plain({x: key}),
  plain({y: key}),
  plain({x: key, y: key}),
  plain({name}),
  plain({size, version}),
);

const common = {
  table: fc.constantFrom(...tableNames),
  /** Which of the rows that are there it is about, modulo their number. */
  place: fc.nat(20),
  /** Whether it is about rows that are there, and new keys are not taken. */
  isFitting: fc.integer({min: 0, max: 5}).map(n => n > 0),
};

const anyInsert = plain({
  kind: fc.constant('insert' as const),
  rows: fc.array(plain<Row>({id, k: key, x: key, y: key, name, size}), {
    minLength: 1,
    maxLength: 2,
  }),
  ...common,
});

const anyStatement = fc.oneof(
  {arbitrary: anyInsert, weight: 3},
  {
    arbitrary: plain({
      kind: fc.constant('update' as const),
      where,
      patch,
      ...common,
    }),
    weight: 3,
  },
  {
    arbitrary: plain({kind: fc.constant('delete' as const), where, ...common}),
    weight: 2,
  },
  plain({kind: fc.constant('select' as const), where, ...common}),
);
/** A statement, as data. */
export type Statement =
  typeof anyStatement extends fc.Arbitrary<infer T> ? T : never;

/** A statement that changes rows. */
export type Change = Exclude<Statement, {kind: 'select'}>;

/** How many sessions there are. */
export const sessionCount = 4;
const session = fc.nat(sessionCount - 1);
const savepoint = fc.constantFrom('s', 't');

/** Steps of any kind. */
const anyStep = fc.oneof(
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
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('savepoint', 'rollbackTo', 'rollbackTo', 'release'),
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

/** Rows that there are at first, as far as the rules allow, and then steps. */
export const anySteps: fc.Arbitrary<Step[]> = fc.noBias(
  fc
    .tuple(
      fc.array(anyInsert, {minLength: 8, maxLength: 12, size: 'max'}),
      fc.array(anyStep, {maxLength: 60, size: 'max'}),
    )
    .map(([inserts, steps]) => [
      ...inserts.map(
        statement =>
          ({kind: 'statement', session: null, statement}) satisfies Step,
      ),
      ...steps,
    ]),
);

/** Makes a change. Gives the number of rows that it is about. */
export function make(to: Writer, statement: Change): Cuttable<number> {
  const {table} = statement;
  switch (statement.kind) {
    case 'insert':
      return andThen(insert(to, table, statement.rows), rows => rows.length);
    case 'update':
      return updateWhere(to, table, statement.where, statement.patch);
    case 'delete':
      return deleteWhere(to, table, statement.where);
    default:
      return unreachable(statement);
  }
}
