import assert from 'node:assert/strict';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';

describe('check', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it('changes nothing and makes no file, as info and dump', async () => {
    place.make('close');
    const names = readdirSync(place.directory);
    const bytes = readFileSync(place.file);
    await place.run(['info', place.file]);
    await place.run(['check', place.file]);
    await place.run(['dump', place.file]);
    assert.deepEqual(readdirSync(place.directory), names);
    assert.deepEqual(readFileSync(place.file), bytes);
  });

  it('reports a torn tail, which is no damage', async () => {
    place.make('kill');
    place.edit(place.journal, text => text.slice(0, -7));
    const {stdout, status} = await place.run(['check', place.file]);
    assert.equal(status, 0);
    assert.match(stdout, /ends in the middle of a commit: \d+ bytes from byte/);
    const {journal} = await place.json(['info', place.file]);
    assert.equal(journal.torn.offset + journal.torn.bytes, journal.bytes);
  });

  it('tells the byte of damage in the journal', async () => {
    place.make('more');
    const at = readFileSync(place.journal, 'latin1').indexOf('"changed"');
    place.edit(place.journal, text => text.replace('"changed"', '"changeD"'));
    const {damages, isSound} = await place.json(['check', place.file], 1);
    assert.equal(isSound, false);
    assert.equal(damages.length, 1);
    assert.equal(damages[0].file, place.journal);
    assert.match(damages[0].problem, /checksum of record \d+ is wrong/);
    assert.ok(damages[0].offset < at && damages[0].offset > at - 120);
    const {stdout, status} = place.runAlone(['check', place.file]);
    assert.equal(status, 1);
    assert.match(stdout, new RegExp(`byte ${damages[0].offset}: `));
    assert.match(stdout, /repair/);
    assert.equal((await place.run(['info', place.file])).status, 1);
  });

  it('tells line and column of each damage in the data file', async () => {
    place.make('close');
    place.edit(place.file, text =>
      text
        .replace('      "3": "{', '      "3": "[')
        .replace('"k1": "', '"k1": '),
    );
    const lines = readFileSync(place.file, 'utf8').split('\n');
    const {damages} = await place.json(['check', place.file], 1);
    assert.deepEqual(
      damages.map(({line, column}: any) => [line, column]),
      ['      "3":', '      "k1":'].map(start => [
        lines.findIndex(line => line.startsWith(start)) + 1,
        7,
      ]),
    );
    assert.match(damages[0].problem, /row 3 of City/);
    assert.match(damages[1].problem, /row k1 of Code/);
  });

  it('finds an edited data file under a journal', async () => {
    place.make('more');
    place.edit(place.file, text => text.replace('Krak', 'Crac'));
    const {damages} = await place.json(['check', place.file], 1);
    assert.match(damages[0].problem, /5 commits that follow another/);
    assert.equal(damages[0].offset, 0);
  });

  it('finds an empty file where there were rows', async () => {
    place.make('close');
    writeFileSync(place.file, '');
    const {damages} = await place.json(['check', place.file], 1);
    assert.match(damages[0].problem, /empty \(0 bytes\)/);
  });

  it('takes an empty file for a new store where there were none, as info', async () => {
    for (const text of ['', ' \n']) {
      writeFileSync(place.file, text);
      for (const command of ['check', 'info']) {
        const {status, stdout} = await place.run([command, place.file]);
        assert.equal(status, 0);
        assert.match(stdout, /empty: a new store/);
        const {isBlank} = await place.json([command, place.file]);
        assert.equal(isBlank, true);
      }
      assert.deepEqual(await place.dump(), []);
    }
    writeFileSync(place.file, '{}');
    const {isBlank} = await place.json(['check', place.file]);
    assert.equal(isBlank, false);
  });

  it('says of a file of another form which it is, and names no repair', async () => {
    for (const text of ['{"City": [{"id": 1}]}', '[{"id": 1}]']) {
      writeFileSync(place.file, text);
      for (const command of ['check', 'info', 'repair', 'dump', 'compact']) {
        const words = [command, place.file];
        const {status, stderr, stdout} = await place.run(words);
        assert.equal(status, 1, command);
        const said = stderr + stdout;
        assert.match(said, /run npx loopback-connector-inmemory load <data fi/);
        assert.doesNotMatch(said, /inmemory repair/);
      }
      assert.equal(readFileSync(place.file, 'utf8'), text);
      assert.deepEqual(readdirSync(place.directory), [place.name]);
    }
  });

  it('finds rows that are nested too deep, and where, as all who read', async () => {
    for (const depth of [3_000, 100_000]) {
      const row = `{"id":1,"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const rows = `"1":{"id":1},"2":${JSON.stringify(row)}`;
      writeFileSync(place.file, `{"models":{"City":{${rows}}}}`);
      const {damages} = await place.json(['check', place.file], 1);
      assert.equal(damages.length, 1);
      const {column, line, problem} = damages[0];
      assert.deepEqual([line, column], [1, 33]);
      assert.match(problem, /row 2 of City is nested deeper than 2000$/);
      for (const command of ['info', 'dump', 'compact']) {
        const {stderr, stdout} = await place.run([command, place.file]);
        assert.match(stderr + stdout, /row 2 of City is nested deeper than/);
      }
    }
  });

  it('finds ids that two rows have', async () => {
    const row = (id: number) => JSON.stringify({id});
    const M = {1: row(1), 2: row(2), 3: row(2)};
    writeFileSync(place.file, JSON.stringify({ids: {M: 4}, models: {M}}));
    const {damages} = await place.json(['check', place.file], 1);
    assert.match(damages[0].problem, /M: the rows 2 and 3 have the same id 2/);
  });

  it('finds values that are not of the type that the file says', async () => {
    const M = {1: '{"id":1,"d":"nothing"}'};
    const types = {M: {rows: {1: {'/d': 'date'}}}};
    writeFileSync(place.file, JSON.stringify({models: {M}, types}));
    const {damages} = await place.json(['check', place.file], 1);
    assert.match(damages[0].problem, /row 1 has at \/d no date/);
  });
});
