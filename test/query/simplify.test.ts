import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type {Condition} from '../../lib/query/condition';
import {describeCondition} from '../../lib/query/describe-condition';
import {parseWhere} from '../../lib/query/parse-where';
import {compilePredicate} from '../../lib/query/predicate';
import {simplified} from '../../lib/query/simplify';
import {defaultDialect} from '../../lib/value/dialect';
import type {Row} from '../../lib/value/copy';
import {compileLike} from '../../lib/value/like';
import {tryOften} from '../support/random';
import {schemaOf} from '../support/schema/example';

/** Whether a row meets a condition, clause by clause. */
function naive(condition: Condition, row: Row): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every(clause => naive(clause, row));
    case 'or':
      return condition.conditions.some(clause => naive(clause, row));
    case 'not':
      return !naive(condition.condition, row);
    default:
      return compilePredicate(condition)(row);
  }
}

const value = fc.constantFrom<unknown[]>(
  null,
  true,
  0,
  -0,
  1,
  1n,
  2,
  2n ** 60n,
  2 ** 60,
  'a',
  'ab',
  new Date(0),
  new Date(5),
  Buffer.from('a'),
  {x: 1},
  {x: [2]},
);

const stored = fc.oneof(
  value,
  fc.constantFrom(undefined, Number.NaN, new Date(Number.NaN), 3, 'b'),
);

const list = fc.array(stored, {maxLength: 3});

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    a: fc.oneof(stored, list, fc.array(list, {maxLength: 2})),
    b: fc.oneof(stored, fc.record({c: stored}), fc.array(fc.record({c: list}))),
  }),
  {maxLength: 20},
);

const path = fc.constantFrom(['a'], ['b'], ['b', 'c']);
const operand = fc.oneof(
  {weight: 9, arbitrary: value},
  {weight: 1, arbitrary: list.map(noInvalid)},
);
const operands = fc.array(value, {minLength: 1, maxLength: 3});

function noInvalid(values: unknown[]): unknown[] {
  return values.map(each => each ?? null);
}

const leaf: fc.Arbitrary<Condition> = fc.oneof<fc.Arbitrary<Condition>[]>(
  fc.record({kind: fc.constant('eq'), path, value: operand}),
  fc.record({
    kind: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    path,
    value,
  }),
  fc.record({
    kind: fc.constantFrom('contains', 'containedBy', 'containsAny'),
    path,
    values: fc.array(stored, {maxLength: 3}),
  }),
  fc.record({kind: fc.constant('exists'), path}),
  fc.record({
    kind: fc.constant('like'),
    path,
    pattern: fc
      .tuple(fc.constantFrom('a', 'A%', '%b', '%'), fc.boolean())
      .map(([source, ignoreCase]) => compileLike(source, ignoreCase)),
  }),
  fc.record({
    kind: fc.constant('differs'),
    leaf: fc.record({kind: fc.constant('eq'), path, value: operand}),
    matchesNull: fc.boolean(),
  }),
);

/** Lists of equalities on one path or two, as clients make them. */
const equality: fc.Arbitrary<Condition> = fc.oneof<fc.Arbitrary<Condition>[]>(
  fc.record({kind: fc.constant('eq'), path: fc.constant(['a']), value}),
  fc.tuple(value, operands).map(([first, [second]]) => ({
    kind: 'and' as const,
    conditions: [
      {kind: 'eq' as const, path: ['a'], value: first},
      {kind: 'eq' as const, path: ['b', 'c'], value: second},
    ],
  })),
);

const condition: fc.Arbitrary<Condition> = fc.letrec<{any: Condition}>(tie => ({
  any: fc.oneof(
    {maxDepth: 3, withCrossShrink: true},
    {weight: 4, arbitrary: leaf},
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('and', 'or'),
        conditions: fc.array(tie('any'), {minLength: 1, maxLength: 6}),
      }) as fc.Arbitrary<Condition>,
    },
    {
      weight: 1,
      arbitrary: fc
        .array(equality, {minLength: 9, maxLength: 30})
        .map(conditions => ({kind: 'or' as const, conditions})),
    },
    {
      weight: 1,
      arbitrary: tie('any').map(condition => ({
        kind: 'not' as const,
        condition,
      })),
    },
  ),
})).any;

