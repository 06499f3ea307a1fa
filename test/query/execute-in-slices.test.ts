import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {SliceQueue} from '../../lib/base/slice-queue';
import {Database} from '../../lib/database/database';
import {countRows, insert, select} from '../../lib/database/statements';
import * as sliced from '../../lib/database/statements-in-slices';
import {seed, tryOftenAsync} from '../support/random';
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

describe('a query in slices', () => {
  const database = new Database();
  database.declare('City', schema);
  void database.write(to => insert(to, 'City', rows));

  before(() => console.log(`      FC_SEED=${seed}`));

  it('finds and counts what it does in one go, in the same order', async () => {
    const property = fc.asyncProperty(
      anyFilter,
      fc.constantFrom(0, 1),
      async (filter, yieldMs) => {
        const slices = new SliceQueue(yieldMs);
        const [found, count] = await Promise.all([
          database.readInSlices(view => sliced.select(view, 'City', filter), {
            slices,
          }),
          database.readInSlices(
            view => sliced.countRows(view, 'City', filter.where),
            {slices},
          ),
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
      const answer = database.readInSlices(
        view => sliced.select(view, 'City', {where}),
        {slices},
      );
      assert.ok(answer instanceof Promise);
    });
  }
});
