import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {root} from '../support/package/application';

const lib = path.join(root, 'lib');

/** What the sources require of each other, by names below lib/. */
function required(): {from: string; to: string; isOnDemand: boolean}[] {
  return readdirSync(lib, {recursive: true, encoding: 'utf8'})
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => {
      const text = readFileSync(path.join(lib, file), 'utf8');
      const isOnDemand = text.includes("/on-demand';");
      return [...text.matchAll(/^(?! \*).*\brequire\('(\.[^']*)'\)/gm)].map(
        ([, to]) => ({
          from: slashed(file),
          to: slashed(path.join(path.dirname(file), to!)),
          isOnDemand,
        }),
      );
    });
}

function slashed(file: string): string {
  return file.split(path.sep).join('/');
}

describe('what is loaded on demand', () => {
  it('lies in a layer that may be imported', async () => {
    const config = pathToFileURL(path.join(root, 'oxlint.config.mjs'));
    const {layers} = (await import(config.href)) as {
      layers: Record<string, string[]>;
    };
    const all = required();
    assert.ok(all.length > 10);
    for (const {from, to} of all) {
      const [own = ''] = from.split('/');
      const [other = ''] = to.split('/');
      assert.ok([own, ...layers[own]!].includes(other), `${from}: ${to}`);
    }
  });

  it('is loaded in one way everywhere', () => {
    const others = required().filter(({isOnDemand}) => !isOnDemand);
    assert.deepEqual(others, []);
  });
});
