/**
 * Compiles with each change of a source, and runs the tests that it concerns:
 * see affected.mjs. What failed or was broken off runs again with each change
 * until it passes. Enter runs the last ones again, "a" and Enter all.
 */
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, watch} from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {affected, readImports} from './affected.mjs';
import {build, sources} from './build.mjs';
import {exitCodeOf, startMocha} from './mocha.mjs';
import {compiledFiles, output, root} from './places.mjs';
import {testFiles} from './test-files.mjs';

/** Editors write a file in several steps. */
const quietMs = 100;

/** The compiled files by their names below dist/, and a hash of each. */
function snapshot() {
  const files = compiledFiles().filter(file => file.endsWith('.js'));
  return new Map(
    files.map(file => [
      nameOf(file),
      createHash('sha1').update(readFileSync(file)).digest('base64'),
    ]),
  );
}

function nameOf(file) {
  return path.relative(output, file).split(path.sep).join('/');
}

/** What each compiled file requires, by names below dist/. */
function importsByName() {
  const files = compiledFiles().filter(file => file.endsWith('.js'));
  const imports = readImports(files);
  return new Map(
    [...imports].map(([file, found]) => [nameOf(file), found.map(nameOf)]),
  );
}

let known = new Map();
let last = [];
const unproven = new Set();
let running;

/** Stops what runs, and runs these test files. */
async function run(names, why) {
  running?.kill('SIGTERM');
  last = names;
  for (const name of names) unproven.add(name);
  console.log(`\n${why}: ${names.length} test files`);
  const child = startMocha(names, ['--reporter', 'dot']);
  running = child;
  const exitCode = await exitCodeOf(child);
  if (running !== child) return;
  running = undefined;
  if (exitCode === 0) for (const name of names) unproven.delete(name);
  console.log(exitCode === 0 ? 'Passed.' : 'Failed.', waits);
}

const waits = 'Waiting for a change; Enter: again, a: all, Ctrl-C: end.';

/** Compiles, and runs the tests that what has changed concerns. */
async function rebuild() {
  if ((await build()) !== 0) return console.log(waits);
  const now = snapshot();
  const changed = [...now.keys()].filter(
    name => known.get(name) !== now.get(name),
  );
  known = now;
  const tests = new Map(
    testFiles().map(name => [name.replace(/\.ts$/, '.js'), name]),
  );
  const found = affected([...tests.keys()], changed, importsByName());
  const chosen = new Set(found.chosen);
  const names = [...tests]
    .filter(([test, name]) => chosen.has(test) || unproven.has(name))
    .map(([, name]) => name);
  if (names.length === 0) return console.log('Nothing to run.', waits);
  const others = found.reaching.length - found.chosen.length;
  const more = others > 0 ? ` (${others} more come to it: a runs all)` : '';
  await run(names, `${changed.join(', ')}${more}`);
}

let timer;
function rebuildSoon() {
  clearTimeout(timer);
  timer = setTimeout(rebuild, quietMs);
}

/**
 * Each folder is watched by itself: Node.js loses sight of a file that an editor
 * replaces when it watches a whole tree on Linux.
 */
const watched = new Set();

/** Watches a folder; `isWanted` tells by its name whether a file counts. */
function watchFolder(folder, isWanted) {
  watched.add(folder);
  const watcher = watch(folder, (_event, name) => {
    if (!existsSync(folder)) watcher.close();
    // A new folder may have files already.
    const hasMore = folder !== root && watchFoldersIn(folder) > 0;
    if (hasMore || isWanted(name ?? '')) rebuildSoon();
  });
  const forget = () => watched.delete(folder);
  watcher.on('error', forget).on('close', forget);
}

/** Watches a folder and all below; returns how many were not watched before. */
function watchFoldersIn(folder) {
  if (!existsSync(folder)) return 0;
  let count = 0;
  if (!watched.has(folder)) {
    watchFolder(folder, name => name.endsWith('.ts'));
    count++;
  }
  for (const entry of readdirSync(folder, {withFileTypes: true})) {
    if (!entry.isDirectory()) continue;
    count += watchFoldersIn(path.join(folder, entry.name));
  }
  return count;
}

watchFolder(root, name => sources.includes(name) && name.endsWith('.ts'));
for (const source of sources) {
  if (!source.endsWith('.ts')) watchFoldersIn(path.join(root, source));
}

createInterface({input: process.stdin}).on('line', line => {
  if (line.trim() === 'a') void run(testFiles(), 'All');
  else if (last.length > 0) void run(last, 'Again');
});

if ((await build()) === 0) known = snapshot();
console.log(waits);
