import assert from 'node:assert/strict';
import fs from 'node:fs';
import {
  Files,
  openBuiltIn,
  properties,
  rowsOf,
  until,
} from '../support/connector/files';

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

describe('a data file', () => {
  it('is created when it is missing', async () => {
    await files.with(() => undefined);
    assert.deepEqual(files.json(), {ids: {}, models: {}});
    assert.deepEqual(files.strays(), []);
  });

  it('is created soon after connect, not only at the end', async () => {
    const dataSource = await files.open({checkpoint: {idleMs: 0}});
    dataSource.define('M', properties);
    await until(() => fs.existsSync(files.at('db.json')));
    assert.deepEqual(files.json().models, {M: {}});
  });

  it('needs a directory, which the error names', async () => {
    await assert.rejects(files.open({}, 'no/db.json'), ({code, message}) => {
      assert.equal(code, 'PERSISTENCE_FAILED');
      assert.ok(message.includes(`directory ${files.at('no')} does not exist`));
      return true;
    });
    assert.ok(!fs.existsSync(files.at('no')));
    fs.mkdirSync(files.at('no'));
    await files.open({}, 'no/db.json');
  });

  it('is relative to the working directory', async () => {
    const before = process.cwd();
    process.chdir(files.at());
    try {
      const dataSource = await files.open({file: 'here.json'});
      await dataSource.disconnect();
    } finally {
      process.chdir(before);
    }
    assert.ok(fs.existsSync(files.at('here.json')));
  });

  it('is found again after the working directory was changed', async () => {
    const before = process.cwd();
    process.chdir(files.at());
    const dataSource = await files.open({file: 'here.json'});
    const M = dataSource.define('M', properties);
    await M.create({n: 1});
    try {
      process.chdir(before);
      await dataSource.disconnect();
      await dataSource.connect();
      assert.equal(await M.count(), 1);
    } finally {
      process.chdir(before);
    }
    await dataSource.disconnect();
    assert.equal(files.rows('M', 'here.json').length, 1);
  });

  it('keeps the rows from one connection to the next', async () => {
    await files.with(db => db.define('M', properties).create({n: 7}));
    const {ids, models} = files.json();
    assert.deepEqual(ids, {M: 2});
    assert.deepEqual(models, {M: {1: '{"n":7,"id":1}'}});
    const rows = await files.with(db => rowsOf(db.define('M', properties)));
    assert.deepEqual(rows, [{id: 1, n: 7}]);
  });

  it('is read by the built-in connector', async () => {
    await files.with(db => db.define('M', properties).create([{n: 1}, {n: 2}]));
    const M = (await openBuiltIn(files.at('db.json'))).define('M', properties);
    assert.deepEqual(await rowsOf(M), [
      {id: 1, n: 1},
      {id: 2, n: 2},
    ]);
    assert.equal((await M.create({n: 3})).id, 3);
  });

  it('is read when the built-in connector has written it', async () => {
    const builtIn = await openBuiltIn(files.at('db.json'));
    await builtIn.define('M', properties).create([{n: 1}, {n: 2}]);
    await files.with(async db => {
      const M = db.define('M', properties);
      assert.equal((await M.create({n: 3})).id, 3);
      assert.deepEqual(
        (await rowsOf(M)).map(({n}) => n),
        [1, 2, 3],
      );
    });
  });

  it('goes to and fro between the connectors', async () => {
    for (let n = 0; n < 6; n++) {
      const db =
        n % 2 === 0
          ? await files.open()
          : await openBuiltIn(files.at('db.json'));
      const M = db.define('M', properties);
      assert.equal((await M.create({n})).id, n + 1);
      await db.disconnect();
    }
    assert.deepEqual(
      files.rows('M').map(({n}) => n),
      [0, 1, 2, 3, 4, 5],
    );
  });

  it('may be an empty object', async () => {
    files.write({});
    await files.with(async db => {
      const M = db.define('M', properties);
      assert.equal((await M.create({n: 1})).id, 1);
    });
    assert.equal(files.rows('M').length, 1);
  });

  it('keeps members that it does not know', async () => {
    files.write('{"ids":{},"models":{},"note":{"by": "hand",  "n": 1.0}}');
    await files.with(db => db.define('M', properties).create({n: 1}));
    assert.match(files.text(), /"note": \{"by": "hand", {2}"n": 1\.0\}/);
  });

  it('with spaces and unicode in its path is a file like any other', async () => {
    const name = 'meine Dätén 数据 🙂 \'"$(x).json';
    const db = await files.open({}, name);
    await db.define('M', properties).create({n: 1});
    await db.disconnect();
    assert.equal(files.rows('M', name).length, 1);
    assert.deepEqual(files.strays(name), []);
  });

  it('that is a symbolic link stays one, and its target is written', async () => {
    fs.mkdirSync(files.at('real'));
    fs.writeFileSync(files.at('real', 'data.json'), '{}');
    fs.symlinkSync(files.at('real', 'data.json'), files.at('db.json'));
    await files.with(db => db.define('M', properties).create({n: 1}));
    assert.ok(fs.lstatSync(files.at('db.json')).isSymbolicLink());
    assert.equal(files.rows('M', 'real/data.json').length, 1);
    assert.ok(fs.existsSync(files.at('real', 'data.json.journal')));
  });

  it('that is a link to nothing yet is made where the link points', async () => {
    fs.mkdirSync(files.at('real'));
    fs.symlinkSync('real/data.json', files.at('db.json'));
    await files.with(db => db.define('M', properties).create({n: 1}));
    assert.ok(fs.lstatSync(files.at('db.json')).isSymbolicLink());
    assert.equal(files.rows('M', 'real/data.json').length, 1);
  });

  it('keeps its permissions, and its journal has them, too', async () => {
    files.write({});
    fs.chmodSync(files.at('db.json'), 0o600);
    await files.with(db => db.define('M', properties).create({n: 1}));
    for (const name of ['db.json', 'db.json.journal']) {
      assert.equal(fs.statSync(files.at(name)).mode & 0o777, 0o600, name);
    }
  });

  it('is left alone, with all beside it, when nothing changed', async () => {
    await files.with(db => db.define('M', properties).create({n: 1}));
    const before = files.state();
    await files.with(async db => {
      const M = db.define('M', properties);
      assert.equal(await M.count(), 1);
      assert.equal((await M.findById(1)).n, 1);
      assert.equal((await M.updateAll({n: 5}, {n: 6})).count, 0);
      assert.equal((await M.destroyAll({n: 5})).count, 0);
      await assert.rejects(M.create({id: 1}), {code: 'DUPLICATE_KEY'});
    });
    await files.with(db => db.define('Other', properties).count(), {
      checkpoint: 'commit',
    });
    assert.deepEqual(files.state(), before);
  });

  it('of the built-in connector is left alone when nothing changed', async () => {
    const text = '{"ids":{"M":2},"models":{"M":{"1":"{\\"id\\":1}"}}}';
    files.write(text);
    await files.with(db => db.define('M', properties).count());
    assert.equal(files.text(), text);
  });
});

