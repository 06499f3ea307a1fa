import assert from 'node:assert/strict';
import type {Explanation, InMemoryConnector} from '../../index';
import type {Filter} from '../../lib/query/query';
import {call, defineModel} from '../support/connector/data-source';

const rowCount = 3_000;

describe('explain', () => {
  let connector: InMemoryConnector;

  before(async () => {
    ({connector} = defineModel(
      'City',
      {
        id: {type: Number, id: true},
        code: {type: String, index: {unique: true}},
        country: {type: String, index: true},
        name: {type: String, index: true},
        population: {type: Number, index: true},
        point: {type: 'GeoPoint', index: true},
        tags: {type: ['string'], index: true},
        note: String,
      },
      {
        indexes: {
          biggest: {keys: {country: 1, population: -1}},
          downwards: {keys: {rank: -1}},
        },
      },
    ));
    const rows = Array.from({length: rowCount}, (_, i) => ({
      id: i + 1,
      code: `c${i}`,
      country: `L${i % 30}`,
      name: `name ${(i * 7) % 1000}`,
      population: (i * 7919) % rowCount,
      point: {lat: (i % 60) - 30, lng: (i % 100) - 50},
      note: `note ${i % 11}`,
      rank: (i * 13) % rowCount,
    }));
    await call(connector, 'createAll', 'City', rows);
  });

  function explain(filter: Filter): Explanation {
    return connector.explain('City', filter);
  }

  /** The rows that a filter finds are those that a scan finds. */
  async function assertRight(filter: Filter): Promise<void> {
    const [found] = await call(connector, 'all', 'City', filter);
    const {Model} = defineModel('City', {id: {type: Number, id: true}});
    const [all] = await call(connector, 'all', 'City', {});
    const plain = Model.dataSource.connector as InMemoryConnector;
    await call(plain, 'createAll', 'City', all);
    const [expected] = await call(plain, 'all', 'City', filter);
    assert.deepEqual(found, expected);
  }

  it('shows that skipped rows of an index are passed over unseen', async () => {
    const filter = {order: 'population DESC', skip: 1_500, limit: 10};
    const {rowsExamined, isSorted} = explain(filter);
    assert.deepEqual(
      {rowsExamined, isSorted},
      {rowsExamined: 10, isSorted: false},
    );
    await assertRight(filter);
  });

  it('shows that skipped rows which must be tested are looked at', () => {
    const where = {note: {neq: 'none'}};
    const {rowsExamined} = explain({where, skip: 1_500, limit: 10});
    assert.equal(rowsExamined, 1_510);
  });

  it('answers the list of keys of an include from the index', () => {
    const parents = Array.from({length: 100}, (_, i) => `c${i * 2}`);
    const {accessPath, indexes, rowsExamined} = explain({
      where: {code: {inq: parents}},
    });
    assert.deepEqual(
      {accessPath, indexes, rowsExamined},
      {accessPath: 'index', indexes: ['code_index'], rowsExamined: 100},
    );
  });

  it('answers a list of keys that a tenth of the rows have from the index', async () => {
    const names = Array.from({length: 100}, (_, i) => `name ${i * 9}`);
    const filter = {where: {name: {inq: names}}};
    const {accessPath, rowsExamined} = explain(filter);
    assert.deepEqual([accessPath, rowsExamined], ['index', 300]);
    await assertRight(filter);
  });

  it('takes an index for a range that holds a few hundred rows', () => {
    const {accessPath, rowsExamined} = explain({
      where: {population: {between: [100, 299]}},
    });
    assert.deepEqual([accessPath, rowsExamined], ['index', 200]);
  });

  const plans: [string, Filter, Partial<Explanation>][] = [
    [
      'an id by the primary key',
      {where: {id: 7}},
      {accessPath: 'primary key', indexes: ['PRIMARY'], rowsExamined: 1},
    ],
    [
      'several ids by the primary key',
      {where: {id: {inq: [7, 9, 5000]}}},
      {accessPath: 'primary key', rowsExamined: 2, isSorted: false},
    ],
    [
      'a range of ids by the primary key',
      {where: {id: {gt: 10, lte: 20}}},
      {accessPath: 'primary key', rowsExamined: 10, isSorted: false},
    ],
    [
      'a unique key by its index',
      {where: {code: 'c9'}},
      {accessPath: 'index', indexes: ['code_index'], rowsExamined: 1},
    ],
    [
      'the first key of an index',
      {where: {country: 'L3'}},
      {accessPath: 'index', rowsExamined: 100, rowsReturned: 100},
    ],
    [
      'a range after an equality, in the order of the index',
      {
        where: {country: 'L3', population: {lt: 1500}},
        order: 'population DESC',
        limit: 5,
      },
      {indexes: ['biggest'], rowsExamined: 5, isSorted: false},
    ],
    [
      'the same in the opposite order',
      {where: {country: 'L3'}, order: 'population ASC', limit: 5},
      {indexes: ['biggest'], rowsExamined: 5, isSorted: false},
    ],
    [
      'a range by its index',
      {where: {population: {between: [10, 19]}}},
      {indexes: ['population_index'], rowsExamined: 10},
    ],
    [
      'a list as several lookups',
      {where: {country: {inq: ['L1', 'L2']}}},
      {accessPath: 'index', rowsExamined: 200},
    ],
    [
      'an or as a union when each branch has an index',
      {where: {or: [{code: 'c1'}, {population: {lt: 3}}]}},
      {accessPath: 'union', rowsExamined: 4},
    ],
    [
      'an or with a branch without an index by a scan',
      {where: {or: [{code: 'c1'}, {note: 'note 1'}]}},
      {accessPath: 'scan', rowsExamined: rowCount},
    ],
    [
      'an order by an index, stopping at the limit',
      {order: 'population DESC', limit: 7},
      {indexes: ['population_index'], rowsExamined: 7, isSorted: false},
    ],
    [
      'an order by an index on one property that was declared downwards',
      {order: 'rank ASC', limit: 7},
      {indexes: ['downwards'], rowsExamined: 7, isSorted: false},
    ],
    [
      'a range of such an index',
      {where: {rank: {gt: 5, lte: 9}}, order: 'rank DESC'},
      {indexes: ['downwards'], rowsExamined: 4, isSorted: false},
    ],
    [
      'an order by id downwards',
      {order: 'id DESC', limit: 7},
      {accessPath: 'scan', rowsExamined: 7, isSorted: false},
    ],
    [
      'an order without an index by a scan and the best rows',
      {order: 'note DESC', limit: 7},
      {accessPath: 'scan', rowsExamined: rowCount, isSorted: true},
    ],
    [
      'the beginning of a text by a range',
      {where: {name: {like: 'name 99%'}}},
      {indexes: ['name_index'], rowsReturned: 33, rowsExamined: 33},
    ],
    [
      'a condition that nothing meets by nothing',
      {where: {population: {gt: 5, lt: 5}}},
      {accessPath: 'none', rowsExamined: 0},
    ],
    [
      'the nearest by the geo index',
      {where: {point: {near: {lat: 3, lng: 4}}}, limit: 3},
      {accessPath: 'geo index', indexes: ['point_index']},
    ],
    [
      'a circle by the geo index',
      {
        where: {
          point: {
            near: {lat: 3, lng: 4},
            maxDistance: 200,
            unit: 'kilometers',
          },
        },
      },
      {accessPath: 'geo index'},
    ],
  ];

  for (const [title, filter, expected] of plans) {
    it(`answers ${title}`, async () => {
      const plan = explain(filter);
      for (const [key, value] of Object.entries(expected)) {
        assert.deepEqual(plan[key as keyof Explanation], value, plan.text);
      }
      await assertRight(filter);
    });
  }

  it('looks at few rows for the nearest', () => {
    const plan = explain({
      where: {point: {near: {lat: 3, lng: 4}}},
      limit: 3,
    });
    assert.ok(plan.rowsExamined < 300, plan.text);
  });

  it('takes no index on a property that has arrays for their elements', async () => {
    await call(connector, 'updateAll', 'City', {id: 5}, {tags: ['a', 'b']});
    const filter = {where: {tags: 'b'}};
    assert.equal(explain(filter).accessPath, 'scan');
    await assertRight(filter);
    await call(connector, 'updateAll', 'City', {id: 5}, {tags: null});
    assert.equal(explain({where: {tags: 'b'}}).accessPath, 'index');
  });

  it('says in words how a query is answered', () => {
    assert.equal(
      explain({
        where: {country: 'L3', note: 'note 1'},
        order: 'note',
        limit: 2,
      }).text,
      [
        'City: index country_index, keys "L3"',
        '  test note = "note 1"',
        '  sort by note ASC, id',
        '  limit 2',
        '  rows examined 100, returned 2',
      ].join('\n'),
    );
  });

  it('counts without looking at rows where an index answers all', async () => {
    const {database} = connector;
    const [count] = await call(connector, 'count', 'City', {country: 'L3'});
    assert.equal(count, 100);
    const [all] = await call(connector, 'count', 'City', {});
    assert.equal(all, rowCount);
    const [range] = await call(connector, 'count', 'City', {
      population: {gte: 2_990},
    });
    assert.equal(range, 10);
    assert.deepEqual(database.verify(), []);
  });
});
