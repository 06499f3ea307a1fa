import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {Files} from '../support/connector/files';

describe('npm run migrate of the cities example', () => {
  const main = path.resolve(__dirname, '../../examples/cities/migrate.js');
  let files: Files;

  beforeEach(async () => {
    files = new Files();
    const db = await files.open();
    // The models of a version before: populations were texts, and so on.
    const City = db.define('City', {
      id: {type: Number, id: true},
      title: {type: String, required: true},
      name: String,
      country: String,
      population: String,
      position: Object,
    });
    const Country = db.define('Country', {
      id: {type: String, id: true, generated: false},
      name: {type: String, required: true},
      currency: String,
    });
    await Country.create({id: 'LI', name: 'Liechtenstein', currency: 'CHF'});
    await City.create({
      title: 'x',
      name: 'Vaduz',
      country: 'LI',
      population: '5197',
      position: {lat: 47.14, lng: 9.52},
    });
    await db.disconnect();
  });

  afterEach(() => files.remove());

  function migrate(...words: string[]) {
    const {status, stdout, stderr} = spawnSync(
      process.execPath,
      [main, ...words],
      {env: {...process.env, FILE: files.at('db.json')}, encoding: 'utf8'},
    );
    return {status, stdout, stderr};
  }

  it('brings the file of an older schema up to the models', () => {
    const {status, stdout, stderr} = migrate();
    assert.deepEqual({status, stderr}, {status: 0, stderr: ''});
    assert.match(stdout, /^Migrating the schema \(alter the existing one\)\n/);
    assert.match(stdout, /^- drop column City.title, and 1 value with it$/m);
    assert.match(
      stdout,
      /^- change type of City.population from string to number$/m,
    );
    assert.match(stdout, /^- add index biggest_of_country .* to City$/m);
    assert.match(stdout, /^- add column Country.region \(string\)$/m);
    const [city] = files.rows('City');
    assert.deepEqual(city, {
      id: 1,
      name: 'Vaduz',
      country: 'LI',
      population: 5197,
      position: {lat: 47.14, lng: 9.52},
    });
    assert.deepEqual(files.rows('Country'), [
      {id: 'LI', name: 'Liechtenstein'},
    ]);
    // Nothing is left to do.
    const again = migrate();
    assert.equal(again.stdout.split('\n- ').length, 1);
    assert.equal(again.status, 0);
  });

  it('empties it with --rebuild', () => {
    assert.equal(migrate('--rebuild').status, 0);
    assert.deepEqual(files.rows('City'), []);
    assert.deepEqual(files.rows('Country'), []);
  });

  it('tells what is in the way, and changes nothing', async () => {
    const db = await files.open();
    const City = db.define('City', {id: {type: Number, id: true}});
    await City.updateAll({id: 1}, {population: 'few'});
    await db.disconnect();
    const text = files.text();
    const {status, stderr} = migrate();
    assert.equal(status, 1);
    assert.match(stderr, /^Cannot migrate: The migration was refused/);
    assert.match(
      stderr,
      /- City 1, population: "few" does not convert to number exactly/,
    );
    assert.deepEqual(JSON.parse(files.text()).models, JSON.parse(text).models);
  });
});
