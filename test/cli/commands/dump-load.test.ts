import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {linesOf, program, Workplace} from '../../support/cli/workplace';

describe('dump and load', () => {
  let place: Workplace;
  let copy = '';
  beforeEach(() => {
    place = new Workplace();
    copy = place.path('a copy.json');
  });
  afterEach(() => place.remove());

  async function load(
    words: readonly string[],
    input = '',
    status = 0,
  ): Promise<string> {
    const result = await place.run(['load', ...words], input);
    assert.equal(result.status, status, result.stderr);
    return result.stdout + result.stderr;
  }

  it('bring 10,000 rows with their types and ids into another file', async () => {
    place.make('more', 10_000);
    // Through real pipes, which take less than this at once.
    const {stdout} = place.runAlone(['dump', place.file]);
    assert.equal(linesOf(stdout).length, 10_012);
    assert.equal(place.runAlone(['load', copy], stdout).status, 0);
    assert.deepEqual((await place.run(['dump', copy])).stdout, stdout);
    assert.equal((await place.run(['check', copy])).status, 0);
    const [City] = (await place.json(['info', copy])).models;
    assert.deepEqual(City, {
      model: 'City',
      rows: 10_000,
      nextId: 10_002,
      schema: null,
    });
    // Of the file without a journal, too, which does not say what the ids are.
    const again = place.path('again.json');
    await load([again], (await place.run(['dump', copy])).stdout);
    assert.deepEqual((await place.run(['dump', again])).stdout, stdout);
  });

  it('write a file that the connector takes as its own', async () => {
    place.make('close');
    await load([copy], (await place.run(['dump', place.file])).stdout);
    const read = (file: string): any => JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(read(copy).types, read(place.file).types);
    assert.deepEqual(read(copy).models, read(place.file).models);
  });

  it('write {"model", "id", "row"} a line', async () => {
    place.make('close', 1);
    const lines = await place.dump();
    assert.deepEqual(lines[0], {
      model: 'City',
      id: 1,
      row: {
        id: 1,
        name: 'Kraków "0"',
        founded: '1970-01-01T00:00:00.000Z',
        flag: Buffer.from('flag 0').toString('base64'),
      },
      types: {'/founded': 'Date', '/flag': 'Buffer'},
    });
    assert.deepEqual(lines[1], {
      model: 'Code',
      id: 'k0',
      row: {code: 'k0', n: 0},
      key: ['code'],
    });
    assert.deepEqual(lines.at(-1), {
      model: 'Line',
      id: [4, 'a'],
      row: {order: 4, line: 'a', text: 'first'},
      key: ['order', 'line'],
    });
  });

  it('write one array, one model, or to a file that must be new', async () => {
    place.make('more');
    const {stdout} = await place.run(['dump', place.file, '--format', 'json']);
    assert.deepEqual(JSON.parse(stdout), await place.dump());
    const codes = await place.dump(place.file, '--model', 'Code');
    assert.equal(codes.length, 7);
    const out = place.path('out.ndjson');
    const words = ['dump', place.file, '--model', 'Code', '--output', out];
    const facts = await place.json(words);
    assert.deepEqual(facts.models, [{model: 'Code', rows: 7}]);
    assert.equal(linesOf(readFileSync(out, 'utf8')).length, 7);
    const second = await place.run(words);
    assert.equal(second.status, 2);
    assert.match(second.stderr, /is there already, and is not overwritten/);
    await load([copy, out]);
    assert.deepEqual(await place.dump(copy), codes);
    await load([place.path('from array.json')], stdout);
  });

  it('refuse to dump a damaged file and a model that is not there', async () => {
    place.make('more');
    const {status, stderr} = await place.run([
      'dump',
      place.file,
      '--model',
      'X',
    ]);
    assert.equal(status, 2);
    assert.match(stderr, /has no model "X"; it has City, Code, Line/);
    place.edit(place.file, text => text.slice(0, 300));
    const damaged = await place.run(['dump', place.file]);
    assert.equal(damaged.status, 1);
    assert.equal(damaged.stdout, '');
    assert.match(damaged.stderr, /is damaged .* repair/);
  });

  it('load plain rows as NDJSON and as an array, with ids or without', async () => {
    const words = [copy, '--model', 'M'];
    const output = await load(
      words,
      '{"n": 1}\n\n{"id": 5, "n": 2}\n{"n": 3}\n',
    );
    assert.match(output, /Loaded 3 rows/);
    await load(words, '[{"n": 4}]');
    const rows = (await place.dump(copy)).map(({row}) => row);
    assert.deepEqual(rows, [
      {n: 1, id: 1},
      {id: 5, n: 2},
      {n: 3, id: 6},
      {n: 4, id: 7},
    ]);
  });

  it('load from a pipe that has a name', async function () {
    if (!existsSync('/dev/stdin')) this.skip();
    const words = [process.execPath, program, 'load', copy, '/dev/stdin'];
    const script = `echo '{"id": 7}' | "$@" --model M`;
    execFileSync('sh', ['-c', script, 'sh', ...words]);
    assert.deepEqual(await place.dump(copy), [
      {model: 'M', id: 7, row: {id: 7}},
    ]);
  });

  it('load rows whose id is another property, or several', async () => {
    const one = ['--model', 'Code', '--id', 'code'];
    await load([copy, ...one], '{"code": "a"}\n{"code": "b"}');
    await load([copy, '--model', 'Code'], '{"code": "c"}');
    await load([copy, '--model', 'L', '--id', 'a,b'], '[{"a": 1, "b": 2}]');
    assert.deepEqual(
      (await place.dump(copy)).map(({id}) => id),
      [[1, 2], 'a', 'b', 'c'],
    );
    const refused = await load([copy, '--model', 'L'], '{"a": 1}', 2);
    assert.match(refused, /line 1: .*it needs its id, a and b/);
  });

  it("load the built-in connector's file", async () => {
    const M = {1: '{"id":1,"d":"x"}', 2: '{"id":2}'};
    const old = place.path('old.json');
    writeFileSync(old, JSON.stringify({ids: {M: 3}, models: {M}}, null, 2));
    await load([copy, old]);
    assert.deepEqual(
      (await place.dump(copy)).map(({row}) => row),
      [{id: 1, d: 'x'}, {id: 2}],
    );
    await load([place.path('from line.json')], readFileSync(old, 'utf8'));
    writeFileSync(old, JSON.stringify({ids: {M: 3}, models: {M}}));
    await load([place.path('minified.json'), old]);
  });

  it('load all rows or none, and replace only when told', async () => {
    place.make('more');
    const before = await place.dump();
    const rows = '{"id": 100, "name": "new"}\n{"id": 3, "name": "mine"}\n';
    const words = [place.file, '--model', 'City'];
    const refused = await load(words, rows, 2);
    assert.match(refused, /line 2: City has a row with the id 3 already/);
    assert.deepEqual(await place.dump(), before);
    await load([...words, '--replace'], rows);
    const cities = await place.dump(place.file, '--model', 'City');
    assert.equal(cities.length, 11);
    assert.deepEqual(cities.find(({id}) => id === 3).row, {
      id: 3,
      name: 'mine',
    });
    assert.equal((await place.run(['check', place.file])).status, 0);
    const {models} = await place.json(['info', place.file]);
    assert.equal(models[0].nextId, 101);
  });

  it('keep rows, types and unknown members that were not loaded', async () => {
    place.make('close');
    place.edit(place.file, text => text.replace('{', '{\n  "mine": [1, 2],'));
    await place.run(['repair', place.file, '--without-journal']);
    const before = await place.dump();
    await load([place.file, '--model', 'M'], '{"id": 1}');
    const after = await place.dump();
    assert.deepEqual(
      after.filter(({model}) => model !== 'M'),
      before,
    );
    assert.match(readFileSync(place.file, 'utf8'), /"mine": \[1, 2\]/);
  });

  it('leave nothing behind where load is refused', async () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    const M = ['--model', 'M'];
    const inputs: [string, ...string[]][] = [
      ['{"n": 1}'],
      ['{"id": 1}\n{"id": 1}', ...M],
      [`[{"a": 1}, {"a": ${deep}}]`, ...M],
      ['{"M": [{"id": 1}, {"id": 1}]}'],
      ['{"M": 5, "N": []}'],
      [
        '{"model":"M","id":1,"row":{},"key":["a"]}\n{"model":"M","id":2,"row":{},"key":["b"]}',
      ],
      ['{"ids":{},"models":{"M":{"1":"{"}}}'],
    ];
    for (const [input, ...words] of inputs) {
      const {status, stderr} = await place.run(['load', copy, ...words], input);
      assert.notEqual(status, 0, input.slice(0, 80));
      assert.deepEqual(readdirSync(place.directory), [], stderr);
    }
    const missing = await load(
      [place.path('no/such/x.json')],
      inputs[0]![0],
      2,
    );
    assert.match(missing, /add --model|directory/);
    assert.deepEqual(readdirSync(place.directory), []);
  });

  it('leave the files of others as they were where load is refused', async () => {
    const M = {1: '{"id":1}'};
    const files = {
      'built-in.json': JSON.stringify({ids: {M: 2}, models: {M}}),
      'empty.json': '',
      'cut.json': '{"ids":{"M":2},"models":{"M":{"1":"{',
      'lists.json': '{"M": [{"id": 1}]}',
    };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(place.path(name), text);
      const words = ['load', place.path(name), '--model', 'M'];
      const {status} = await place.run(words, '{"id": 1}\n{"id": 1}');
      assert.notEqual(status, 0);
      assert.equal(readFileSync(place.path(name), 'utf8'), text);
      assert.deepEqual(readdirSync(place.directory), [name]);
      rmSync(place.path(name));
    }
  });

  it('name repair on damage, as compact does', async () => {
    place.make('close');
    place.edit(place.file, text => text.slice(0, 300));
    for (const command of ['compact', 'load', 'dump']) {
      const words = [command, place.file, '--model', 'M'];
      if (command === 'compact') words.length = 2;
      const {status, stderr} = await place.run(words, '{"id": 1}');
      assert.equal(status, 1);
      assert.match(
        stderr,
        /Run npx loopback-connector-inmemory check '.*' to se/,
      );
      assert.match(
        stderr,
        /and npx loopback-connector-inmemory repair '.*' to/,
      );
    }
    const input = await load([copy, place.file], '', 1);
    assert.match(input, /line \d+, column \d+: .*Nothing was loaded\. Run npx/);
    const {stderr} = await place.run(
      ['load', copy],
      readFileSync(place.file, 'utf8'),
    );
    assert.match(stderr, /standard input, line \d+.*Nothing was loaded\.\n$/);
  });

  it('refuse a model of which the input has no row, and name those it has', async () => {
    place.make('close');
    const {stdout} = await place.run(['dump', place.file]);
    const mistaken = await load([copy, '--model', 'Citi'], stdout, 2);
    assert.match(
      mistaken,
      /standard input has no rows of "Citi": it has City, Code, Line\. Did you mean City\? Nothing/,
    );
    const text = readFileSync(place.file, 'utf8');
    assert.match(
      await load([copy, '--model', 'Town'], text, 2),
      /no rows of "Town": it has City, Code, Line\. Nothing was loaded/,
    );
    assert.ok(!existsSync(copy));
  });

  it('refuse bytes that are no UTF-8, with line and column', async () => {
    const town = Buffer.from('{"id":1}\n{"id":2,"name":"Köln"}\n', 'latin1');
    const utf16 = Buffer.from('\ufeff{"id":1}', 'utf16le');
    const inputs: [Buffer, RegExp][] = [
      [town, /line 2, column 18: the byte 0xf6 is no UTF-8\..*iconv -f LATIN1/],
      [utf16, /line 1, column 1: this is UTF-16, not UTF-8\..*iconv -f UTF-16/],
    ];
    for (const [bytes, problem] of inputs) {
      writeFileSync(place.path('towns.ndjson'), bytes);
      for (const command of ['load', 'import']) {
        const words = [command, copy, place.path('towns.ndjson'), '--model=T'];
        const {status, stderr} = await place.run(words);
        assert.equal(status, 2);
        assert.match(stderr, problem);
      }
    }
    writeFileSync(place.path('T.csv'), Buffer.from('id,n\n1,ö\n', 'latin1'));
    const {stderr} = await place.run(['import', copy, place.path('T.csv')]);
    assert.match(stderr, /T\.csv, line 2, column 3: the byte 0xf6 is no UTF-8/);
    assert.ok(!existsSync(copy));
  });

  it('refuse what cannot be understood, with the line, and make no file', async () => {
    const refused = (input: string, ...words: string[]): Promise<string> =>
      load([copy, ...words], input, 2);
    assert.match(await refused('{"n": 1}'), /line 1: .*add --model/);
    assert.match(
      await refused('{"a":1}\n{"a"', '--model', 'M'),
      /line 2: .*not JSON/,
    );
    assert.match(
      await refused('[1]', '--model', 'M'),
      /element 1: this is no object/,
    );
    assert.match(await refused('[{', '--model', 'M'), /not JSON/);
    assert.match(
      await refused('{"model":"M","id":1,"row":{"a":1},"types":{"/a":"Date"}}'),
      /line 1: /,
    );
    assert.match(await refused('hello'), /line 1: .*not JSON/);
    const {stderr, status} = await place.run(['load', copy, 'missing.json']);
    assert.equal(status, 2);
    assert.match(stderr, /missing\.json does not exist/);
    assert.equal(existsSync(copy), false);
  });
});
