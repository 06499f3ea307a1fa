import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {Database} from '../../lib/database/database';
import {
  deleteWhere,
  explainQuery,
  insert,
  select,
  upsert,
} from '../../lib/database/statements';
import type {Filter} from '../../lib/query/query';
import {plain, tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';

const declaredIndexes = [
  indexOn(['a', 'b']),
  indexOn('c'),
  indexOn(['d.e', '-a', 'c']),
  indexOn('b'),
];

/** A table with indexes and one without, which are written alike. */
function open(primaryKey: readonly string[] = ['id']): Database {
  const idGeneration = primaryKey.length === 0 ? 'number' : 'none';
  const schema = schemaOf({columns: {}, primaryKey, idGeneration});
  const database = new Database();
  database.declare('City', {...schema, indexes: declaredIndexes});
  database.declare('Plain', {...schema, name: 'Plain'});
  return database;
}

/** Values of which most are in one form only. */
const exact = fc.oneof(
  fc.integer({min: 0, max: 4}),
  fc.constantFrom('', 'x', 'y', true, false),
  fc.constantFrom(1, 2).map(time => new Date(time)),
);
const sparse = fc.oneof(
  {arbitrary: exact, weight: 12},
  fc.constantFrom(null, undefined),
);
const odd = fc.oneof(
  {arbitrary: sparse, weight: 3},
  fc.constantFrom<unknown[]>(1n, 2n, -0, Number.NaN),
  fc.constantFrom([1], ['x', 2], [], {e: 1}, {lat: 1, lng: 2}),
  fc.constant(undefined).map(() => Buffer.from([1])),
);

function rowsOf(values: fc.Arbitrary<unknown>, ids: fc.Arbitrary<unknown>) {
  return fc.array(
    plain<Record<string, unknown>>({
      id: ids,
      a: values,
      b: values,
      c: values,
      d: fc.oneof(
        values,
        plain<object>({e: values}),
        fc.array(plain<object>({e: values}), {maxLength: 2}),
      ),
      other: fc.constantFrom(1, 2),
    }),
    {maxLength: 40},
  );
}

const property = fc.constantFrom('a', 'b', 'c', 'id', 'd.e', 'd');
const operand = fc.oneof(exact, fc.constantFrom(null, 1n, -0));
const test = fc.oneof(
  operand,
  operand.map(gte => ({gte})),
  operand.map(gt => ({gt})),
  operand.map(neq => ({neq})),
  fc.array(operand, {maxLength: 4}).map(inq => ({inq})),
  fc.boolean().map(exists => ({exists})),
  fc.constant({like: 'x%'}),
);
const where = fc.oneof(
  fc.dictionary(property, test, {maxKeys: 3, noNullPrototype: true}),
  fc.tuple(test, test).map(([a, b]) => ({a, b})),
  fc.tuple(test, test, test).map(([a, b, c]) => ({a, or: [{b}, {id: c}]})),
);
const field = fc.constantFrom('a', 'b', 'c', 'id', 'a', 'd.e', 'other');

const anyFilter = fc.record<Filter>(
  {
    where,
    fields: fc.oneof(
      fc.array(field, {minLength: 1, maxLength: 3}),
      fc.dictionary(field, fc.boolean(), {noNullPrototype: true}),
    ),
    order: fc.constantFrom('a', 'a, b', 'a DESC, b DESC', 'b', 'c', 'id DESC'),
    limit: fc.constantFrom(1, 3, 10),
    skip: fc.constantFrom(1, 5),
  },
  {requiredKeys: ['fields'], noNullPrototype: true},
);
const filters = fc.array(anyFilter, {minLength: 5, maxLength: 15});

const id = fc.integer({min: 0, max: 60});
const oddId = fc.oneof(id, fc.constantFrom<unknown[]>(1n, 2n, 'x', -0));

describe('fields that an index covers', () => {
  /** Writes and finds the same with indexes and without. */
  function assertAlike(
    rows: fc.Arbitrary<Record<string, unknown>[]>,
    primaryKey?: readonly string[],
  ): number {
    let covered = 0;
    const gone = fc.array(id, {maxLength: 6});
    tryOften(
      fc.property(rows, gone, filters, (written, deleted, asked) => {
        const database = open(primaryKey);
        for (const name of ['City', 'Plain']) {
          for (const row of written) {
            void database.write(to => {
              if (primaryKey?.length === 0) insert(to, name, [row]);
              else upsert(to, name, row, 'replace');
            });
          }
          for (const each of deleted) {
            void database.write(to => deleteWhere(to, name, {id: each}));
          }
        }
        assert.deepEqual(database.verify(), []);
        for (const filter of asked) {
          const found = database.view(view => select(view, 'City', filter));
          const expected = database.view(view => select(view, 'Plain', filter));
          assert.deepEqual(found, expected);
          assert.deepEqual(found.map(Object.keys), expected.map(Object.keys));
          const plan = database.view(view =>
            explainQuery(view, 'City', filter),
          );
          if (plan.isCovered) covered += plan.rowsReturned;
        }
      }),
    );
    return covered;
  }

  it('are what the rows have, in the same order', () => {
    assert.ok(assertAlike(rowsOf(exact, id)) > 0);
  });

  it('are what the rows have, null and missing told apart', () => {
    assert.ok(assertAlike(rowsOf(sparse, id)) > 0);
  });

  it('are what the rows have, values of several forms told apart', () => {
    assertAlike(rowsOf(odd, oddId));
  });

  it('are what the rows have that have an id of two properties', () => {
    assert.ok(assertAlike(rowsOf(exact, id), ['id', 'other']) > 0);
  });

  it('are what the rows have that have no id', () => {
    assert.ok(assertAlike(rowsOf(exact, id), []) > 0);
  });

  describe('are shown by explain', () => {
    const database = open();
    const rows = Array.from({length: 200}, (_, i) => ({
      id: i,
      a: i % 10,
      b: i,
      c: `c${i}`,
      other: i,
    }));
    void database.write(to => insert(to, 'City', rows));

    function coverOf(filter: Filter): readonly string[] | undefined {
      const {isCovered, plan} = database.view(view =>
        explainQuery(view, 'City', filter),
      );
      assert.equal(isCovered, plan.covered !== undefined);
      return plan.covered;
    }

    const plans: [string, Filter, readonly string[] | undefined][] = [
      ['one of the index', {where: {a: 1}, fields: ['b']}, ['b']],
      ['the id', {where: {a: 1}, fields: ['id']}, ['id']],
      ['by name', {where: {a: 1}, fields: {b: true, a: true}}, ['b', 'a']],
      [
        'with a test of another of the index',
        {where: {a: 1, b: {neq: 11}}, fields: ['a']},
        ['a', 'b'],
      ],
      [
        'with an order by the index',
        {where: {a: {gt: 7}}, order: 'a, b', fields: ['b']},
        ['b'],
      ],
      [
        'with another order',
        {where: {a: {gt: 7}}, order: 'b', fields: ['a']},
        ['a', 'b', 'id'],
      ],
      [
        'in an index that is not the first that answers the condition',
        {where: {b: 11, a: 1}, fields: ['a']},
        ['a'],
      ],
      ['without fields', {where: {a: 1}}, undefined],
      ['without some', {where: {a: 1}, fields: {other: false}}, undefined],
      ['of the row', {where: {a: 1}, fields: ['b', 'other']}, undefined],
      [
        'with a test of the row',
        {where: {a: 1, other: 1}, fields: ['b']},
        undefined,
      ],
      [
        'with an order by the row',
        {where: {a: 1}, order: 'other', fields: ['b']},
        undefined,
      ],
      [
        'of a place within a property',
        {where: {'d.e': 1}, fields: ['d.e']},
        undefined,
      ],
    ];

    for (const [title, filter, expected] of plans) {
      it(title, () => {
        assert.deepEqual(coverOf(filter), expected);
      });
    }

    it('in words', () => {
      const {text} = database.view(view =>
        explainQuery(view, 'City', {where: {c: 'c7'}, fields: ['c', 'id']}),
      );
      assert.equal(
        text,
        [
          'City: index by_c, keys "c7"',
          '  take c, id from the index',
          '  rows examined 1, returned 1',
        ].join('\n'),
      );
    });

    it('not while a row has a value that the index does not tell', async () => {
      const filter = {where: {a: 1}, fields: ['b']};
      const write = (b: unknown) =>
        database.write(to => upsert(to, 'City', {id: 1, b}, 'patch'));
      void write(1n);
      assert.equal(coverOf(filter), undefined);
      void write(1);
      assert.deepEqual(coverOf(filter), ['b']);
    });
  });

  it('are not those of a row that is gone, whose key is still there', () => {
    const database = open();
    void database.write(to => insert(to, 'City', [{id: 1, a: 1, b: 1}]));
    void database.write(to => insert(to, 'City', [{id: 2, a: 1, b: 1n}]));
    void database.write(to => deleteWhere(to, 'City', {id: 2}));
    const filter = {where: {a: 1}, fields: ['b']};
    assert.ok(
      database.view(view => explainQuery(view, 'City', filter)).isCovered,
    );
    assert.deepEqual(
      database.view(view => select(view, 'City', filter)),
      [{b: 1}],
    );
  });

  it('are copies', () => {
    const database = open();
    const at = new Date(1);
    void database.write(to => insert(to, 'City', [{id: 1, a: 1, b: at}]));
    const find = () =>
      database.view(view =>
        select(view, 'City', {where: {a: 1}, fields: ['b']}),
      );
    const [row] = find();
    (row!['b'] as Date).setTime(2);
    assert.deepEqual(find(), [{b: new Date(1)}]);
  });
});
