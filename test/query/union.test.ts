import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {atOnce} from '../../lib/base/cuttable';
import {Database} from '../../lib/database/database';
import {
  countRows,
  explainQuery,
  insert,
  select,
} from '../../lib/database/statements';
import {understand} from '../../lib/database/lookup';
import {compileOrder} from '../../lib/query/order';
import {planCount} from '../../lib/query/planner';
import {compilePredicate} from '../../lib/query/predicate';
import type {Row} from '../../lib/value/copy';
import {tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';

const rowCount = 600;

type Ids = 'number' | 'text' | 'pair';

/** Rows with unique codes, few groups, and values that are null or missing. */
function rowsWith(ids: Ids): Record<string, unknown>[] {
  return Array.from({length: rowCount}, (_, i) => ({
    id: ids === 'text' ? `id ${i}` : i,
    ...(ids === 'pair' ? {part: i % 2} : {}),
    code: (i * 379) % rowCount,
    ...(i % 7 === 0 ? {} : {group: i % 11 === 0 ? null : i % 40}),
    name: `name ${(i * 31) % 90}`,
    price: (i * 7) % 50,
    note: i % 3,
  }));
}

const databases = (['number', 'text', 'pair'] as const).map(ids => {
  const schema = schemaOf({
    columns: {id: ids === 'text' ? 'string' : 'number', code: 'number'},
    primaryKey: ids === 'pair' ? ['id', 'part'] : ['id'],
    indexes: [
      indexOn('code', {isUnique: true}),
      indexOn(['group', 'price']),
      indexOn('name'),
      indexOn('price'),
    ],
  });
  const database = new Database();
  database.declare('City', schema);
  void database.write(to => insert(to, 'City', rowsWith(ids)));
  return database;
});

const small = fc.integer({min: -1, max: 51});
const code = fc.integer({min: -1, max: rowCount});
const name = fc.integer({min: 0, max: 91}).map(n => `name ${n}`);

const branch = fc.oneof(
  code.map(value => ({code: value})),
  code.map(value => ({id: value})),
  fc.array(code, {maxLength: 5}).map(inq => ({id: {inq}})),
  fc.array(small, {maxLength: 5}).map(inq => ({group: {inq}})),
  fc.tuple(small, small).map(([group, price]) => ({group, price})),
  fc.tuple(small, small).map(([group, gte]) => ({group, price: {gte}})),
  fc.tuple(small, small).map(([gte, lt]) => ({price: {gte, lt}})),
  fc.constantFrom<object>({group: null}, {group: {lte: 3}}, {code: {inq: []}}),
  name.map(value => ({name: {like: `${value}%`}})),
  name.map(value => ({name: {like: `${value}%1`}})),
  fc.tuple(name, small).map(([value, note]) => ({name: value, note})),
);

const anyOr = fc.letrec(tie => ({
  part: fc.oneof(
    {depthSize: 'small'},
    branch,
    fc.tuple(branch, tie('or')).map(([one, or]) => ({and: [one, or]})),
    tie('or'),
  ),
  or: fc.array(tie('part'), {minLength: 1, maxLength: 3}).map(or => ({or})),
})).or;

const anyFilter = fc.record(
  {
    where: anyOr,
    order: fc.constantFrom('id', 'id DESC', 'code', 'price DESC'),
    limit: fc.constantFrom(1, 5, 100),
    skip: fc.constantFrom(1, 30),
  },
  {requiredKeys: ['where'], noNullPrototype: true},
);

describe('a union of indexes', () => {
  it('counts what a look at each row counts', () => {
    const property = fc.property(
      anyOr,
      fc.constantFrom(...databases),
      (where, database) => {
        database.view(view => {
          const {query, table} = understand(view, 'City', {where});
          const matches = compilePredicate(query.condition);
          let expected = 0;
          table.rows.forEach(row => void (expected += Number(matches(row))));
          assert.equal(countRows(view, 'City', where), expected);
        });
      },
    );
    tryOften(property, 500);
  });

  it('finds what a look at each row finds, as explain says', () => {
    const property = fc.property(
      anyFilter,
      fc.constantFrom(...databases),
      (filter, database) => {
        database.view(view => {
          const {query, table} = understand(view, 'City', filter);
          const matches = compilePredicate(query.condition);
          const rows: Row[] = [];
          table.rows.forEach(row => void (matches(row) && rows.push(row)));
          // The sort is stable, and the rows come by id.
          const expected = rows
            .sort(compileOrder(query.order))
            .slice(query.skip, query.skip + query.limit);
          assert.deepEqual(select(view, 'City', filter), expected);
          const {rowsReturned} = atOnce(explainQuery(view, 'City', filter));
          assert.equal(rowsReturned, expected.length);
        });
      },
    );
    tryOften(property, 500);
  });

  it('is counted by index entries where they answer every branch', () => {
    const [database] = databases;
    database!.view(view => {
      const where = {or: [{code: 5}, {group: 3, price: {gt: 2}}, {id: 7}]};
      const {query, table} = understand(view, 'City', {where});
      const {access, residual} = planCount(query, table);
      assert.deepEqual([access.kind, residual.kind], ['union', 'always']);
    });
  });

  it('is tested where index entries leave something open', () => {
    const [database] = databases;
    database!.view(view => {
      const where = {or: [{code: 5}, {name: 'name 3', note: 1}]};
      const {query, table} = understand(view, 'City', {where});
      const {access, residual} = planCount(query, table);
      assert.deepEqual([access.kind, residual.kind], ['union', 'or']);
    });
  });
});
