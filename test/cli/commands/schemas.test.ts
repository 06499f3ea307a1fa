import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';

describe('Schemas in files', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  const json = (file = place.file): any =>
    JSON.parse(readFileSync(file, 'utf8'));

  /** Damages the one line that has the schema of a model. */
  function damage(model: string, change: (line: string) => string): void {
    const at = (text: string) => text.indexOf('"schemas"');
    place.edit(place.file, text => {
      const start = text.indexOf(`"${model}": {"primaryKey"`, at(text));
      assert.ok(start > 0, 'there is a schema');
      const end = text.indexOf('\n', start);
      return (
        text.slice(0, start) + change(text.slice(start, end)) + text.slice(end)
      );
    });
  }

  it('are there of all models', () => {
    place.make('close');
    const {models, schemas} = json();
    assert.deepEqual(
      Object.keys(schemas).toSorted(),
      Object.keys(models).toSorted(),
    );
    assert.equal(schemas.City.columns.founded, 'date');
  });

  it('are damage where they cannot be, which check tells with its line', async () => {
    place.make('close');
    const rows = await place.dump();
    damage('City', line => line.replace('"founded":"date"', '"founded":"day"'));
    const {damages, isSound} = await place.json(['check', place.file], 1);
    assert.equal(isSound, false);
    assert.match(
      damages[0].problem ?? damages[0].message ?? JSON.stringify(damages[0]),
      /schemas.*City.*columns/,
    );
    const {losses} = await place.json(['repair', place.file]);
    assert.match(losses[0].problem, /"schemas": the value of City/);
    assert.equal(losses.length, 1);
    assert.deepEqual(await place.dump(), rows);
    const {schemas} = json();
    assert.ok(!('City' in schemas));
    assert.ok('Code' in schemas);
    assert.ok((await place.json(['check', place.file])).isSound);
  });

  it('are lost one by one where bytes are wrong, and no row is', async () => {
    place.make('close');
    const rows = await place.dump();
    damage('City', line => line.replace('"columns":{', '"columns":\xff'));
    await place.json(['repair', place.file]);
    assert.deepEqual(await place.dump(), rows);
    assert.ok('Code' in json().schemas);
    assert.ok(!('City' in json().schemas));
  });

  it('may be cut off, and all rows are saved', async () => {
    place.make('close');
    const rows = await place.dump();
    place.edit(place.file, text =>
      text.slice(0, text.indexOf('"schemas"') + 30),
    );
    const {losses} = await place.json(['repair', place.file]);
    assert.ok(losses.length > 0);
    assert.deepEqual(await place.dump(), rows);
  });

  it('are what they were after compact, of a journal too', async () => {
    place.make('close');
    const {schemas} = json();
    place.make('more');
    await place.json(['compact', place.file]);
    assert.deepEqual(json().schemas, schemas);
  });

  it('are taken from a journal that repair puts into the data file', async () => {
    place.make('more');
    place.edit(place.journal, text => `${text.slice(0, -3)}\0\0\n`);
    await place.json(['repair', place.file]);
    const {isSound} = await place.json(['check', place.file]);
    assert.ok(isSound);
    await place.json(['compact', place.file]);
    assert.equal(json().schemas.City.columns.founded, 'date');
  });

  it('are not in a dump, which loads into a file of any schema', async () => {
    place.make('close');
    const {stdout} = await place.run(['dump', place.file]);
    const other = place.path('other.json');
    const dump = place.path('dump.ndjson');
    writeFileSync(dump, stdout);
    const {status, stderr} = await place.run(['load', other, dump]);
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(other));
    const dumped = await place.dump(other);
    assert.deepEqual(dumped, await place.dump());
    assert.ok(!('schemas' in json(other)));
  });
});
