import assert from 'node:assert/strict';
import {Application, inject} from '@loopback/core';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  model,
  property,
  repository,
  RepositoryMixin,
} from '@loopback/repository';
import {MigrationBindings, MigrationComponent} from 'loopback4-migration';
import * as inmemory from '../../index';
import {Files} from '../support/connector/files';

@model({name: 'User'})
class OldUser extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({type: 'string'})
  first?: string;

  @property({type: 'string'})
  age?: string;
}

@model({name: 'User'})
class User extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({type: 'string', memory: {renamedFrom: 'first'}})
  firstName?: string;

  @property({type: 'number'})
  age?: number;

  @property({type: 'string'})
  fullName?: string;
}

@model()
class Log extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;
}

/** An application as LoopBack 4 has them, over a file. */
class App extends RepositoryMixin(Application) {
  constructor(file: string, user: typeof Entity) {
    super();
    const db = new juggler.DataSource({name: 'db', connector: inmemory, file});
    this.dataSource(db, 'db');
    this.repository(repositoryOf('UserRepository', user));
    this.repository(repositoryOf('LogRepository', Log));
  }

  users(): Promise<DefaultCrudRepository<any, number>> {
    return this.get('repositories.UserRepository');
  }

  logs(): Promise<DefaultCrudRepository<any, number>> {
    return this.get('repositories.LogRepository');
  }

  async rows(): Promise<object[]> {
    const users = await (await this.users()).find();
    return users.map(user => ({...user.toJSON()}));
  }

  async end(): Promise<void> {
    const db: juggler.DataSource = await this.get('datasources.db');
    await db.disconnect();
  }
}

function repositoryOf(name: string, entity: typeof Entity) {
  class Repository extends DefaultCrudRepository<any, number> {
    constructor(@inject('datasources.db') dataSource: juggler.DataSource) {
      super(entity, dataSource);
    }
  }
  Object.defineProperty(Repository, 'name', {value: name});
  return Repository;
}

describe('app.migrateSchema of LoopBack 4', () => {
  let files: Files;

  beforeEach(async () => {
    files = new Files();
    const app = new App(files.at('db.json'), OldUser);
    const users = await app.users();
    await users.createAll([
      {first: 'Ada', age: '36'},
      {first: 'Alan', age: '41'},
    ]);
    await (await app.logs()).create({});
    await app.end();
  });

  afterEach(() => files.remove());

  /** Runs a function on the application as it is now, and ends it. */
  async function changed(run: (app: App) => Promise<void>): Promise<void> {
    const app = new App(files.at('db.json'), User);
    try {
      await run(app);
    } finally {
      await app.end();
    }
  }

  const migrated = [
    {id: 1, firstName: 'Ada', age: 36},
    {id: 2, firstName: 'Alan', age: 41},
  ];

  for (const options of [undefined, {existingSchema: 'alter'} as const]) {
    it(`keeps the rows with ${JSON.stringify(options)}`, async () => {
      await changed(async app => {
        await app.migrateSchema(options);
        assert.deepEqual(await app.rows(), migrated);
        assert.equal((await (await app.logs()).count()).count, 1);
      });
      await changed(async app => assert.deepEqual(await app.rows(), migrated));
    });
  }

  it('empties all tables with existingSchema: drop', async () => {
    await changed(async app => {
      await app.migrateSchema({existingSchema: 'drop'});
      assert.deepEqual(await app.rows(), []);
      assert.equal((await (await app.logs()).count()).count, 0);
      const created = await (await app.users()).create({firstName: 'x'});
      assert.equal(created.id, 1);
    });
  });

  it('migrates the models that are named, and no others', async () => {
    await changed(async app => {
      await app.migrateSchema({existingSchema: 'drop', models: ['Log']});
      assert.equal((await app.rows()).length, 2);
      assert.equal((await (await app.logs()).count()).count, 0);
      await app.migrateSchema({models: ['User']});
      assert.deepEqual(await app.rows(), migrated);
    });
  });

  it('fails where rows are in the way', async () => {
    const app = new App(files.at('db.json'), OldUser);
    await (await app.users()).create({age: 'old'});
    await app.end();
    await changed(app =>
      assert.rejects(app.migrateSchema(), {code: 'MIGRATION_REFUSED'}),
    );
  });

  it('does nothing with disableMigration', async () => {
    await changed(async app => {
      const db: juggler.DataSource = await app.get('datasources.db');
      db.settings['disableMigration'] = true;
      await app.migrateSchema();
      const {connector} = db as unknown as {
        connector: inmemory.InMemoryConnector;
      };
      assert.equal(await connector.isActual(), false);
    });
  });

  describe('with the extension loopback4-migration', () => {
    let runs = 0;

    class FillNames {
      version = '1.0.1';

      constructor(
        @repository('UserRepository')
        private readonly users: DefaultCrudRepository<any, number>,
      ) {}

      async up(): Promise<void> {
        runs++;
        for (const user of await this.users.find()) {
          const fullName = `${user.firstName} (${user.age})`;
          await this.users.updateById(user.id, {fullName});
        }
      }
    }

    /** The application at a version; its scripts run when it is migrated. */
    async function upgraded(appVersion: string): Promise<object[]> {
      let rows: object[] = [];
      await changed(async app => {
        // As an application that boots has it.
        app.bind('boot.project_root').to(__dirname);
        app.component(MigrationComponent);
        app.configure(MigrationBindings.COMPONENT).to({
          appVersion,
          dataSourceName: 'db',
          migrationScripts: [FillNames],
        });
        await app.migrateSchema({existingSchema: 'alter'});
        await app.start();
        await app.stop();
        rows = await app.rows();
      });
      return rows;
    }

    beforeEach(() => {
      runs = 0;
    });

    it('runs scripts over the rows that were migrated, once', async () => {
      await upgraded('1.0.0');
      const rows = await upgraded('1.0.1');
      assert.deepEqual(rows, [
        {...migrated[0], fullName: 'Ada (36)'},
        {...migrated[1], fullName: 'Alan (41)'},
      ]);
      await upgraded('1.0.1');
      assert.equal(runs, 1);
      assert.ok(files.rows('Migration').length > 0);
    });
  });
});
