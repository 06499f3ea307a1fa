/**
 * Runs the suite of an application by mocha, jest, vitest and `node --test`, with
 * this package as it is published. The runners are too large to be installed with
 * it: they go into a temporary folder, beside LoopBack.
 *
 *   npm run test:runners
 *   npm run test:runners -- RUNNERS=/a/folder   where they are installed already
 */
import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {build} from './build.mjs';
import {exitCodeOf, startMocha} from './mocha.mjs';
import {root} from './places.mjs';
import {matching, testFiles} from './test-files.mjs';

const wanted = [
  '@babel/plugin-transform-modules-commonjs@7',
  '@loopback/core@7',
  '@loopback/repository@8',
  'jest@30',
  'mocha@12',
  'vitest@4',
];

const isWindows = process.platform === 'win32';

/** The package as npm would publish it. */
function pack(folder) {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination'];
  const output = execFileSync('npm', [...words, folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: isWindows,
  });
  return path.join(folder, Object.values(JSON.parse(output))[0].filename);
}

function install(folder) {
  mkdirSync(folder, {recursive: true});
  writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
  console.log(`Installing ${wanted.join(', ')} takes a minute or two.`);
  return exitCodeOf(
    spawn('npm', [...words, pack(folder), ...wanted], {
      cwd: folder,
      stdio: 'inherit',
      shell: isWindows,
    }),
  );
}

async function main([word]) {
  const given = /^RUNNERS=(.+)$/.exec(word ?? '')?.[1];
  const exitCode = await build();
  if (exitCode !== 0) return exitCode;
  const folder = path.resolve(
    given ?? mkdtempSync(path.join(tmpdir(), 'runners-')),
  );
  try {
    if (given === undefined && (await install(folder)) !== 0) {
      console.error(
        'The tests of runners are skipped: they are not to be had.',
      );
      return 0;
    }
    const names = matching(testFiles(), ['acceptance/runners']);
    return await exitCodeOf(startMocha(names, [], {RUNNERS: folder}));
  } finally {
    if (given === undefined) rmSync(folder, {recursive: true, force: true});
  }
}

process.exitCode = await main(process.argv.slice(2));
