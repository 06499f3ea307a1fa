import assert from 'node:assert/strict';
import {
  call,
  makeDataSource,
  type TestDataSource,
} from '../support/connector/data-source';

/** Longer than the name of any property, and longer than is shown of values. */
const long = 'a column whose name is so much longer than that of its property';
const many = 'x'.repeat(150);

/** Columns that have the names of other properties, and one with a long name. */
const properties = {
  id: {type: Number, id: true, generated: true, memory: {columnName: 'n'}},
  n: {type: Number, memory: {columnName: long}},
  s: {type: String, memory: {columnName: 'id'}},
  o: {type: Object, memory: {columnName: 's'}},
};
const seat = {
  row: {type: Number, id: 1, memory: {columnName: 'place'}},
  place: {type: Number, id: 2, memory: {columnName: 'row'}},
  guest: {type: String, memory: {columnName: long}},
};

/** What an error says to people and to programs, and what clients are sent of it. */
interface Told {
  readonly message?: string | RegExp;
  readonly details?: object;
  readonly sent?: object;
}

describe('Errors of models with columns of other names', () => {
  let dataSource: TestDataSource;

  beforeEach(async () => {
    dataSource = makeDataSource();
    dataSource.define('Row', properties, {strict: false});
    dataSource.define('Seat', seat, {strict: false});
    const {connector} = dataSource;
    const rows = [{n: 1}, {n: 1}];
    await call(connector, 'createAll', 'Row', rows);
    const seats = [
      {row: 1, place: 2},
      {row: 2, place: 1},
    ];
    await call(connector, 'createAll', 'Seat', seats);
  });

  async function refusal(...args: [string, ...unknown[]]): Promise<any> {
    const [method, ...rest] = args;
    return call(dataSource.connector, method, ...rest).then(
      () => assert.fail('it was not refused'),
      (error: unknown) => error,
    );
  }

  const where = {n: 1, s: {neq: many}};
  const listLike = {and: {0: {n: 1}, 1: {n: 1}}};
  const dotted = `n${'.a'.repeat(200)}`;
  const cases: readonly [title: string, [string, ...unknown[]], Told][] = [
    [
      'send a where to clients that is short enough as it was given',
      ['upsertWithWhere', 'Row', where, {}],
      {sent: {table: 'Row', value: where}},
    ],
    [
      'keep a where from clients that is too long as it was given',
      ['upsertWithWhere', 'Row', {n: 1, s: {neq: many + many}}, {}],
      {sent: {table: 'Row'}},
    ],
    [
      'tell of a list in a where as it was given',
      ['upsertWithWhere', 'Row', listLike, {}],
      {details: {table: 'Row', value: listLike}},
    ],
    [
      'show fields that cannot be as they were given',
      ['all', 'Row', {fields: ['n', {s: 1}]}],
      {message: /not \["n",\{"s":1\}\]/},
    ],
    [
      'name a path that is too deep as it was given',
      ['all', 'Row', {where: {[dotted]: 1}}],
      {message: /names the path "n\.a/, details: {property: dotted}},
    ],
    [
      'name a property with a dot as it was given',
      ['create', 'Row', {'n.x': 1}],
      {
        message: /a property "n\.x": .* Store "x" in an object "n"/,
        details: {property: 'n.x'},
      },
    ],
    [
      'name a property with a comma as it was given',
      ['create', 'Row', {'b, n': Symbol()}],
      {details: {property: 'b, n'}},
    ],
    [
      'shorten a path by what comes after its property',
      ['create', 'Row', {n: {[many]: Symbol()}}],
      {
        message: `Property n.${'x'.repeat(79)}... cannot be stored: it is a symbol.`,
      },
    ],
    [
      'tell of an id of several properties as it was given',
      ['updateAttributes', 'Seat', {row: 1, place: 9}, {guest: 'Ann'}],
      {
        message: 'There is no Seat with row, place [1,9].',
        details: {
          table: 'Seat',
          property: 'row, place',
          value: {row: 1, place: 9},
        },
      },
    ],
  ];
  for (const [title, statement, {details, message, sent}] of cases) {
    it(title, async () => {
      const error = await refusal(...statement);
      if (message instanceof RegExp) assert.match(error.message, message);
      else if (message !== undefined) assert.equal(error.message, message);
      for (const [name, value] of Object.entries(details ?? {})) {
        assert.deepEqual(error.details[name], value);
      }
      if (sent)
        assert.deepEqual(JSON.parse(JSON.stringify(error.details)), sent);
    });
  }

  it('name a property that is not declared as it was given', async () => {
    const strict = makeDataSource({unknownProperties: 'error'});
    strict.define('Strict', {
      a: {type: Number, memory: {columnName: 'b'}},
    });
    for (const filter of [{where: {b: 1}}, {order: 'b'}, {fields: ['b']}]) {
      await assert.rejects(call(strict.connector, 'all', 'Strict', filter), {
        code: 'INVALID_FILTER',
        details: {
          table: 'Strict',
          property: 'b',
          constraint: 'unknownProperties',
        },
      });
    }
  });
});

describe('An id of several properties whose columns have other names', () => {
  class SeatId {
    constructor(
      readonly row: number,
      readonly place: number,
    ) {}
  }

  it('stands for one row, be it of a class or not', async () => {
    const dataSource = makeDataSource();
    dataSource.define('Seat', seat);
    await call(dataSource.connector, 'createAll', 'Seat', [
      {row: 1, place: 2, guest: 'Ann'},
      {row: 2, place: 1, guest: 'Bob'},
    ]);
    for (const id of [{row: 1, place: 2}, new SeatId(1, 2), [1, 2]]) {
      const [found] = await call(dataSource.connector, 'find', 'Seat', id);
      assert.equal(found.guest, 'Ann');
    }
  });
});
