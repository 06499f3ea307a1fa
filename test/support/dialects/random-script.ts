import * as fc from 'fast-check';

/** A statement of a script, as data. */
export interface ScriptStatement {
  readonly method: string;
  readonly args: readonly any[];
}

/** A model, and statements on it. */
export interface Script {
  readonly properties: Readonly<Record<string, any>>;
  readonly statements: readonly ScriptStatement[];
}

/** A kind of column: how it is declared, and values that fit it, or do not. */
interface Kind {
  readonly definition: Readonly<Record<string, any>>;
  readonly fitting: fc.Arbitrary<any>;
  readonly odd: fc.Arbitrary<any>;
  /** Whether its values have an order that SQL can ask for. */
  readonly isOrdered: boolean;
  readonly isText?: boolean;
}

const allTexts = fc.constantFrom(
  '',
  'a',
  'A',
  'b',
  'B',
  'ab',
  'a b',
  ' a',
  'a ',
  'ä',
  'é',
  'z',
  'Z',
  '_',
  'a%',
  'a_c',
  'abc',
  '%',
  '\\',
  "it's",
  '"',
  '1',
  '10',
  '9',
  'null',
  '😀',
  '\uffff',
  'ß',
  'true',
  '{}',
  'x'.repeat(70),
  'ünï',
  '\n',
  '-',
);
/** Those whose order en_US and ours agree on: they have letters, or digits. */
const wordTexts = fc.constantFrom(
  'a',
  'A',
  'b',
  'B',
  'ab',
  'a b',
  'ä',
  'é',
  'z',
  'Z',
  'abc',
  '1',
  '10',
  '9',
  'null',
  'ß',
  'true',
  'x'.repeat(70),
  'ünï',
  '',
);
const patterns = fc.constantFrom(
  '%',
  '',
  'a%',
  '%b',
  '_',
  'a_',
  '\\%',
  'a\\_c',
  '%a%',
  'A%',
  'ä%',
  '1%',
);
const expressions = fc.constantFrom(
  '^a',
  'b$',
  '.',
  'a|b',
  '[a-c]+',
  '/^A/i',
  '\\d',
  '^$',
  'a.c',
  '/a/g',
);
const dates = fc.constantFrom(
  '2020-02-29T12:34:56.789Z',
  '1970-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '2026-11-30T00:00:00.500Z',
  '9999-12-31T23:59:59.999Z',
  '0099-01-01T00:00:00.000Z',
);
const integers = fc.constantFrom(0, 1, 2, 3, -1, 7, 10, 100, 32767);

function kind(
  definition: object,
  fitting: fc.Arbitrary<any>,
  odd: fc.Arbitrary<any> = fitting,
  more: {isOrdered?: boolean; isText?: boolean} = {},
): Kind {
  return {definition, fitting, odd, isOrdered: true, ...more};
}

/** What loopback-connector-postgresql makes a column of that type of. */
function pg(type: unknown, dataType: string, rest: object = {}): object {
  return {type, postgresql: {dataType, ...rest}};
}

const oddNumbers = fc.constantFrom(
  1.5,
  -0.5,
  2147483647,
  2147483648,
  -2147483648,
  32768,
  1e20,
  1e-7,
  9007199254740991,
  123456.789,
  0.1,
  -0,
  Infinity,
  99.995,
);

/** The kinds of columns, of which texts have these values. */
function kindsOf(texts: fc.Arbitrary<string>): Readonly<Record<string, Kind>> {
  return {
    whole: kind({type: Number}, integers, oddNumbers),
    text: kind({type: String}, texts, integers, {isText: true}),
    word: kind(
      pg(String, 'varchar', {dataLength: 5}),
      fc.constantFrom('', 'a', 'abc', 'ABC', 'ä', 'abcde', '12345   '),
      texts,
      {isText: true},
    ),
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
    thing: kind(
      {type: Object},
      fc.constantFrom({}, {a: 1}, {b: 'x', a: null}, [1, 2]),
      fc.constantFrom('x', {d: new Date(0)}),
      {isOrdered: false},
    ),
    document: kind(
      pg(Object, 'jsonb'),
      fc.constantFrom({}, {bb: 1, a: 2}, {a: 'x'}, {a: {c: true}}, [1, 'a']),
      fc.constantFrom({a: null}, {a: 10}, {a: 9}),
      {isOrdered: false},
    ),
    list: kind(
      {type: ['string']},
      fc.constantFrom([], ['a'], ['a', 'b'], ['ä']),
      fc.constantFrom([''], ['"']),
      {isOrdered: false},
    ),
    fixed: kind(
      pg(String, 'char', {dataLength: 3}),
      fc.constantFrom('', 'a', 'ab', 'abc'),
      texts,
    ),
  };
}

const comparisons = ['gt', 'gte', 'lt', 'lte', 'neq'];

/** A value for a column: most fit it. */
function valueOf({fitting, odd}: Kind, nulls = 1): fc.Arbitrary<any> {
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
  return fc.oneof(...all);
}

type Columns = Readonly<Record<string, Kind>>;

