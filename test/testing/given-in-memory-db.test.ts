import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdirSync, writeFileSync} from 'node:fs';
import net, {type AddressInfo} from 'node:net';
import path from 'node:path';
import {BootMixin} from '@loopback/boot';
import {Application, inject, lifeCycleObserver} from '@loopback/core';
import {
  DefaultCrudRepository,
  DefaultKeyValueRepository,
  Entity,
  juggler,
  model,
  ModelDefinition,
  property,
  RepositoryMixin,
} from '@loopback/repository';
import {inMemory, type InMemorySettings} from '../../index';
import {givenInMemoryDb, isolate, reset} from '../../testing';

const {Client} = require('pg') as {
  Client: new (settings: object) => {connect(): Promise<void>};
};

const config = {
  name: 'db',
  connector: 'postgresql',
  host: 'localhost',
  port: 5432,
  user: 'postgres',
  password: 'secret',
  database: 'shop',
};

/** As `lb4 datasource` writes it. */
@lifeCycleObserver('datasource')
class DbDataSource extends juggler.DataSource {
  static dataSourceName = 'db';
  static readonly defaultConfig: object = config;
  readonly madeBy = 'its own constructor';

  constructor(
    @inject('datasources.config.db', {optional: true})
    dsConfig: object = config,
  ) {
    super(dsConfig);
  }
}

@model({settings: {postgresql: {table: 'users'}}})
class User extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({
    type: 'string',
    required: true,
    postgresql: {dataType: 'varchar', dataLength: 5},
  })
  name!: string;
}

class UserRepository extends DefaultCrudRepository<User, number> {
  constructor(@inject('datasources.db') dataSource: juggler.DataSource) {
    super(User, dataSource);
  }
}

class App extends RepositoryMixin(Application) {}

class BootedApp extends BootMixin(RepositoryMixin(Application)) {}

/** An application as it is after its boot. */
function bootedApp(): App {
  const app = new App();
  app.dataSource(DbDataSource);
  app.repository(UserRepository);
  return app;
}

function settingsOf(dataSource: juggler.DataSource): InMemorySettings {
  return inMemory(dataSource).settings;
}

async function namesIn(app: App): Promise<string[]> {
  const users = await app.getRepository(UserRepository);
  return (await users.find({order: ['id']})).map(({name}) => name);
}

