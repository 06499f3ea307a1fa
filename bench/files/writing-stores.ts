import {DataSource} from 'loopback-datasource-juggler';
import * as connector from 'loopback-connector-inmemory';
import {Database, type FsyncPolicy} from '../../lib/database/database';
import type {NewItem} from '../fixture';
import {useOtherModels, useOtherTables} from '../other-models';
import {DatabaseStore, itemSchema} from '../peers/database';
import {LoopBackStore} from '../peers/loopback-store';
import type {WritingStore} from '../store';
import {sqliteVersion} from '../sqlite';
import {openSqlite} from './sqlite';

/** What writes to a file, one way of acknowledging included. */
export interface Contender {
  readonly name: string;
  /** When it acknowledges; undefined for the built-in connector, which has one way. */
  readonly fsync: FsyncPolicy | undefined;
  /** Opens a store of which the file may be the data file with the items, or a name for other files. */
  open(file: string, items: readonly NewItem[]): Promise<WritingStore>;
}

const policies = ['always', 'everysec', 'no'] as const;

/** All that can be measured on this machine. */
export const contenders: readonly Contender[] = [
  ...policies.map(fsync => inmemory(fsync)),
  ...policies.map(fsync => database(fsync)),
  ...(sqliteVersion === undefined ? [] : policies.map(sqlite)),
  {name: 'built-in', fsync: undefined, open: openBuiltIn},
];

/** Uses thirty other models in this process, in stores without a file. */
export async function useOthers(): Promise<void> {
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  await useOtherModels(dataSource);
  await useOtherTables(new Database());
}

/** Writes the items to a data file as this package does. */
export async function writeItems(
  file: string,
  items: readonly NewItem[],
): Promise<void> {
  const store = await openInmemory(file, {});
  await store.load(items);
  await store.close();
}

/** A store of this package through the juggler, opened. */
export async function openInmemory(
  file: string,
  settings: object,
): Promise<LoopBackStore> {
  const dataSource = new DataSource({
    connector,
    file,
    lazyConnect: true,
    ...settings,
  });
  const store = new LoopBackStore(dataSource);
  await dataSource.connect();
  return store;
}

function inmemory(fsync: FsyncPolicy): Contender {
  return {
    name: 'inmemory',
    fsync,
    open: file => openInmemory(file, {fsync}),
  };
}

function database(fsync: FsyncPolicy): Contender {
  return {
    name: 'database',
    fsync,
    async open(file) {
      const opened = new Database(undefined, true);
      opened.declare(itemSchema.name, itemSchema);
      await opened.openFiles(file, {
        fsync,
        lockTimeoutMs: 0,
        checkpointsCommits: false,
        idleMs: 250,
        isReadOnly: false,
        report: text => process.stderr.write(`${text}\n`),
      });
      return new DatabaseStore(opened);
    },
  };
}

function sqlite(fsync: FsyncPolicy): Contender {
  return {
    name: 'better-sqlite3',
    fsync,
    open: async (file, items) => openSqlite(file, fsync, items),
  };
}

async function openBuiltIn(file: string): Promise<WritingStore> {
  const dataSource = new DataSource({connector: 'memory', file});
  const store = new LoopBackStore(dataSource);
  await dataSource.connect();
  return store;
}
