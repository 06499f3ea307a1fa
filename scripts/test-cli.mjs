/**
 * Runs the tests of `lb4` with the real `@loopback/cli`, which is too large to
 * be installed with this package: it goes into a temporary folder.
 *
 *   npm run test:cli
 *   npm run test:cli -- LOOPBACK_CLI=/a/folder   where it is installed already
 */
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {build} from './build.mjs';
import {exitCodeOf, startMocha} from './mocha.mjs';
import {matching, testFiles} from './test-files.mjs';

const wanted = '@loopback/cli@7';

function install(folder) {
  writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
  const words = ['install', '--no-audit', '--no-fund', wanted];
  console.log(`Installing ${wanted} takes a minute or two.`);
  const isWindows = process.platform === 'win32';
  return exitCodeOf(
    spawn('npm', words, {cwd: folder, stdio: 'inherit', shell: isWindows}),
  );
}

async function runTests(folder) {
  const exitCode = await build();
  if (exitCode !== 0) return exitCode;
  const names = matching(testFiles(), ['acceptance/discover']);
  return exitCodeOf(startMocha(names, [], {LOOPBACK_CLI: folder}));
}

async function main([word]) {
  const given = /^LOOPBACK_CLI=(.+)$/.exec(word ?? '')?.[1];
  if (given !== undefined) return runTests(path.resolve(given));
  const folder = mkdtempSync(path.join(tmpdir(), 'loopback-cli-'));
  try {
    if ((await install(folder)) === 0) return await runTests(folder);
    console.error(`The tests of lb4 are skipped: ${wanted} is not to be had.`);
    return 0;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

process.exitCode = await main(process.argv.slice(2));
