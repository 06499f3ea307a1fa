import assert from 'node:assert/strict';
import {inspect} from 'node:util';
import {inferSchemas} from '../../lib/schema/infer';
import type {Row} from '../../lib/value/copy';
import {inferred, tableOf} from '../support/schema/inferred';

/** So many rows, each made of its number, which begins at 1. */
function rows(count: number, make: (n: number) => Row): Row[] {
  return Array.from({length: count}, (_, i) => make(i + 1));
}

/** The type that is inferred for a column of these values. */
function typeOf(...values: unknown[]): string | undefined {
  const column = values.map(value => ({value}));
  return inferred('T', column).schema.columns['value'];
}

describe('the inferred type of a column', () => {
  const when = new Date(0);
  const types: readonly [unknown[], string][] = [
    [[true, false], 'boolean'],
    [[1, 2.5, null], 'number'],
    [['a', 'b'], 'string'],
    [[when], 'date'],
    [['2024-02-29T12:30:00.000Z', '1999-12-31T23:59+02:00'], 'date'],
    [[when, '2024-02-29T12:30:00Z'], 'date'],
    [[Buffer.from('a'), {type: 'Buffer', data: [1, 255]}], 'bytes'],
    [[{lat: 1, lng: -180}], 'point'],
    [[{lat: 1, lng: 2}, {a: 1}], 'object'],
    [[{}], 'object'],
    [[[1], [2, 3], []], 'number[]'],
    [[['a']], 'string[]'],
    [[[{lat: 1, lng: 2}]], 'point[]'],
    [[['2024-01-01T00:00Z']], 'date[]'],
    [[[]], 'array'],
    [[[1, 'a']], 'array'],
    [[[1, null]], 'array'],
    [[[[1]]], 'array'],
    [[1, 'a'], 'any'],
    [[1n], 'any'],
    [[null], 'any'],
  ];
  for (const [values, type] of types) {
    it(`is ${type} for ${inspect(values, {breakLength: Infinity})}`, () => {
      assert.equal(typeOf(...values), type);
    });
  }

  it('is a date only where each text is a moment', () => {
    const moment = '2024-01-01T00:00:00Z';
    const others = [
      '2024-01-01',
      '2024-01-01T00:00:00',
      '2023-02-29T00:00:00Z',
      '2024-01-01T25:00:00Z',
      '2024-01-01T00:00:00.0001Z',
      'x',
      '',
    ];
    for (const other of others) assert.equal(typeOf(moment, other), 'string');
  });

  it('is an object where there is more in it than a point, or none on earth', () => {
    assert.equal(typeOf({lat: 1, lng: 2, alt: 3}), 'object');
    assert.equal(typeOf({lat: 91, lng: 2}), 'object');
    assert.equal(typeOf({lat: '1', lng: '2'}), 'object');
  });

  it('tells columns of integers, in lists too', () => {
    const {integers} = inferred('T', [
      {a: 1, b: 1, c: 2 ** 53, d: [1, 2], e: [1, 0.5], f: 'x'},
      {a: null, b: 0.5, c: 1, d: [], e: [], f: 'y'},
    ]);
    assert.deepEqual([...integers], ['a', 'd']);
  });

  it('is known of columns with the names of inherited members', () => {
    const row = JSON.parse('{"__proto__": 1, "constructor": "a"}') as Row;
    const {columns} = inferred('T', [row]).schema;
    assert.deepEqual(Object.entries(columns), [
      ['__proto__', 'number'],
      ['constructor', 'string'],
    ]);
  });
});

describe('the inferred types inside of a column', () => {
  it('are those of the objects, and of objects in lists', () => {
    const {nested} = inferred('T', [
      {address: {city: 'a', at: {floor: 1}}, lines: [{n: 1}, {n: 2, on: true}]},
    ]).schema;
    assert.deepEqual(nested, {
      shapeOf: {address: 'address', lines: 'lines'},
      shapes: {
        address: {
          columns: {city: 'string', at: 'object'},
          shapeOf: {at: 'address.at'},
        },
        'address.at': {columns: {floor: 'number'}, shapeOf: {}},
        lines: {columns: {n: 'number', on: 'boolean'}, shapeOf: {}},
      },
    });
  });

  it('are left out for objects that are dictionaries', () => {
    const counts = Object.fromEntries(
      Array.from({length: 101}, (_, i) => [`user${i}`, i]),
    );
    const {columns, nested} = inferred('T', [{counts}]).schema;
    assert.deepEqual(
      {columns, nested},
      {columns: {counts: 'object'}, nested: undefined},
    );
  });

  it('are left out for a column with a dot in its name', () => {
    const {nested} = inferred('T', [{'a.b': {c: 1}, a: {b: {c: 'x'}}}]).schema;
    assert.deepEqual(nested?.shapeOf, {a: 'a'});
  });

  it('end at some depth', () => {
    let deep: object = {n: 1};
    for (let i = 0; i < 30; i++) deep = {deep};
    const {nested} = inferred('T', [{deep}]).schema;
    assert.ok(Object.keys(nested!.shapes).length < 10);
  });
});

