import {randomBytes} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {DataSource} from 'loopback-datasource-juggler';
import {mysqlUrl, postgresqlUrl} from '../transfer/databases';
import {PGliteWire} from './pglite-wire';
import {wasmConnector} from './sqlite-wasm';

/** A real database, by way of LoopBack's connector for it. */
export interface RealDatabase {
  /** The settings `emulate` that are to be like it. */
  readonly emulate: {readonly database: string; readonly collation?: string};
  /** Its name on the server, where errors say it. */
  readonly name?: string;
  /** Versions of all that has a part in its answers. */
  readonly versions: Readonly<Record<string, string>>;
  /** Connects once more. */
  open(): Promise<any>;
  /** Ends all connections, and drops what was made. */
  drop(): Promise<void>;
}

/** The folder of a loopback-connector-sqlite3 that was installed with its native driver. */
const sqliteConnector = process.env['TEST_SQLITE_CONNECTOR'];

/**
 * How each is made: undefined where this machine has none. Another database is
 * one more line.
 */
export const realDatabases: Readonly<
  Record<string, (() => Promise<RealDatabase>) | undefined>
> = {
  pglite,
  postgresql: postgresqlUrl === undefined ? undefined : postgresql,
  mariadb: mysqlUrl === undefined ? undefined : mariadb,
  sqlite: sqliteConnector === undefined ? sqliteInWasm : sqlite,
};

function versionOf(name: string): string {
  return require(`${name}/package.json`).version;
}

const common = () => ({
  node: process.versions.node.split('.')[0]!,
  'loopback-datasource-juggler': versionOf('loopback-datasource-juggler'),
  'loopback-connector': versionOf('loopback-connector'),
});

/** Datasources that are all ended together. */
class Connections {
  private readonly all: any[] = [];

  constructor(private readonly settings: () => object) {}

  readonly open = async (): Promise<any> => {
    const dataSource: any = new DataSource(this.settings());
    dataSource.setMaxListeners(0);
    this.all.push(dataSource);
    if (!dataSource.connected) {
      await new Promise((resolve, reject) => {
        dataSource.once('connected', resolve);
        dataSource.once('error', reject);
      });
    }
    return dataSource;
  };

  async end(): Promise<void> {
    for (const each of this.all) await each.disconnect();
  }
}

/** PGlite of this process: to begin takes it seconds. */
async function pglite(): Promise<RealDatabase> {
  const {PGlite} = require('@electric-sql/pglite');
  const {uuid_ossp} = require('@electric-sql/pglite/contrib/uuid_ossp');
  const engine = await PGlite.create({extensions: {uuid_ossp}});
  const connections = new Connections(() => ({
    name: 'pglite',
    connector: 'postgresql',
    user: 'postgres',
    stream: () => new PGliteWire(engine),
  }));
  return {
    emulate: {database: 'postgresql', collation: 'C'},
    versions: {
      ...common(),
      'loopback-connector-postgresql': versionOf(
        'loopback-connector-postgresql',
      ),
    },
    open: connections.open,
    async drop() {
      await connections.end();
      await engine.close();
    },
  };
}

function newName(): string {
  return `inmemory_test_${randomBytes(6).toString('hex')}`;
}

/**
 * Makes a database with the order of texts that is emulated by default; with that
 * by code point where the server's machine has no such locale.
 */
async function createCollated(server: any, name: string): Promise<string> {
  const create = (collation: string) =>
    server.query(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' ` +
        `LC_COLLATE '${collation}' LC_CTYPE '${collation}'`,
    );
  try {
    await create('en_US.UTF-8');
    return 'en_US.UTF-8';
  } catch (error) {
    if (!/invalid locale name/.test((error as Error).message)) throw error;
    await create('C');
    return 'C';
  }
}

async function postgresql(): Promise<RealDatabase> {
  const {Client} = require('pg');
  const server = new Client({connectionString: postgresqlUrl});
  await server.connect();
  const name = newName();
  const collation = await createCollated(server, name);
  const {rows} = await server.query('SHOW server_version');
  const url = new URL(postgresqlUrl!);
  url.pathname = `/${name}`;
  const connections = new Connections(() => ({
    name: 'postgresql',
    connector: 'postgresql',
    url: url.href,
    // The last connections are still ending when the database is dropped.
    onError: 'ignore',
  }));
  return {
    emulate: {database: 'postgresql', collation},
    versions: {
      PostgreSQL: rows[0].server_version.split(' ')[0],
      collation,
      ...common(),
      'loopback-connector-postgresql': versionOf(
        'loopback-connector-postgresql',
      ),
      pg: versionOf('pg'),
    },
    open: connections.open,
    async drop() {
      await connections.end();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}

async function mariadb(): Promise<RealDatabase> {
  const mysql = require('mysql2/promise');
  const server = await mysql.createConnection({uri: mysqlUrl});
  const name = newName();
  await server.query(
    `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`,
  );
  const [rows] = await server.query('SELECT version() AS version');
  const {hostname, password, port, username} = new URL(mysqlUrl!);
  const connections = new Connections(() => ({
    name: 'mysql',
    connector: 'mysql',
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: name,
  }));
  return {
    emulate: {database: 'mariadb'},
    name,
    versions: {
      MariaDB: rows[0].version.split('-')[0],
      collation: 'utf8mb4_general_ci',
      ...common(),
      'loopback-connector-mysql': versionOf('loopback-connector-mysql'),
      mysql2: versionOf('mysql2'),
    },
    open: connections.open,
    async drop() {
      await connections.end();
      await server.query(`DROP DATABASE ${name}`);
      await server.end();
    },
  };
}

async function sqlite(): Promise<RealDatabase> {
  const driver = require(
    require.resolve('sqlite3/package.json', {paths: [sqliteConnector!]}),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'sqlite-'));
  const file = path.join(folder, 'test.sqlite');
  const connections = sqliteOn(require(sqliteConnector!), file);
  return {
    emulate: {database: 'sqlite'},
    versions: {
      ...common(),
      'loopback-connector-sqlite3': versionOf(sqliteConnector!),
      sqlite3: driver.version,
    },
    // Else the driver's threads race for the statements that are sent at once.
    async open() {
      const dataSource = await connections.open();
      dataSource.connector._defaultConnection.serialize();
      return dataSource;
    },
    async drop() {
      await connections.end();
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

/** SQLite of this process, in its memory. */
async function sqliteInWasm(): Promise<RealDatabase> {
  const connections = sqliteOn(await wasmConnector(), newName());
  return {
    emulate: {database: 'sqlite'},
    versions: {
      ...common(),
      'loopback-connector-sqlite3': versionOf('loopback-connector-sqlite3'),
      'sql.js': versionOf('sqlite3'),
    },
    open: connections.open,
    drop: () => connections.end(),
  };
}

function sqliteOn(connector: unknown, file: string): Connections {
  return new Connections(() => ({name: 'sqlite3', connector, file}));
}
