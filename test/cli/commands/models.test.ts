import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {inMemory} from '../../../index';
import {Workplace} from '../../support/cli/workplace';
import {makeDataSource} from '../../support/connector/data-source';
import {compileModels} from '../../support/transfer/compiled-models';

const sources = {
  'country.model.ts': `
    import {Entity, model, property} from '@loopback/repository';

    @model({settings: {memory: {table: 'countries'}}})
    export class Country extends Entity {
      @property({type: 'string', id: true, memory: {columnName: 'iso'}})
      code: string;

      @property({type: 'string', required: true})
      name: string;
    }`,
  'city.model.ts': `
    import {belongsTo, Entity, model, property} from '@loopback/repository';
    import {Country} from './country.model';

    @model({settings: {
      postgresql: {schema: 'public', tableName: 'city_table'},
      foreignKeys: {country: {name: 'country', entity: 'Country',
        entityKey: 'code', foreignKey: 'countryCode'}},
    }})
    export class City extends Entity {
      @property({type: 'number', id: true, generated: true,
        postgresql: {columnName: 'city_id'}})
      id?: number;

      @property({type: 'string', postgresql: {columnName: 'city_name'}})
      name?: string;

      @property({type: 'string'})
      zip?: string;

      @property({type: 'date', postgresql: {columnName: 'founded_at'}})
      founded?: Date;

      @belongsTo(() => Country, {keyTo: 'code'},
        {type: 'string', postgresql: {columnName: 'country_code'}})
      countryCode?: string;
    }`,
  'index.ts': `export * from './city.model';\nexport * from './country.model';`,
};

const prototype = {
  City: [
    {
      id: 1,
      name: 'Kraków',
      zip: '007',
      founded: '1257-06-05',
      countryCode: 'PL',
    },
    {id: 2, name: 'Köln'},
  ],
  Country: [{code: 'PL', name: 'Poland'}],
};

describe('The models of an application, compiled', function () {
  this.timeout(60_000);
  let application: Workplace;
  let models: string;
  let place: Workplace;

  before(() => {
    application = new Workplace();
    models = compileModels(application.directory, sources);
  });
  after(() => application.remove());
  beforeEach(() => {
    place = new Workplace();
    writeFileSync(place.path('db.json'), JSON.stringify(prototype));
  });
  afterEach(() => place.remove());

  const json = (): any => JSON.parse(readFileSync(place.file, 'utf8'));

  async function imported(...words: string[]): Promise<string> {
    const {status, stderr, stdout} = await place.run([
      'import',
      place.file,
      ...words,
      `--models=${models}`,
    ]);
    assert.equal(status, 0, stderr);
    return stdout;
  }

  async function refused(command: string, ...words: string[]): Promise<string> {
    const {status, stderr} = await place.run([
      command,
      ...words,
      `--models=${models}`,
    ]);
    assert.equal(status, 2, stderr);
    return stderr;
  }

  it('give an import its tables, columns, types and schemas', async () => {
    await imported('db.json');
    const rows = await place.dump(place.file, '--model', 'city_table');
    assert.deepEqual(rows[0].row, {
      city_id: 1,
      city_name: 'Kraków',
      zip: '007',
      founded_at: '1257-06-05T00:00:00.000Z',
      country_code: 'PL',
    });
    const {schemas} = json();
    assert.deepEqual(Object.keys(schemas).sort(), ['city_table', 'countries']);
    assert.deepEqual(schemas.countries.notNull, ['name']);
    assert.equal(schemas.city_table.foreignKeys[0].parent, 'countries');
  });

  it('take CSV by names of properties and of columns, as export writes it', async () => {
    const csv = 'city_id,name,zip\n7,Bonn,053\n';
    writeFileSync(place.path('City.csv'), csv);
    await imported('City.csv');
    const there = await place.dump();
    const row = {city_id: 7, city_name: 'Bonn', zip: '053'};
    assert.deepEqual(there[0].row, row);
    await place.run(['export', place.file, '--to=csv', '--out=csv']);
    assert.match(
      await imported('csv/city_table.csv', '--replace'),
      /City +0 +1\n/,
    );
    assert.deepEqual(await place.dump(), there);
  });

  it('refuse rows by the line where they stand, and no file is made', async () => {
    const lines = '{"code":"PL","name":"Poland"}\n{"code":"DE"}\n';
    writeFileSync(place.path('c.ndjson'), lines);
    const words = [place.file, 'c.ndjson', '--model=Country'];
    assert.match(
      await refused('import', ...words),
      /c\.ndjson, line 2: countries\.name cannot be undefined: it is required\. Nothing was loaded/,
    );
    words[2] = '--model=Countri';
    assert.match(
      await refused('import', ...words),
      /line 1: "Countri" is none of the models, which are .* mean Country\?/,
    );
    writeFileSync(place.path('City.csv'), 'id,founded\n1,soon\n');
    assert.match(
      await refused('import', place.file, 'City.csv'),
      /line 2, column 3: founded is declared as date, and the cell is "soon"/,
    );
    assert.ok(!existsSync(place.file));
  });

  it('are found by their tables and columns by export', async () => {
    await imported('db.json');
    const words = ['export', place.file, '--to', 'sql'];
    const {stdout} = await place.run([...words, '--dialect=postgresql']);
    assert.match(
      stdout,
      /CREATE TABLE "countries" \(\n {2}"iso" TEXT NOT NULL/,
    );
    assert.match(
      stdout,
      /FOREIGN KEY \("country_code"\) REFERENCES "countries" \("iso"\)/,
    );
    assert.match(stdout, /INSERT INTO "city_table"/);
  });

  it('copy a prototype into a file of the application, and from it', async () => {
    await place.run([
      'load',
      'plain.json',
      'db.json',
      '--model=City',
      '--id=id',
    ]);
    const load = ['load', 'plain.json', 'db.json', '--id=code'];
    await place.run([...load, '--model=Country']);
    const copy = ['copy', `--models=${models}`];
    const there = await place.json([
      ...copy,
      '--from=plain.json',
      `--to=${place.file}`,
    ]);
    assert.ok('city_table' in json().models);
    const back = await place.json([
      ...copy,
      `--from=${place.file}`,
      '--to=again.json',
    ]);
    assert.deepEqual(back.models, there.models);
  });

  it('open what was imported, and find nothing to migrate', async () => {
    await imported('db.json');
    const {City, Country} = require(models);
    const {DefaultCrudRepository} = require('@loopback/repository');
    const dataSource = makeDataSource({file: place.file});
    const cities = new DefaultCrudRepository(City, dataSource);
    const countries = new DefaultCrudRepository(Country, dataSource);
    await dataSource.connect();
    assert.equal(await inMemory(dataSource as never).isActual(), true);
    assert.equal((await cities.findById(1)).name, 'Kraków');
    assert.equal(await countries.count().then(({count}: any) => count), 1);
    assert.equal((await cities.create({name: 'Ulm'})).id, 3);
    await dataSource.disconnect();
  });
});