describe('inferred rules', () => {
  it('require what every row of at least two has', () => {
    const two = [
      {id: 1, a: 1, b: 1, c: 1},
      {id: 2, a: 2, b: null},
    ];
    assert.deepEqual(inferred('T', two).schema.notNull, ['a']);
    assert.deepEqual(inferred('T', [{id: 1, a: 1}]).schema.notNull, []);
  });

  it('take few texts that are there often for an enum', () => {
    const orders = rows(20, n => ({id: n, status: n % 2 ? 'open' : 'done'}));
    assert.deepEqual(inferred('Order', orders).schema.limits, {
      status: {enum: ['done', 'open']},
    });
  });

  it('take no texts for an enum that are too many, too rare, too long or one', () => {
    const others = rows(120, n => ({
      many: `t${n % 11}`,
      rare: n === 1 ? 'once' : 'often',
      long: `${n % 2}`.repeat(41),
      one: 'x',
    }));
    assert.deepEqual(inferred('T', others).schema.limits, {});
    const few = rows(19, n => ({status: n % 2 ? 'open' : 'done'}));
    assert.deepEqual(inferred('T', few).schema.limits, {});
  });
});

describe('inferred keys', () => {
  const unique = (name: string, values: unknown[]) =>
    inferred(
      'T',
      values.map(value => ({[name]: value})),
    ).schema.indexes;

  it('are unique where the name says so and five values differ', () => {
    const five = ['a', 'b', 'c', 'd', 'e'];
    assert.deepEqual(unique('email', five), [
      {
        name: 'email_index',
        kind: 'ordered',
        keys: [{path: 'email', direction: 1}],
        isUnique: true,
      },
    ]);
    assert.equal(unique('post_code', five).length, 1);
    assert.deepEqual(unique('email', five.slice(1)), []);
    assert.deepEqual(unique('email', [...five, 'a']), []);
    assert.deepEqual(unique('email', [...five, null]), []);
    assert.deepEqual(unique('surname', five), []);
    assert.deepEqual(unique('population', [1, 2, 3, 4, 5]), []);
  });

  it('are unique where all values are UUIDs', () => {
    const uuid = (n: number) => `0b0e1d2c-0000-4000-8000-00000000000${n}`;
    const five = [1, 2, 3, 4, 5].map(uuid);
    assert.equal(unique('reference', five).length, 1);
    assert.deepEqual(unique('reference', [...five, 'x']), []);
  });

  it('have the id that is known', () => {
    const [table] = inferSchemas([
      {...tableOf('T', [{a: 1, b: 'x'}]), primaryKey: ['b', 'a']},
    ]);
    assert.deepEqual(table!.schema.primaryKey, ['b', 'a']);
    assert.equal(table!.schema.idGeneration, 'none');
  });

  const ids: readonly [string, Row[], string[], string][] = [
    ['id', [{id: 1}, {id: 2}], ['id'], 'number'],
    ['_id', [{_id: 'a'}, {_id: 'b'}], ['_id'], 'none'],
    ['the name of the table', [{cityId: 5}, {cityId: 2}], ['cityId'], 'number'],
    ['id before it', [{cityId: 1, id: 2}], ['id'], 'number'],
    ['uuid', [{uuid: 'a'}], ['uuid'], 'none'],
    ['generated texts', [{id: 'id0000000001'}], ['id'], 'text'],
    ['fractions', [{id: 0.5}], ['id'], 'none'],
    ['negative numbers', [{id: -1}], ['id'], 'none'],
    ['no values that differ', [{id: 1}, {id: 1}], [], 'number'],
    ['no value in a row', [{id: 1}, {}], [], 'number'],
    ['no such column', [{name: 'a'}], [], 'number'],
    ['no row', [], ['id'], 'number'],
  ];
  for (const [what, list, primaryKey, idGeneration] of ids) {
    it(`have ${JSON.stringify(primaryKey)} as the id for ${what}`, () => {
      const {schema} = inferred('cities', list);
      assert.deepEqual(schema.primaryKey, primaryKey);
      assert.equal(schema.idGeneration, idGeneration);
      for (const name of primaryKey) assert.ok(schema.columns[name]);
    });
  }
});

