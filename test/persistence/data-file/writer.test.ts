import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {DataSource} from 'loopback-datasource-juggler';
import {InMemoryError} from '../../../lib/base/errors';
import {
  type DataFile,
  readDataFile,
} from '../../../lib/persistence/data-file/reader';
import {
  type DataFileContent,
  dataFileText,
} from '../../../lib/persistence/data-file/text';
import {
  writeDataFile,
  writeDataFileSync,
} from '../../../lib/persistence/data-file/writer';
import {realFileSystem} from '../../../lib/persistence/disk/file-system';
import {sliceLimits} from '../../../lib/persistence/data-file/row-slices';
import {keptForm} from '../../../lib/schema/kept';
import {noRules} from '../../../lib/schema/rules';
import type {TableSchema} from '../../../lib/schema/schema';
import {emptyVersion, type Version} from '../../../lib/store/version';
import type {Row} from '../../../lib/value/copy';
import {defaultDialect} from '../../../lib/value/dialect';
import {versionWith} from '../../support/store/example';
import {useDirectory} from '../../support/persistence/directory';
import {observed} from '../../support/persistence/observed-files';

const city: TableSchema = {
  name: 'City',
  primaryKey: ['id'],
  idGeneration: 'number',
  columns: {id: 'number', founded: 'date'},
  indexes: [],
  foreignKeys: [],
  ...noRules,
};

function cities(...rows: Row[]): DataFileContent {
  return {version: versionWith(city, rows)};
}

function textOf(content: DataFileContent): string {
  return [...dataFileText(content)].map(String).join('');
}

function rowsOf(content: DataFile | undefined, model = 'City'): unknown {
  const table = content?.tables.get(model);
  return table?.keys.map((key, i) => [key, table.rows[i]]);
}

const oldText = '{"models": {"City": {"1": "{\\"id\\":1}"}}}';
const newContent = cities({id: 1, name: 'new'}, {id: 2});

