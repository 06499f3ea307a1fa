import type {FsyncPolicy} from '../../lib/database/database';
import type {Item, NewItem} from '../fixture';
import {Sqlite} from '../sqlite';
import type {WritingStore} from '../store';

/** What a write survives in SQLite (in WAL mode) as it does here. */
const synchronous = {always: 'FULL', everysec: 'NORMAL', no: 'OFF'} as const;

/** A database in WAL mode with the items and the indexes that models of the bench have. */
export function openSqlite(
  file: string,
  fsync: FsyncPolicy,
  items: readonly NewItem[],
): WritingStore {
  const database = new Sqlite!(`${file}.sqlite`);
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${synchronous[fsync]}`);
  database.exec(`
    CREATE TABLE Item (
      id INTEGER PRIMARY KEY, code TEXT UNIQUE, "group" INTEGER, price INTEGER,
      name TEXT, stock INTEGER, isActive INTEGER, addedAt TEXT
    );
    CREATE INDEX byGroup ON Item ("group");
    CREATE INDEX byPrice ON Item (price);
  `);
  const insert = database.prepare(
    'INSERT INTO Item VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const load = database.transaction(() => {
    for (const item of items as readonly Item[]) insert.run(...valuesOf(item));
  });
  load();
  const update = database.prepare('UPDATE Item SET stock = ? WHERE id = ?');
  return {
    updateStock: async (id, stock) => update.run(stock, id).changes,
    close: async () => database.close(),
  };
}

function valuesOf(item: Item): unknown[] {
  const {id, code, group, price, name, stock, isActive, addedAt} = item;
  const day = addedAt.toISOString();
  return [id, code, group, price, name, stock, Number(isActive), day];
}