describe('inferred foreign keys', () => {
  const countries = rows(3, n => ({id: n, name: `Country ${n}`}));

  /** What a column of City refers to, beside a table of countries. */
  const referredBy = (
    column: string,
    values: unknown[],
    parent = 'Country',
  ) => {
    const cities = values.map((value, i) => ({id: i + 1, [column]: value}));
    const [city] = inferSchemas([
      tableOf('City', cities),
      tableOf(parent, countries),
    ]);
    return city!.schema.foreignKeys.map(key => key.parent);
  };

  it('are columns called like a table whose values are its ids', () => {
    const [city] = inferSchemas([
      tableOf('City', [
        {id: 1, countryId: 3},
        {id: 2, countryId: null},
      ]),
      tableOf('Country', countries),
    ]);
    assert.deepEqual(city!.schema.foreignKeys, [
      {
        name: 'country',
        properties: ['countryId'],
        parent: 'Country',
        parentProperties: ['id'],
        onDelete: 'noAction',
        onUpdate: 'noAction',
      },
    ]);
    assert.equal(city!.schema.indexes[0]!.name, 'country');
  });

  it('know the name in all its forms', () => {
    for (const parent of ['Country', 'country', 'countries', 'COUNTRIES']) {
      for (const column of [
        'countryId',
        'country_id',
        'countryid',
        'CountryID',
        'homeCountryId',
      ]) {
        assert.deepEqual(referredBy(column, [1, 2], parent), [parent], column);
      }
    }
  });

  it('are none where a value is no id, or none is there', () => {
    assert.deepEqual(referredBy('countryId', [1, 4]), []);
    assert.deepEqual(referredBy('countryId', ['1']), []);
    assert.deepEqual(referredBy('countryId', [null]), []);
  });

  it('are none where only the values fit, or only the name without an id', () => {
    assert.deepEqual(referredBy('rank', [1, 2]), []);
    assert.deepEqual(referredBy('country', [1, 2]), []);
    assert.deepEqual(referredBy('nationId', [1, 2]), []);
  });

  it('are columns called like the table alone where ids are texts', () => {
    const [city, country] = inferSchemas([
      tableOf('City', [{id: 1, country: 'JP'}]),
      {
        ...tableOf('Country', [{code: 'JP'}, {code: 'FR'}]),
        primaryKey: ['code'],
      },
    ]);
    assert.equal(city!.schema.foreignKeys[0]!.parent, 'Country');
    assert.deepEqual(country!.schema.foreignKeys, []);
  });

  it('follow the name of an id that is not called id', () => {
    const [city] = inferSchemas([
      tableOf('City', [{id: 1, countryCode: 'JP'}]),
      {...tableOf('Country', [{code: 'JP'}]), primaryKey: ['code']},
    ]);
    assert.equal(city!.schema.foreignKeys[0]!.name, 'countryCode');
  });

  it('lead from a table to itself by the name of its parent', () => {
    const tree = [
      {id: 1, parentId: null},
      {id: 2, parentId: 1},
    ];
    const {foreignKeys} = inferred('Category', tree).schema;
    assert.equal(foreignKeys[0]!.parent, 'Category');
  });

  it('lead to a table of which the schema is known', () => {
    const {schema} = inferred('Country', countries);
    const [known, city] = inferSchemas([
      {...tableOf('Country', countries), schema},
      tableOf('City', [{id: 1, countryId: 2}]),
    ]);
    assert.equal(city!.schema.foreignKeys[0]!.parent, 'Country');
    assert.equal(known!.schema, schema);
    assert.deepEqual(known!.guesses, []);
  });

  it('are never unique, though each row refers to another one', () => {
    const parents = ['a', 'b', 'c', 'd', 'e'].map(code => ({code}));
    const [profile] = inferSchemas([
      tableOf(
        'Profile',
        parents.map(({code}, i) => ({id: i, userCode: code})),
      ),
      {...tableOf('User', parents), primaryKey: ['code']},
    ]);
    assert.deepEqual(
      profile!.schema.indexes.map(({isUnique}) => isUnique),
      [false],
    );
    assert.ok(profile!.guesses.every(({what}) => what !== 'unique'));
  });
});

describe('guesses', () => {
  it('tell each thing that was guessed, and why', () => {
    const people = rows(20, n => ({
      id: n,
      email: `${n}@x`,
      state: n % 2 ? 'in' : 'out',
      parentId: 1,
    }));
    const {guesses} = inferred('Person', people);
    const told = guesses.map(({property, what}) => `${property} ${what}`);
    for (const each of [
      'id id',
      'id type',
      'email unique',
      'email type',
      'email required',
      'state enum',
      'parentId foreignKey',
    ]) {
      assert.ok(told.includes(each), each);
    }
    assert.equal(new Set(told).size, told.length);
    assert.deepEqual(
      guesses.find(({what}) => what === 'enum'),
      {
        table: 'Person',
        property: 'state',
        what: 'enum',
        text: 'All 20 values are 2 texts: in, out.',
      },
    );
  });
});
