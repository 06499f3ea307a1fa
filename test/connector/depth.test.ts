import assert from 'node:assert/strict';
import type {Filter} from '../../lib/query/query';
import {call, defineModel} from '../support/connector/data-source';

/** What `wrap` makes of a value, over and over. */
function nested(
  times: number,
  wrap: (inner: unknown) => unknown,
  value: unknown,
): unknown {
  let nested = value;
  for (let i = 0; i < times; i++) nested = wrap(nested);
  return nested;
}

function path(parts: number): string {
  return Array.from({length: parts}, () => 'o').join('.');
}

const inX = (inner: unknown) => ({x: inner});
const inNot = (inner: unknown) => ({not: inner});

/** Filters as deep as that, each at another place. */
const filters: Readonly<Record<string, (depth: number) => Filter>> = {
  'a path of where': depth => ({where: {[path(depth)]: 1}}),
  'a path of order': depth => ({order: path(depth)}),
  'a path of fields': depth => ({fields: [path(depth)]}),
  'clauses in clauses': depth => ({
    where: nested(depth, inner => ({and: [inner]}), {n: 1}),
  }),
  'not in not': depth => ({where: nested(depth, inNot, {n: 1})}),
  'not in not of a property': depth => ({
    where: {n: nested(depth, inNot, {eq: 1})},
  }),
  'an object to equal': depth => ({where: {o: nested(depth, inX, 1)}}),
  'an operand of eq': depth => ({where: {o: {eq: nested(depth, inX, 1)}}}),
  'an operand of between': depth => ({
    where: {o: {between: [1, nested(depth, inX, 1)]}},
  }),
  'an element of inq': depth => ({
    where: {o: {inq: [nested(depth, inX, 1)]}},
  }),
  'an element of contains': depth => ({
    where: {o: {contains: [nested(depth, inner => [inner], 1)]}},
  }),
};

describe('what is nested deeper than 200 levels', () => {
  const properties = {id: {type: Number, id: true}, n: Number, o: Object};
  const {connector} = defineModel('M', properties);
  const row = {id: 1, n: 1, o: {x: 1}};

  before(async () => {
    await call(connector, 'createAll', 'M', [row]);
  });

  for (const [place, filter] of Object.entries(filters)) {
    it(`is refused in a filter: ${place}`, async () => {
      await call(connector, 'all', 'M', filter(150));
      for (const depth of [300, 20_000]) {
        await assert.rejects(call(connector, 'all', 'M', filter(depth)), {
          code: 'INVALID_FILTER',
          statusCode: 400,
        });
      }
    });
  }

  for (const depth of [300, 20_000]) {
    const deep = {o: nested(depth, inX, 1)};
    for (const [title, write] of [
      ['create', () => call(connector, 'create', 'M', {...deep})],
      ['createAll', () => call(connector, 'createAll', 'M', [{...deep}])],
      ['updateAll', () => call(connector, 'update', 'M', {}, deep)],
      ['replaceById', () => call(connector, 'replaceById', 'M', 1, deep)],
    ] as const) {
      it(`is refused in a row, ${depth} levels by ${title}`, async () => {
        await assert.rejects(write(), {
          code: 'INVALID_VALUE',
          statusCode: 422,
          message: /^Property o[.x]{0,80}\.\.\. cannot be stored: it is nested/,
        });
        const [rows] = await call(connector, 'all', 'M', {});
        assert.deepEqual(rows, [row]);
      });
    }
  }

  it('is refused in the path of an index', () => {
    const indexes = {deep: {keys: {[path(300)]: 1}}};
    assert.throws(() => defineModel('Deep', properties, {indexes}), {
      code: 'INVALID_MODEL',
      message: /The index deep of Deep is on the path "o\.o.* 200 parts/,
    });
  });
});

describe('an order of many keys', () => {
  const {connector} = defineModel(
    'M',
    {a: {type: Number, id: 1}, b: {type: Number, id: 2}, c: Number},
    {indexes: {byC: {keys: {c: 1}}}},
  );

  const textOf = (order: unknown) =>
    connector.explain('M', {order}).text.split('\n')[1]!.trim();

  it('is without those that are there before', () => {
    const order = Array.from({length: 1_000}, (_, i) => `c${i % 3} DESC`);
    assert.equal(textOf(order), 'sort by c0 DESC, c1 DESC, c2 DESC, id');
    assert.equal(textOf('d, e, d DESC'), 'sort by d ASC, e ASC, id');
  });

  it('is without those behind the whole id', () => {
    assert.equal(textOf('d, b, c, a, e, f'), textOf('d, b, c, a'));
    assert.notEqual(textOf('d, b, e'), textOf('d, b'));
  });

  it('is answered by an index where the other keys decide nothing', () => {
    const {isSorted} = connector.explain('M', {
      order: ['c', 'c DESC', 'a', 'b'],
    });
    assert.equal(isSorted, false);
  });

  it('is refused when more than 32 decide', () => {
    const keys = Array.from({length: 33}, (_, i) => `p${i}`);
    connector.explain('M', {order: keys.slice(1)});
    assert.throws(() => connector.explain('M', {order: keys.join()}), {
      code: 'INVALID_FILTER',
      statusCode: 400,
      message: /the order has 33 keys, more than 32/,
    });
  });
});

describe('thousands of fields', () => {
  const {connector} = defineModel('M', {id: {type: Number, id: true}});
  const row = {id: 1, a: {x: 1}, b: null, c: 3};
  const names = Array.from({length: 5_000}, (_, i) => `f${i}`);

  before(() => call(connector, 'createAll', 'M', [row]));

  it('are those of the row that are named', async () => {
    const fields = ['id', 'a', 'b', ...names];
    const [rows] = await call(connector, 'all', 'M', {fields});
    assert.deepEqual(rows, [{id: 1, a: {x: 1}, b: null}]);
  });
});
