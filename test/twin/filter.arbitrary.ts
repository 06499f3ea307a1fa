import * as fc from 'fast-check';
import type {Filter} from './twin';
import type {Row} from './value';
import {columns, pathValues, point, singlePaths} from './values.arbitrary';

type Condition = fc.Arbitrary<unknown>;

const pattern = fc
  .array(
    fc.constantFrom('a', 'b', 'A', 'c', '%', '_', '\\%', '\\_', '\\\\', '.'),
    {maxLength: 4},
  )
  .map(pieces => pieces.join(''));

const expression = fc.constantFrom<(string | RegExp)[]>(
  'a',
  '^a',
  'b$',
  '^$',
  'a|^b',
  '[ab]c',
  '^(a|b)+$',
  '\\d',
  '\\.',
  '%',
  '/A/',
  '/A/i',
  '(?i)ABC',
  '/b/g',
  /a.c/,
  /B/i,
  /a/g,
  /^b/y,
  /\\/,
);

const regexp = fc.constantFrom(/a/, /^A/i, /b$/, /c/g);

const like = fc.oneof(
  {weight: 6, arbitrary: pattern},
  {weight: 1, arbitrary: regexp},
);

/** Operands that are cast to the type of the column, where it is declared. */
const castable: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  n: fc.constantFrom('3', '-1', '0.5', 'x'),
  m: fc.constantFrom('1', '2', 'x'),
  d: fc.constantFrom('2024-01-03T00:00:00.000Z', '2024-01-05', 'x'),
  b: fc.constantFrom('true', 'false'),
};

/** A value as it stands at the path, null, or one that is to be cast. */
function operandAt(path: string): fc.Arbitrary<unknown> {
  return fc.oneof(
    {weight: 18, arbitrary: pathValues[path]!},
    {weight: 2, arbitrary: fc.constant(null)},
    {weight: 1, arbitrary: castable[path] ?? pathValues[path]!},
  );
}

function operatorsOf(path: string): Record<string, Condition> {
  const operand = operandAt(path);
  const list = fc.array(operand, {maxLength: 4});
  return {
    ...Object.fromEntries(
      ['eq', 'neq', 'gt', 'gte', 'lt', 'lte'].map(name => [name, operand]),
    ),
    ...(isList(path) ? {} : {between: fc.tuple(operand, operand)}),
    inq: list,
    nin: list,
    exists: fc.boolean(),
  };
}

function isList(path: string) {
  return /tags$|nums|list$|items/.test(path);
}

const textOperators: Record<string, Condition> = {
  like,
  ilike: like,
  nlike: like,
  nilike: like,
  regexp: expression,
};

function arrayOperatorsOf(path: string): Record<string, Condition> {
  const list = fc.array(operandAt(path), {maxLength: 3});
  return {
    contains: list,
    containedBy: list,
    containsAny: list,
    containsAnyOf: list,
    eq: list,
    neq: list,
  };
}

/** `{operator: operand}` for one of the operators. */
function oneOf(operators: Record<string, Condition>): fc.Arbitrary<Row> {
  return fc.oneof(
    ...Object.entries(operators).map(([name, operand]) =>
      operand.map(value => ({[name]: value})),
    ),
  );
}

const near: fc.Arbitrary<Row> = fc
  .tuple(
    point,
    fc.constantFrom('miles', 'kilometers', 'degrees', undefined),
    fc.constantFrom<(number | undefined)[]>(
      0,
      5,
      50,
      5000,
      undefined,
      undefined,
    ),
    fc.constantFrom<(number | undefined)[]>(
      0,
      2,
      30,
      3000,
      undefined,
      undefined,
    ),
  )
  .map(([near, unit, maxDistance, minDistance]) => ({
    near,
    ...(unit === undefined ? {} : {unit}),
    ...(maxDistance === undefined ? {} : {maxDistance}),
    ...(minDistance === undefined ? {} : {minDistance}),
  }));

/** Paths at which there can be texts, and those at which there are arrays. */
const texts = new Set(['s', 't', 'o.y', 'tags', 'tags.0', 'items.tags', 'u']);
const arrays = new Set(['tags', 'nums', 'o.list', 'items']);

/** A condition on one property, without `not`. */
function conditionAt(path: string): fc.Arbitrary<unknown> {
  const common = oneOf(operatorsOf(path));
  const arbitraries = [
    {weight: 3, arbitrary: operandAt(path).filter(value => !isEmpty(value))},
    {weight: 8, arbitrary: common},
    {
      weight: 2,
      arbitrary: fc.tuple(common, common).map(([a, b]) => ({...a, ...b})),
    },
  ];
  if (texts.has(path)) {
    arbitraries.push(
      {weight: 8, arbitrary: oneOf(textOperators)},
      {weight: 1, arbitrary: regexp},
    );
  }
  if (arrays.has(path)) {
    arbitraries.push(
      {weight: 6, arbitrary: oneOf(arrayOperatorsOf(path))},
      {weight: 1, arbitrary: fc.array(operandAt(path), {maxLength: 2})},
    );
  }
  return fc.oneof(...arbitraries);
}

/** Conditions on a point other than `near`. */
const pointCondition: fc.Arbitrary<unknown> = fc.oneof(
  {weight: 1, arbitrary: point},
  {weight: 1, arbitrary: fc.constant(null)},
  {weight: 1, arbitrary: oneOf({exists: fc.boolean(), neq: point, eq: point})},
  {weight: 1, arbitrary: fc.array(point, {maxLength: 2}).map(inq => ({inq}))},
);

const plainCondition: fc.Arbitrary<Row> = fc.oneof(
  ...Object.keys(pathValues).map(path => {
    const condition = conditionAt(path);
    return fc
      .oneof(
        {weight: 9, arbitrary: condition},
        {weight: 1, arbitrary: condition.map(not => ({not}))},
      )
      .map(condition => ({[path]: condition}));
  }),
);

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

/** Conditions of all kinds. */
export const where: fc.Arbitrary<Row> = nestedIn(leaf);

/** Conditions without `near`. */
const plainWhere = nestedIn(plainLeaf);

/** Conditions with a `near` that clearly must hold. */
const nearWhere: fc.Arbitrary<Row> = fc.oneof(
  orderingLeaf,
  fc.tuple(orderingLeaf, plainLeaf).map(([a, b]) => ({...b, ...a})),
  fc.tuple(plainWhere, orderingLeaf).map(and => ({and})),
  fc.array(orderingLeaf, {minLength: 1, maxLength: 3}).map(or => ({or})),
);

/** Conditions of filters: whether a `near` orders the rows is beyond doubt. */
const filterWhere: fc.Arbitrary<Row> = fc.oneof(
  {weight: 8, arbitrary: plainWhere},
  {weight: 1, arbitrary: nearWhere},
);

const orderTerm = fc
  .tuple(
    fc.constantFrom('id', ...singlePaths, 'tags', 'o', 'g', 'items.x'),
    fc.constantFrom('', ' ASC', ' DESC'),
  )
  .map(parts => parts.join(''));

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
    order: onceIn(
      2,
      fc.oneof(orderTerm, fc.array(orderTerm, {minLength: 1, maxLength: 3})),
    ),
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

/** An object without keys: whether it is a value is not what is tested. */
function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).length === 0
  );
}
