import {spawn} from 'node:child_process';
import {createRequire} from 'node:module';
import {availableParallelism} from 'node:os';
import path from 'node:path';
import {root} from './places.mjs';
import {compiled, isSlow, slowestFirst} from './test-files.mjs';

const require = createRequire(import.meta.url);
const mocha = path.join(
  path.dirname(require.resolve('mocha/package.json')),
  'bin/mocha.js',
);

/** So few files are done sooner by one process than others are started. */
const mostForOne = 8;

/** Whether test files are run side by side: also a few where several are slow. */
export function isParallel(names) {
  return names.length > mostForOne || names.filter(isSlow).length > 1;
}

/** The processes that run tests side by side: now and then one only waits. */
const jobs = availableParallelism() + 1;

/**
 * Starts mocha on test files, with further options of its own; many files, or slow
 * ones, run side by side, each in one of a few processes.
 */
export function startMocha(names, options = [], environment = {}) {
  const words = [
    mocha,
    // Side by side, each file would have to have a test of a title.
    ...(isParallel(names)
      ? ['--parallel', '--jobs', `${jobs}`]
      : ['--fail-zero']),
    ...options,
    ...slowestFirst(names).map(compiled),
  ];
  return spawn(process.execPath, words, {
    cwd: root,
    stdio: 'inherit',
    env: {...process.env, ...environment},
  });
}

/** The exit code of a process that was started. */
export function exitCodeOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}
