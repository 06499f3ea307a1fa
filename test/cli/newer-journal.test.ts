import assert from 'node:assert/strict';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {formatVersion} from '../../lib/persistence/journal/versions';
import {asOfVersion} from '../support/persistence/newer-journal';
import {Workplace} from '../support/cli/workplace';

describe('Beside a journal of a newer version', () => {
  const written = formatVersion + 1;
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
    place.make('more');
  });
  afterEach(() => place.remove());

  function put(reader: number): void {
    const versions = {written, reader};
    const withMore = (json: object) => ({...json, more: 1});
    const journal = readFileSync(place.journal);
    writeFileSync(place.journal, asOfVersion(journal, versions, withMore));
  }

  async function assertRefused(
    words: readonly string[],
    input = '',
  ): Promise<void> {
    const before = contents();
    const {status, stderr, stdout} = await place.run(words, input);
    assert.equal(status, 2, `${words.join(' ')}: ${stdout}${stderr}`);
    assert.match(
      stderr,
      new RegExp(`newer package and can be \\w+ only with version ${written}`),
    );
    assert.match(stderr, /Nothing was changed.*update loopback-connector/);
    assert.doesNotMatch(stderr, /repair/);
    assert.deepEqual(contents(), before);
  }

  /** All files but the lock, which says who had it last. */
  function contents(): string[] {
    const names = readdirSync(place.directory).filter(
      name => !name.endsWith('.lock'),
    );
    return names.map(
      name => `${name} ${readFileSync(place.path(name), 'latin1')}`,
    );
  }

  const row = '{"model":"Code","id":"new","row":{"code":"new"},"key":["code"]}';

  it('that may be read, the commands that write are refused', async () => {
    put(formatVersion);
    await assertRefused(['compact', place.file]);
    await assertRefused(['load', place.file], row);
    place.edit(place.journal, text => text.replace('"changed"', '"changeD"'));
    for (const command of ['check', 'info', 'dump', 'compact']) {
      const {status, stderr, stdout} = await place.run([command, place.file]);
      assert.equal(status, 1);
      const said = stderr + stdout;
      assert.match(said, /newer package, and only that can repair it: update/);
      assert.doesNotMatch(said, /inmemory repair/);
    }
    await assertRefused(['repair', place.file]);
    await assertRefused(['repair', place.file, '--after-damage']);
    await assertRefused(['repair', place.file, '--without-journal']);
  });

  it('that may be read, those that read work, and say that it is newer', async () => {
    const rows = await place.dump();
    put(formatVersion);
    const before = contents();
    assert.deepEqual(await place.dump(), rows);
    const newer = new RegExp(`of version ${written} .* it is only read`);
    for (const command of ['info', 'check']) {
      const {status, stdout} = await place.run([command, place.file]);
      assert.equal(status, 0);
      assert.match(stdout, newer);
      const {journal} = await place.json([command, place.file]);
      assert.equal(journal.formatVersion, written);
      assert.equal(journal.commits, 5);
    }
    const {stdout} = await place.run(['repair', place.file]);
    assert.match(stdout, /is sound; there is nothing to repair/);
    assert.deepEqual(contents(), before);
  });

  it('that may not be read, all commands are refused', async () => {
    put(written);
    for (const command of ['info', 'check', 'dump', 'compact', 'repair']) {
      await assertRefused([command, place.file]);
    }
    await assertRefused(['load', place.file], row);
    await assertRefused(['repair', place.file, '--without-journal']);
    const {stderr} = await place.run(['check', place.file, '--json']);
    assert.equal(JSON.parse(stderr).error.code, 'DATA_TOO_NEW');
  });

  it('a journal of the present version is not said to be newer', async () => {
    const {stdout} = await place.run(['check', place.file]);
    assert.doesNotMatch(stdout, /version/);
    const {journal} = await place.json(['check', place.file]);
    assert.equal(journal.formatVersion, formatVersion);
  });
});
