/**
 * Runs the suite of an application by mocha, jest, vitest and `node --test`, with
 * this package as it is published and LoopBack beside it.
 *
 *   npm run test:runners
 *   npm run test:runners -- RUNNERS=/a/folder   where they are installed already
 */
import {exitCodeOf, startMocha} from './mocha.mjs';
import {withRunners} from './runners.mjs';
import {matching, testFiles} from './test-files.mjs';

process.exitCode = await withRunners(process.argv.slice(2), folder => {
  const names = matching(testFiles(), ['acceptance/runners']);
  return exitCodeOf(startMocha(names, [], {RUNNERS: folder}));
});
