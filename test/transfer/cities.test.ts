import assert from 'node:assert/strict';
import {rmSync, writeFileSync} from 'node:fs';
import {readCities, readCountries} from '../../examples/cities/data';
import {copyRows} from '../../index';
import {csvRows} from '../../lib/transfer/csv-tables';
import {RowHash} from '../../lib/transfer/row-hash';
import {Workplace} from '../support/cli/workplace';
import {
  hasSqlite,
  mysqlDatabase,
  mysqlUrl,
  postgresqlDatabase,
  postgresqlUrl,
  sqlite,
  type TestDatabase,
} from '../support/transfer/databases';

/** Hash and number of rows of a model. */
interface Sum {
  readonly hash: string;
  readonly rows: number;
}

/** All of them, or as many as each change is tested with. */
const cities = readCities().slice(0, Number(process.env['CITIES'] ?? 20_000));
const count = cities.length.toLocaleString('en');

describe(`${count} cities and 250 countries, exported and copied back`, function () {
  this.timeout(300_000);
  let place: Workplace;
  let City: Sum;
  let Country: Sum;

  before(async () => {
    place = new Workplace();
    const lists = {City: cities, Country: readCountries()};
    City = sumOf(lists.City);
    Country = sumOf(lists.Country);
    assert.equal(City.rows, cities.length);
    assert.equal(Country.rows, 250);
    writeFileSync(place.path('db.json'), JSON.stringify(lists));
    const {status} = await place.run(['import', place.file, 'db.json']);
    assert.equal(status, 0);
    // LoopBack's connector for PostgreSQL makes its driver warn.
    process.noDeprecation = true;
  });
  after(() => {
    process.noDeprecation = false;
    place.remove();
  });

  function sumOf(rows: readonly object[]): Sum {
    const hash = new RowHash();
    for (const row of rows) hash.add(row as Record<string, unknown>);
    return {hash: hash.text, rows: hash.rows};
  }

  async function scriptFor(dialect: string): Promise<string> {
    const words = ['export', place.file, '--to=sql', `--dialect=${dialect}`];
    const {status, stdout} = await place.run(words);
    assert.equal(status, 0);
    return stdout;
  }

  async function copiedBack(database: TestDatabase): Promise<void> {
    const config = place.path('x.datasource.json');
    const back = place.path('back.json');
    writeFileSync(config, JSON.stringify(database.config));
    const {models} = await copyRows(config, back);
    rmSync(back);
    const sums = models.map(({hash, model, rows}) => [model, {hash, rows}]);
    assert.deepEqual(Object.fromEntries(sums), {City, Country});
  }

  it('are the same in PostgreSQL', async () => {
    const database = await postgresqlDatabase();
    try {
      await database.run(await scriptFor('postgresql'));
      if (postgresqlUrl !== undefined) return await copiedBack(database);
      // In PGlite, of which LoopBack has no connector.
      const cities = await database.rows(
        `SELECT id, name, country, population, json_build_object(
          'lat', "position"[1], 'lng', "position"[0]) AS position FROM city`,
      );
      const countries = await database.rows('SELECT * FROM country');
      assert.deepEqual(sumOf(cities), City);
      assert.deepEqual(sumOf(countries), Country);
    } finally {
      await database.drop();
    }
  });

  it('are the same in MySQL or MariaDB', async function () {
    // Skipped without a server: TEST_MYSQL_URL=mysql://root@127.0.0.1:3306
    if (mysqlUrl === undefined) return this.skip();
    const database = await mysqlDatabase();
    try {
      await database.run(await scriptFor('mysql'));
      return await copiedBack(database);
    } finally {
      await database.drop();
    }
  });

  it('are the same in SQLite', async function () {
    // Skipped without the shell of SQLite.
    if (!hasSqlite()) return this.skip();
    const file = place.path('cities.sqlite');
    assert.equal(sqlite(file, await scriptFor('sqlite')), '');
    const columns = {id: 'string'} as const;
    const rowsOf = (table: string, types = {}): object[] => {
      const csv = sqlite(file, `SELECT * FROM ${table}`, '-csv', '-header');
      const rows = csvRows(table, csv, {columns: types});
      return rows.map(({row}) => row);
    };
    const types = {name: 'string', capital: 'string', position: 'point'};
    assert.deepEqual(sumOf(rowsOf('City', types)), City);
    assert.deepEqual(sumOf(rowsOf('Country', {...types, ...columns})), Country);
    return undefined;
  });
});