describe('The text of a data file', () => {
  it('has one row a line, by id', () => {
    const founded = new Date(0);
    assert.equal(
      textOf(cities({id: 10, founded}, {id: 9, name: 'a'})),
      `{
  "ids": {
    "City": 11
  },
  "models": {
    "City": {
      "9": "{\\"id\\":9,\\"name\\":\\"a\\"}",
      "10": "{\\"id\\":10,\\"founded\\":\\"1970-01-01T00:00:00.000Z\\"}"
    }
  },
  "types": {
    "City": {
      "all": {"/founded":"date"}
    }
  },
  "schemas": {
    "City": ${JSON.stringify(keptForm(city))}
  }
}
`,
    );
  });

  it('says in a line what deviates in a row', () => {
    const text = textOf(
      cities({id: 1, a: 1n, b: {c: -0}}, {id: 2, a: 2n}, {id: 3, a: '3'}),
    );
    assert.match(
      text,
      /"rows": {\n {8}"1": {"\/b\/c":"-0"},\n {8}"3": {"\/a":"json"}\n/,
    );
  });

  it('has no types where JSON tells them all', () => {
    assert.doesNotMatch(textOf(cities({id: 1, a: 'x', b: [null]})), /types/);
  });

  it('has empty objects for nothing', () => {
    const version = emptyVersion(defaultDialect);
    assert.equal(textOf({version}), '{\n  "ids": {},\n  "models": {}\n}\n');
  });

  it('grows little by a column of dates', () => {
    const rows = Array.from({length: 1000}, (_, id) => ({
      id,
      at: new Date(id),
    }));
    const texts = rows.map(({id, at}) => ({id, at: at.toISOString()}));
    const added = textOf(cities(...rows)).length;
    assert.ok(added - textOf(cities(...texts)).length < 100);
  });

  it('says once what an array of dates is, however long', () => {
    const at = Array.from({length: 1000}, (_, i) => new Date(i));
    assert.match(textOf(cities({id: 1, at})), /"all": {"\/at\/-":"date"}\n/);
  });

  it('does not call a column dates for one of them among texts', () => {
    const rows = Array.from({length: 10}, (_, id) => ({id, at: '2020-01-01'}));
    const text = textOf(cities(...rows, {id: 10, at: new Date(0)}));
    assert.match(text, /"all": {},\n +"rows": {\n +"10": {"\/at":"date"}\n/);
  });

  const keys: [title: string, ids: unknown[], keys: string[]][] = [
    ['numbers and texts alike', [1, '1', '1#', 'a'], ['1##', '1', '1#', 'a']],
    ['bigints', [2n ** 70n], ['1180591620717411303424']],
    ['truth and its name', [true, 'true'], ['true#', 'true']],
    ['dates', [new Date(1)], ['{"date":"1970-01-01T00:00:00.001Z"}']],
    ['bytes', [Buffer.from('a')], ['{"bytes":"61"}']],
    ['arrays and objects', [[1], {a: 1n}], ['[1]', '{"object":[["a",1]]}']],
    ['odd names', ['__proto__', 'constructor'], ['__proto__', 'constructor']],
  ];
  for (const [title, ids, expected] of keys) {
    it(`tells ids apart: ${title}`, () => {
      const {models} = JSON.parse(textOf(cities(...ids.map(id => ({id})))));
      assert.deepEqual(Object.keys(models.City).sort(), expected.sort());
    });
  }

  it('has arrays as keys of rows with several id properties', () => {
    const schema = {...city, primaryKey: ['a', 'b']};
    const rows = [1, '1', new Date(0)].map(b => ({a: 'x', b}));
    const {models} = JSON.parse(textOf({version: versionWith(schema, rows)}));
    assert.deepEqual(Object.keys(models.City), [
      '["x",1]',
      '["x","1"]',
      '["x",{"date":"1970-01-01T00:00:00.000Z"}]',
    ]);
  });

  it('is made in slices of few rows', () => {
    const rows = Array.from({length: 2000}, (_, id) => ({id, a: -0}));
    for (const piece of dataFileText(cities(...rows))) {
      const lines = String(piece).split('\n').length - 1;
      assert.ok(lines <= sliceLimits.rows, `${lines} lines`);
    }
  });

  it('is made in slices of few characters', () => {
    const rows = Array.from({length: 50}, (_, id) => ({
      id,
      text: 'x'.repeat(30_000),
    }));
    for (const piece of dataFileText(cities(...rows))) {
      assert.ok(piece.length < sliceLimits.characters + 40_000);
    }
  });
});

describe('Rows that nobody declared, and members that nobody knows', () => {
  const at = useDirectory();
  const foreign = `{
    "mine": {"n": 9007199254740993},
    "ids": {"Old": 8, "City": 5},
    "models": {"Old": {"7": {"big": 9007199254740993, "at": "2020-01-01"}}},
    "types": {"Old": {"all": {"/at": "date"}}}
  }`;

  it('are written as they were read', async () => {
    fs.writeFileSync(at('x'), foreign);
    const before = readDataFile(at('x'))!;
    const {tables: kept, unknown} = before;
    await writeDataFile(at('x'), {...cities({id: 1}), kept, unknown});
    const after = readDataFile(at('x'))!;
    const old = {...before.tables.get('Old')!};
    const written = {...after.tables.get('Old')!};
    assert.deepEqual(written.rows, old.rows);
    assert.equal(String(written.source), String(old.source));
    assert.equal(written.types, old.types);
    assert.equal(written.nextSequence, 8);
    assert.deepEqual(after.unknown, before.unknown);
    assert.deepEqual(rowsOf(after), [['1', {id: 1}]]);
  });
});

for (const isSync of [false, true]) {
  const write = async (file: string, content = newContent): Promise<unknown> =>
    isSync ? writeDataFileSync(file, content) : writeDataFile(file, content);
  const name = isSync ? 'writeDataFileSync' : 'writeDataFile';
  const suffix = isSync ? '.exit.tmp' : '.tmp';

  describe(name, () => {
    const at = useDirectory();

    function assertOnlyNew(file = at('x.json')): void {
      assert.equal(fs.readFileSync(file, 'utf8'), textOf(newContent));
      assert.equal(fs.existsSync(file + suffix), false);
    }

    it('writes a new file, and tells its identity', async () => {
      const identity = await write(at('x.json'));
      assertOnlyNew();
      assert.deepEqual(identity, readDataFile(at('x.json'))?.identity);
    });

    it('replaces a file, and a stray one of a crash', async () => {
      fs.writeFileSync(at('x.json'), oldText);
      fs.writeFileSync(at(`x.json${suffix}`), 'x'.repeat(10_000));
      await write(at('x.json'));
      assertOnlyNew();
    });

    it('does not write through a stray link', async () => {
      fs.writeFileSync(at('other'), 'other');
      fs.symlinkSync(at('other'), at(`x.json${suffix}`));
      await write(at('x.json'));
      assertOnlyNew();
      assert.equal(fs.readFileSync(at('other'), 'utf8'), 'other');
    });

    it('takes a path relative to the working directory', async () => {
      const file = path.relative(process.cwd(), at('x.json'));
      await write(file);
      assertOnlyNew();
    });

    it('keeps a symbolic link to a file elsewhere', async () => {
      fs.mkdirSync(at('elsewhere'));
      fs.writeFileSync(at('elsewhere/y.json'), oldText);
      fs.symlinkSync('elsewhere/y.json', at('link'));
      fs.symlinkSync('link', at('x.json'));
      await write(at('x.json'));
      assertOnlyNew(at('elsewhere/y.json'));
      assert.equal(fs.readlinkSync(at('x.json')), 'link');
    });

    it('makes the file that a link points to in vain', async () => {
      fs.symlinkSync('y.json', at('x.json'));
      await write(at('x.json'));
      assertOnlyNew(at('y.json'));
      assert.ok(fs.lstatSync(at('x.json')).isSymbolicLink());
    });

    it('refuses a link to itself', async () => {
      fs.symlinkSync('x.json', at('x.json'));
      await assert.rejects(write(at('x.json')), {
        code: 'PERSISTENCE_FAILED',
        message: /too many symbolic links/,
      });
    });

    it('keeps mode and owner', async function () {
      fs.writeFileSync(at('x.json'), oldText);
      fs.chmodSync(at('x.json'), 0o642);
      const isRoot = process.getuid?.() === 0;
      if (isRoot) fs.chownSync(at('x.json'), 12_345, 54_321);
      const before = fs.statSync(at('x.json'));
      await write(at('x.json'));
      assertOnlyNew();
      const {mode, uid, gid} = fs.statSync(at('x.json'));
      assert.deepEqual(
        {mode, uid, gid},
        {mode: before.mode, uid: before.uid, gid: before.gid},
      );
    });

    it('names the directory that is missing', async () => {
      await assert.rejects(write(at('no/x.json')), {
        code: 'PERSISTENCE_FAILED',
        sqlState: '58030',
        message:
          `${at('no/x.json')} cannot be opened: its directory ${at('no')} ` +
          'does not exist; create it.',
      });
    });

    it('refuses to replace what is no regular file', async () => {
      fs.mkdirSync(at('x.json'));
      await assert.rejects(write(at('x.json')), {
        code: 'PERSISTENCE_FAILED',
        message:
          /x\.json cannot be written: it is a directory, not a regular file\.$/,
      });
    });

    it('leaves the file alone in a read-only directory', async function () {
      if (process.platform === 'win32') this.skip();
      const isRoot = process.getuid?.() === 0;
      fs.writeFileSync(at('x.json'), oldText);
      fs.chmodSync(at('.'), 0o555);
      // Root may write everywhere, so it steps down for the moment.
      if (isRoot) process.seteuid!(65_534);
      try {
        await assert.rejects(write(at('x.json')), (error: InMemoryError) => {
          assert.equal(error.code, 'PERSISTENCE_FAILED');
          assert.match(error.message, /cannot be written: EACCES/);
          assert.equal((error.cause as {code?: string}).code, 'EACCES');
          return true;
        });
      } finally {
        if (isRoot) process.seteuid!(0);
        fs.chmodSync(at('.'), 0o755);
      }
      assert.equal(fs.readFileSync(at('x.json'), 'utf8'), oldText);
    });
  });
}

describe('A write that meets a fault', () => {
  const at = useDirectory();
  const rows = Array.from({length: 2000}, (_, id) => ({id, a: 'x'.repeat(99)}));
  const content = cities(...rows);

  for (const hasOld of [true, false]) {
    for (const [title, isForGood] of [
      ['once', false],
      ['and all that follow', true],
    ] as const) {
      it(`leaves the ${hasOld ? 'old' : 'missing'} file or the whole new one, when any call fails ${title}`, async () => {
        const newText = textOf(content);
        let failures = 0;
        for (let failing = 1; ; failing++) {
          fs.rmSync(at('x'), {force: true});
          fs.rmSync(at('x.tmp'), {force: true});
          if (hasOld) fs.writeFileSync(at('x'), oldText);
          let isHit = false;
          let last = '';
          const files = observed(realFileSystem, (number, name) => {
            if (number !== failing && !(isForGood && number > failing)) return;
            if (number === failing) last = name;
            isHit = true;
            throw Object.assign(new Error('EIO: injected'), {code: 'EIO'});
          });
          const error = await writeDataFile(at('x'), content, files).then(
            () => undefined,
            (error: InMemoryError) => error,
          );
          if (!isHit) break;
          failures++;
          const text = fs.existsSync(at('x'))
            ? fs.readFileSync(at('x'), 'utf8')
            : undefined;
          const isOld = text === (hasOld ? oldText : undefined);
          assert.ok(isOld || text === newText, `${last} #${failing}`);
          assert.equal(error?.code, 'PERSISTENCE_FAILED', last);
          // A disk that takes no call at all takes no removal either.
          if (!isForGood) assert.equal(fs.existsSync(at('x.tmp')), false);
        }
        assert.ok(failures >= 10, `${failures} failures`);
      });
    }
  }

  it('goes on after a write that took a part', async () => {
    const {later} = realFileSystem;
    const write: typeof later.write = (descriptor, bytes, position) =>
      later.write(descriptor, bytes.subarray(0, 1000), position);
    const files = {...realFileSystem, later: {...later, write}};
    await writeDataFile(at('x'), content, files);
    assert.equal(fs.readFileSync(at('x'), 'utf8'), textOf(content));
  });

  it('is no endless loop on a disk that takes nothing', async () => {
    const {later} = realFileSystem;
    const write = () => Promise.resolve(0);
    const files = {...realFileSystem, later: {...later, write}};
    await assert.rejects(writeDataFile(at('x'), content, files), {
      code: 'PERSISTENCE_FAILED',
    });
    assert.deepEqual(fs.readdirSync(at('.')), []);
  });

  it('leaves the owner as it comes where it may not choose', () => {
    fs.writeFileSync(at('x'), oldText);
    const files = {
      ...realFileSystem,
      changeOwner: () => {
        throw Object.assign(new Error('EPERM'), {code: 'EPERM'});
      },
    };
    writeDataFileSync(at('x'), newContent, files);
    assert.equal(fs.readFileSync(at('x'), 'utf8'), textOf(newContent));
  });

  it('has synced the file before it renames, and the directory after', () => {
    const calls: string[] = [];
    const files = observed(realFileSystem, (_, name) => void calls.push(name));
    writeDataFileSync(at('x'), newContent, files);
    assert.deepEqual(calls.slice(calls.indexOf('write')), [
      'write',
      'fsync',
      'close',
      'rename',
      'fsyncDirectory',
    ]);
  });
});

describe('A write of many rows', () => {
  const at = useDirectory();

  it('lets the event loop turn after every slice', async () => {
    const count = 5000;
    const rows = Array.from({length: count}, (_, id) => ({id}));
    const content = cities(...rows);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await writeDataFile(at('x'), content);
    isDone = true;
    assert.ok(turns >= count / sliceLimits.rows, `${turns} turns`);
  });

  it('is of the version that it was given, whatever comes after', async () => {
    const version: Version = versionWith(city, [{id: 1}]);
    const writing = writeDataFile(at('x'), {version});
    versionWith(city, [{id: 2}]);
    await writing;
    assert.deepEqual(rowsOf(readDataFile(at('x'))), [['1', {id: 1}]]);
  });
});

describe('The built-in connector', () => {
  const at = useDirectory();

  function define(file: string) {
    const dataSource = new DataSource({connector: 'memory', file});
    return dataSource.createModel('City', {
      id: {type: Number, id: true, generated: true},
      name: String,
      founded: Date,
      tags: ['string'],
    }) as unknown as {
      create: (data: object) => Promise<unknown>;
      find: () => Promise<{toObject: () => Record<string, unknown>}[]>;
    };
  }

  const founded = new Date('1237-10-28');
  const rows = [
    {id: 1, name: 'Łódź "2"', founded, tags: ['a', 'b']},
    {id: 2, name: 'Berlin', founded, tags: []},
  ];

  it('loads what we write, and goes on with the ids', async () => {
    writeDataFileSync(at('x.json'), cities(...rows));
    const model = define(at('x.json'));
    const found = await model.find();
    assert.deepEqual(
      found.map(row => ({
        ...row.toObject(),
        tags: [...(row.toObject().tags as [])],
      })),
      rows,
    );
    await model.create({name: 'new'});
    const after = await model.find();
    assert.deepEqual(
      after.map(row => row.toObject().id),
      [1, 2, 3],
    );
  });

  it('writes what we load', async () => {
    const model = define(at('x.json'));
    for (const row of rows) await model.create({...row, id: undefined});
    const content = readDataFile(at('x.json'));
    assert.deepEqual(
      rowsOf(content),
      rows.map(row => [
        String(row.id),
        {...row, founded: founded.toISOString()},
      ]),
    );
    assert.equal(content?.tables.get('City')?.nextSequence, 3);
  });
});
