import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');

/** Runs a script in the package's folder; returns what it writes, as JSON. */
function run(script: string): unknown {
  const {stdout, stderr} = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

describe('the start of a program', () => {
  it('loads neither the code of files and dialects nor re2js before they are needed', () => {
    const loaded = run(`
      require('loopback-connector-inmemory');
      const isLate = /re2js|persistence|cli|dialects|dist.lib/;
      const relative = Object.keys(require.cache).map(file =>
        require('path').relative('.', file));
      const late = relative.filter(file => isLate.test(file));
      console.log(JSON.stringify(late));`);
    assert.deepEqual(loaded, []);
  });
});
