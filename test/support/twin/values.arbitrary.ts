import * as fc from 'fast-check';
import type {ColumnType} from './cast';
import type {Row} from './value';

/** A property of the test's rows and what it can hold. */
export interface Column {
  readonly type: ColumnType;
  readonly value: fc.Arbitrary<unknown>;
}

/** Values come from few, so that they meet: 1 is also `1n`, and often there. */
const number = fc.oneof(
  {weight: 12, arbitrary: fc.integer({min: -2, max: 8})},
  {weight: 2, arbitrary: fc.constantFrom(0.5, -0, 2.5, 1e21, -1e-7)},
  {weight: 1, arbitrary: fc.constantFrom(1n, 3n, 9007199254740993n)},
  {
    weight: 1,
    arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 9007199254740992),
  },
);

const smallNumber = fc.integer({min: 0, max: 3});

/** Prefixes of each other, wildcards, other cases, numbers and line breaks. */
const string = fc.constantFrom(
  '',
  'a',
  'A',
  'ab',
  'abc',
  'abcd',
  'aBc',
  'b',
  'ba',
  'bb',
  'a%',
  'a_c',
  '%',
  '_',
  '\\',
  'a\\b',
  '10',
  '9',
  'é',
  'É',
  'a\nb',
  'a.c',
  '(a)',
);

const letter = fc.constantFrom('a', 'b', 'B', 'ab');

const date = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .integer({min: 1, max: 9})
      .map(day => new Date(Date.UTC(2024, 0, day))),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(NaN, -1, 0, 8.64e15).map(toDate),
  },
);

/**
 * Points near the poles, at both sides of the date line and near each other.
 */
export const point = fc.record({
  lat: fc.constantFrom(-89, -45, 0, 10, 10.1, 10.25, 51.5, 89.9),
  lng: fc.constantFrom(-179.9, -0.1, 0, 10, 10.1, 10.25, 179.9, 180),
});

const bytes = fc
  .array(fc.integer({min: 0, max: 2}), {maxLength: 2})
  .map(list => Buffer.from(list));

function listOf(item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> {
  return fc.array(item, {maxLength: 3});
}

/** A value or null, or missing: a property of that name is not there. */
function optional(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    {weight: 8, arbitrary: value},
    {weight: 1, arbitrary: fc.constant(null)},
    {weight: 1, arbitrary: fc.constant(undefined)},
  );
}

/** An object of optional properties. */
function objectOf(
  properties: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Row> {
  const arbitraries = Object.entries(properties).map(
    ([name, value]) => [name, optional(value)] as const,
  );
  return fc
    .record(
      Object.fromEntries(arbitraries) as Record<string, fc.Arbitrary<unknown>>,
    )
    .map(withoutMissing);
}

/** Here and there a value that is cast where its type is declared. */
function orCastable(
  value: fc.Arbitrary<unknown>,
  ...others: unknown[]
): fc.Arbitrary<unknown> {
  return fc.oneof(
    {weight: 20, arbitrary: value},
    {weight: 1, arbitrary: fc.constantFrom(...others)},
  );
}

const item = objectOf({
  x: orCastable(smallNumber, '1', 'x'),
  tags: listOf(letter),
});

const nested = objectOf({
  x: orCastable(number, '3', 'x'),
  y: orCastable(string, 9, 10),
  d: orCastable(date, '2024-01-03', '2024-01-04T00:00:00.000Z', 'x'),
  list: listOf(smallNumber),
  deep: objectOf({z: smallNumber}),
});

/** All columns; a schema declares some of them, the others are free. */
export const columns: Readonly<Record<string, Column>> = {
  n: {type: 'Number', value: number},
  m: {type: 'Number', value: smallNumber},
  s: {
    type: 'String',
    value: fc.oneof(
      {weight: 30, arbitrary: string},
      {weight: 1, arbitrary: fc.constantFrom(9, 10, 10n)},
    ),
  },
  t: {type: 'String', value: letter},
  b: {type: 'Boolean', value: fc.boolean()},
  d: {type: 'Date', value: date},
  g: {type: 'GeoPoint', value: point},
  tags: {type: '[String]', value: listOf(letter)},
  nums: {
    type: '[Number]',
    value: listOf(
      fc.oneof(
        {weight: 20, arbitrary: smallNumber},
        {weight: 1, arbitrary: fc.constantFrom('1', '2', 'x')},
      ),
    ),
  },
  o: {type: 'Object', value: nested},
  items: {type: '[Object]', value: listOf(item)},
  u: {
    type: 'Any',
    value: fc.oneof(number, string, fc.boolean(), date, bytes, item),
  },
};

/** What may be declared inside of columns, by paths, outer ones first. */
export const nestedTypes: Readonly<Record<string, ColumnType>> = {
  'o.x': 'Number',
  'o.y': 'String',
  'o.d': 'Date',
  'o.list': '[Number]',
  'o.deep': 'Object',
  'o.deep.z': 'Number',
  'items.x': 'Number',
  'items.tags': '[String]',
};

/** The data of a row, without an id. */
export const rowData: fc.Arbitrary<Row> = objectOf(
  Object.fromEntries(
    Object.entries(columns).map(([name, {value}]) => [name, value]),
  ),
);

/** The data of an update: a few properties, at times with undefined ones. */
export const changes: fc.Arbitrary<Row> = fc
  .uniqueArray(fc.constantFrom(...Object.keys(columns)), {
    minLength: 1,
    maxLength: 3,
  })
  .chain(names =>
    fc.record(
      Object.fromEntries(
        names.map(name => [name, optional(columns[name]!.value)]),
      ) as Record<string, fc.Arbitrary<unknown>>,
    ),
  );

/** What operands at a path are drawn from, mostly values that stand there. */
export const pathValues: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  id: fc.oneof(
    {weight: 4, arbitrary: fc.integer({min: 0, max: 30})},
    {weight: 1, arbitrary: fc.constantFrom('k', 'k1', 'k2', 'k3', '3')},
  ),
  n: number,
  m: smallNumber,
  s: string,
  t: letter,
  b: fc.boolean(),
  d: date,
  tags: letter,
  nums: smallNumber,
  o: nested,
  'o.x': number,
  'o.y': string,
  'o.d': date,
  'o.list': smallNumber,
  'o.list.0': smallNumber,
  'o.deep': objectOf({z: smallNumber}),
  'o.deep.z': smallNumber,
  'g.lat': fc.constantFrom(-90, 0, 10, 10.1, 51.5),
  items: item,
  'items.x': smallNumber,
  'items.tags': letter,
  'items.1.x': smallNumber,
  'tags.0': letter,
  u: columns['u']!.value,
  'u.x': smallNumber,
};

/** Paths that many indexes and many conditions share. */
export const favouritePaths: readonly string[] = [
  'n',
  's',
  'd',
  't',
  'o.x',
  'tags',
];

/** Paths at which a row has exactly one value. */
export const singlePaths: readonly string[] = [
  'n',
  'm',
  's',
  't',
  'b',
  'd',
  'u',
  'o.x',
  'o.y',
  'o.d',
  'o.deep.z',
  'o.list.0',
  'g.lat',
  'tags.0',
];

function toDate(time: number): Date {
  return new Date(time);
}

function withoutMissing(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined),
  );
}
