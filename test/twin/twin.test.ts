import assert from 'node:assert/strict';
import type {ColumnTypes} from '../support/twin/cast';
import {meets} from '../support/twin/condition';
import {compareValues} from '../support/twin/value';
import {type Filter, Twin, TwinError} from '../support/twin/twin';
import type {Row} from '../support/twin/value';

const types: ColumnTypes = {n: 'Number', d: 'Date', b: 'Boolean'};

/** The values of `x` among these for which the condition holds. */
function matching(condition: unknown, values: unknown[]): unknown[] {
  return values.filter(x => meets({x}, {x: condition}, types));
}

function meetsAt(path: string, condition: unknown, row: Row): boolean {
  return meets(row, {[path]: condition}, types);
}

function twinOf(rows: Row[], unique: string[][] = []): Twin {
  const twin = new Twin({types, unique});
  twin.createAll(rows);
  return twin;
}

function idsOf(twin: Twin, filter: Filter): unknown[] {
  return twin.all(filter).map(row => row['id']);
}

function refusedWith(statusCode: number): (error: unknown) => boolean {
  return error => error instanceof TwinError && error.statusCode === statusCode;
}

describe('the order of values of the twin', () => {
  it('goes by kind, then by value', () => {
    const ascending = [
      null,
      Number.NaN,
      false,
      true,
      -Infinity,
      -1,
      0.5,
      1,
      2n,
      3,
      '',
      '10',
      '9',
      'A',
      'a',
      'ab',
      'b',
      new Date(0),
      new Date(1),
      Buffer.from([1]),
      Buffer.from([1, 0]),
      Buffer.from([2]),
      [],
      [1],
      [1, 2],
      [2],
      {},
      {a: 1},
      {a: 2},
      {a: 0, b: 0},
      {b: 0},
    ];
    assert.deepEqual(ascending.toReversed().sort(compareValues), ascending);
  });

  it('tells null from missing, 1 from 1n and 0 from -0 nowhere', () => {
    assert.equal(compareValues(null, undefined), 0);
    assert.equal(compareValues(1, 1n), 0);
    assert.equal(compareValues(0, -0), 0);
  });

  it('keeps integers apart that a double cannot hold', () => {
    assert.equal(compareValues(2n ** 53n + 1n, 2 ** 53), 1);
  });
});

