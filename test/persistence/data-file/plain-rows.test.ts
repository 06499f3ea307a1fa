import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {Kind} from '../../../lib/value/compare';
import {parseDataFile} from '../../../lib/persistence/data-file/reader';
import {tryOften} from '../../support/random';

/** The text of a file with these texts of rows, and what else it is to have. */
function fileOf(rows: readonly string[], rest: object = {}): string {
  const models = {City: Object.fromEntries(rows.map((row, i) => [i + 1, row]))};
  return JSON.stringify({ids: {}, models, ...rest});
}

function tableOf(text: string) {
  return parseDataFile('my.json', Buffer.from(text)).tables.get('City')!;
}

/** As this package writes the types of a file. */
function withTypes(rows: readonly string[], types: object): string {
  const own = JSON.stringify({City: types});
  return `${fileOf(rows).slice(0, -1)},\n  "types": ${own}\n}\n`;
}

const value = fc.oneof(
  fc.string({unit: 'binary', maxLength: 20}),
  fc.string({maxLength: 12}),
  fc.integer(),
  fc.double({noNaN: true, noDefaultInfinity: true}),
  fc.double({noNaN: true, noDefaultInfinity: true}).map(Math.fround),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('2024-02-29T00:00:00.000Z', '2023-02-29T00:00:00.000Z'),
  fc.constantFrom<unknown>(
    [],
    [1],
    {},
    {a: 1},
    -0,
    1e21,
    1e-7,
    123456789012345,
  ),
);

const names = ['id', 'name', 'ä"\\', '__proto__', 'constructor', '1', ''];
const row = fc.dictionary(fc.constantFrom(...names), value, {
  noNullPrototype: true,
});

describe('rows that are read from their bytes', () => {
  it('are what JSON.parse makes of their texts', () => {
    const texts = fc.array(row.map(each => JSON.stringify(each)));
    tryOften(
      fc.property(texts, rows => {
        const expected = rows.map(text => JSON.parse(text) as unknown);
        assert.deepEqual(tableOf(fileOf(rows)).rows, expected);
      }),
    );
  });

  it('are read in any mixture of shapes, in their order', () => {
    const rows = Array.from({length: 5_000}, (_, i) => {
      const some: Record<string, unknown> = {id: i};
      for (let bit = 0; bit < 5; bit++) {
        if ((i * 7919) & (1 << bit)) some[`p${bit}`] = `text ${i}`;
      }
      return some;
    });
    const {keys, rows: read} = tableOf(
      fileOf(rows.map(each => JSON.stringify(each))),
    );
    assert.deepEqual(read, rows);
    assert.deepEqual(
      keys,
      rows.map((_, i) => String(i + 1)),
    );
  });

  for (const [what, text] of [
    ['a digit too few', '{"id":1.}'],
    ['a zero too many', '{"id":01}'],
    ['no digit', '{"id":-}'],
    ['no digit in the exponent', '{"id":1e}'],
    ['a word cut short', '{"id":tru}'],
    ['something behind a value', '{"id":1 2}'],
    ['a name twice in two ways', '{"id":1,}'],
    ['no end', '{"id":1'],
    ['something behind the end', '{"id":1}}'],
  ] as const) {
    it(`are refused with ${what}`, () => {
      const rows = ['{"id":1}', '{"id":1}', text];
      assert.throws(() => tableOf(fileOf(rows)), {
        code: 'DATA_DAMAGED',
        message: /the text of row 3 of City is not JSON/,
      });
    });
  }

  for (const text of [
    '1E2',
    '1e+2',
    '-1.5e-3',
    '0',
    '-0',
    '0.1',
    '1234567890123456',
    '0.30000000000000004',
    '5e-324',
    '1.7976931348623157e308',
    '1e400',
  ]) {
    it(`may have the number ${text}`, () => {
      const [, read] = tableOf(fileOf(['{"n":1}', `{"n":${text}}`])).rows;
      assert.ok(Object.is(read!['n'], Number(text)), String(read!['n']));
    });
  }

  it('have the last of two values under one name', () => {
    const rows = ['{"a":1,"b":2}', '{"a":1,"a":2}', '{"a":1,"b":3}'];
    assert.deepEqual(tableOf(fileOf(rows)).rows, [
      {a: 1, b: 2},
      {a: 2},
      {a: 1, b: 3},
    ]);
  });

  it('share short texts that are equal', () => {
    const rows = Array.from({length: 100_000}, (_, i) =>
      JSON.stringify({a: `${i % 1000}`, b: String(i)}),
    );
    const {rows: read} = tableOf(fileOf(rows));
    assert.ok(read.every((own, i) => own['a'] === String(i % 1000)));
    assert.ok(read.every((own, i) => own['b'] === String(i)));
  });
});

