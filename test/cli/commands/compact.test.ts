import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';

describe('compact', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it('folds the journal into the data file and changes no row', async () => {
    place.make('more');
    const before = await place.dump();
    const facts = await place.json(['compact', place.file]);
    assert.equal(facts.commits, 5);
    assert.ok(facts.after.journalBytes < facts.before.journalBytes);
    assert.deepEqual(await place.dump(), before);
    assert.equal((await place.json(['info', place.file])).journal.commits, 0);
    const {stdout} = await place.run(['compact', place.file]);
    assert.match(stdout, /is compact already/);
  });

  it('makes the data file where there is only a journal', async () => {
    place.make('kill');
    const before = await place.dump();
    const {stdout, status} = await place.run(['compact', place.file]);
    assert.equal(status, 0);
    assert.match(stdout, /Folded \d+ commits into .*my data\.json/);
    assert.deepEqual(await place.dump(), before);
    assert.ok(existsSync(place.file));
  });

  it('cuts a torn tail away', async () => {
    place.make('more');
    place.edit(place.journal, text => text.slice(0, -3));
    assert.equal((await place.json(['compact', place.file])).commits, 4);
    const {journal} = await place.json(['info', place.file]);
    assert.equal(journal.torn, null);
  });

  it('refuses damaged files, and changes nothing', async () => {
    place.make('more');
    place.edit(place.file, text => text.slice(0, 300));
    const bytes = readFileSync(place.file);
    const {status, stderr} = await place.run(['compact', place.file]);
    assert.equal(status, 1);
    assert.match(stderr, /cannot be loaded; line \d+, column \d+/);
    assert.deepEqual(readFileSync(place.file), bytes);
  });

  it('is refused beside a live owner, as are load and repair', async () => {
    const owner = await place.live();
    try {
      const before = readFileSync(place.journal);
      for (const words of [['compact'], ['load'], ['repair']]) {
        const {status, stderr} = await place.run([...words, place.file], '');
        assert.equal(status, 2);
        assert.match(stderr, new RegExp(`owned by process ${owner.pid} `));
      }
      assert.deepEqual(readFileSync(place.journal), before);
    } finally {
      owner.kill('SIGKILL');
    }
  });
});
