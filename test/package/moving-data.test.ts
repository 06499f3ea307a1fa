import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {root} from '../support/package/application';
import {Workplace} from '../support/cli/workplace';

describe('docs/moving-data.md', () => {
  it('has commands that work, one after the other', async () => {
    const text = readFileSync(path.join(root, 'docs/moving-data.md'), 'utf8');
    const blocks = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)];
    const lines = blocks.flatMap(([, block]) => block!.trim().split('\n'));
    assert.ok(lines.length > 6);
    const place = new Workplace();
    try {
      place.make('close');
      const own = path.relative(place.directory, place.file);
      for (const line of lines) {
        const [npx, program, ...words] = line.split(' ');
        assert.equal(`${npx} ${program}`, 'npx loopback-connector-inmemory');
        const here = words.map(word => (word === 'data.json' ? own : word));
        const {status, stderr} = await place.run(here);
        assert.equal(status, 0, `${line}: ${stderr}`);
      }
      const copied = await place.dump(place.path('other.json'));
      assert.equal(copied.length, (await place.dump()).length);
    } finally {
      place.remove();
    }
  });
});