describe('a condition of the twin', () => {
  const values = [null, undefined, 1, 2, 3, '1', true, Number.NaN];

  it('on a bare value and eq finds equal values, null also missing ones', () => {
    assert.deepEqual(matching(1, values), [1]);
    assert.deepEqual(matching({eq: 1n}, values), [1]);
    assert.deepEqual(matching(null, values), [null, undefined]);
    assert.deepEqual(matching(Number.NaN, values), []);
  });

  it('with neq and nin finds everything else', () => {
    assert.deepEqual(matching({neq: 1}, values), [
      null,
      undefined,
      2,
      3,
      '1',
      true,
      Number.NaN,
    ]);
    assert.deepEqual(matching({nin: [1, null]}, values), [
      2,
      3,
      '1',
      true,
      Number.NaN,
    ]);
    assert.deepEqual(matching({nin: []}, values), values);
    assert.deepEqual(matching({inq: []}, values), []);
  });

  it('on a range finds values of the kind of the operand', () => {
    assert.deepEqual(matching({gt: 1}, values), [2, 3]);
    assert.deepEqual(matching({gte: 2, lt: 3}, values), [2]);
    assert.deepEqual(matching({between: [2, 9]}, values), [2, 3]);
    assert.deepEqual(matching({gt: '0'}, values), ['1']);
    assert.deepEqual(matching({lte: null}, values), [null, undefined]);
    assert.deepEqual(matching({lt: null}, values), []);
  });

  it('casts operands to a declared type and to no other', () => {
    assert(meetsAt('n', '10', {n: 10}));
    assert(!meetsAt('n', 'x', {n: 10}));
    assert(meetsAt('n', {neq: 'x'}, {n: 10}));
    assert(meetsAt('d', {gt: '2024-01-01'}, {d: new Date('2024-01-02')}));
    assert(meetsAt('b', 'true', {b: true}));
    assert(!meetsAt('x', '10', {x: 10}));
  });

  it('with like matches whole strings, wildcards apart', () => {
    const texts = ['hello', 'ell', 'Ell', 'e%l', 'a.c', 'aXc', null, 5];
    assert.deepEqual(matching({like: 'ell'}, texts), ['ell']);
    assert.deepEqual(matching({like: '%ell%'}, texts), ['hello', 'ell']);
    assert.deepEqual(matching({like: 'e\\%l'}, texts), ['e%l']);
    assert.deepEqual(matching({like: 'a_c'}, texts), ['a.c', 'aXc']);
    assert.deepEqual(matching({ilike: 'e_l'}, texts), ['ell', 'Ell', 'e%l']);
    assert.deepEqual(matching({nlike: '%l%'}, texts), ['a.c', 'aXc', null, 5]);
    assert.deepEqual(matching({like: /l+/}, texts), [
      'hello',
      'ell',
      'Ell',
      'e%l',
    ]);
  });

  it('with regexp finds the expression anywhere in strings', () => {
    const texts = ['abc', 'ABC', 'c', null, 5];
    assert.deepEqual(matching({regexp: 'b'}, texts), ['abc']);
    assert.deepEqual(matching({regexp: '/b/i'}, texts), ['abc', 'ABC']);
    assert.deepEqual(matching({regexp: '(?i)B'}, texts), ['abc', 'ABC']);
    assert.deepEqual(matching(/^c/gy, texts), ['c']);
  });

  it('with exists tells null from missing', () => {
    assert(meetsAt('x', {exists: true}, {x: null}));
    assert(!meetsAt('x', {exists: true}, {}));
    assert(meetsAt('o.x', {exists: false}, {o: null}));
    assert(meetsAt('x', {exists: true}, {x: []}));
  });

  it('looks into objects and every element of arrays', () => {
    const row = {items: [{x: 1}, {x: 5}, {}], tags: ['a', 'b'], none: []};
    assert(meetsAt('items.x', 5, row));
    assert(meetsAt('items.x', null, row));
    assert(meetsAt('items.0.x', 1, row));
    assert(!meetsAt('items.0.x', 5, row));
    assert(meetsAt('tags', 'b', row));
    assert(meetsAt('tags', {neq: 'b'}, row));
    assert(!meetsAt('tags', {not: {eq: 'b'}}, row));
    assert(meetsAt('tags', ['a', 'b'], row));
    assert(!meetsAt('tags', {neq: ['a', 'b']}, row));
    assert(!meetsAt('none', null, row));
    assert(meetsAt('none', {neq: 1}, row));
    assert(meetsAt('none', {nlike: '%'}, row));
    assert(!meetsAt('tags.length', 2, row));
  });

  it('with contains and its kin looks at the array itself', () => {
    const arrays = [[], ['a'], ['a', 'b'], ['b', 'c'], 'a', null];
    assert.deepEqual(matching({contains: ['a']}, arrays), [['a'], ['a', 'b']]);
    assert.deepEqual(matching({containedBy: ['a', 'b']}, arrays), [
      [],
      ['a'],
      ['a', 'b'],
    ]);
    assert.deepEqual(matching({containsAny: ['a', 'c']}, arrays), [
      ['a'],
      ['a', 'b'],
      ['b', 'c'],
    ]);
  });

  it('combines others with and, or, nor and not', () => {
    const holds = (where: Row) => meets({x: 1, y: 2}, where, types);
    assert(holds({and: [{x: 1}, {or: [{y: 3}, {y: 2}]}]}));
    assert(holds({nor: [{x: 2}, {y: 1}]}));
    assert(!holds({not: {x: 1, y: 2}}));
    assert(holds({and: []}) && holds({nor: []}) && !holds({or: []}));
  });

  it('with near measures like LoopBack', () => {
    const near = {near: {lat: 10, lng: 10}};
    const row = {g: {lat: 5, lng: 5}};
    assert(meetsAt('g', {...near, maxDistance: 487}, row));
    assert(!meetsAt('g', {...near, maxDistance: 486}, row));
    assert(meetsAt('g', {...near, minDistance: 782, unit: 'kilometers'}, row));
    assert(!meetsAt('g', near, {g: null}));
  });
});

describe('a filter of the twin', () => {
  const twin = twinOf([
    {id: 1, n: 2, o: {x: 'b'}},
    {id: 2, n: null},
    {id: 3, n: 2, o: {x: 'a'}},
    {id: 4},
    {id: 5, n: 1},
  ]);

  it('orders by all its keys, then by id', () => {
    assert.deepEqual(idsOf(twin, {}), [1, 2, 3, 4, 5]);
    assert.deepEqual(idsOf(twin, {order: 'n'}), [2, 4, 5, 1, 3]);
    assert.deepEqual(idsOf(twin, {order: 'n DESC'}), [1, 3, 5, 2, 4]);
    assert.deepEqual(
      idsOf(twin, {order: ['n DESC', 'o.x ASC']}),
      [3, 1, 5, 2, 4],
    );
  });

  it('orders by distance where there is a near', () => {
    const places = twinOf([
      {id: 1, g: {lat: 0, lng: 9}},
      {id: 2, g: {lat: 0, lng: 3}},
      {id: 3},
      {id: 4, g: {lat: 0, lng: -3}},
    ]);
    const near = (lng: number) => ({g: {near: {lat: 0, lng}}});
    const order = 'id DESC';
    assert.deepEqual(idsOf(places, {where: near(1), order}), [2, 4, 1]);
    const or = [near(8), near(-2.5)];
    assert.deepEqual(idsOf(places, {where: {or}, order}), [4, 1, 2]);
  });

  it('skips and limits; a limit of 0 is none', () => {
    assert.deepEqual(idsOf(twin, {skip: 1, limit: 2}), [2, 3]);
    assert.deepEqual(idsOf(twin, {offset: 3, limit: 0}), [4, 5]);
  });

  it('keeps the listed fields, or all but those that are false', () => {
    const where = {id: 5};
    assert.deepEqual(twin.all({where, fields: ['n']}), [{n: 1}]);
    assert.deepEqual(twin.all({where, fields: {n: true}}), [{n: 1}]);
    assert.deepEqual(twin.all({where, fields: {n: false}}), [{id: 5}]);
    assert.deepEqual(twin.all({where, fields: []}), [{id: 5, n: 1}]);
  });
});

