import assert from 'node:assert/strict';
import path from 'node:path';
import {DataSource} from 'loopback-datasource-juggler';
import * as connector from '../../index';
import {inMemory, InMemoryConnector} from '../../index';

describe('inMemory', () => {
  it('gives the connector of a datasource', () => {
    const db = new DataSource({name: 'db', connector});
    const population = {type: Number, index: true};
    db.createModel('City', {population});
    assert.ok(inMemory(db) instanceof InMemoryConnector);
    const plan = inMemory(db).explain('City', {where: {population: 5}});
    assert.equal(plan.accessPath, 'index');
  });

  it('gives the connector that another copy of the package has made', () => {
    const main = path.resolve(__dirname, '../../index.js');
    const cached = Object.entries(require.cache);
    const ours = cached.filter(([file]) => file.startsWith(path.dirname(main)));
    for (const [file] of ours) delete require.cache[file];
    const copy = require(main) as typeof connector;
    Object.assign(require.cache, Object.fromEntries(ours));
    assert.notEqual(copy.InMemoryConnector, InMemoryConnector);
    const db = new DataSource({name: 'db', connector: copy});
    assert.equal(inMemory(db), db.connector);
  });

  it('refuses a datasource with another connector, and names that', () => {
    const db = new DataSource({name: 'db', connector: 'memory'});
    assert.throws(() => inMemory(db), {
      code: 'INVALID_SETTING',
      message:
        'The datasource db has the connector memory, and not ' +
        "loopback-connector-inmemory. Set connector: 'loopback-connector-inmemory', " +
        'or load loopback-connector-inmemory/register first.',
    });
    const transient = new DataSource({connector: 'transient'});
    assert.throws(() => inMemory(transient), /has the connector transient,/);
  });

  it('asks for the datasource of a model or a repository', () => {
    const db = new DataSource({name: 'db', connector: 'memory'});
    const City = (db as any).define('City', {});
    assert.throws(() => inMemory(City as never), {
      code: 'INVALID_SETTING',
      message:
        'The model City is no datasource, but has one: give that, its .dataSource.',
    });
    class CityRepository {
      readonly dataSource = db;
    }
    assert.throws(
      () => inMemory(new CityRepository() as never),
      /^InMemoryError: CityRepository is no datasource, but has one/,
    );
  });

  for (const value of [undefined, null, 'db', {}, {name: 'db'}]) {
    it(`refuses what has no connector: ${JSON.stringify(value)}`, () => {
      assert.throws(() => inMemory(value as never), {
        code: 'INVALID_SETTING',
        message: /has no connector\. Set connector: 'loopback-/,
      });
    });
  }
});
