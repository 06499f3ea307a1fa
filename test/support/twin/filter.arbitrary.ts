import * as fc from 'fast-check';
import {
  near,
  plainCondition,
  pointCondition,
  searchLeaf,
} from './condition.arbitrary';
import type {Filter} from './twin';
import type {Row} from './value';
import {columns, favouritePaths, singlePaths} from './values.arbitrary';

const plainLeaf: fc.Arbitrary<Row> = fc.oneof(
  {weight: 12, arbitrary: plainCondition},
  {weight: 1, arbitrary: pointCondition.map(g => ({g}))},
  {
    weight: 3,
    arbitrary: fc
      .tuple(plainCondition, plainCondition)
      .map(([a, b]) => ({...a, ...b})),
  },
);

const nearLeaf: fc.Arbitrary<Row> = near.map(g => ({g}));

/** `near` points from which no two places of the rows are equally far. */
const orderingLeaf: fc.Arbitrary<Row> = fc
  .tuple(
    fc.constantFrom(
      {lat: 10.07, lng: 10.03},
      {lat: 12.3, lng: 7.7},
      {lat: 51.43, lng: 179.971},
      {lat: -33.1, lng: -170.6},
      {lat: 89.7, lng: -45.3},
    ),
    fc.constantFrom(
      {},
      {maxDistance: 30},
      {maxDistance: 5000, minDistance: 20},
      {minDistance: 70, unit: 'degrees'},
      {maxDistance: 9000, unit: 'kilometers'},
    ),
  )
  .map(([near, limits]) => ({g: {near, ...limits}}));

const leaf: fc.Arbitrary<Row> = fc.oneof(
  {weight: 12, arbitrary: plainLeaf},
  {weight: 1, arbitrary: nearLeaf},
  {weight: 1, arbitrary: near.map(not => ({g: {not}}))},
);

/** Conditions of the given kind, nested up to three deep. */
function nestedIn(leaf: fc.Arbitrary<Row>): fc.Arbitrary<Row> {
  return fc.letrec<{where: Row}>(tie => {
    const list = fc.array(tie('where'), {maxLength: 3});
    return {
      where: fc.oneof(
        {maxDepth: 3, withCrossShrink: true},
        {weight: 5, arbitrary: leaf},
        {weight: 1, arbitrary: list.map(and => ({and}))},
        {weight: 2, arbitrary: list.map(or => ({or}))},
        {weight: 1, arbitrary: list.map(nor => ({nor}))},
        {weight: 1, arbitrary: tie('where').map(not => ({not}))},
      ),
    };
  }).where;
}

/** Conditions that indexes may answer, alone or with others to test. */
const searchWhere: fc.Arbitrary<Row> = fc.oneof(
  {weight: 5, arbitrary: searchLeaf},
  {weight: 2, arbitrary: fc.tuple(searchLeaf, plainLeaf).map(and => ({and}))},
  {
    weight: 3,
    arbitrary: fc
      .array(searchLeaf, {minLength: 1, maxLength: 3})
      .map(or => ({or})),
  },
);

/** Conditions of all kinds. */
export const where: fc.Arbitrary<Row> = fc.oneof(nestedIn(leaf), searchWhere);

/** Conditions without `near`. */
const plainWhere = fc.oneof(nestedIn(plainLeaf), searchWhere);

/** Conditions with a `near` that clearly must hold. */
const nearWhere: fc.Arbitrary<Row> = fc.oneof(
  orderingLeaf,
  fc.tuple(orderingLeaf, plainLeaf).map(([a, b]) => ({...b, ...a})),
  fc.tuple(plainWhere, orderingLeaf).map(and => ({and})),
  fc.array(orderingLeaf, {minLength: 1, maxLength: 3}).map(or => ({or})),
  fc
    .array(fc.tuple(plainWhere, orderingLeaf), {minLength: 1, maxLength: 3})
    .map(branches => ({or: branches.map(and => ({and}))})),
);

/** Conditions of filters: whether a `near` orders the rows is beyond doubt. */
const filterWhere: fc.Arbitrary<Row> = fc.oneof(
  {weight: 7, arbitrary: plainWhere},
  {weight: 1, arbitrary: nearWhere},
);

const direction = fc.constantFrom('', ' ASC', ' DESC');

const orderTerm = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('id', ...singlePaths, 'tags', 'o', 'g', 'items.x'),
      fc.constantFrom(...favouritePaths),
    ),
    direction,
  )
  .map(parts => parts.join(''));

/** An order that one index may give: all keys in one direction, then by id. */
const indexOrder = fc
  .tuple(
    fc.subarray([...favouritePaths], {minLength: 1, maxLength: 2}),
    direction,
  )
  .map(([paths, direction]) => paths.map(path => path + direction));

const order = fc.oneof(
  orderTerm,
  fc.array(orderTerm, {minLength: 1, maxLength: 3}),
  indexOrder,
  indexOrder.map(terms => [...terms, 'id']),
);

const fieldNames = ['id', ...Object.keys(columns)];

const fields: fc.Arbitrary<string[] | Record<string, boolean>> = fc.oneof(
  fc.subarray(fieldNames),
  fc
    .subarray(fieldNames, {minLength: 1})
    .map(names => Object.fromEntries(names.map(name => [name, false]))),
  fc
    .subarray(fieldNames, {minLength: 1})
    .map(names =>
      Object.fromEntries(names.map((name, i) => [name, i % 2 === 0])),
    ),
);

/** A value once in so many times, else null. */
function onceIn<T>(times: number, arbitrary: fc.Arbitrary<T>) {
  return fc.oneof(
    {weight: times - 1, arbitrary: fc.constant(null)},
    {weight: 1, arbitrary},
  );
}

/** Filters with any of their parts; many have only a `where`. */
export const filter: fc.Arbitrary<Filter> = fc
  .record({
    where: fc.option(filterWhere, {freq: 9}),
    order: onceIn(2, order),
    limit: onceIn(2, fc.integer({min: 0, max: 6})),
    skip: onceIn(4, fc.integer({min: 0, max: 4})),
    offset: onceIn(8, fc.integer({min: 0, max: 4})),
    fields: onceIn(5, fields),
  })
  .map(withoutNulls);

function withoutNulls(filter: object): Filter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== null),
  );
}
