/**
 * Runs files of one test each by jest and vitest, on this package as it is published
 * and on the juggler's built-in connector in turns, and prints what they take.
 *
 *   npm run bench:runners
 *   npm run bench:runners -- FILES=200 ROUNDS=3
 *   npm run bench:runners -- RUNNERS=/a/folder   where they are installed already
 */
import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {output, root} from './places.mjs';
import {withRunners} from './runners.mjs';

const words = process.argv.slice(2);
const files = numberOf('FILES', 200);
const rounds = numberOf('ROUNDS', 3);

const contenders = {
  inmemory: `require('loopback-connector-inmemory')`,
  'built-in': `'memory'`,
};

const runners = {
  'jest, in band': ['jest/bin/jest.js', '--runInBand', '--silent'],
  'vitest, in forks': [
    'vitest/vitest.mjs',
    'run',
    '--globals',
    '--silent=true',
  ],
};

function numberOf(name, otherwise) {
  const word = words.find(each => each.startsWith(`${name}=`));
  return word === undefined ? otherwise : Number(word.slice(name.length + 1));
}

/** A folder with a configuration of jest, and the test files of each contender. */
function writeSuites(installed) {
  const folder = mkdtempSync(path.join(installed, 'bench-'));
  cpSync(
    path.join(root, 'test/support/runners/jest.config.js'),
    path.join(folder, 'jest.config.js'),
  );
  writeFileSync(path.join(folder, 'vitest.config.mjs'), 'export default {};\n');
  cpSync(path.join(output, 'bench/suite.js'), path.join(folder, 'suite.js'));
  for (const [name, connector] of Object.entries(contenders)) {
    mkdirSync(path.join(folder, name));
    for (let file = 0; file < files; file++) {
      const place = path.join(folder, name, `${file}.test.js`);
      writeFileSync(place, testFile(connector, file));
    }
  }
  return folder;
}

function testFile(connector, number) {
  return `
const {DataSource} = require('loopback-datasource-juggler');
const {defineSuite, destroyAll, runTest} = require('../suite');

test('number ${number}', async () => {
  const dataSource = new DataSource({connector: ${connector}});
  await dataSource.connect();
  const models = defineSuite(dataSource);
  await runTest(models, ${number});
  await destroyAll(models);
  await dataSource.disconnect();
});
`;
}

/** Milliseconds on the clock and of the processor, of all processes that a runner needs. */
function run(installed, folder, [script, ...options], contender) {
  const file = path.join(installed, 'node_modules', script);
  // What the shell's `times` tells in its second line is of the processes it has started.
  const command = '"$@" >log 2>&1 || { tail -n 40 log >&2; exit 1; }; times';
  const start = performance.now();
  const told = execFileSync(
    'sh',
    ['-c', command, 'sh', process.execPath, file, ...options, `${contender}/`],
    {cwd: folder, encoding: 'utf8'},
  );
  const wallMs = performance.now() - start;
  const [, children] = told.trim().split('\n');
  const processorMs = children.split(' ').map(millisecondsOf);
  return {wallMs, processorMs: processorMs[0] + processorMs[1]};
}

/** Of a text such as `1m2.34s`. */
function millisecondsOf(text) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text);
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** A line for each runner: the medians of a file, and of the rounds' ratios. */
function measure(installed, folder, [name, runner]) {
  const names = Object.keys(contenders);
  const measured = names.map(() => []);
  // The runners keep what they have translated.
  for (const contender of names) run(installed, folder, runner, contender);
  for (let round = 0; round < rounds; round++) {
    const places = [...names.keys()];
    if (round % 2 === 1) places.reverse();
    for (const place of places) {
      measured[place].push(run(installed, folder, runner, names[place]));
    }
  }
  const [ours, theirs] = measured;
  return ['processorMs', 'wallMs'].map(what => {
    const time = all =>
      `${(median(all.map(each => each[what])) / files).toFixed(1)} ms`;
    const ratios = ours.map((each, round) => each[what] / theirs[round][what]);
    const of = what === 'wallMs' ? 'clock' : 'processor';
    return `| ${name} | ${of} | ${time(ours)} | ${time(theirs)} | ${median(ratios).toFixed(2)}x |`;
  });
}

process.exitCode = await withRunners(words, installed => {
  const folder = writeSuites(installed);
  try {
    const lines = Object.entries(runners).flatMap(runner =>
      measure(installed, folder, runner),
    );
    console.log(
      [
        `${files} files of one test, Node ${process.versions.node}; a file takes:`,
        '',
        '| runner | time | inmemory | built-in | ratio |',
        '| --- | --- | ---: | ---: | ---: |',
        ...lines,
      ].join('\n'),
    );
    return 0;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});
