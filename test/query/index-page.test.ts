import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {atOnce} from '../../lib/base/cuttable';
import {Database} from '../../lib/database/database';
import {explainQuery, insert, select} from '../../lib/database/statements';
import {tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';

interface City extends Record<string, unknown> {
  readonly id: number;
  readonly group: number;
  readonly price: number;
}

const cities: City[] = Array.from({length: 500}, (_, i) => ({
  id: i + 1,
  group: i % 4,
  // Some prices stand for one row, some for as many as a posting has in a tree.
  price: i % 3 === 0 ? 7 : (i * 31) % 90,
}));

interface Paging {
  readonly limit?: number | undefined;
  readonly skip?: number | undefined;
}

const page: fc.Arbitrary<Paging> = fc.record({
  limit: fc.constantFrom(undefined, 1, 20, 70, 600),
  skip: fc.constantFrom(undefined, 1, 30, 170, 600),
});

describe('a page of an index', () => {
  const database = new Database();
  database.declare(
    'City',
    schemaOf({
      columns: {id: 'number', group: 'number', price: 'number'},
      indexes: [indexOn('price'), indexOn(['group', '-price'])],
    }),
  );
  void database.write(to => insert(to, 'City', cities));

  function assertPage(
    filter: {where: object; order: string} & Paging,
    sorted: readonly City[],
  ): void {
    const {limit = Infinity, skip = 0} = filter;
    const expected = sorted.slice(skip, skip + limit);
    database.view(view => {
      assert.deepEqual(select(view, 'City', filter), expected);
      const {plan, rowsExamined} = atOnce(explainQuery(view, 'City', filter));
      const {ordering, residual} = plan;
      const isPage = ordering.kind === 'access' && residual.kind === 'always';
      if (isPage) assert.equal(rowsExamined, expected.length);
    });
  }

  it('has the rows of a range in order, ties by id, either way', () => {
    const bound = fc.integer({min: -1, max: 91});
    tryOften(
      fc.property(page, bound, fc.boolean(), (filter, gte, isReverse) => {
        const sign = isReverse ? -1 : 1;
        const order = isReverse ? 'price DESC' : 'price ASC';
        const sorted = cities
          .filter(({price}) => price >= gte)
          .sort((a, b) => (a.price - b.price) * sign || a.id - b.id);
        assertPage({...filter, where: {price: {gte}}, order}, sorted);
      }),
    );
  });

  it('has the rows below the first key of two', () => {
    const bound = fc.integer({min: -1, max: 91});
    tryOften(
      fc.property(page, bound, fc.nat(4), (filter, lt, group) => {
        const sorted = cities
          .filter(city => city.group === group && city.price < lt)
          .sort((a, b) => b.price - a.price || a.id - b.id);
        const where = {group, price: {lt}};
        assertPage({...filter, where, order: 'price DESC'}, sorted);
      }),
    );
  });
});
