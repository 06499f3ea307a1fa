import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {setTimeout} from 'node:timers/promises';

/** Where the runners and the package are installed: `npm run test:runners`. */
const installed = process.env['RUNNERS'];

const sources = path.resolve(__dirname, '../../../test/support/runners');

/** A test file for each quarter of the suite, by the folder of its runner. */
const files: Readonly<Record<string, (part: number) => readonly string[]>> = {
  mocha: part => [
    `${part}.test.js`,
    `require('../suite')(globalThis, ${part});`,
  ],
  jest: part => [
    `${part}.test.js`,
    `require('../suite')(globalThis, ${part});`,
  ],
  node: part => [
    `${part}.test.js`,
    `require('../suite')(require('node:test'), ${part});`,
  ],
  'vitest-globals': part => [
    `${part}.test.mjs`,
    `import suite from '../suite.js';\nsuite(globalThis, ${part});`,
  ],
  vitest: part => [
    `${part}.test.mjs`,
    `import * as vitest from 'vitest';\nimport suite from '../suite.js';\n` +
      `suite(vitest, ${part}, {hooks: vitest});`,
  ],
};

const node = process.execPath;

/** How each is called on a folder or file, within the folder of the application. */
const mocha = ['node_modules/mocha/bin/mocha.js'];
const jest = ['node_modules/jest/bin/jest.js'];
const vitest = ['node_modules/vitest/vitest.mjs'];

const runs: Readonly<Record<string, readonly string[]>> = {
  mocha: [...mocha, 'mocha'],
  'jest, in band': [...jest, '--runInBand', 'jest/'],
  'jest, with 4 workers': [...jest, '--maxWorkers', '4', 'jest/'],
  'vitest, in threads': [...vitest, 'run', '--pool', 'threads', 'vitest/'],
  'vitest, in forks': [...vitest, 'run', '--pool', 'forks', 'vitest/'],
  'vitest, with globals': [...vitest, 'run', '--globals', 'vitest-globals/'],
  'node --test': [
    '--test',
    ...[0, 1, 2, 3].map(part => `node/${part}.test.js`),
  ],
};

const watches: Readonly<Record<string, readonly string[]>> = {
  'mocha/0.test.js': [...mocha, '--watch'],
  'jest/0.test.js': [...jest, '--watchAll', '--runInBand'],
  'vitest/0.test.mjs': [...vitest, '--watch'],
  'node/0.test.js': ['--test', '--watch'],
};

/** How the runners count what has passed. */
const counts =
  /^(?: *(\d+) passing\b|Tests: +(\d+) passed, |(?:#|ℹ) pass (\d+)| +Tests +(\d+) passed )/gm;

function passed(output: string): number[] {
  return [...output.matchAll(counts)].map(([, ...found]) =>
    Number(found.find(each => each !== undefined)),
  );
}

/** The suite of an application, by the runners with which its authors test it. */
describe('The suite of an application', () => {
  if (installed === undefined) {
    it('is run by each runner (skipped: npm run test:runners installs them)');
    return;
  }

  let folder: string;
  let child: ChildProcess | undefined;

  before(() => {
    folder = mkdtempSync(path.join(installed, 'suite-'));
    cpSync(sources, folder, {recursive: true});
    for (const [name, contents] of Object.entries(files)) {
      mkdirSync(path.join(folder, name));
      for (const part of [0, 1, 2, 3]) {
        const [file, text] = contents(part);
        writeFileSync(path.join(folder, name, file!), text!);
      }
    }
  });
  afterEach(() => {
    child?.kill('SIGKILL');
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  /** Starts a runner; what it has written until now. */
  function start(words: readonly string[]): () => string {
    const own = words.map(word =>
      word.startsWith('node_modules/') ? path.join(installed!, word) : word,
    );
    const {NODE_OPTIONS: _, ...environment} = process.env;
    child = spawn(node, own, {
      cwd: folder,
      env: {...environment, NO_COLOR: '1', CI: ''},
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let written = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', text => {
        written += text;
      });
    }
    return () => written;
  }

  for (const [name, words] of Object.entries(runs)) {
    it(`is isolated in all orders by ${name}, and ends by itself`, async () => {
      const output = start(words);
      const [status] = (await once(child!, 'close')) as [number];
      assert.equal(status, 0, output());
      assert.deepEqual(passed(output()), [96], output());
      assert.doesNotMatch(output(), /did not exit|failed to exit|open handle/i);
    }).timeout(180_000);
  }

  for (const [file, words] of Object.entries(watches)) {
    it(`runs again when ${file} changes, and ends when it is told`, async () => {
      const output = start([...words, file]);
      const runsAgain = async (times: number): Promise<void> => {
        while (passed(output()).length < times) {
          assert.equal(child!.exitCode, null, output());
          await setTimeout(50);
        }
      };
      await runsAgain(1);
      appendFileSync(path.join(folder, file), '\n// changed\n');
      await runsAgain(2);
      assert.deepEqual(new Set(passed(output())), new Set([24]));
      child!.kill('SIGINT');
      await once(child!, 'close');
    }).timeout(120_000);
  }
});