describe('dates of rows that are read from their bytes', () => {
  const dateColumn = {all: {'/at': 'date'}};
  const day = '2024-02-29T12:34:56.789Z';

  it('are dates where their column is of dates', () => {
    const texts = [day, '2023-02-29T00:00:00.000Z', '2024-02', 'x', null];
    const rows = texts.map(at => JSON.stringify({at}));
    const {kinds, rows: read} = tableOf(withTypes(rows, dateColumn));
    assert.deepEqual(
      read.map(({at}) => at),
      // `Date` takes the 29th of a February without one for March 1st.
      [new Date(day), new Date(texts[1]!), new Date('2024-02'), 'x', null],
    );
    assert.equal(kinds!.has('at'), false);
  });

  it('are known to be dates where all of them are', () => {
    const rows = [day, null].map(at => JSON.stringify({at, n: 1}));
    const {kinds} = tableOf(withTypes(rows, dateColumn));
    assert.deepEqual(
      [...kinds!],
      [
        ['at', new Set([Kind.null, Kind.date])],
        ['n', new Set([Kind.number])],
      ],
    );
  });

  it('are texts in the rows that the file says so of', () => {
    const rows = [day, day].map(at => JSON.stringify({at}));
    const types = {...dateColumn, rows: {2: {'/at': 'json'}}};
    const {kinds, rows: read} = tableOf(withTypes(rows, types));
    assert.deepEqual(
      read.map(({at}) => at),
      [new Date(day), day],
    );
    assert.equal(kinds!.has('at'), false);
  });

  it('are texts again where what seemed to be the types is not', () => {
    const own = JSON.stringify({City: dateColumn});
    const rows = [day, 'x'].map(at => JSON.stringify({at}));
    const text = `${fileOf(rows).slice(0, -1)},"other": {"a": 1,\n  "types": ${own}}}`;
    const {kinds, rows: read} = tableOf(text);
    assert.deepEqual(
      read.map(({at}) => at),
      [day, 'x'],
    );
    assert.ok(!kinds!.get('at')?.has(Kind.date));
    const nested = `${fileOf(rows).slice(0, -2)},"Other": {\n  "types": ${own}}}}`;
    assert.deepEqual(
      tableOf(nested).rows.map(({at}) => at),
      [day, 'x'],
    );
  });

  it('are not looked for where the types are there twice', () => {
    const text = withTypes([JSON.stringify({at: day})], dateColumn);
    const twice = `${text.trimEnd().slice(0, -1)},"types": null}`;
    assert.throws(() => tableOf(twice), {
      code: 'DATA_DAMAGED',
      message: /"types" is there twice/,
    });
  });

  it('are those that toISOString gives', () => {
    const date = fc.date({
      noInvalidDate: true,
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31T23:59:59.999Z'),
    });
    tryOften(
      fc.property(fc.array(date), dates => {
        const rows = dates.map(at => JSON.stringify({at}));
        const {rows: read} = tableOf(withTypes(rows, dateColumn));
        assert.deepEqual(
          read.map(({at}) => at),
          dates,
        );
      }),
    );
  });
});
