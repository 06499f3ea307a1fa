import * as fc from 'fast-check';
import {kind, type Kinds} from './kind';
import {dates, integers, oddNumbers} from './values';

/** Columns of types that each database has, of which texts have these values. */
function plainKinds(texts: fc.Arbitrary<string>): Kinds {
  return {
    whole: kind({type: Number}, integers, oddNumbers),
    text: kind({type: String}, texts, integers, {isText: true}),
    flag: kind(
      {type: Boolean},
      fc.boolean(),
      fc.constantFrom('true', 'false', 0, 1, ''),
    ),
    moment: kind(
      {type: Date},
      dates.map(each => new Date(each)),
      dates,
    ),
    thing: kind(
      {type: Object},
      fc.constantFrom({}, {a: 1}, {b: 'x', a: null}, [1, 2]),
      fc.constantFrom('x', {d: new Date(0)}),
      {isOrdered: false},
    ),
    list: kind(
      {type: ['string']},
      fc.constantFrom([], ['a'], ['a', 'b'], ['ä']),
      fc.constantFrom([''], ['"']),
      {isOrdered: false},
    ),
    place: kind({type: 'GeoPoint'}, points, points, {
      isOrdered: false,
    }),
  };
}

const points = fc.constantFrom(
  {lat: 0, lng: 0},
  {lat: 47.5, lng: -8.25},
  {lat: -90, lng: 180},
);

const bytes = fc
  .constantFrom([], [0], [1, 255], [97, 98])
  .map(each => Buffer.from(each));

/** What loopback-connector-postgresql makes a column of that type of. */
function pg(type: unknown, dataType: string, rest: object = {}): object {
  return {type, postgresql: {dataType, ...rest}};
}

export function postgresqlKinds(texts: fc.Arbitrary<string>): Kinds {
  const lists = fc.constantFrom([], ['a'], ['a', 'b'], ['ä'], ['', '"']);
  return {
    ...plainKinds(texts),
    word: kind(
      pg(String, 'varchar', {dataLength: 5}),
      fc.constantFrom('', 'a', 'abc', 'ABC', 'ä', 'abcde', '12345   '),
      texts,
      {isText: true},
    ),
    small: kind(pg(Number, 'smallint'), integers, oddNumbers),
    big: kind(
      pg(Number, 'bigint'),
      fc.constantFrom(
        0,
        1,
        -1,
        10,
        9,
        2147483648,
        9007199254740991,
        -9007199254740991,
      ),
      oddNumbers,
    ),
    money: kind(
      pg(Number, 'numeric', {dataPrecision: 6, dataScale: 2}),
      fc.constantFrom(0, 1, 1.5, 2.345, -2.345, 9999.99, 1.005, 0.1),
      oddNumbers,
    ),
    exact: kind(
      pg(Number, 'numeric'),
      fc.constantFrom(0, 1, 1.5, 1e-7, -1e-7, 123456.789, 1e15),
      oddNumbers,
    ),
    double: kind(
      pg(Number, 'double precision'),
      fc.constantFrom(0, 1, 1.5, -1.5, 1e300, 1e-300, 0.1),
      oddNumbers,
    ),
    real: kind(
      pg(Number, 'real'),
      fc.constantFrom(0, 1, 1.5, 0.1, 16777217, 1e10),
      oddNumbers,
    ),
    day: kind(
      pg(Date, 'date'),
      dates.map(each => new Date(each)),
      dates,
    ),
    key: kind(
      pg(String, 'uuid'),
      fc.constantFrom(
        '123e4567-e89b-42d3-a456-426614174000',
        '00000000-0000-4000-8000-000000000000',
        'A23E4567-E89B-42D3-A456-426614174000',
      ),
      texts,
    ),
    document: kind(
      pg(Object, 'jsonb'),
      fc.constantFrom({}, {bb: 1, a: 2}, {a: 'x'}, {a: {c: true}}, [1, 'a']),
      fc.constantFrom({a: null}, {a: 10}, {a: 9}),
      {isOrdered: false},
    ),
    fixed: kind(
      pg(String, 'char', {dataLength: 3}),
      fc.constantFrom('', 'a', 'ab', 'abc'),
      texts,
    ),
    bytes: kind(pg(Buffer, 'bytea'), bytes, bytes, {isOrdered: false}),
    names: kind(pg(['string'], 'varchar[]'), lists, lists, {
      isOrdered: false,
      operators: {contains: lists, containedBy: lists, containsAny: lists},
    }),
  };
}

/** What loopback-connector-sqlite3 makes a column of that type of. */
function sqlite(type: unknown, dataType: string, dataLength = 10): object {
  return {type, sqlite3: {dataType, dataLength}};
}

export function sqliteKinds(texts: fc.Arbitrary<string>): Kinds {
  const oddTexts = fc.oneof(texts, fc.constantFrom('1e2', ' 7 ', '0x10', '+5'));
  return {
    ...plainKinds(texts),
    integral: kind(sqlite(Number, 'integer'), integers, oddNumbers),
    money: kind(
      sqlite(Number, 'decimal'),
      fc.constantFrom(0, 1, 1.5, 2.345, -2.345, 1e15, 0.1),
      oddNumbers,
    ),
    word: kind(sqlite(String, 'varchar', 3), texts, integers, {isText: true}),
    digits: kind(sqlite(String, 'integer'), oddTexts, integers, {isText: true}),
    mixed: kind(sqlite(String, 'numeric'), oddTexts, integers, {isText: true}),
    floating: kind(sqlite(String, 'real'), oddTexts, integers, {isText: true}),
    raw: kind(sqlite(String, 'blob'), texts, integers, {isText: true}),
    written: kind(sqlite(Number, 'text'), integers, oddNumbers),
    bytes: kind({type: Buffer}, bytes, bytes, {isOrdered: false}),
  };
}
