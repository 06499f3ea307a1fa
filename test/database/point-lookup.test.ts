import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {Database} from '../../lib/database/database';
import {
  countRows,
  deleteWhere,
  insert,
  select,
  updateWhere,
} from '../../lib/database/statements';
import {noRules} from '../../lib/schema/rules';
import type {IndexDefinition} from '../../lib/schema/schema';
import {plain, tryOften} from '../support/random';

function index(path: string, isUnique: boolean): IndexDefinition {
  const keys = [{path, direction: 1}] as const;
  return {name: path, kind: 'ordered', keys, isUnique};
}

const several: IndexDefinition = {
  name: 'several',
  kind: 'ordered',
  keys: [
    {path: 'kind', direction: -1},
    {path: 'other', direction: 1},
  ],
  isUnique: false,
};

type Row = Record<string, unknown>;

/** A database with one table; rows whose unique keys are taken are left out. */
function databaseOf(rows: readonly Row[]): Database {
  const database = new Database();
  database.declare('T', {
    name: 'T',
    primaryKey: ['id'],
    idGeneration: 'none',
    columns: {
      id: 'number',
      code: 'string',
      not: 'number',
      other: 'number',
      kind: 'string',
    },
    indexes: [
      index('code', true),
      index('any', true),
      index('not', true),
      index('deep.key', true),
      index('other', false),
      several,
    ],
    foreignKeys: [],
    ...noRules,
  });
  for (const row of rows) {
    try {
      void database.write(writer => insert(writer, 'T', [row]));
    } catch (error) {
      assert.equal((error as {code?: unknown}).code, 'DUPLICATE_KEY');
    }
  }
  return database;
}

const ids = fc.constantFrom<unknown>(0, 1, 2, 3, 2n, '1', 0.5);
const values = fc.oneof(
  ids,
  fc.constantFrom<unknown>('a', 'b', '', null, undefined, true, -0, NaN),
  fc.constantFrom<unknown>(new Date(0), ['a', 'b'], [], /a/, {eq: 'a'}),
);
const stored = values.filter(value => !(value instanceof RegExp));

const rows = fc.array(
  plain<Row>({
    id: ids,
    code: stored,
    any: stored,
    not: stored,
    other: stored,
    kind: stored,
    deep: plain<Row>({key: stored}),
  }),
  {maxLength: 8},
);

const single = fc
  .tuple(
    fc.constantFrom('id', 'code', 'any', 'other', 'deep.key', 'not', 'no'),
    fc.oneof(values, fc.constantFrom({inq: ['a', 1]}, {neq: 1})),
  )
  .map(([name, value]) => ({[name]: value}));

const pair = fc
  .tuple(values, values, fc.boolean())
  .map(([kind, other, isSwapped]) =>
    isSwapped ? {other, kind} : {kind, other},
  );

const wheres: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  single,
  pair,
  fc
    .array(fc.oneof(single, pair), {maxLength: 4})
    .map(alternatives => ({or: alternatives})),
);

const filters = plain<Row>({
  where: wheres,
  limit: fc.constantFrom(undefined, 1, 0, 2),
  skip: fc.constantFrom(undefined, 0, 0, 1),
  order: fc.constantFrom(undefined, undefined, 'code DESC'),
  fields: fc.constantFrom(undefined, undefined, {id: true}),
});

/** What a function returns, or the code of its error. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as {code?: unknown}).code;
  }
}

describe('a lookup by an id or the key of an index', () => {
  it('finds what a condition says that has to be planned', () => {
    const property = fc.property(rows, filters, (rows, filter) => {
      const database = databaseOf(rows);
      const find = (where: unknown) =>
        outcome(() =>
          database.view(view => select(view, 'T', {...filter, where})),
        );
      const {where} = filter;
      assert.deepEqual(find(where), find({and: [where]}));
    });
    tryOften(property, 2_000);
  });

  it('counts what a condition says that has to be planned', () => {
    const property = fc.property(rows, wheres, (rows, where) => {
      const database = databaseOf(rows);
      const count = (where: unknown) =>
        outcome(() => database.view(view => countRows(view, 'T', where)));
      assert.deepEqual(count(where), count({and: [where]}));
    });
    tryOften(property, 1_000);
  });

  it('changes and deletes what a condition says that has to be planned', () => {
    const property = fc.property(rows, wheres, (rows, where) => {
      const [first, second] = [databaseOf(rows), databaseOf(rows)];
      const write = (database: Database, where: unknown) =>
        outcome(() => [
          database.write(writer =>
            updateWhere(writer, 'T', where, {other: 'new'}),
          ),
          database.view(view => select(view, 'T', {})),
          database.write(writer => deleteWhere(writer, 'T', where)),
          database.view(view => select(view, 'T', {})),
        ]);
      assert.deepEqual(write(first, where), write(second, {and: [where]}));
    });
    tryOften(property, 500);
  });
});