describe('a data file that cannot be', () => {
  for (const [what, text, message] of [
    [
      'malformed',
      '{"ids": {},\n "models": {"M": {]}}',
      /db\.json.*line 2, column 19/,
    ],
    ['lost blocks', '\0\0\0', /line 1, column 1/],
    ['a bare array', '[{"n":1}]', /bare array.*load/],
    [
      'cut off',
      '{"ids":{},"models":{"M":{"1":"{\\"id',
      /db\.json.*line 1, column 36/,
    ],
    ['another kind of JSON', '5', /line 1, column 1/],
    [
      "json-server's form",
      '{"M":[{"id":1}]}',
      /neither "ids" nor "models", but "M"; run npx .* load <data file> \/.*db\.json to load/,
    ],
    [
      'nested too deep',
      `{"models":{"M":{"1":${JSON.stringify(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`)}}}}`,
      /line 1, column 21: the text of row 1 of M is nested deeper than 2000/,
    ],
    [
      'with a row that is none',
      '{"models":{"M":{"1":"[1]"}}}',
      /line 1, column 21: row 1 of M/,
    ],
  ] as const) {
    it(`${what} is refused and left as it is`, async () => {
      files.write(text);
      await assert.rejects(files.open(), {code: 'DATA_DAMAGED', message});
      assert.equal(files.text(), text);
      assert.deepEqual(fs.readdirSync(files.at()), ['db.json']);
    });
  }

  it('nothing in it, not even {}, is none of them: that is a new store', async () => {
    for (const text of ['', '\n']) {
      files.write(text);
      const db = await files.open();
      await db.define('M', properties).create({n: 1});
      await db.disconnect();
      assert.deepEqual(files.rows('M'), [{id: 1, n: 1}]);
      fs.rmSync(files.at('db.json.journal'));
    }
  });

  it('is read once it was mended', async () => {
    files.write('{');
    const db = files.make();
    const M = db.define('M', properties);
    await assert.rejects(db.connect(), {code: 'DATA_DAMAGED'});
    await assert.rejects(M.count(), {code: 'DATA_DAMAGED'});
    files.write({models: {M: {1: '{"id":1}'}}});
    await db.connect();
    assert.equal(await M.count(), 1);
  });

  it('is refused when it is a directory', async () => {
    fs.mkdirSync(files.at('db.json'));
    await assert.rejects(files.open(), {code: 'PERSISTENCE_FAILED'});
  });
});
