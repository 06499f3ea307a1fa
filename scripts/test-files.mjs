import path from 'node:path';
import {filesUnder, output, root} from './places.mjs';

/**
 * The test files that take longest, the longest first. They begin first when all
 * run side by side, so that none of them is what the end waits for.
 */
export const slowest = [
  'test/dialects/postgresql/random-statements.property.test.ts',
  'test/dialects/sqlite/random-statements.property.test.ts',
  'test/dialects/recordings.test.ts',
  'test/dialects/mysql/isolation.test.ts',
  'test/twin/connector.property.test.ts',
  'test/persistence/kills.test.ts',
  'test/package/types.test.ts',
  'test/isolation/histories.property.test.ts',
  'test/connector/file-owners.test.ts',
  'test/persistence/salvage/data-file.test.ts',
  'test/persistence/power-cut.property.test.ts',
  'test/transaction/random-transactions.property.test.ts',
  'test/transfer/cities.test.ts',
];

/**
 * Whether a test file talks to database servers at length, so that it is run by
 * `npm run test:servers`, or where a pattern names it, and not with all others.
 */
export function needsServers(name) {
  return name.endsWith('.server.test.ts');
}

/** Whether a test file takes long, so that it is better not waited for. */
export function isSlow(name) {
  return slowest.includes(name) || needsServers(name);
}

/** The names of all test files, as `test/value/like.test.ts`. */
export function testFiles() {
  return filesUnder(path.join(root, 'test'))
    .filter(file => file.endsWith('.test.ts'))
    .map(file => path.relative(root, file).split(path.sep).join('/'))
    .sort();
}

/**
 * Those whose names contain one of the patterns; if there is none, all but those
 * that need servers.
 */
export function matching(names, patterns) {
  const wanted = patterns.map(pattern => pattern.replaceAll('\\', '/'));
  return wanted.length === 0
    ? names.filter(name => !needsServers(name))
    : names.filter(name => wanted.some(pattern => name.includes(pattern)));
}

/** The same names in the order in which they should begin. */
export function slowestFirst(names) {
  const first = slowest.filter(name => names.includes(name));
  return [...first, ...names.filter(name => !first.includes(name))];
}

/** What the compiler makes of a test file, as a whole path. */
export function compiled(name) {
  return path.join(output, name.replace(/\.ts$/, '.js'));
}
