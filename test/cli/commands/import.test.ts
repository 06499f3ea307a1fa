import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';
import {hasSqlite, sqlite} from '../../support/transfer/databases';

describe('import', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  async function imported(input: string, ...words: string[]): Promise<any[]> {
    const {status, stderr} = await place.run(
      ['import', place.file, ...words],
      input,
    );
    assert.equal(status, 0, stderr);
    return rowsNow();
  }

  async function rowsNow(): Promise<any[]> {
    const rows = await place.dump();
    return rows
      .map(({model, row}) => [model, row])
      .sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  }

  async function refused(input: string, ...words: string[]): Promise<string> {
    const before = existsSync(place.file) && readFileSync(place.file, 'utf8');
    const {status, stderr} = await place.run(
      ['import', place.file, ...words],
      input,
    );
    assert.equal(status, 2, stderr);
    const after = existsSync(place.file) && readFileSync(place.file, 'utf8');
    assert.equal(after, before);
    return stderr;
  }

  it('takes CSV, of the model after which the file is named', async () => {
    writeFileSync(
      place.path('City.csv'),
      'id,name,open\n7,"a, b",true\n8,c,\n',
    );
    assert.deepEqual(await imported('', 'City.csv'), [
      ['City', {id: 7, name: 'a, b', open: true}],
      ['City', {id: 8, name: 'c'}],
    ]);
    const {models} = await place.json(['info', place.file]);
    assert.deepEqual(models, [
      {model: 'City', rows: 2, nextId: 9, schema: null},
    ]);
  });

  it('takes CSV of standard input, with an id and a delimiter of its own', async () => {
    const words = ['--from=csv', '--model=Town', '--id=code', '--delimiter=;'];
    assert.deepEqual(await imported('code;n\nx;1\n', ...words), [
      ['Town', {code: 'x', n: 1}],
    ]);
    assert.deepEqual((await place.dump())[0].key, ['code']);
  });

  it('gives rows of CSV without an id the next number', async () => {
    const words = ['--from', 'csv', '--model', 'Town'];
    await imported('{"id": 4}', '--model', 'Town');
    const rows = await imported('name\na\nb\n', ...words);
    assert.deepEqual(
      rows.map(([, {id}]) => id),
      [4, 5, 6],
    );
  });

  it('takes back what export has written as CSV, with types and ids', async () => {
    place.make('close', 25);
    const before = await place.dump();
    await place.run(['export', place.file, '--to', 'csv', '--out', 'csv']);
    const copy = place.path('copy.json');
    const words = ['import', copy, 'csv', '--id'];
    // The ids of the three models differ, so each comes by itself.
    for (const [model, id] of [
      ['City', 'id'],
      ['Code', 'code'],
      ['Line', 'order,line'],
    ]) {
      words[2] = `csv/${model}.csv`;
      assert.equal((await place.run([...words, id!])).status, 0);
    }
    const ordered = (rows: any[]): any[] => {
      const keyOf = ({id, model}: any) => JSON.stringify([model, id]);
      return rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    };
    assert.deepEqual(ordered(await place.dump(copy)), ordered(before));
  });

  it('takes a directory of CSV, or nothing of it', async () => {
    mkdirSync(place.path('csv'));
    writeFileSync(place.path('csv/A.csv'), 'id\n1\n');
    writeFileSync(place.path('csv/B%2FC.csv'), 'id\n2\n');
    assert.deepEqual(await imported('', 'csv'), [
      ['A', {id: 1}],
      ['B/C', {id: 2}],
    ]);
    writeFileSync(place.path('csv/A.csv'), 'id\n5\n');
    writeFileSync(place.path('csv/Z.csv'), 'id\n"2\n');
    assert.match(await refused('', 'csv'), /Z\.csv, line 2, column 1: a quote/);
  });

  it('takes NDJSON, JSON arrays and the db.json of json-server', async () => {
    await imported('{"id":1}\n{"id":2}', '--from', 'ndjson', '--model', 'A');
    await imported('[{"id":1}]', '--from', 'json', '--model', 'B');
    writeFileSync(place.path('db.json'), '{"c": [{"id": 1}], "d": []}');
    assert.deepEqual(await imported('', 'db.json'), [
      ['A', {id: 1}],
      ['A', {id: 2}],
      ['B', {id: 1}],
      ['c', {id: 1}],
    ]);
  });

  it('keeps the schemas that a data file has, where its tables are new', async () => {
    const source = place.path('source.json');
    place.make('close', 2, source);
    const schemas = (file: string): any =>
      JSON.parse(readFileSync(file, 'utf8')).schemas;
    await imported('', source, '--model', 'City');
    assert.deepEqual(schemas(place.file), {City: schemas(source).City});
    const other = place.path('other.json');
    await place.run(['load', other], '{"Code": [{"id": 1}], "City": []}');
    await place.run(['load', other, source, '--model=Line']);
    assert.deepEqual(schemas(other), {Line: schemas(source).Line});
  });

  it('refuses what it cannot take, says why, and changes nothing', async () => {
    await imported('[{"id":1}]', '--model', 'T');
    writeFileSync(place.path('T.csv'), 'id\n1\n');
    mkdirSync(place.path('empty'));
    const cases: [string, string[], RegExp][] = [
      [
        'id\n1',
        ['--from=csv'],
        /does not say of which model it is; add --model/,
      ],
      ['', ['T.csv'], /T\.csv, line 2: T has a row with the id 1 already/],
      [
        '',
        ['--from=xml'],
        /--from is csv, ndjson, json, json-server, sqlite, not/,
      ],
      ['a', ['--from=csv', '--delimiter=ab'], /--delimiter is one character/],
      ['', ['--from=sqlite'], /comes from a file/],
      ['', ['empty'], /directory without any \.csv file/],
      ['', ['missing.csv'], /missing\.csv does not exist/],
      [
        'a,b\n1',
        ['--from=csv', '--model=T'],
        /standard input, line 2, column 1/,
      ],
    ];
    for (const [input, words, problem] of cases) {
      assert.match(await refused(input, ...words), problem);
    }
    const rows = await imported('', 'T.csv', '--replace');
    assert.deepEqual(rows, [['T', {id: 1}]]);
  });

  describe('of a SQLite database', () => {
    const script = `
      CREATE TABLE "Order" ("id" INTEGER PRIMARY KEY, "open" BOOLEAN, "at" DATETIME,
        "tags" JSON TEXT, "price" REAL, "bytes" BLOB, "huge" DECIMAL TEXT, "big" INTEGER, n TEXT);
      INSERT INTO "Order" VALUES (3, 1, '2020-01-01T00:00:00.500Z', '{"a":[1]}', 0.1,
        X'00ff', '1180591620717411303424', 9007199254740993, NULL);
      CREATE TABLE line ("order" INT REFERENCES "Order", "line" TEXT, PRIMARY KEY ("line", "order"));
      INSERT INTO line VALUES (3, 'x');`;
    const sqliteFile = 'app.data';

    beforeEach(function () {
      // Skipped without the shell of SQLite, which makes the file.
      if (!hasSqlite()) this.skip();
      sqlite(place.path(sqliteFile), script);
    });

    function isReadable(): boolean {
      try {
        execFileSync(process.execPath, ['-e', "require('node:sqlite')"], {
          stdio: 'ignore',
        });
        return true;
      } catch {
        return false;
      }
    }

    it('takes tables, ids and types, or says which Node.js can', async () => {
      if (!isReadable()) {
        const said = await refused('', sqliteFile);
        assert.match(said, /app\.data is a SQLite database, which Node\.js v/);
        assert.match(said, /22\.13 or newer/);
        return;
      }
      await imported('', sqliteFile);
      const [order, line] = await place.dump();
      assert.deepEqual(order, {
        model: 'Order',
        id: 3,
        row: {
          id: 3,
          open: true,
          at: '2020-01-01T00:00:00.500Z',
          tags: {a: [1]},
          price: 0.1,
          bytes: 'AP8=',
          huge: 1180591620717411303424,
          big: '9007199254740993',
        },
        types: {'/at': 'Date', '/bytes': 'Buffer', '/big': 'bigint'},
      });
      assert.deepEqual(line.key, ['line', 'order']);
      const {models} = await place.json(['info', place.file]);
      const [orders, lines] = ['Order', 'line'].map(
        name => models.find(({model}: any) => model === name).schema,
      );
      assert.equal(orders.columns.open, 'boolean');
      assert.equal(orders.columns.at, 'date');
      assert.equal(orders.columns.big, 'number');
      assert.deepEqual(lines.foreignKeys[0].parentProperties, ['id']);
      const said = await refused('', sqliteFile, '--model', 'Town');
      assert.match(said, /no table "Town"; it has Order, line/);
    });
  });
});
