/**
 * Compiles, and runs tests:
 *
 *   npm test                           all but *.server.test.ts, side by side
 *   npm test -- value/like cli/        files whose paths contain one of these
 *   npm test -- value/like -g 'title'  what follows is for mocha
 *   npm test -- --update               writes golden files anew
 *   npm test -- FC_SEED=7              with this variable set
 *
 * Random inputs are made from FC_SEED, which is printed.
 */
import {fileURLToPath} from 'node:url';
import {build} from './build.mjs';
import {exitCodeOf, startMocha} from './mocha.mjs';
import {matching, testFiles} from './test-files.mjs';

/** What the words after `npm test --` mean. */
export function understand(words) {
  const rest = words.filter(word => word !== '--update');
  const firstOption = rest.findIndex(word => word.startsWith('-'));
  const end = firstOption === -1 ? rest.length : firstOption;
  const ours = rest.slice(0, end);
  const isUpdate = rest.length < words.length;
  return {
    patterns: ours.filter(word => !word.includes('=')),
    options: rest.slice(end),
    environment: {
      ...Object.fromEntries(
        ours.map(word => /^(\w+)=(.*)$/.exec(word)?.slice(1)).filter(Boolean),
      ),
      ...(isUpdate && {UPDATE_GOLDEN: '1'}),
    },
  };
}

async function main(words) {
  const {patterns, options, environment} = understand(words);
  const names = matching(testFiles(), patterns);
  if (names.length === 0) {
    console.error(`No test file has ${patterns.join(' or ')} in its path.`);
    return 1;
  }
  const exitCode = await build();
  if (exitCode !== 0) return exitCode;
  const FC_SEED = process.env.FC_SEED ?? String(Date.now() % 2 ** 31);
  const all = {FC_SEED, ...environment};
  console.log(`FC_SEED=${all.FC_SEED}`);
  return exitCodeOf(startMocha(names, options, all));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