function where(columns: Columns, depth = 2): fc.Arbitrary<any> {
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

/** Ordered by the id at last, or rows that are equal come in any order. */
function filter(columns: Columns): fc.Arbitrary<any> {
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
    .map(keys => [...keys, 'id']);
  return fc.record(
    {
      where: where(columns),
      order,
      limit: fc.constantFrom(0, 1, 2, 5),
      skip: fc.constantFrom(0, 1, 3),
      fields: fc.subarray(names).map(each => ['id', ...each]),
    },
    {requiredKeys: [], noNullPrototype: true},
  );
}

function statement(columns: Columns): fc.Arbitrary<ScriptStatement> {
  const {id, ...rest} = columns;
  const row = fc.record(
    Object.fromEntries(
      Object.entries(rest).map(([name, each]) => [name, valueOf(each)]),
    ),
    {requiredKeys: [], noNullPrototype: true},
  );
  const ids = valueOf(id!, 0);
  const withId = fc.tuple(ids, row).map(([own, each]) => ({id: own, ...each}));
  const maybeId = fc.oneof({arbitrary: withId, weight: 4}, row);
  const make = (
    method: string,
    weight: number,
    ...args: fc.Arbitrary<any>[]
  ) => ({
    weight,
    arbitrary: fc.tuple(...args).map(each => ({method, args: each})),
  });
  const fitting = fc.record(
    Object.fromEntries(
      Object.entries(columns).map(([name, each]) => [name, each.fitting]),
    ),
    {noNullPrototype: true},
  );
  const one = ids.map(each => ({id: each}));
  return fc.oneof(
    make('create', 10, maybeId),
    // Which of several rows that are refused an error names is not emulated.
    make('createAll', 1, fc.array(maybeId, {minLength: 1, maxLength: 1})),
    make('createAll', 1, fc.array(fitting, {minLength: 2, maxLength: 3})),
    make('find', 12, filter(columns)),
    make('findOne', 1, filter(columns)),
    make('findById', 2, ids),
    make('exists', 1, ids),
    make('count', 3, where(columns)),
    // Of several rows it is not said which one an error names.
    make('updateAll', 4, one, row),
    make('updateAll', 2, where(columns), row.filter(hasNoNull)),
    make('destroyAll', 1, where(columns)),
    make('destroyById', 1, ids),
    make('replaceById', 1, ids, row),
    make('updateOrCreate', 1, withId),
    make('upsertWithWhere', 1, one, row),
    make('findOrCreate', 1, filter(columns), maybeId),
  );
}

function hasNoNull(row: object): boolean {
  return Object.values(row).every(each => each !== null);
}

function idKindsOf(texts: fc.Arbitrary<string>): readonly [object, Kind][] {
  return [
    [
      {type: Number, id: true, generated: true},
      kind({}, fc.integer({min: 1, max: 6}), fc.constantFrom(0, -1, 'x')),
    ],
    [
      {type: Number, id: true},
      kind({}, fc.integer({min: 1, max: 6}), fc.constantFrom(0, 1.5, 'x')),
    ],
    [
      {type: String, id: true},
      kind({}, fc.constantFrom('a', 'A', 'b', 'ä', 'a '), texts),
    ],
  ];
}

/** Scripts of so many statements, on texts of punctuation too or not. */
export function scripts(
  length: number,
  hasPunctuation: boolean,
): fc.Arbitrary<Script> {
  const texts = hasPunctuation ? allTexts : wordTexts;
  const kinds = kindsOf(texts);
  return fc
    .tuple(
      fc.constantFrom(...idKindsOf(texts)),
      fc.shuffledSubarray(Object.keys(kinds), {minLength: 1, maxLength: 5}),
      fc.constantFrom('', '', 'required', 'unique', 'default'),
    )
    .chain(([[idDefinition, idKind], chosen, rule]) => {
      const columns: Record<string, Kind> = {
        id: idKind,
        ...Object.fromEntries(chosen.map(name => [name, kinds[name]!])),
      };
      const properties: Record<string, any> = {id: idDefinition};
      for (const name of chosen) properties[name] = kinds[name]!.definition;
      const first = chosen[0]!;
      const {isOrdered} = kinds[first]!;
      if (isOrdered && rule === 'required') {
        properties[first] = {...properties[first], required: true};
      }
      if (isOrdered && rule === 'unique') {
        properties[first] = {...properties[first], index: {unique: true}};
      }
      if (rule === 'default' && ['whole', 'text'].includes(first)) {
        properties[first] = {
          ...properties[first],
          default: first === 'text' ? 'x' : 7,
        };
      }
      return fc
        .array(statement(columns), {
          minLength: length,
          maxLength: length,
          size: 'max',
        })
        .map(statements => ({properties, statements}));
    });
}

/** Makes the table, and runs the statements, whatever each comes to. */
export async function runScript(
  dataSource: any,
  {properties, statements}: Script,
): Promise<void> {
  const Thing = dataSource.define('Thing', structuredCloneOf(properties), {
    forceId: false,
  });
  await dataSource.automigrate('Thing');
  for (const {args, method} of statements) {
    try {
      await Thing[method](...args.map(structuredCloneOf));
      if (!reads.test(method)) await Thing.find();
    } catch {
      // The answer is noted, and the next statement is asked.
    }
  }
}

const reads = /^(?:find(?!OrCreate)|exists|count)/;

/** The juggler changes what it is given. */
function structuredCloneOf(value: any): any {
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      structuredCloneOf(each),
    ]),
  );
}