describe('a simplified condition', () => {
  it('is met by the rows that meet each clause, values of all kinds', () => {
    tryOften(
      fc.property(condition, rows, (tested, all) => {
        const matches = compilePredicate(simplified(tested));
        for (const row of all) assert.equal(matches(row), naive(tested, row));
      }),
      3_000,
    );
  });

  const schema = schemaOf();
  const textOf = (where: object): string =>
    describeCondition(parseWhere(where, schema, defaultDialect));

  const examples: readonly [object, string][] = [
    [{or: [{a: 3}, {a: 1}, {a: {inq: [2, 1]}}]}, 'a in (1, 2, 3)'],
    [{or: [{a: 1}, {b: 1}, {a: 2}]}, '(a in (1, 2)) or (b = 1)'],
    [{or: [{a: 1}, {or: [{a: 2}, {or: [{a: 3}]}]}]}, 'a in (1, 2, 3)'],
    [{nor: [{a: 1}, {a: 2}]}, 'not (a in (1, 2))'],
    [{and: [{a: {not: {eq: 1}}}, {a: {not: {eq: 2}}}]}, 'not (a in (1, 2))'],
    [{and: [{a: {neq: 1}}, {a: {neq: 2}}]}, 'a differs from each of (1, 2)'],
    [{or: [{a: {gt: 5}}, {a: {gte: 5}}, {a: {gt: 7}}]}, 'a >= 5'],
    [{and: [{a: {gt: 5}}, {a: {gte: 5}}, {a: {lt: 9}}]}, '(a > 5) and (a < 9)'],
    [{or: [{a: {like: 'x_'}}, {a: {like: 'x_'}}]}, 'a like "x_"'],
    [
      {or: [{a: {contains: 1}}, {a: {containsAny: [2, 3]}}]},
      'a containsAny (1, 2, 3)',
    ],
    [{and: [{a: {contains: 1}}, {a: {contains: 2}}]}, 'a contains (1, 2)'],
  ];

  for (const [where, text] of examples) {
    it(`of ${JSON.stringify(where)} is ${text}`, () => {
      assert.equal(textOf(where), text);
    });
  }

  it('may have had more clauses than a call has arguments', () => {
    const many = Array.from({length: 300_000}, (_, i) => ({a: {like: `${i}`}}));
    const where = {or: [{or: many}, {and: [{and: many}]}]};
    assert.equal(parseWhere(where, schema, defaultDialect).kind, 'or');
  });
});

describe('a test by many clauses', () => {
  /** How often a property of a row is read while it is tested. */
  function readsOf(where: object, row: Row): number {
    let reads = 0;
    const counted = new Proxy(row, {
      get: (target, name) => {
        reads++;
        return Reflect.get(target, name) as unknown;
      },
      getOwnPropertyDescriptor: (target, name) => {
        reads++;
        return Reflect.getOwnPropertyDescriptor(target, name);
      },
    });
    const schema = schemaOf();
    compilePredicate(parseWhere(where, schema, defaultDialect))(counted);
    return reads;
  }

  const numbers = Array.from({length: 5_000}, (_, i) => i);

  for (const [title, where] of Object.entries({
    equalities: {or: numbers.map(a => ({a}))},
    'equalities of a pair': {or: numbers.map(i => ({a: 1, b: i}))},
    inequalities: {and: numbers.map(i => ({a: {neq: -i}}))},
    'what is not': {and: numbers.map(i => ({a: {not: {eq: -i - 1}}}))},
    'lower bounds': {and: numbers.map(i => ({a: {gt: -i - 1}}))},
    'upper bounds': {or: numbers.map(i => ({a: {lt: -i}}))},
    'the same pattern': {or: numbers.map(() => ({a: {like: '%x_%'}}))},
    'an element each': {or: numbers.map(i => ({a: {contains: i}}))},
  })) {
    it(`does not look at each of 5,000 ${title}`, () => {
      assert.ok(readsOf(where, {a: 1, b: -1}) < 20);
    });
  }
});
