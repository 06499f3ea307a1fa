/*
 * Preloaded (`mocha --require`, `node --import` or `--require`, `setupFiles` of
 * jest and vitest) it makes the name `memory` mean this connector in all
 * datasources of the process. docs/settings.md has the rest.
 */
import {standIn} from './lib/connector/stand-in';

// Where jest runs a file it hands it this, as it does `require`.
declare const jest: Parameters<typeof standIn>[0]['jest'];

standIn({
  settings: process.env['INMEMORY_SETTINGS'],
  require,
  jest: typeof jest === 'undefined' ? undefined : jest,
});
