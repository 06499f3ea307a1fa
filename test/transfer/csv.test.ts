import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {csvLine, csvRecords} from '../../lib/transfer/csv';
import {csvRows, csvTable} from '../../lib/transfer/csv-tables';
import {tableOf} from '../support/transfer/tables';

function rowsOf(text: string, columns = {}, delimiter = ','): object[] {
  const rows = csvRows('x.csv', text, {columns, delimiter});
  return rows.map(({row}) => row);
}

function tableText(rows: Record<string, unknown>[]): string {
  return [...csvTable(tableOf('T', {}, rows))].join('');
}

describe('CSV', () => {
  it('is read as RFC 4180 has it', () => {
    const text = 'a,b,c\r\n1,"x, ""y""\r\nz",\r\n2,"",last';
    assert.deepEqual(rowsOf(text), [
      {a: 1, b: 'x, "y"\r\nz'},
      {a: 2, b: '', c: 'last'},
    ]);
  });

  it('may have LF alone, a byte order mark, empty lines and another delimiter', () => {
    assert.deepEqual(rowsOf('\ufeffa;b\n\n1;x,y\n', {}, ';'), [
      {a: 1, b: 'x,y'},
    ]);
  });

  it('is written so that any cells are read back', () => {
    const cell = fc.option(
      fc.string({unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é')}),
    );
    const record = fc.array(cell, {minLength: 2, maxLength: 2});
    fc.assert(
      fc.property(fc.array(record), records => {
        const text = records
          .map(cells =>
            csvLine(
              cells.map(text =>
                text === null ? null : {text, isQuoted: false},
              ),
            ),
          )
          .join('');
        const read = [...csvRecords('x', text)].map(cells =>
          cells.map(({isQuoted, text}) =>
            text === '' && !isQuoted ? null : text,
          ),
        );
        assert.deepEqual(read, records);
      }),
    );
  });

  it('tells line and column of what is none', () => {
    const cases: [string, RegExp][] = [
      [
        'a,b\n1,"x\n\n',
        /x\.csv, line 2, column 3: a quote that is never closed/,
      ],
      ['a,b\n"x\ny"z,1', /line 3, column 3: text behind a quote/],
      ['a,b\n1,x"y', /line 2, column 4: a quote within a cell/],
      [
        'a,b\n1,2\n3',
        /line 3, column 1: the record has 1 cells, and the header 2/,
      ],
      ['a,b\n1,2,3', /line 2, column 5: the record has 3 cells/],
      ['a,,b\n1,2,3', /line 1, column 3: a column without a name/],
      ['a,a\n1,2', /line 1, column 3: the column "a" is there twice/],
    ];
    for (const [text, problem] of cases) {
      assert.throws(() => rowsOf(text), problem);
    }
  });

  it('asks for the delimiter where the only column has another in its name', () => {
    const cases: [string, RegExp][] = [
      ['a;b\n1;2', /line 1: there is no comma, .*: --delimiter ';', or/],
      ['a\tb\n1\t2', /--delimiter \$'\\t', or --delimiter , if that is its/],
    ];
    for (const [text, problem] of cases) {
      assert.throws(() => csvRows('x.csv', text, {}), problem);
    }
    assert.deepEqual(rowsOf('a;b\n1'), [{'a;b': 1}]);
    assert.equal(csvRows('x.csv', '"a;b"\n1', {}).length, 1);
  });

  it('has types that follow from all cells of a column', () => {
    const text =
      'n,zip,flag,at,tags,mixed,quoted\n' +
      '1.5,01099,true,2020-01-01T00:00:00.000Z,[1],1,"1"\n' +
      '-7,10115,false,2020-06-01T12:00:00+02:00,"{""a"":2}",x,"2"\n';
    assert.deepEqual(rowsOf(text), [
      {
        n: 1.5,
        zip: '01099',
        flag: true,
        at: new Date('2020-01-01'),
        tags: [1],
        mixed: '1',
        quoted: '1',
      },
      {
        n: -7,
        zip: '10115',
        flag: false,
        at: new Date('2020-06-01T10:00:00Z'),
        tags: {a: 2},
        mixed: 'x',
        quoted: '2',
      },
    ]);
  });

  it('has numbers as SQLite and others write them', () => {
    assert.deepEqual(rowsOf('n\n468.0\n-1.50\n2\n'), [
      {n: 468},
      {n: -1.5},
      {n: 2},
    ]);
    assert.deepEqual(rowsOf('n\n00.5\n1\n'), [{n: '00.5'}, {n: '1'}]);
  });

  it('has numbers in quotes where all cells are in quotes, header too', () => {
    assert.deepEqual(rowsOf('"n"\n"1"\n"2"\n'), [{n: 1}, {n: 2}]);
  });

  it('has the declared types, in the forms of databases', () => {
    const columns = {
      n: 'number',
      flag: 'boolean',
      at: 'date',
      bytes: 'bytes',
      place: 'point',
      tags: 'array',
      zip: 'string',
    };
    const text =
      'n,flag,at,bytes,place,tags,zip\n' +
      '007,t,2020-01-01 10:00:00.5+02,\\x00ff,"(21.1,52.2)","[]",7\n' +
      '1e3,0,2020-01-01 10:00:00,\\x,"{""lat"":1,""lng"":2}","[1]",x\n' +
      '9007199254740993,,2020-01-01,,,,\n';
    assert.deepEqual(rowsOf(text, columns), [
      {
        n: 7,
        flag: true,
        at: new Date('2020-01-01T08:00:00.500Z'),
        bytes: Buffer.from([0, 255]),
        place: {lat: 52.2, lng: 21.1},
        tags: [],
        zip: '7',
      },
      {
        n: 1000,
        flag: false,
        at: new Date('2020-01-01T10:00:00Z'),
        bytes: Buffer.from([]),
        place: {lat: 1, lng: 2},
        tags: [1],
        zip: 'x',
      },
      {n: 9007199254740993n, at: new Date('2020-01-01')},
    ]);
  });

  it('names line and column of a cell that is not of its declared type', () => {
    const text = 'name,n\n"a\nb",1\nc,many\n';
    assert.throws(
      () => rowsOf(text, {n: 'number'}),
      /x\.csv, line 4, column 3: n is declared as number, and the cell is "many"\. Nothing was changed/,
    );
    assert.throws(
      () => rowsOf('at\n2020-13-01', {at: 'date'}),
      /line 2, column 1: at is declared as date, and the cell is "2020-13-01"/,
    );
  });

  it('keeps rows of any values, but for what tells null from missing', () => {
    const rows = [
      {
        id: 1,
        text: '',
        number: 0.1,
        big: 2n ** 60n + 1n,
        flag: true,
        at: new Date(5),
      },
      {
        id: 2,
        text: '7',
        number: -0,
        big: 2n ** 61n + 1n,
        bytes: Buffer.from('a'),
      },
      {id: 3, text: 'true', number: NaN, object: {a: [1, 'x']}, list: []},
      {id: 4, text: '2020-01-01T00:00:00.000Z', number: Infinity},
      {id: 5, text: String.raw`\x00`, number: 1e21, object: {}},
      {id: 6, text: '{"a":1}', number: 5e-324, list: [null, ' ']},
      {id: 7, text: '1.50', number: -1},
    ];
    assert.deepEqual(rowsOf(tableText(rows)), rows);
    assert.match(
      tableText([{id: 1, none: null, name: 'x'}]),
      /^id,none,name\r\n1,,x\r\n$/,
    );
  });

  it('refuses an invalid date, and names the row', () => {
    assert.throws(
      () => tableText([{id: 9, at: new Date(Number.NaN)}]),
      /T 9: at is an invalid date/,
    );
  });
});
