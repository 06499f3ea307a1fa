import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {atOnce, inSlices} from '../../lib/base/cuttable';
import {SliceQueue} from '../../lib/base/slice-queue';
import type {Sliced} from '../../lib/base/slices';
import {Database} from '../../lib/database/database';
import {understand} from '../../lib/database/lookup';
import {
  countRows,
  explainQuery,
  insert,
  select,
} from '../../lib/database/statements';
import {planFields} from '../../lib/query/cover';
import {count, execute} from '../../lib/query/execute';
import {planCount} from '../../lib/query/planner';
import type {Filter} from '../../lib/query/query';
import {Tree} from '../../lib/store/tree/tree';
import {singleKeyOrder} from '../../lib/store/tree/key-order';
import {tryOftenAsync} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';

const rowCount = 1_500;

/** Rows with few groups, unique codes, and points close to each other. */
const rows = Array.from({length: rowCount}, (_, i) => ({
  id: i + 1,
  group: i % 3,
  code: (i * 7919) % rowCount,
  shade: i % 40,
  at: {lat: (i % 37) / 10, lng: (i % 41) / 10},
}));

const schema = schemaOf({
  columns: {id: 'number', group: 'number', code: 'number', shade: 'number'},
  indexes: [
    indexOn('group'),
    indexOn('code', {isUnique: true}),
    indexOn(['shade', '-code']),
    indexOn('at', {name: 'by_at', kind: 'geo'}),
  ],
});

/** What rows are read from where none should be. */
const noRows = Tree.create<never>(singleKeyOrder);

const anyNumber = fc.integer({min: -1, max: rowCount});
const near = {near: {lat: 1, lng: 1}, maxDistance: 100};

const anyCondition = fc.oneof(
  fc.constantFrom({}, {group: 1}, {shade: 5}, {at: near}, {id: {gt: 100}}),
  fc.constantFrom<object>(
    {or: [{group: 1}, {shade: {gt: 30}}]},
    {or: [{at: near}, {group: 2}]},
    {or: [{at: near}, {at: {near: {lat: 3, lng: 3}}, group: 2}]},
    {shade: {inq: [1, 2, 39]}},
    {and: [{at: {near: {lat: 0, lng: 0}}}, {group: 0}]},
    {name: 'nobody'},
    {nosuch: {neq: 1}},
  ),
  fc.record({code: fc.record({gte: anyNumber})}, {noNullPrototype: true}),
  fc.record({id: fc.record({lt: anyNumber})}, {noNullPrototype: true}),
);

const anyFilter = fc.record(
  {
    where: anyCondition,
    order: fc.constantFrom('code', 'shade DESC', 'id DESC', 'group, code'),
    limit: fc.constantFrom(1, 20, 700, 1_400),
    skip: fc.constantFrom(3, 600, 2_000),
    fields: fc.constantFrom(['id'], ['code', 'shade']),
  },
  {requiredKeys: ['where'], noNullPrototype: true},
);

const database = new Database();
database.declare('City', schema);
void database.write(to => insert(to, 'City', rows));

/** How a filter is understood, and the table that it is for. */
function understood(filter: Filter) {
  return database.view(view => understand(view, 'City', filter));
}

/** The number of rows that a filter has to have looked at. */
function examinedBy(filter: Filter): Promise<number> {
  const {query, table} = understood(filter);
  const work = execute(planFields(query, table), table, true);
  return cut(inSlices(work)).then(({rowsExamined}) => rowsExamined);
}

/** The result of some work that is cut wherever it can be. */
async function cut<T>(work: Sliced<T>): Promise<T> {
  return new SliceQueue(0).run(work);
}

