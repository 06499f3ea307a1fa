import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {Entity, model, property} from '@loopback/repository';
import {copyRows} from '../../index';
import {Workplace} from '../support/cli/workplace';
import {makeDataSource} from '../support/connector/data-source';
import {
  mysqlDatabase,
  mysqlUrl,
  postgresqlDatabase,
  postgresqlUrl,
  type TestDatabase,
} from '../support/transfer/databases';

@model({
  settings: {
    postgresql: {tableName: 'towns'},
    mysql: {table: 'towns'},
  },
})
class Town extends Entity {
  @property({
    type: 'number',
    id: true,
    postgresql: {columnName: 'town_id'},
    mysql: {columnName: 'town_id'},
  })
  id!: number;

  @property({
    type: 'string',
    postgresql: {columnName: 'town_name'},
    mysql: {columnName: 'town_name'},
  })
  name!: string;

  @property({
    type: 'number',
    postgresql: {dataType: 'double precision'},
    mysql: {dataType: 'double'},
  })
  area!: number;
}

@model({
  settings: {
    foreignKeys: {
      house_town: {
        name: 'house_town',
        entity: 'Town',
        entityKey: 'town_id',
        foreignKey: 'town',
      },
    },
  },
})
class House extends Entity {
  @property({type: 'number', id: true, generated: true})
  id!: number;

  @property({type: 'number'})
  town!: number;
}

/** That which MariaDB tells wrongly as a text, and others on the brink. */
const areas = [985841803.4688791, 0.30000000000000004, -5e-324, 1.5, 7];

const servers = [
  {name: 'PostgreSQL', url: postgresqlUrl, make: postgresqlDatabase},
  {name: 'MySQL or MariaDB', url: mysqlUrl, make: mysqlDatabase},
];
for (const {make, name, url} of servers) {
  describe(`A copy with ${name}`, function () {
    this.timeout(30_000);
    let place: Workplace;
    let database: TestDatabase;
    let config: string;

    before(function () {
      // Skipped without a server: TEST_POSTGRESQL_URL, TEST_MYSQL_URL.
      if (url === undefined) this.skip();
      // LoopBack's connector for PostgreSQL makes its driver warn.
      process.noDeprecation = true;
    });
    after(() => {
      process.noDeprecation = false;
    });
    beforeEach(async () => {
      place = new Workplace();
      database = await make();
      config = place.path('x.datasource.json');
      writeFileSync(config, JSON.stringify(database.config));
    });
    afterEach(async () => {
      await database.drop();
      place.remove();
    });

    const models = [House, Town];

    async function source() {
      const dataSource = makeDataSource();
      const town = dataSource.define('Town', {
        id: {type: Number, id: true},
        name: String,
        area: Number,
      });
      const house = dataSource.define('House', {
        id: {type: Number, id: true},
        town: Number,
      });
      await town.create(
        areas.map((area, i) => ({id: i + 1, name: `Köln ${i}`, area})),
      );
      await house.create([{id: 5, town: 2}, {id: 9}]);
      return dataSource;
    }

    it('has the tables made with migrate, by the names of the models', async () => {
      const from = await source();
      await copyRows(from, config, {models, migrate: true});
      const towns = await database.rows(
        'SELECT town_id, town_name, area FROM towns ORDER BY town_id',
      );
      assert.deepEqual(
        towns.map(row => ({...row})),
        areas.map((area, i) => ({
          town_id: i + 1,
          town_name: `Köln ${i}`,
          area,
        })),
      );
      const back = await copyRows(config, makeDataSource(), {models});
      const again = await copyRows(from, makeDataSource(), {models});
      assert.deepEqual(back, again);
    });

    it('names migrate where a table is missing, and copies nothing', async () => {
      const copy = copyRows(await source(), config, {models});
      await assert.rejects(copy, {
        code: 'INVALID_MODEL',
        message:
          /has no table for Town\. Have it made with --migrate .* Nothing was copied\.$/,
      });
      const from = copyRows(config, makeDataSource(), {models});
      await assert.rejects(from, /has no table for Town\. Nothing was copied/);
    });

    it('leaves tables with rows as they are, also with migrate', async () => {
      await copyRows(await source(), config, {models, migrate: true});
      await database.run('ALTER TABLE towns ADD COLUMN more INTEGER');
      await database.run('UPDATE towns SET more = 7');
      const again = copyRows(await source(), config, {models, migrate: true});
      await assert.rejects(again, /has rows already: Town 5/);
      const options = {models, migrate: true, resume: true};
      await copyRows(await source(), config, options);
      const [row] = await database.rows('SELECT more FROM towns');
      assert.equal(row!['more'], 7);
    });

    it('goes by what is discovered without models', async () => {
      await copyRows(await source(), config, {models, migrate: true});
      const {models: copied} = await copyRows(config, place.file);
      const rows = copied.map(({model, rows}) => [model, rows]);
      assert.deepEqual(rows, [
        ['Towns', 5],
        ['House', 2],
      ]);
      const [first] = await place.dump(place.file, '--model', 'Towns');
      const {townId, townName, area} = first.row;
      assert.deepEqual([townId, townName, area], [1, 'Köln 0', areas[0]]);
      const {models: kept} = await place.json(['info', place.file]);
      const {House, Towns} = Object.fromEntries(
        kept.map(({model, schema}: any) => [model, schema]),
      );
      assert.equal(Towns.columns.area, 'number');
      assert.deepEqual(House.foreignKeys[0].properties, ['town']);
      assert.deepEqual(House.foreignKeys[0].parentProperties, ['townId']);
    });

    it('discovers the tables of the database that a url names', async () => {
      await copyRows(await source(), config, {models, migrate: true});
      const {config: {connector, database: name} = {}} = database;
      const to = new URL(url!);
      if (typeof name === 'string') to.pathname = `/${name}`;
      else to.href = String(database.config!['url']);
      const byUrl = place.path('url.datasource.json');
      writeFileSync(byUrl, JSON.stringify({connector, url: to.href}));
      const {models: copied} = await copyRows(byUrl, place.file);
      assert.equal(copied.length, 2);
    });
  });
}