describe('givenInMemoryDb', () => {
  let app: App;

  beforeEach(() => {
    app = bootedApp();
  });

  /** What is refused is refused until the application stops. */
  afterEach(() => app.stop());

  it('has repositories write to memory, by datasources of the same class', async () => {
    const {db} = await givenInMemoryDb<DbDataSource>(app);
    const users = await app.getRepository(UserRepository);
    await users.create({name: 'Ann'});
    assert.deepEqual(await namesIn(app), ['Ann']);
    assert.equal(users.dataSource, db);
    assert.ok(db instanceof DbDataSource);
    assert.equal(db.constructor.name, 'DbDataSource');
    assert.equal(db.madeBy, 'its own constructor');
    assert.equal(db.name, 'db');
    assert.equal(await app.get('datasources.db'), db);
  });

  it('emulates the database of which the datasource has the connector', async () => {
    const {db} = await givenInMemoryDb<DbDataSource>(app);
    assert.equal(settingsOf(db!).emulate, 'postgresql');
    const users = await app.getRepository(UserRepository);
    await assert.rejects(users.create({name: 'Annabel'}), {code: '22001'});
  });

  for (const [emulate, expected] of [
    [false, undefined],
    ['mysql', 'mysql'],
    [{hazards: 'copy'}, {database: 'postgresql', hazards: 'copy'}],
    [{database: 'mongodb'}, {database: 'mongodb'}],
  ] as const) {
    it(`emulates ${JSON.stringify(expected)} with emulate: ${JSON.stringify(emulate)}`, async () => {
      const {db} = await givenInMemoryDb<DbDataSource>(app, {emulate});
      assert.deepEqual(settingsOf(db!).emulate, expected);
    });
  }

  it('takes a configuration that is injected', async () => {
    app.bind('datasources.config.db').to({...config, connector: 'mongodb'});
    const {db} = await givenInMemoryDb<DbDataSource>(app);
    assert.equal(settingsOf(db!).emulate, 'mongodb');
  });

  it('replaces what is bound later, by whichever way', async () => {
    app = new App();
    const dbs = await givenInMemoryDb<DbDataSource>(app);
    assert.deepEqual(dbs, {});
    app.repository(UserRepository);
    app.dataSource(DbDataSource);
    app.bind('datasources.other').toClass(DbDataSource);
    const lazy = {...config, name: 'lazy', lazyConnect: true};
    app.dataSource(
      new juggler.DataSource({...lazy, connector: neverConnecting()}),
    );
    await app.start();
    assert.deepEqual(Object.keys(dbs).sort(), ['db', 'lazy', 'other']);
    for (const each of Object.values(dbs)) inMemory(each);
    assert.notEqual(dbs['db'], dbs['other']);
  });

  it('replaces what boot() binds, and seeds when it has', async () => {
    const {directory} = bootableFolder();
    const booted = new BootedApp();
    booted.projectRoot = directory;
    const dbs = await givenInMemoryDb<juggler.DataSource>(booted, {
      seed: async () => {
        const repository: DefaultCrudRepository<User, number> =
          await booted.get('repositories.NoteRepository');
        await repository.create({name: 'seeded'});
      },
    });
    assert.deepEqual(dbs, {});
    await booted.boot();
    assert.equal(settingsOf(dbs['notes']!).emulate, 'mysql');
    const notes: DefaultCrudRepository<User, number> = await booted.get(
      'repositories.NoteRepository',
    );
    const rows = await notes.find();
    assert.deepEqual(
      rows.map(({name}) => name),
      ['seeded'],
    );
    await booted.start();
    await booted.stop();
  });

  it('seeds, so that reset leads back to it', async () => {
    const {db} = await givenInMemoryDb<DbDataSource>(app, {
      emulate: {migrations: 'required'},
      seed: async () => {
        const users = await app.getRepository(UserRepository);
        await users.createAll([{name: 'Ann'}, {name: 'Bea'}]);
      },
    });
    const users = await app.getRepository(UserRepository);
    await users.deleteAll();
    await reset(db!);
    assert.deepEqual(await namesIn(app), ['Ann', 'Bea']);
  });

  it('seeds rows, where there is one datasource', async () => {
    const seed = {User: [{name: 'Ann'}]};
    const {db} = await givenInMemoryDb<DbDataSource>(app, {seed});
    assert.deepEqual(await namesIn(app), ['Ann']);
    await (await app.getRepository(UserRepository)).deleteAll();
    await reset(db!);
    assert.deepEqual(await namesIn(app), ['Ann']);
  });

  it('asks where rows belong if there are several datasources', async () => {
    app.bind('datasources.other').toClass(DbDataSource);
    await assert.rejects(givenInMemoryDb(app, {seed: {User: []}}), {
      code: 'INVALID_SETTING',
      message: /which datasource the seed belongs: there are db, other\./,
    });
  });

  it('seeds the one datasource that has models beside one of keys', async () => {
    app.bind('datasources.cache').toClass(
      class extends juggler.DataSource {
        constructor() {
          super({name: 'cache', connector: 'kv-redis'});
        }
      },
    );
    await givenInMemoryDb(app, {seed: {User: [{name: 'Ann'}]}});
    assert.deepEqual(await namesIn(app), ['Ann']);
  });

  it('refuses to replace a datasource twice, until the application stops', async () => {
    await givenInMemoryDb(app);
    await assert.rejects(givenInMemoryDb(app), {
      code: 'INVALID_SETTING',
      message: /The datasource db is in memory already, by an earlier/,
    });
    await app.stop();
    await givenInMemoryDb(app);
  });

  it('refuses options that there are not', async () => {
    await assert.rejects(givenInMemoryDb(app, {sede: {}} as never), {
      code: 'INVALID_SETTING',
      message: /givenInMemoryDb\(\) has no option "sede".*did you mean seed\?/,
    });
  });

  it('replaces keys and values of Redis', async () => {
    app = new App();
    class Cache extends juggler.DataSource {
      static dataSourceName = 'cache';

      constructor() {
        super({
          name: 'cache',
          connector: 'kv-redis',
          url: 'redis://cache.local',
        });
      }
    }
    app.dataSource(Cache);
    const {cache} = await givenInMemoryDb<juggler.DataSource>(app);
    class Session extends Entity {}
    const sessions = new DefaultKeyValueRepository(
      Object.assign(Session, {definition: new ModelDefinition('Session')}),
      cache!,
    );
    await sessions.set('a', {user: 1} as never);
    await reset(cache!);
    assert.equal(await sessions.get('a'), null);
  });

  it('leaves datasources of services alone', async () => {
    class Weather extends juggler.DataSource {
      static dataSourceName = 'weather';
      static readonly defaultConfig = {connector: 'rest'};
    }
    app.dataSource(Weather);
    const dbs = await givenInMemoryDb(app);
    assert.deepEqual(Object.keys(dbs), ['db']);
    assert.equal(
      app.getBinding('datasources.weather').valueConstructor,
      Weather,
    );
  });

  it('replaces those that are named, with the settings that are given', async () => {
    app.bind('datasources.other').toClass(DbDataSource);
    const dbs = await givenInMemoryDb<DbDataSource>(app, {
      dataSources: {db: {lockTimeoutMs: 7}},
    });
    assert.deepEqual(Object.keys(dbs), ['db']);
    assert.equal(settingsOf(dbs['db']!).lockTimeoutMs, 7);
    const other = app.getBinding('datasources.other');
    assert.equal(other.valueConstructor, DbDataSource);
  });

  it('refuses a name that no datasource has', async () => {
    await assert.rejects(givenInMemoryDb(app, {dataSources: ['dB']}), {
      code: 'INVALID_SETTING',
      message: /no datasource dB;/,
    });
  });

  it('refuses what is no application', async () => {
    await assert.rejects(givenInMemoryDb({} as never), {
      code: 'INVALID_SETTING',
      message: /give it an application of LoopBack 4/,
    });
  });

  it('asks which database is emulated where nothing tells of it', async () => {
    app = new App();
    const made = () => assert.fail('it must not be made');
    app.bind('datasources.db').toDynamicValue(made);
    await assert.rejects(givenInMemoryDb(app), {
      code: 'INVALID_SETTING',
      message: /cannot be told which database the datasource db has/,
    });
    app = new App();
    app.bind('datasources.db').toDynamicValue(made);
    const {db} = await givenInMemoryDb<juggler.DataSource>(app, {
      emulate: 'sqlite',
    });
    assert.equal(settingsOf(db!).emulate, 'sqlite');
  });

  it('leaves a datasource that is in memory already', async () => {
    app = new App();
    const own = new juggler.DataSource({
      name: 'db',
      connector: require('../../index'),
    });
    app.dataSource(own);
    const {db} = await givenInMemoryDb(app);
    assert.equal(db, own);
  });

  describe('where something would reach the database', () => {
    it('fails on a datasource that is connected', async () => {
      const old = new juggler.DataSource({
        name: 'db',
        connector: neverConnecting(),
      });
      Object.assign(old, {connected: true});
      app.bind('datasources.db').to(old);
      await assert.rejects(givenInMemoryDb(app), {
        code: 'INVALID_SETTING',
        message:
          /The datasource db, whose connector is postgresql, .*connected already.*lazyConnect/,
      });
    });

    it('fails where a repository has one already', async () => {
      app.bind('datasources.db').to(lazyDataSource());
      await app.getRepository(UserRepository);
      await assert.rejects(givenInMemoryDb(app), {
        code: 'INVALID_SETTING',
        message: /used already, by repositories of User\. Call/,
      });
    });

    it('fails where a service has one already', async () => {
      app.bind('datasources.db').to(lazyDataSource());
      class Reports {
        constructor(@inject('datasources.db') readonly raw: object) {}
      }
      app
        .bind('services.Reports')
        .toClass(Reports)
        .inScope('Singleton' as never);
      await app.get('services.Reports');
      await assert.rejects(givenInMemoryDb(app), {
        message: /used already, by services\.Reports\. Call/,
      });
    });

    it('fails the one that somebody has kept', async () => {
      const old = lazyDataSource();
      app.bind('datasources.db').to(old);
      await givenInMemoryDb(app);
      old.on('error', () => undefined);
      const message = /datasource db.*Somebody who got it before still uses it/;
      await assert.rejects(old.connect(), {message});
      await assert.rejects(old.ping(), {message});
      await assert.rejects(old.execute('SELECT 1'), {message});
    });

    it('refuses a new datasource of the connector until the application stops', async () => {
      await givenInMemoryDb(app);
      assert.throws(() => new juggler.DataSource({...config, name: 'mine'}), {
        code: 'INVALID_SETTING',
        message:
          /datasource mine was about to be made with the connector postgresql/,
      });
      await app.start();
      await app.stop();
      const free = new juggler.DataSource({...config, lazyConnect: true});
      assert.equal(free.connector?.name, 'postgresql');
    });

    it('opens no connection of a driver until the application stops', async () => {
      const server = net.createServer(socket => socket.end()).listen(0);
      await once(server, 'listening');
      const {port} = server.address() as AddressInfo;
      app.bind('datasources.config.db').to({
        ...config,
        host: undefined,
        url: `postgres://postgres:p%40ss@127.0.0.1:${port}/shop`,
      });
      await givenInMemoryDb(app);
      const client = new Client({host: 'localhost', port});
      await assert.rejects(client.connect(), {
        code: 'INVALID_SETTING',
        message: new RegExp(`datasource db.*A connection to localhost:${port}`),
      });
      await app.stop();
      const socket = net.connect(port);
      await once(socket, 'connect');
      socket.destroy();
      server.close();
    });
  });
});

