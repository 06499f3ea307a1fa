/**
 * Runners of tests, and this package as it is published, in a folder of their own:
 * they are too large to be installed with it.
 */
import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {build} from './build.mjs';
import {exitCodeOf} from './mocha.mjs';
import {root} from './places.mjs';

const wanted = [
  '@babel/plugin-transform-modules-commonjs@7',
  '@loopback/core@7',
  '@loopback/repository@8',
  'jest@30',
  'mocha@12',
  'vitest@4',
];

const isWindows = process.platform === 'win32';

/**
 * Calls `use` with the folder in which all of it is installed: the one that a word
 * `RUNNERS=/a/folder` names, or one that is removed in the end. Returns the exit code
 * that `use` answers; 0, after a word about it, where the runners are not to be had.
 */
export async function withRunners(words, use) {
  const given = words
    .map(word => /^RUNNERS=(.+)$/.exec(word)?.[1])
    .find(folder => folder !== undefined);
  const exitCode = await build();
  if (exitCode !== 0) return exitCode;
  const folder = path.resolve(
    given ?? mkdtempSync(path.join(tmpdir(), 'runners-')),
  );
  try {
    if (given === undefined && (await install(folder)) !== 0) {
      console.error('Skipped: the runners are not to be had.');
      return 0;
    }
    return await use(folder);
  } finally {
    if (given === undefined) rmSync(folder, {recursive: true, force: true});
  }
}

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
  console.error(`Installing ${wanted.join(', ')} takes a minute or two.`);
  return exitCodeOf(
    spawn('npm', [...words, pack(folder), ...wanted], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      shell: isWindows,
    }),
  );
}
