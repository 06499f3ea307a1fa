/**
 * A program that uses all that the package exports, as applications do, and
 * compiles without a cast.
 */
export const typedProgram = `
import {inject, lifeCycleObserver, LifeCycleObserver} from '@loopback/core';
import {
  DefaultTransactionalRepository,
  Entity,
  juggler,
  model,
  property,
  Transaction,
} from '@loopback/repository';
import {
  DataSource,
  Transaction as LocalTransaction,
} from 'loopback-datasource-juggler';
import * as connector from 'loopback-connector-inmemory';
import {
  ErrorCode,
  ErrorDetails,
  Explanation,
  InMemoryConnector,
  InMemoryDataSourceConfig,
  InMemoryError,
  InMemorySettings,
  inMemory,
  initialize,
  inTransaction,
  InTransactionOptions,
  IsolationLevel,
  Statistics,
  TransactionHandle,
} from 'loopback-connector-inmemory';
import * as keyValueConnector from 'loopback-connector-inmemory/kv';
import {
  KeyValueConnector,
  KeyValueDataSourceConfig,
  KeyValueSettings,
} from 'loopback-connector-inmemory/kv';
import 'loopback-connector-inmemory/register';

const config: InMemoryDataSourceConfig = {
  name: 'db',
  connector: 'loopback-connector-inmemory',
  localStorage: '',
  file: process.env.FILE,
  unknownProperties: 'error',
};
export const configs: InMemoryDataSourceConfig[] = [
  config,
  {connector, lazyConnect: true},
  {connector: require('loopback-connector-inmemory')},
  {connector: 'memory', store: null, file: ''},
  {
    connector: 'inmemory',
    emulate: {database: 'mariadb', hazards: 'copy'},
    database: 'shop',
    collation: 'utf8mb4_general_ci',
  },
];

export const keyValueSettings: KeyValueSettings = {now: () => Date.now()};
export const keyValueConfigs: KeyValueDataSourceConfig[] = [
  {name: 'kv', connector: 'loopback-connector-inmemory/kv'},
  {connector: 'inmemory/kv', file: process.env.FILE, now: () => new Date()},
  {connector: keyValueConnector, lazyConnect: true, store: null},
];
export const keyValues = new KeyValueConnector(keyValueSettings);

// As lb4 datasource generates it.
@lifeCycleObserver('datasource')
export class DbDataSource
  extends juggler.DataSource
  implements LifeCycleObserver
{
  static dataSourceName = 'db';
  static readonly defaultConfig = config;

  constructor(
    @inject('datasources.config.db', {optional: true})
    dsConfig: object = config,
  ) {
    super(dsConfig);
  }
}

@model()
export class Note extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;
}

export class NoteRepository extends DefaultTransactionalRepository<
  Note,
  number
> {}

export async function transactions(
  ds: juggler.DataSource,
  notes: NoteRepository,
) {
  const isolationLevel: IsolationLevel = 'SERIALIZABLE';
  const options: InTransactionOptions = {isolationLevel, retries: 3};
  const count: number = await inTransaction(
    ds,
    async transaction => {
      const handle: TransactionHandle = transaction;
      await notes.create({}, {transaction});
      return handle.isActive() ? 1 : 0;
    },
    options,
  );
  const ofRepository = (transaction: Transaction) => transaction.id;
  const ofDataSource = (transaction: LocalTransaction) =>
    transaction.rollback();
  await inTransaction(ds, ofRepository);
  await inTransaction(ds, ofDataSource);
  await inTransaction(notes, ofRepository);
  await inTransaction(new DataSource(config), ofDataSource);
  await inTransaction(new DbDataSource(), () => count);
}

export function plan(ds: juggler.DataSource, notes: NoteRepository): string {
  const plan: Explanation = inMemory(ds).explain('Note', {limit: 1});
  const statistics: Statistics = inMemory(notes.dataSource).statistics();
  return plan.text + statistics.tables.length;
}

const settings: InMemorySettings = {defaultIdType: 'string'};
export const made = [
  new InMemoryConnector(settings),
  new InMemoryConnector(config),
];
export function detailsOf(error: unknown): ErrorDetails | undefined {
  const code: ErrorCode = 'DUPLICATE_KEY';
  const isIt = error instanceof InMemoryError && error.code === code;
  return isIt ? error.details : undefined;
}
export {initialize};
`;

/** Lines that must not compile: each would be a mistake. */
export const mistakes = [
  "const a: InMemoryDataSourceConfig = {connector: 'mongodb'};",
  "const b: InMemoryDataSourceConfig = {connector: 'inmemory', fil: 'a'};",
  "const c: InMemorySettings = {typeChecks: 'often'};",
  "const d: InMemorySettings = {emulate: 'postgres'};",
  "const e: InMemorySettings = {emulate: {hazards: 'copy'}};",
  "inMemory(new DataSource()).explain('M').txt;",
  'inTransaction(new DataSource(), tx => tx.comit());',
  'inTransaction(new DataSource(), (count: number) => count);',
  "inTransaction(new DataSource(), () => 1, {isolationLevel: 'NONE'});",
];
