import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

interface Workflow {
  readonly jobs: {
    readonly test: {
      readonly strategy: {matrix: {os: string[]; node: number[]}};
      readonly steps: readonly {run?: string; shell?: string}[];
    };
  };
}

/** The reader that mocha has for settings of its own. */
const {load} = require(
  require.resolve('js-yaml', {paths: [require.resolve('mocha')]}),
) as {load: (text: string) => unknown};

const {test} = (load(read('.github/workflows/ci.yml')) as Workflow).jobs;
const manifest = JSON.parse(read('package.json')) as {
  engines: {node: string};
  scripts: Record<string, string>;
};

/** The scripts of package.json that a text runs by npm. */
function scriptsIn(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run (?:--silent )?)?([\w:]+)/g)]
    .map(([, name]) => name!)
    .filter(name => name !== 'ci');
}

describe('the workflow', () => {
  it('runs on the oldest Node.js that package.json allows, and on later ones', () => {
    const oldest = /^>=(\d+)\./.exec(manifest.engines.node)![1];
    const {node, os} = test.strategy.matrix;
    assert.equal(Math.min(...node), Number(oldest));
    assert.deepEqual(node, [20, 22, 24]);
    assert.deepEqual(
      os.map(name => name.split('-')[0]),
      ['ubuntu', 'macos', 'windows'],
    );
  });

  it('runs one command, which is there', () => {
    const commands = test.steps.filter(({run}) => run !== undefined);
    assert.deepEqual(
      commands.map(({run, shell}) => [run, shell]),
      [['bash .ci/run', 'bash']],
    );
    const names = scriptsIn(read('.ci/run'));
    assert.deepEqual(names, [
      'lint',
      'test',
      'test:verify',
      'test:long',
      'test:servers',
      'test:runners',
    ]);
    for (const name of names) assert.ok(name in manifest.scripts, name);
  });
});

describe('the scripts of package.json', () => {
  for (const [name, command] of Object.entries(manifest.scripts)) {
    it(`need no shell but for && in a row: ${name}`, () => {
      assert.doesNotMatch(command, /[;|<>$`'*]|(?<!&)&(?!&)|^\w+=|&& *\w+=/);
    });

    it(`run files and scripts that are there: ${name}`, () => {
      for (const other of scriptsIn(command)) {
        assert.ok(other in manifest.scripts, other);
      }
      for (const [file] of command.matchAll(/(?<!\S)[\w./]+\.m?js\b/g)) {
        const source = file.replace(/^dist\/(.*)\.js$/, '$1.ts');
        assert.ok(existsSync(path.join(root, source)), file);
      }
      const words = command.split(' -')[0]!.split(' ').slice(1);
      if (words[0] !== 'scripts/test.mjs') return;
      const tests = readdirSync(path.join(root, 'test'), {recursive: true})
        .map(file => `test/${String(file).replaceAll('\\', '/')}`)
        .filter(file => file.endsWith('.test.ts'));
      for (const word of words.slice(1).filter(word => !word.includes('='))) {
        assert.ok(
          tests.some(file => file.includes(word)),
          word,
        );
      }
    });
  }
});
