import assert from 'node:assert/strict';
import {Application, inject} from '@loopback/core';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  model,
  property,
  RepositoryMixin,
} from '@loopback/repository';
import {
  InMemoryDataSource,
  type InMemoryDataSourceSettings,
} from '../../datasource';
import {inMemory} from '../../index';
import {Files} from '../support/connector/files';

@model()
class Note extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;
  @property({type: 'string'})
  text?: string;
}

class NoteRepository extends DefaultCrudRepository<Note, number> {
  constructor(@inject('datasources.notes') dataSource: juggler.DataSource) {
    super(Note, dataSource);
  }
}

class NotesDataSource extends InMemoryDataSource {
  static override dataSourceName = 'notes';

  constructor(
    @inject('datasources.config.notes', {optional: true})
    config: InMemoryDataSourceSettings = {},
  ) {
    super(config);
  }
}

describe('InMemoryDataSource', () => {
  let files: Files;
  let app: Application & {dataSource: Function; repository: Function};

  beforeEach(() => {
    files = new Files();
    const App = RepositoryMixin(Application);
    app = new App();
    app.repository(NoteRepository);
  });

  afterEach(() => files.remove());

  async function notes(): Promise<NoteRepository> {
    return app.get('repositories.NoteRepository');
  }

  it('has the connector, and the name by which it is bound', async () => {
    app.dataSource(NotesDataSource);
    const {dataSource} = await notes();
    assert.ok(dataSource instanceof NotesDataSource);
    assert.ok(dataSource instanceof juggler.DataSource);
    assert.equal(dataSource.name, 'notes');
    inMemory(dataSource);
  });

  it('takes a configuration that is injected', async () => {
    app.bind('datasources.config.notes').to({lockTimeoutMs: 7, name: 'other'});
    app.dataSource(NotesDataSource);
    const {dataSource} = await notes();
    assert.equal(dataSource.name, 'other');
    assert.equal(inMemory(dataSource).settings['lockTimeoutMs'], 7);
  });

  it('has its file up to date, and closed, when the application has stopped', async () => {
    app.bind('datasources.config.notes').to({
      file: files.at('db.json'),
      checkpoint: {idleMs: 1e6},
    });
    app.dataSource(NotesDataSource);
    await app.start();
    await (await notes()).create({text: 'kept'});
    await app.stop();
    assert.deepEqual(files.rows('Note'), [{id: 1, text: 'kept'}]);
  });

  it('refuses another connector', () => {
    const config = {connector: 'postgresql'} as never;
    assert.throws(() => new NotesDataSource(config), {
      code: 'INVALID_SETTING',
      message: /connector of an InMemoryDataSource cannot be "postgresql"/,
    });
  });
});

describe('a datasource as older generators of LoopBack write it', () => {
  const calls: string[] = [];

  class OldDataSource extends juggler.DataSource {
    constructor(file: string) {
      super({name: 'old', connector: require('../../index'), file});
    }

    async start(): Promise<void> {
      calls.push('start');
    }

    override async stop(): Promise<void> {
      calls.push('stop');
      await super.disconnect();
    }
  }

  it('is stopped by its own method, and its file is up to date then', async () => {
    const files = new Files();
    const dataSource = new OldDataSource(files.at('db.json'));
    const rows = new DefaultCrudRepository<Note, number>(Note, dataSource);
    await rows.create({text: 'kept'});
    await dataSource.stop();
    assert.deepEqual(calls, ['stop']);
    assert.deepEqual(files.rows('Note'), [{id: 1, text: 'kept'}]);
    await files.remove();
  });
});
