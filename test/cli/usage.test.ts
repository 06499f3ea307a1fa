import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {Workplace} from '../support/cli/workplace';

const commands = [
  'info',
  'check',
  'repair',
  'compact',
  'dump',
  'load',
  'export',
  'import',
  'copy',
];
const root = path.resolve(__dirname, '../../..');

describe('The command line', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it('is named and placed as package.json says', () => {
    const text = readFileSync(path.join(root, 'package.json'), 'utf8');
    const {bin} = JSON.parse(text) as {bin: Record<string, string>};
    const main = path.join(root, bin['loopback-connector-inmemory']!);
    assert.match(readFileSync(main, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  });

  it('helps, with examples, in no more than 100 columns', async () => {
    const texts = [[], ['--help'], ['help']].map(words =>
      place.runAlone(words),
    );
    for (const {status, stdout} of texts) {
      assert.equal(status, 0);
      assert.equal(stdout, texts[0]!.stdout);
    }
    for (const command of commands) {
      assert.match(texts[0]!.stdout, new RegExp(`^  ${command} `, 'm'));
      const {status, stdout} = await place.run([command, '--help']);
      assert.equal(status, 0);
      assert.match(
        stdout,
        new RegExp(`Usage: npx .* ${command} (<file>|--from)`),
      );
      assert.match(stdout, /Examples:\n {2}npx /);
      assert.equal((await place.run(['help', command])).stdout, stdout);
      assert.ok(stdout.split('\n').every(line => line.length <= 100));
    }
  });

  it('tells its version', () => {
    const text = readFileSync(path.join(root, 'package.json'), 'utf8');
    const {version} = JSON.parse(text) as {version: string};
    for (const words of [['--version'], ['info', '--version']]) {
      assert.equal(place.runAlone(words).stdout, `${version}\n`);
    }
  });

  it('refuses what it does not know with one line and exit code 2', async () => {
    const cases: [string[], RegExp][] = [
      [['chek', 'x.json'], /no command "chek"\. Did you mean check\?/],
      [['laod', 'x.json'], /Did you mean load\?/],
      [
        ['list'],
        /Commands are info, check, repair, compact, dump, load, export, import, copy\./,
      ],
      [['x.json', 'info'], /comes first: npx .* info x\.json$/m],
      [['check'], /check needs a file/],
      [['check', 'a', 'b'], /check does not take "b"/],
      [['load', 'a', 'b', 'c'], /load does not take "c"/],
      [['dump', 'a', '--formt', 'json'], /Did you mean --format\?/],
      [['dump', 'a', '--format', 'xml'], /ndjson or json, not "xml"/],
      [['dump', 'a', '--format'], /needs a value behind --format\./],
      [['dump', 'a', '--model', '-o'], /needs a value behind --model\./],
      [
        ['load', 'a', '--modle', 'M'],
        /no option --modle\. Did you mean --model\?/,
      ],
      [['dump', 'a', '-m', 'M'], /no option -m\. Did you mean --model\?/],
      [['check', 'a', '--json=1'], /takes --json without a value\./],
      [['dump', 'a', '-o', ''], /--output needs the name of a file/],
      [['load', 'a', ''], /needs the name of its input/],
      [['check', 'missing.json'], /missing\.json does not exist/],
      [['compact', 'missing.json'], /missing\.json does not exist/],
      [['repair', 'missing.json'], /missing\.json does not exist/],
      [['load', 'no/such/x.json', '--model', 'M'], /directory/],
      [['check', '.'], /cannot be used: it is a directory, not a regular file/],
      [
        ['load', 'x.json', '.', '--model', 'M'],
        /cannot be read: it is a directory, not a/,
      ],
      [['load', 'x.json', 'missing.ndjson'], /missing\.ndjson does not exist/],
      [['help', 'chek'], /Did you mean check\?/],
    ];
    for (const [words, expected] of cases) {
      const {status, stderr, stdout} = await place.run(words);
      assert.equal(status, 2, `${words.join(' ')}: ${stderr}${stdout}`);
      assert.match(stderr, expected);
      assert.equal(stdout, '');
    }
  });

  it('begins what is to be typed with npx', async () => {
    for (const words of [
      ['chek'],
      ['check'],
      ['check', 'a', '-x'],
      ['help', 'a'],
    ]) {
      const {stderr} = await place.run(words);
      const named = stderr.split('loopback-connector-inmemory').slice(2);
      assert.equal(named.length, 1);
      assert.equal(stderr.split('npx loopback-').length - 1, named.length);
    }
  });

  it('says of paths that cannot be what is wrong with them', async () => {
    place.make('close');
    writeFileSync(place.path('file'), '{"M": [{"id": 1}]}');
    symlinkSync('loop', place.path('loop'));
    const long = `${'x'.repeat(260)}.json`;
    const cases: [string[], RegExp][] = [
      [
        ['dump', place.file, '-o', 'no/such/x'],
        /its directory .*no\/such does not/,
      ],
      [
        ['dump', place.file, '-o', 'file/x'],
        /a part of its path is a file and no/,
      ],
      [['dump', place.file, '-o', long], /its name is too long/],
      [
        ['info', 'file/x'],
        /file\/x cannot be looked at: ENOTDIR: a part of its/,
      ],
      [['info', long], /its name is too long/],
      [['info', 'loop'], /its symbolic links lead in a circle/],
      [['load', 'file/x', 'file'], /a part of its path is a file and no/],
      [['load', long, 'file'], /its name is too long/],
      [['load', 'loop', 'file'], /its symbolic links lead in a circle/],
      [['load', 'x', 'loop'], /its symbolic links lead in a circle/],
      [['load', 'x', 'file/x'], /a part of its path is a file and no/],
    ];
    const before = readdirSync(place.directory);
    for (const [words, expected] of cases) {
      const {status, stderr} = await place.run(words);
      assert.equal(status, 2, words.join(' '));
      assert.match(stderr, expected);
    }
    assert.deepEqual(readdirSync(place.directory), before);
  });

  it('gives errors as JSON to those who ask for JSON', () => {
    const words = ['check', 'missing.json', '--json'];
    const {status, stderr} = place.runAlone(words);
    assert.equal(status, 2);
    const {error} = JSON.parse(stderr) as {error: {code: string}};
    assert.equal(error.code, 'PERSISTENCE_FAILED');
  });

  it('says in one line when its output cannot be written', function () {
    if (!existsSync('/dev/full')) this.skip();
    place.make('close');
    const main = path.join(root, 'dist/bundle/cli.js');
    for (const command of ['info', 'dump']) {
      const full = openSync('/dev/full', 'w');
      const {status, stderr} = spawnSync(
        process.execPath,
        [main, command, place.file],
        {encoding: 'utf8', stdio: ['ignore', full, 'pipe']},
      );
      closeSync(full);
      assert.equal(status, 2);
      assert.match(stderr, /^loopback-.*cannot be written: ENOSPC.*\n$/);
    }
  });

  it('ends quietly when its reader stops early', () => {
    place.make('close', 5_000);
    const main = path.join(root, 'dist/bundle/cli.js');
    const output = execFileSync(
      'sh',
      [
        '-c',
        '"$0" "$1" dump "$2" 2>&1 | head -n 1',
        process.execPath,
        main,
        place.file,
      ],
      {encoding: 'utf8'},
    );
    assert.equal(output.split('\n').length, 2);
  });
});
