import {rmSync} from 'node:fs';
import path from 'node:path';

/*
 * Loaded before the juggler's tests of its `memory` connector: the name means
 * ours from here on, as for users. They begin without their file, and know
 * nothing of what is beside it.
 */
require('../../../register');

const juggler = path.dirname(
  require.resolve('loopback-datasource-juggler/package.json'),
);
for (const suffix of ['.journal', '.lock', '.tmp']) {
  rmSync(path.join(juggler, 'test', `memory.json${suffix}`), {force: true});
}
