import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';

describe('repair', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  /** Repairs, and makes sure that the files are sound then. */
  async function repair(...words: string[]): Promise<any> {
    const result = await place.json(['repair', place.file, ...words]);
    const {isSound, damages} = await place.json(['check', place.file]);
    assert.deepEqual(damages, []);
    assert.ok(isSound);
    return result;
  }

  async function ids(model: string): Promise<unknown[]> {
    return (await place.dump(place.file, '--model', model)).map(({id}) => id);
  }

  it('leaves sound files alone', async () => {
    place.make('more');
    const bytes = readFileSync(place.file);
    const {isRepaired, kept} = await repair();
    assert.equal(isRepaired, false);
    assert.deepEqual(kept, []);
    assert.deepEqual(readFileSync(place.file), bytes);
    const {stdout} = await place.run(['repair', place.file]);
    assert.match(stdout, /is sound; there is nothing to repair/);
  });

  it('saves all rows before a cut, and says what is missing', async () => {
    place.make('close', 100);
    const whole = readFileSync(place.file);
    const cut = whole.subarray(0, whole.indexOf('"60"') + 30);
    writeFileSync(place.file, cut);
    const {kept, losses} = await repair();
    const cities = Array.from({length: 59}, (_, i) => i + 1);
    assert.deepEqual(await ids('City'), cities);
    assert.match(losses[0].problem, /row 60 of City is cut off/);
    assert.match(losses[1].problem, /end of the file is missing/);
    assert.match(losses[2].problem, /dates, bytes or bigints/);
    assert.deepEqual(readFileSync(`${place.file}.damaged-1`), cut);
    assert.deepEqual(
      kept.map(({to}: any) => to),
      [`${place.file}.damaged-1`, `${place.journal}.damaged-1`],
    );
  });

  it('saves all rows but a damaged one, with their types', async () => {
    place.make('close');
    const before = await place.dump();
    place.edit(place.file, text => text.replace('Krak', 'Kr\xffk'));
    const {losses} = await repair();
    assert.equal(losses.length, 1);
    assert.match(losses[0].problem, /row 1 of City cannot be read/);
    assert.deepEqual(await place.dump(), before.slice(1));
    assert.ok(before[1].types['/founded']);
  });

  it('saves the rows after lost blocks when it is certain whose they are', async () => {
    place.make('close', 200);
    const bytes = readFileSync(place.file);
    const at = bytes.indexOf('"50"');
    bytes.fill(0, at, at + 4096);
    writeFileSync(place.file, bytes);
    const {losses} = await repair();
    const saved = await ids('City');
    assert.equal(saved[48], 49);
    assert.equal(saved.at(-1), 200);
    assert.ok(saved.length > 150 && saved.length < 199);
    assert.equal((await ids('Code')).length, 5);
    assert.equal(losses.length, 1);
  });

  it('never puts rows into the wrong model', async () => {
    place.make('close', 50);
    const bytes = readFileSync(place.file);
    const at = bytes.indexOf('"45"');
    bytes.fill(0, at, bytes.indexOf('"k2"'));
    writeFileSync(place.file, bytes);
    const {losses} = await repair();
    assert.equal((await ids('City')).length, 44);
    assert.equal((await ids('Line')).length, 5);
    const uncertain = losses.filter(({problem}: any) =>
      problem.includes('cannot be told to be of a model'),
    );
    assert.equal(uncertain.length, 2);
  });

  it('saves rows when the line that begins their model is damaged', async () => {
    place.make('close');
    place.edit(place.file, text => text.replace('"Code": {', '"Co#e: {'));
    await repair();
    assert.deepEqual(await ids('Code'), ['k0', 'k1', 'k2', 'k3', 'k4']);
    assert.equal((await ids('City')).length, 10);
  });

  it('saves the rows before the damage of a file on one line', async () => {
    place.make('close');
    const json: unknown = JSON.parse(readFileSync(place.file, 'utf8'));
    const text = JSON.stringify(json);
    writeFileSync(place.file, text.slice(0, text.indexOf('"k3"') + 9));
    rmSync(place.journal);
    const {losses} = await repair();
    assert.equal((await ids('City')).length, 10);
    assert.deepEqual(await ids('Code'), ['k0', 'k1', 'k2']);
    assert.match(losses[0].problem, /nothing behind it is read/);
  });

  it('takes the commits up to damage in the journal', async () => {
    place.make('more');
    place.edit(place.journal, text => text.replace('"changed"', '"changeD"'));
    const {losses} = await repair();
    assert.deepEqual(await ids('City'), [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert.equal((await ids('Code')).length, 5);
    const city = (await place.dump()).find(({id}) => id === 3);
    assert.match(city.row.name, /Kraków/);
    assert.match(losses[0].problem, /checksum/);
    assert.match(losses[1].problem, /2 sound commits stand behind the damage/);
    assert.ok(existsSync(`${place.journal}.damaged-1`));
  });

  it('takes those behind it when asked', async () => {
    place.make('more');
    place.edit(place.journal, text => text.replace('"changed"', '"changeD"'));
    const {losses} = await repair('--after-damage');
    assert.equal((await ids('Code')).length, 7);
    assert.equal(losses.length, 1);
  });

  it('takes those behind a damaged header when asked', async () => {
    place.make('more');
    place.edit(place.journal, text => text.replace('"store":"', '"store":"x'));
    await repair('--after-damage');
    assert.equal((await ids('Code')).length, 7);
    assert.equal((await ids('City')).length, 10);
  });

  it('puts the journal over a data file that was edited, or leaves it', async () => {
    place.make('more');
    const edit = () =>
      place.edit(place.file, text => text.replace('first', 'FIRST'));
    edit();
    const copy = place.path('copy.json');
    writeFileSync(copy, readFileSync(place.file));
    writeFileSync(`${copy}.journal`, readFileSync(place.journal));
    const {losses} = await repair();
    assert.deepEqual(losses, []);
    assert.equal((await ids('Code')).length, 7);
    assert.equal(
      (await place.dump()).find(({model}) => model === 'Line').row.text,
      'FIRST',
    );
    const without = await place.json(['repair', copy, '--without-journal']);
    assert.match(without.losses[0].problem, /5 sound commits were left out/);
    assert.equal((await place.dump(copy, '--model', 'Code')).length, 5);
  });

  it('saves what the journal has when the data file is empty', async () => {
    place.make('more');
    writeFileSync(place.file, '');
    const {losses} = await repair();
    assert.match(losses[0].problem, /empty/);
    assert.deepEqual(await ids('Code'), ['x', 'y']);
  });

  it('refuses when nothing can be saved, and changes nothing', async () => {
    writeFileSync(place.file, '');
    writeFileSync(`${place.file}.tmp`, '');
    const {status, stderr} = await place.run(['repair', place.file]);
    assert.equal(status, 1);
    assert.match(stderr, /Nothing can be saved.*empty \(0 bytes\)/);
    assert.deepEqual(readdirSync(place.directory).length, 2);
  });

  it('says so where rows contradict each other, and changes nothing', async () => {
    const twice = '{"A":{"1":"{\\"id\\":1}","01":"{\\"id\\":1}"}}';
    writeFileSync(place.file, `{"ids":{"A":2},"models":${twice}}`);
    const bytes = readFileSync(place.file);
    const {status, stderr} = await place.run(['repair', place.file]);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /A: the rows 1 and 01 have the same id 1.*edit the file/,
    );
    assert.deepEqual(readFileSync(place.file), bytes);
  });

  it('judges as check does, also of what it has saved', async () => {
    const types = {A: {all: {}, rows: {1: {'/at': 'date'}}}};
    const models = {A: {1: '{"id":1,"at":5}', 2: '{"id":2}'}};
    const text = JSON.stringify({ids: {A: 3}, models, types}, null, 2);
    const wrong = 'A: row 1 has at /at no date, as "types" says';
    const doubled = text.replace(/ {6}"1": .*\n/, line => line + line);
    for (const content of [text, doubled]) {
      writeFileSync(place.file, content);
      const repaired = await place.run(['repair', place.file]);
      assert.equal(repaired.status, 1);
      assert.ok((repaired.stderr + repaired.stdout).includes(wrong));
      const {damages} = await place.json(['check', place.file], 1);
      assert.deepEqual(
        damages.map(({problem}: any) => problem),
        [wrong],
      );
      const {stdout} = await place.run(['check', place.file]);
      assert.match(stdout, /can be read, but its rows are not right/);
    }
  });

  it('tells of --after-damage where only that can save anything', async () => {
    const journal = `${place.file}.journal`;
    place.make('kill');
    const bytes = readFileSync(journal);
    bytes[40] = bytes[40]! ^ 1;
    writeFileSync(journal, bytes);
    rmSync(place.file, {force: true});
    const {status, stderr} = await place.run(['repair', place.file]);
    assert.equal(status, 1);
    assert.match(stderr, /Nothing can be saved.*--after-damage takes them/);
    const taken = await place.run(['repair', place.file, '--after-damage']);
    assert.equal(taken.status, 0);
  });

  it('never overwrites an original that was kept before', async () => {
    place.make('close');
    writeFileSync(`${place.file}.damaged-1`, 'mine');
    writeFileSync(`${place.journal}.damaged-2`, 'mine');
    place.edit(place.file, text => text.replace('"k1": "', '"k1": '));
    const {kept} = await repair();
    assert.equal(kept[0].to, `${place.file}.damaged-3`);
    assert.equal(readFileSync(`${place.file}.damaged-1`, 'utf8'), 'mine');
  });

  it('leaves an empty file alone, which is a new store', async () => {
    writeFileSync(place.file, '');
    const {isRepaired} = await repair();
    assert.equal(isRepaired, false);
    assert.equal(readFileSync(place.file, 'utf8'), '');
  });

  it('saves the rows beside one that is nested too deep', async () => {
    place.make('close');
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    place.edit(place.file, text =>
      text.replace('\\"n\\":1', `\\"n\\":1,\\"a\\":${deep}`),
    );
    const {losses} = await repair();
    assert.deepEqual(await ids('Code'), ['k0', 'k2', 'k3', 'k4']);
    assert.equal((await ids('City')).length, 10);
    assert.deepEqual(
      losses.map(({problem}: any) => problem),
      ['row k1 of Code is nested deeper than 2000'],
    );
  });

  it('lists what is damaged once, and what could be saved apart', async () => {
    place.make('more');
    place.edit(place.file, text => text.replace('"k1": "', '"k1": '));
    place.edit(place.journal, text => text.replace('"changed"', '"changeD"'));
    const {damages} = await place.json(['check', place.file], 1);
    const {stdout} = await place.run(['repair', place.file]);
    for (const {problem} of damages) {
      assert.equal(stdout.split(problem).length, 2, problem);
    }
    const lines = stdout.split('\n');
    assert.equal(new Set(lines).size, lines.length);
  });

  it('tells people what was wrong, saved, lost and kept', async () => {
    place.make('close');
    place.edit(place.file, text => text.replace('"k1": "', '"k1": '));
    const {status, stdout} = await place.run(['repair', place.file]);
    assert.equal(status, 0);
    assert.match(stdout, /Saved 19 rows of 3 models/);
    assert.match(
      stdout,
      /What was wrong and could not be saved:\n.*line \d+, column 7: row k1 of Code/,
    );
    assert.match(stdout, /The originals are kept:\n.*damaged-1\n/);
  });

  it('takes a version that was damaged for damage', async () => {
    place.make('more');
    place.edit(place.journal, text =>
      text.replace(/journal \d /, 'journal 9 '),
    );
    const {losses} = await repair('--after-damage');
    assert.match(losses[0].problem, /the checksum of the header is wrong/);
    assert.equal((await ids('Code')).length, 7);
  });

  it('gives exactly a prefix for every damaged byte of a journal', async () => {
    place.make('more');
    const good = readFileSync(place.journal);
    const data = readFileSync(place.file);
    for (let at = 10; at < good.length; at += 97) {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 1;
      writeFileSync(place.journal, bytes);
      writeFileSync(place.file, data);
      await repair();
      const codes = (await ids('Code')).length;
      assert.ok(codes >= 5 && codes <= 7);
    }
  });
});