describe('a statement of the twin', () => {
  it('generates ids above all that there were', () => {
    const twin = twinOf([{}, {id: 7}, {}]);
    assert.deepEqual(twin.ids(), [1, 7, 8]);
    twin.destroyAll({});
    assert.equal(twin.create({})['id'], 9);
  });

  it('takes ids from the connector that are new and follow the last', () => {
    const createWith = (learned: number) => {
      const twin = twinOf([{id: 3}]);
      twin.learnIds([learned]);
      return twin.create({})['id'];
    };
    assert.throws(() => createWith(3), /not the next one after 3/);
    assert.throws(() => createWith(5), /not the next one after 3/);
    assert.equal(createWith(4), 4);
  });

  it('may find ids used up by a statement that was refused', () => {
    const twin = twinOf([{id: 1, n: 1}], [['n']]);
    assert.throws(() => twin.create({n: 1}), refusedWith(409));
    twin.learnIds([3]);
    assert.equal(twin.create({n: 2})['id'], 3);
  });

  it('is refused by a unique key and then changes nothing', () => {
    const twin = twinOf(
      [
        {a: 1, b: 1},
        {a: 1, b: 2},
      ],
      [['a', 'b']],
    );
    const rows = twin.all({});
    assert.throws(
      () => twin.createAll([{a: 2}, {a: 1, b: 2}]),
      refusedWith(409),
    );
    assert.throws(() => twin.updateAll({}, {b: 3}), refusedWith(409));
    assert.throws(() => twin.create({id: 1}), refusedWith(409));
    assert.deepEqual(twin.all({}), rows);
  });

  it('may leave any number of rows without a value for a unique key', () => {
    const twin = twinOf([{a: 1, b: null}, {a: 1}, {a: 1, b: 1}], [['a', 'b']]);
    assert.equal(twin.count({a: 1}), 3);
  });

  it('updates the given properties of the rows that match', () => {
    const twin = twinOf([{a: 1, c: 1}, {a: 2}]);
    assert.equal(twin.updateAll({c: 1}, {id: 9, a: undefined, c: 5}), 1);
    assert.deepEqual(twin.updateAttributes(2, {c: 6}), {id: 2, a: 2, c: 6});
    assert.deepEqual(twin.all({}), [
      {id: 1, c: 5},
      {id: 2, a: 2, c: 6},
    ]);
    assert.throws(() => twin.updateAttributes(3, {}), refusedWith(404));
  });

  it('replaces all of a row but its id', () => {
    const twin = twinOf([{a: 1}]);
    assert.deepEqual(twin.replaceById(1, {id: 4, b: 1}), {id: 1, b: 1});
    assert.throws(() => twin.replaceById(2, {}), refusedWith(404));
    assert.deepEqual(twin.replaceOrCreate({id: 1}), {
      row: {id: 1},
      isNew: false,
    });
    assert.deepEqual(twin.replaceOrCreate({id: 5}), {
      row: {id: 5},
      isNew: true,
    });
  });

  it('updates or creates, also where exactly one row matches', () => {
    const twin = twinOf([{a: 1}, {a: 1}, {a: 2}]);
    const updated = {row: {id: 3, a: 2, b: 1}, isNew: false};
    assert.deepEqual(twin.updateOrCreate({id: 3, b: 1}), updated);
    assert.deepEqual(twin.upsertWithWhere({a: 2}, {id: 8, b: 1}), updated);
    const created = twin.upsertWithWhere({a: 3}, {b: 4});
    assert.deepEqual(created, {row: {id: 4, b: 4}, isNew: true});
    assert.throws(() => twin.upsertWithWhere({a: 1}, {}), refusedWith(400));
  });

  it('finds the first match or creates', () => {
    const twin = twinOf([{a: 1}, {a: 2}]);
    const found = twin.findOrCreate({where: {}, order: 'a DESC'}, {a: 9});
    assert.deepEqual(found, {row: {id: 2, a: 2}, isNew: false});
    const created = twin.findOrCreate({where: {a: 3}}, {a: 3});
    assert.deepEqual(created, {row: {id: 3, a: 3}, isNew: true});
  });

  it('finds, counts and removes rows', () => {
    const twin = twinOf([{a: 1}, {a: 2}, {a: 2}]);
    assert.deepEqual([twin.exists(1), twin.find(4)], [true, null]);
    assert.deepEqual([twin.destroy(1), twin.destroy(1)], [1, 0]);
    assert.deepEqual([twin.destroyAll({a: 2}), twin.count(null)], [2, 0]);
  });
});
