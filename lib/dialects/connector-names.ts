import type {DatabaseName} from './dialect';

/** What a connector of LoopBack leads to. */
export interface ConnectorFacts {
  /** The database that answers as that one does; some are not emulated. */
  readonly database?: DatabaseName;
  /** Where its server listens if no port is set; some have no server. */
  readonly port?: number;
}

/** LoopBack's connectors for databases, by what stands behind `loopback-connector-`. */
export const databaseConnectors: Readonly<Record<string, ConnectorFacts>> = {
  cassandra: {port: 9042},
  db2: {port: 50_000},
  'kv-redis': {port: 6379},
  mariadb: {database: 'mariadb', port: 3306},
  mongodb: {database: 'mongodb', port: 27_017},
  mssql: {port: 1433},
  mysql: {database: 'mysql', port: 3306},
  oracle: {port: 1521},
  postgresql: {database: 'postgresql', port: 5432},
  sqlite3: {database: 'sqlite'},
};

/** The connectors for keys and values. */
export const keyValueConnectors: ReadonlySet<string> = new Set([
  'inmemory/kv',
  'kv-memory',
  'kv-redis',
]);

/** LoopBack's connectors for services: they have no rows. */
export const serviceConnectors: ReadonlySet<string> = new Set([
  'grpc',
  'mail',
  'openapi',
  'push',
  'remote',
  'rest',
  'soap',
  'storage',
  'swagger',
]);
