import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';
import {postgresqlDatabase} from '../../support/transfer/databases';

describe('export', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  async function exported(...words: string[]): Promise<string> {
    const {status, stderr, stdout} = await place.run([
      'export',
      place.file,
      ...words,
    ]);
    assert.equal(status, 0, stderr);
    return stdout;
  }

  async function refused(...words: string[]): Promise<string> {
    const {status, stderr} = await place.run(['export', place.file, ...words]);
    assert.equal(status, 2, stderr);
    return stderr;
  }

  it('writes SQL that makes tables and their rows, also of a journal', async () => {
    place.make('more', 1_500);
    const script = await exported('--to', 'sql', '--dialect', 'postgresql');
    const database = await postgresqlDatabase();
    try {
      await database.run(script);
      const [city] = await database.rows(
        'SELECT count(*)::int AS count, max(id) AS id FROM city',
      );
      assert.deepEqual({...city}, {count: 1_500, id: 1_501});
      const [third] = await database.rows('SELECT * FROM city WHERE id = 4');
      assert.equal(third!['name'], 'Kraków "3"');
      assert.deepEqual(third!['founded'], new Date(3e9));
      assert.equal(Buffer.from(third!['flag']).toString(), 'flag 3');
      const lines = await database.rows('SELECT * FROM line ORDER BY "order"');
      assert.deepEqual({...lines[1]}, {order: 1, line: 'a', text: 'first'});
    } finally {
      await database.drop();
    }
  });

  it('writes CSV, a file a model', async () => {
    place.make('close', 2);
    const {models, output, rows} = await place.json([
      'export',
      place.file,
      '--to=csv',
      '--out=csv files',
    ]);
    assert.equal(rows, 12);
    assert.equal(output, 'csv files');
    assert.deepEqual(models[0], {model: 'City', rows: 2});
    const directory = place.path('csv files');
    assert.deepEqual(readdirSync(directory).sort(), [
      'City.csv',
      'Code.csv',
      'Line.csv',
    ]);
    const city = readFileSync(`${directory}/City.csv`, 'utf8');
    assert.equal(
      city,
      'id,name,founded,flag\r\n' +
        '1,"Kraków ""0""",1970-01-01T00:00:00.000Z,\\x666c61672030\r\n' +
        '2,"Kraków ""1""",1970-01-12T13:46:40.000Z,\\x666c61672031\r\n',
    );
    assert.equal(await exported('--to', 'csv', '--model', 'City'), city);
  });

  it('writes NDJSON as dump does', async () => {
    place.make('more');
    const {stdout} = await place.run(['dump', place.file]);
    assert.equal(await exported('--to', 'ndjson'), stdout);
  });

  it("writes json-server's db.json", async () => {
    const lists = {
      posts: [{id: 1, title: 'a', tags: ['x']}, {id: 2}],
      comments: [{id: 'c', postId: 1}],
    };
    writeFileSync(place.path('db.json'), JSON.stringify(lists));
    await place.run(['load', place.file, 'db.json']);
    await exported('--to', 'json-server', '--out', 'out.json');
    const text = readFileSync(place.path('out.json'), 'utf8');
    assert.deepEqual(JSON.parse(text), lists);
  });

  it('says which keys it has guessed, where the file does not tell', async () => {
    const lists = {
      Country: [{id: 'PL'}, {id: 'DE'}],
      City: [
        {id: 1, countryId: 'PL'},
        {id: 2, countryId: 'DE'},
      ],
    };
    await place.run(['load', place.file], JSON.stringify(lists));
    const script = await exported('--to', 'sql', '--dialect', 'sqlite');
    assert.match(script, /REFERENCES "Country" \("id"\)/);
    assert.ok(script.indexOf('"Country" (') < script.indexOf('"City" ('));
    const said = await exported('--to=sql', '--dialect=mysql', '--out=x.sql');
    assert.match(said, /Wrote 4 rows to x\.sql[^]*City\.countryId, guessed: /);
  });

  it('refuses what it cannot do, and leaves no file', async () => {
    place.make('close', 1);
    const cases: [string[], RegExp][] = [
      [[], /needs --to sql, csv, ndjson or json-server\./],
      [['--to', 'xml'], /json-server, not "xml"/],
      [['--to', 'sql'], /needs --dialect postgresql, mysql, sqlite\./],
      [['--to', 'sql', '--dialect', 'db2'], /sqlite, not "db2"/],
      [['--to', 'csv', '--dialect', 'mysql'], /goes with --to sql/],
      [['--to', 'csv'], /add --out DIRECTORY, or --model/],
      [['--to', 'ndjson', '--json'], /--json goes with --out/],
      [['--to', 'ndjson', '--out', ''], /--out needs the name/],
      [['--to', 'ndjson', '--model', 'Town'], /no model "Town"; it has City/],
      [['--to', 'csv', '--out', 'no/where'], /no.where cannot be made/],
    ];
    for (const [words, problem] of cases) {
      assert.match(await refused(...words), problem);
    }
    writeFileSync(place.path('there.sql'), 'mine');
    const words = ['--to', 'ndjson', '--out', 'there.sql'];
    assert.match(await refused(...words), /there already/);
    assert.equal(readFileSync(place.path('there.sql'), 'utf8'), 'mine');
  });

  it('takes all files away again where a row cannot be written', async () => {
    const row = {id: 1, at: 'Invalid Date'};
    const lines = [
      JSON.stringify({model: 'A', id: 1, row: {id: 1}}),
      JSON.stringify({model: 'B', id: 1, row, types: {'/at': 'Date'}}),
    ];
    await place.run(['load', place.file], lines.join('\n'));
    assert.match(await refused('--to=csv', '--out=csv'), /B 1: at is an inv/);
    assert.deepEqual(readdirSync(place.path('csv')), []);
    assert.ok(!existsSync(place.path('csv/A.csv')));
  });
});
