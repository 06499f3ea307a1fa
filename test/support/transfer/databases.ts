import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';

/** A database of its own for a test, to be dropped at its end. */
export interface TestDatabase {
  /** What it is, for titles. */
  readonly name: string;
  /** The datasource configuration of LoopBack's connector; none for PGlite. */
  readonly config: Record<string, unknown> | undefined;
  /** Runs statements. */
  run(script: string): Promise<void>;
  /** The rows of a query. */
  rows(query: string): Promise<Record<string, any>[]>;
  drop(): Promise<void>;
}

/** The PostgreSQL server that is named for tests, or undefined. */
export const postgresqlUrl = process.env['TEST_POSTGRESQL_URL'] || undefined;

/** The MySQL or MariaDB server that is named for tests, or undefined. */
export const mysqlUrl = process.env['TEST_MYSQL_URL'] || undefined;

function newName(): string {
  return `inmemory_test_${randomBytes(6).toString('hex')}`;
}

/** A database on the named server; in PGlite where none is named. */
export async function postgresqlDatabase(): Promise<TestDatabase> {
  if (postgresqlUrl === undefined) return pglite();
  const {Client} = require('pg');
  const name = newName();
  const server = new Client({connectionString: postgresqlUrl});
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(postgresqlUrl);
  url.pathname = `/${name}`;
  const client = new Client({connectionString: url.href});
  await client.connect();
  return {
    name: 'PostgreSQL',
    // Its connections end after `disconnect` has answered, some when they are cut.
    config: {
      name: 'pg',
      connector: 'postgresql',
      url: url.href,
      onError: 'ignore',
    },
    run: async script => void (await client.query(script)),
    rows: async query => (await client.query(query)).rows,
    drop: async () => {
      await client.end();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}

/** One for all tests of the process: to begin takes it seconds. */
let instance: Promise<any> | undefined;

async function pglite(): Promise<TestDatabase> {
  const {PGlite} = require('@electric-sql/pglite');
  instance ??= PGlite.create();
  const database = await instance;
  return {
    name: 'PGlite',
    config: undefined,
    run: async script => void (await database.exec(script)),
    rows: async query => (await database.query(query)).rows,
    drop: () =>
      database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public'),
  };
}

/** A database on the named server, of which there must be one. */
export async function mysqlDatabase(): Promise<TestDatabase> {
  const mysql = require('mysql2/promise');
  const name = newName();
  const options = {
    uri: mysqlUrl,
    multipleStatements: true,
    timezone: 'Z',
    supportBigNumbers: true,
  };
  const client = await mysql.createConnection(options);
  await client.query(`CREATE DATABASE ${name}; USE ${name}`);
  const {hostname, password, port, username} = new URL(mysqlUrl!);
  return {
    name: 'MySQL',
    config: {
      name: 'my',
      connector: 'mysql',
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: name,
      timezone: 'Z',
    },
    run: async script => void (await client.query(script)),
    // As binary values: MariaDB writes doubles as text of at most 17 characters.
    rows: async query => (await client.execute(query))[0],
    drop: async () => {
      await client.query(`DROP DATABASE ${name}`);
      await client.end();
    },
  };
}

/** Whether the shell of SQLite is on this machine. */
export function hasSqlite(): boolean {
  try {
    execFileSync('sqlite3', ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** Runs statements, or commands of the shell, on a file; returns what it prints. */
export function sqlite(
  file: string,
  script: string,
  ...options: string[]
): string {
  return execFileSync('sqlite3', ['-bail', ...options, file], {
    input: script,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
}
