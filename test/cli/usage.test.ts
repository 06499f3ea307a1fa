import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {Workplace} from './support';

const commands = ['info', 'check', 'repair', 'compact', 'dump', 'load'];
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

  it('helps, with examples, in no more than 100 columns', () => {
    const texts = [[], ['--help'], ['help']].map(words => place.run(words));
    for (const {status, stdout} of texts) {
      assert.equal(status, 0);
      assert.equal(stdout, texts[0]!.stdout);
    }
    for (const command of commands) {
      assert.match(texts[0]!.stdout, new RegExp(`^  ${command} `, 'm'));
      const {status, stdout} = place.run([command, '--help']);
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`Usage: npx .* ${command} <file>`));
      assert.match(stdout, /Examples:\n {2}npx /);
      assert.equal(place.run(['help', command]).stdout, stdout);
      assert.ok(stdout.split('\n').every(line => line.length <= 100));
    }
  });

  it('tells its version', () => {
    const text = readFileSync(path.join(root, 'package.json'), 'utf8');
    const {version} = JSON.parse(text) as {version: string};
    assert.equal(place.run(['--version']).stdout, `${version}\n`);
  });

  it('refuses what it does not know with one line and exit code 2', () => {
    const cases: [string[], RegExp][] = [
      [['chek', 'x.json'], /no command "chek"\. Did you mean check\?/],
      [['check'], /check needs a file/],
      [['check', 'a', 'b'], /check does not take "b"/],
      [['load', 'a', 'b', 'c'], /load does not take "c"/],
      [['dump', 'a', '--formt', 'json'], /Did you mean --format\?/],
      [['dump', 'a', '--format', 'xml'], /ndjson or json, not "xml"/],
      [['dump', 'a', '--format'], /--format/],
      [['check', 'missing.json'], /missing\.json does not exist/],
      [['compact', 'missing.json'], /missing\.json does not exist/],
      [['repair', 'missing.json'], /missing\.json does not exist/],
      [['load', 'no/such/x.json', '--model', 'M'], /directory/],
      [['check', '.'], /./],
    ];
    for (const [words, expected] of cases) {
      const {status, stderr, stdout} = place.run(words);
      assert.equal(status, 2, `${words.join(' ')}: ${stderr}${stdout}`);
      assert.match(stderr, expected);
      assert.equal(stdout, '');
    }
  });

  it('gives errors as JSON to those who ask for JSON', () => {
    const {status, stderr} = place.run(['check', 'missing.json', '--json']);
    assert.equal(status, 2);
    const {error} = JSON.parse(stderr) as {error: {code: string}};
    assert.equal(error.code, 'PERSISTENCE_FAILED');
  });

  it('ends quietly when its reader stops early', () => {
    place.make('close', 5_000);
    const main = path.join(root, 'dist/lib/cli/main.js');
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