describe('givenInMemoryDb and isolate', () => {
  const app = bootedApp();
  let db: juggler.DataSource;

  before(async () => {
    ({db} = (await givenInMemoryDb<juggler.DataSource>(app)) as {
      db: juggler.DataSource;
    });
  });
  isolate(() => db);
  after(() => app.stop());

  for (const nth of ['first', 'second']) {
    it(`lets the ${nth} test begin with nothing`, async () => {
      assert.deepEqual(await namesIn(app), []);
      const users = await app.getRepository(UserRepository);
      assert.equal((await users.create({name: nth.slice(0, 5)})).id, 1);
    });
  }
});

/** One of loopback-connector-postgresql that would connect, were it asked. */
function lazyDataSource(): juggler.DataSource {
  return new juggler.DataSource({...config, lazyConnect: true});
}

/** A connector like that of PostgreSQL, which does nothing. */
function neverConnecting(): object {
  return {
    initialize(dataSource: {connector: object}, callback: () => void) {
      dataSource.connector = {name: 'postgresql', connect: assert.fail};
      process.nextTick(callback);
    },
  };
}

/** What `lb4` generates, compiled. */
function bootableFolder(): {directory: string} {
  const directory = path.resolve(__dirname, 'bootable');
  for (const name of ['datasources', 'repositories']) {
    mkdirSync(path.join(directory, name), {recursive: true});
  }
  writeFileSync(
    path.join(directory, 'datasources/notes.datasource.js'),
    `const {juggler} = require('@loopback/repository');
     const config = {name: 'notes', connector: 'mysql', port: 3306};
     class NotesDataSource extends juggler.DataSource {
       constructor() { super(config); }
     }
     NotesDataSource.dataSourceName = 'notes';
     exports.NotesDataSource = NotesDataSource;`,
  );
  writeFileSync(
    path.join(directory, 'repositories/note.repository.js'),
    `const {inject} = require('@loopback/core');
     const {DefaultCrudRepository, Entity, ModelDefinition} =
       require('@loopback/repository');
     class Note extends Entity {}
     Note.definition = new ModelDefinition('Note')
       .addProperty('id', {type: 'number', id: true, generated: true})
       .addProperty('name', {type: 'string'});
     class NoteRepository extends DefaultCrudRepository {
       constructor(dataSource) { super(Note, dataSource); }
     }
     inject('datasources.notes')(NoteRepository, undefined, 0);
     exports.NoteRepository = NoteRepository;`,
  );
  return {directory};
}
