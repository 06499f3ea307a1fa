import * as fc from 'fast-check';
import type {Kind, Kinds} from './kind';
import {expressions, patterns} from './values';

const comparisons = ['gt', 'gte', 'lt', 'lte', 'neq'];

/** A value for a column: most fit it. */
export function valueOf({fitting, odd}: Kind, nulls = 1): fc.Arbitrary<any> {
  return fc.oneof(
    {arbitrary: fitting, weight: 12},
    {arbitrary: odd, weight: 2},
    {arbitrary: fc.constant(null), weight: nulls},
  );
}

/** The conditions on a column. */
function expression(of: Kind): fc.Arbitrary<any> {
  const value = valueOf(of);
  const one = (name: string, operand: fc.Arbitrary<any>) =>
    operand.map(each => ({[name]: each}));
  const all = [
    value,
    ...(of.isOrdered ? comparisons.map(name => one(name, value)) : []),
    ...(of.isOrdered
      ? [
          one('between', fc.tuple(value, value)),
          one('inq', fc.array(value, {maxLength: 3})),
          one('nin', fc.array(value, {maxLength: 3})),
        ]
      : []),
    ...(of.isOrdered
      ? ['like', 'nlike', 'ilike', 'nilike'].map(name => one(name, patterns))
      : []),
    ...(of.isText ? [one('regexp', expressions)] : []),
  ];
  const own = Object.entries(of.operators ?? {});
  return fc.oneof(...all, ...own.map(([name, operand]) => one(name, operand)));
}

export function where(columns: Kinds, depth = 2): fc.Arbitrary<any> {
  const names = Object.keys(columns);
  const single = fc
    .constantFrom(...names)
    .chain(name => expression(columns[name]!).map(each => ({[name]: each})));
  if (depth === 0) return single;
  const clauses = fc.array(where(columns, depth - 1), {maxLength: 3});
  return fc.oneof(
    {arbitrary: single, weight: 8},
    {
      arbitrary: fc
        .tuple(single, single)
        .map(each => Object.assign({}, ...each)),
      weight: 2,
    },
    {arbitrary: clauses.map(or => ({or})), weight: 1},
    {arbitrary: clauses.map(and => ({and})), weight: 1},
    {arbitrary: fc.constant({unknown: 1}), weight: 1},
    {arbitrary: fc.constant({}), weight: 1},
  );
}

/** Ordered by the ids at last, or rows that are equal come in any order. */
export function filter(
  columns: Kinds,
  ids: readonly string[],
): fc.Arbitrary<any> {
  const names = Object.keys(columns);
  const ordered = names.filter(name => columns[name]!.isOrdered);
  const order = fc
    .array(
      fc
        .tuple(
          fc.constantFrom(...ordered),
          fc.constantFrom('', ' ASC', ' DESC'),
        )
        .map(each => each.join('')),
      {maxLength: 2},
    )
    .map(keys => [...keys, ...ids]);
  return fc.record(
    {
      where: where(columns),
      order,
      limit: fc.constantFrom(0, 1, 2, 5),
      skip: fc.constantFrom(0, 1, 3),
      fields: fc.subarray(names).map(each => [...ids, ...each]),
    },
    {requiredKeys: [], noNullPrototype: true},
  );
}
