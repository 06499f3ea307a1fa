import * as fc from 'fast-check';
import type {Row} from './value';
import {favouritePaths, pathValues, point} from './values.arbitrary';

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

const prefix = fc.constantFrom('a%', 'ab%', 'a_c', '%b', 'abc', 'a\\%');

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
  s: fc.constantFrom(9, 10, 10n),
  nums: fc.constantFrom('0', '1', '2', 'x'),
  'o.x': fc.constantFrom('3', '-1', '0.5', 'x'),
  'o.y': fc.constantFrom(9, 10, 10n),
  'o.d': fc.constantFrom('2024-01-03T00:00:00.000Z', '2024-01-05', 'x'),
  'o.list': fc.constantFrom('0', '1', 'x'),
  'o.list.0': fc.constantFrom('0', '1', 'x'),
  'o.deep.z': fc.constantFrom('1', '2', 'x'),
  'items.x': fc.constantFrom('1', '2', 'x'),
  'items.1.x': fc.constantFrom('1', '2', 'x'),
  'g.lat': fc.constantFrom('0', '10', 'x'),
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
    between: fc.tuple(operand, operand),
    inq: list,
    nin: list,
    exists: fc.boolean(),
  };
}

const textOperators: Record<string, Condition> = {
  like,
  ilike: like,
  nlike: like,
  nilike: like,
  regexp: expression,
  eq: regexp,
  neq: regexp,
};

function arrayOperatorsOf(path: string): Record<string, Condition> {
  const list = fc.array(operandAt(path), {maxLength: 3});
  const mixed = fc.array(fc.oneof(list, operandAt(path)), {maxLength: 3});
  return {
    inq: mixed,
    nin: mixed,
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

/** A `near` with or without a unit and limits. */
export const near: fc.Arbitrary<Row> = fc
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
const arrays = new Set(['tags', 'nums', 'o.list', 'items', 'items.tags']);

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
export const pointCondition: fc.Arbitrary<unknown> = fc.oneof(
  {weight: 1, arbitrary: point},
  {weight: 1, arbitrary: fc.constant(null)},
  {weight: 1, arbitrary: oneOf({exists: fc.boolean(), neq: point, eq: point})},
  {weight: 1, arbitrary: fc.array(point, {maxLength: 2}).map(inq => ({inq}))},
);

/** A condition on one property, other than `near`. */
export const plainCondition: fc.Arbitrary<Row> = fc.oneof(
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

/** Operators that an index may answer, mostly on what stands there. */
function searchAt(path: string): fc.Arbitrary<unknown> {
  const operand = operandAt(path);
  const {between, inq, ...operators} = operatorsOf(path);
  const range = oneOf(
    Object.fromEntries(
      ['gt', 'gte', 'lt', 'lte'].map(name => [name, operators[name]!]),
    ),
  );
  return fc.oneof(
    {weight: 4, arbitrary: operand.filter(value => !isEmpty(value))},
    {weight: 3, arbitrary: range},
    {
      weight: 2,
      arbitrary: fc.tuple(range, range).map(([a, b]) => ({...a, ...b})),
    },
    {weight: 2, arbitrary: inq!.map(inq => ({inq}))},
    {
      weight: 2,
      arbitrary: oneOf({between: between!, like: prefix}),
    },
  );
}

/** Conditions on one to three properties that often have an index. */
export const searchLeaf: fc.Arbitrary<Row> = fc
  .array(
    fc.oneof(
      ...favouritePaths.map(path =>
        searchAt(path).map(condition => ({[path]: condition})),
      ),
    ),
    {minLength: 1, maxLength: 3},
  )
  .map(conditions => Object.assign({}, ...conditions) as Row);

/** An object without keys: whether it is a value is not what is tested. */
function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).length === 0
  );
}
