/** An application as one for PostgreSQL is, in the JavaScript that every runner takes. */
const {Application, inject, lifeCycleObserver} = require('@loopback/core');
const {
  DefaultTransactionalRepository,
  Entity,
  juggler,
  ModelDefinition,
  RepositoryMixin,
} = require('@loopback/repository');

class DbDataSource extends juggler.DataSource {
  static dataSourceName = 'db';
  static defaultConfig = {
    name: 'db',
    connector: 'postgresql',
    host: 'db.local',
  };

  constructor(config = DbDataSource.defaultConfig) {
    super(config);
  }
}
inject('datasources.config.db', {optional: true})(DbDataSource, undefined, 0);
lifeCycleObserver('datasource')(DbDataSource);

class Note extends Entity {
  static definition = new ModelDefinition('Note')
    .addProperty('id', {type: 'number', id: true, generated: true})
    .addProperty('text', {type: 'string', required: true});
}

class NoteRepository extends DefaultTransactionalRepository {
  constructor(dataSource) {
    super(Note, dataSource);
  }
}
inject('datasources.db')(NoteRepository, undefined, 0);

class NotesApplication extends RepositoryMixin(Application) {
  constructor() {
    super();
    this.dataSource(DbDataSource);
    this.repository(NoteRepository);
  }
}

module.exports = {NoteRepository, NotesApplication};
