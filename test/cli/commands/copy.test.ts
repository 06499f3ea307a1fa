import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, writeFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {program, Workplace} from '../../support/cli/workplace';
import {
  postgresqlDatabase,
  postgresqlUrl,
} from '../../support/transfer/databases';

describe('copy', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it('copies a file, and shows rows and hashes', async () => {
    place.make('more');
    const words = ['copy', '--from', place.file, '--to', 'copy.json'];
    const {status, stdout} = await place.run(words);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^Copied 22 rows from .* to copy\.json; all are equal\./,
    );
    assert.match(stdout, /^ *City +[\da-f]{32} +10 +10$/m);
    const inOrder = (rows: any[]): any[] =>
      rows.toSorted((a, b) =>
        JSON.stringify([a.model, a.id]) < JSON.stringify([b.model, b.id])
          ? -1
          : 1,
      );
    assert.deepEqual(
      inOrder(await place.dump(place.path('copy.json'))),
      inOrder(await place.dump()),
    );
  });

  it('takes the file of a datasource in memory by its configuration', async () => {
    place.make('close');
    const config = {name: 'db', connector: 'memory', file: place.name};
    writeFileSync(place.path('db.datasource.json'), JSON.stringify(config));
    const {models} = await place.json([
      'copy',
      '--from=db.datasource.json',
      '--to=copy.json',
    ]);
    const rows = models.map((each: any) => [each.model, each.rows]);
    assert.deepEqual(rows.sort(), [
      ['City', 10],
      ['Code', 5],
      ['Line', 5],
    ]);
  });

  it('refuses what it cannot do, in one line', async () => {
    place.make('close');
    const write = (name: string, json: object): void =>
      writeFileSync(place.path(name), JSON.stringify(json));
    write('memory.json', {connector: 'memory'});
    write('own.json', {connector: 'inmemory'});
    writeFileSync(place.path('dist.js'), "require('./nowhere')");
    write('none.json', {connector: 'no-such-connector'});
    const cases: [string[], RegExp][] = [
      [[], /copy needs --from and --to/],
      [['x.json'], /copy does not take "x\.json"/],
      [['--from', place.file, '--to', place.file], /both what is copied and/],
      [
        ['--from', place.file, '--to', 'x', '--batch', '0'],
        /--batch is a number/,
      ],
      [['--from', 'missing.json', '--to', 'x'], /missing\.json does not exist/],
      [
        ['--from', 'pg.datasource.json', '--to', 'x'],
        /source\.json does not ex/,
      ],
      [
        ['--from', place.file, '--to', 'pg.datasource.ts'],
        /pg\.datasource\.ts is a program\. Give a data file, or a JSON file with/,
      ],
      [
        ['--from', place.file, '--to', 'none/x.json'],
        /: none\/x\.json cannot be opened: its directory .+ does not exist; create it\.$/m,
      ],
      [['--from', 'own.json', '--to', 'x'], /Give it the setting "file"/],
      [['--from', 'memory.json', '--to', 'x'], /Give it the setting "file"/],
      [
        ['--from', 'none.json', '--to', 'x'],
        /The connector no-such-connector is not installed/,
      ],
      [
        ['--from', place.file, '--to', 'x', '--models', 'src'],
        /no directory with/,
      ],
      [
        ['--from', place.file, '--to', 'x', '--models', '.'],
        /dist\.js cannot be loaded: Cannot find module '\.\/nowhere'\. In the directory of/,
      ],
    ];
    for (const [words, problem] of cases) {
      const {status, stderr} = await place.run(['copy', ...words]);
      assert.equal(status, 2, stderr);
      assert.match(stderr, problem);
    }
  });

  const answers: [string, string, RegExp][] = [
    [
      'says what it asked of a connector that never calls back',
      '',
      /ended before it was done\. mute\.json was asked to count the rows of City: the/,
    ],
    [
      'says what it asked of a connector that throws in a callback',
      "setImmediate(() => { throw new TypeError('no such thing'); })",
      /mute\.json was asked to count the rows of City, and its connector has thrown: no such/,
    ],
  ];
  for (const [title, count, told] of answers)
    it(title, () => {
      place.make('close');
      const connector = `exports.initialize = (dataSource, done) => {
      dataSource.connector = {name: 'mute', ping() {}, connect: done => done(),
        count(model, where, options, done) {${count}}, define() {}};
      done();
    };`;
      mkdirSync(place.path('node_modules/mute'), {recursive: true});
      writeFileSync(place.path('node_modules/mute/index.js'), connector);
      writeFileSync(place.path('mute.json'), '{"connector": "mute"}');
      const words = ['copy', '--from', place.file, '--to', 'mute.json'];
      const {status, stderr} = place.runAlone(words);
      assert.equal(status, 2);
      assert.match(stderr, told);
    });

  describe('into PostgreSQL', () => {
    before(function () {
      // Skipped without a server: TEST_POSTGRESQL_URL.
      if (postgresqlUrl === undefined) this.skip();
      // LoopBack's connector makes its driver warn.
      process.noDeprecation = true;
    });
    after(() => {
      process.noDeprecation = false;
    });

    it('goes on after a kill, and counts ids on behind the copied ones', async () => {
      place.make('close', 600);
      const database = await postgresqlDatabase();
      try {
        writeFileSync(
          place.path('pg.datasource.json'),
          JSON.stringify(database.config),
        );
        const {stdout} = await place.run([
          'export',
          place.file,
          '--to=sql',
          '--dialect=postgresql',
        ]);
        await database.run(stdout);
        await database.run('TRUNCATE city, code, line RESTART IDENTITY');
        const words = ['copy', '--batch=20', '--to=pg.datasource.json'];
        words.push(`--from=${place.file}`);
        const child = spawn(process.execPath, [program, ...words], {
          cwd: place.directory,
          stdio: 'ignore',
        });
        const ended = once(child, 'exit');
        for (let rows = 0; rows === 0 && child.exitCode === null;) {
          await sleep(5);
          const [city] = await database.rows('SELECT count(*) FROM city');
          rows = Number(city!['count']);
        }
        child.kill('SIGKILL');
        await ended;
        const refused = await place.run(words);
        assert.match(refused.stderr, /has rows already: .*City \d+/);
        const {models} = await place.json([...words, '--resume']);
        const city = models.find(({model}: any) => model === 'City');
        assert.equal(city.rows, 600);
        const [row] = await database.rows(
          "INSERT INTO city (name) VALUES ('new') RETURNING id",
        );
        assert.equal(row!['id'], 601);
      } finally {
        await database.drop();
      }
    });
  });
});