describe('a query in slices', () => {
  it('finds and counts what it does in one go, in the same order', async () => {
    const property = fc.asyncProperty(
      anyFilter,
      fc.constantFrom(0, 1),
      async (filter, yieldMs) => {
        const slices = new SliceQueue(yieldMs);
        const [found, count] = await Promise.all([
          database.read(view => select(view, 'City', filter), {slices}),
          database.read(view => countRows(view, 'City', filter.where), {
            slices,
          }),
        ]);
        assert.deepEqual(
          found,
          database.view(view => select(view, 'City', filter)),
        );
        assert.equal(
          count,
          database.view(view => countRows(view, 'City', filter.where)),
        );
      },
    );
    await tryOftenAsync(property, 200);
  });

  it('looks at as many rows as in one go, by the plan that explain tells', async () => {
    const property = fc.asyncProperty(anyFilter, async filter => {
      const {query, table} = understood(filter);
      const plan = planFields(query, table);
      const expected = atOnce(execute(plan, table, false));
      const result = await cut(inSlices(execute(plan, table, true)));
      assert.deepEqual(result, expected);
      const explained = database.view(view =>
        explainQuery(view, 'City', filter),
      );
      assert.equal(explained.rowsExamined, result.rowsExamined);
      assert.deepEqual(explained.plan, plan);
    });
    await tryOftenAsync(property, 200);
  });

  it('passes over the rows to skip unseen where an index has the order', async () => {
    const where = {code: {gte: 0}};
    const page = {where, order: ['code ASC'], skip: 1_400, limit: 20};
    assert.equal(await examinedBy(page), 20);
  });

  for (const fields of [undefined, ['shade', 'code']]) {
    it(`sorts as in one go where more rows are wanted than fit a heap made at once: ${fields?.join() ?? 'all fields'}`, async () => {
      const many = new Database();
      many.declare('City', schema);
      const all = Array.from({length: 8_000}, (_, i) => {
        return {id: i + 1, group: 0, code: (i * 7919) % 8_000, shade: i % 40};
      });
      void many.write(to => insert(to, 'City', all));
      const where = fields === undefined ? {} : {shade: {gte: 0}};
      const page = {order: ['code DESC'], limit: 7_000, skip: 500};
      const filter = {where, ...(fields && {fields}), ...page};
      const {query, table} = many.view(view =>
        understand(view, 'City', filter),
      );
      const plan = planFields(query, {
        ...table,
        indexes: fields ? table.indexes : [],
      });
      const inOneGo = atOnce(execute(plan, table, false));
      assert.equal(inOneGo.rows.length, 7_000);
      assert.deepEqual(
        await cut(inSlices(execute(plan, table, true))),
        inOneGo,
      );
    });
  }

  it('reads no rows where an index has all that is wanted', async () => {
    const filter = {where: {shade: 5}, fields: ['shade', 'code']};
    const {query, table} = understood(filter);
    const plan = planFields(query, table);
    const rowless = {...table, rows: noRows};
    const {rows: found} = await cut(inSlices(execute(plan, rowless, true)));
    assert.equal(found.length, rowCount / 40 + 0.5);
  });

  it('counts an or from index entries alone', async () => {
    const where = {or: [{group: 1}, {shade: 5}]};
    const {query, table} = understood({where});
    const plan = planCount(query, table);
    assert.equal(plan.access.kind, 'union');
    assert.equal(plan.residual.kind, 'always');
    assert.equal(
      await cut(inSlices(count(plan, table, true))),
      rows.filter(({group, shade}) => group === 1 || shade === 5).length,
    );
  });

  for (const where of [
    {},
    {nosuch: {neq: 1}},
    {group: {gte: 0}},
    {group: 1},
    {code: {gt: 0}},
    {or: [{group: 1}, {group: 2}]},
    {at: {near: {lat: 0, lng: 0}}},
  ]) {
    it(`is cut where it has many rows to look at: ${JSON.stringify(where)}`, () => {
      const slices = new SliceQueue(0);
      const answer = database.read(view => select(view, 'City', {where}), {
        slices,
      });
      assert.ok(answer instanceof Promise);
    });
  }
});
