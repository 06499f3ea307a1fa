import {Database, type DataStoreOptions} from '../../../lib/database/database';
import {
  deleteWhere,
  insert,
  select,
  updateWhere,
} from '../../../lib/database/statements';
import {noHints} from '../../../lib/database/row-conversion';
import type {Disk} from '../../../lib/persistence/lock/disk';
import {recover} from '../../../lib/persistence/recovery';
import type {TableSchema} from '../../../lib/schema/schema';
import {findTable} from '../../../lib/store/version';
import {schemaOf} from '../schema/example';
import type {Choose} from './memory-files';
import {dataFile} from './crash-disk';

/** Numbers that look random, the same for the same seed. */
export function chooser(seed: number): Choose {
  let state = seed >>> 0;
  return limit => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** A database of cities whose files are opened. */
export async function openKept(
  disk: Disk,
  options: Partial<DataStoreOptions> = {},
  file = dataFile,
): Promise<Database> {
  const database = new Database(undefined, true);
  database.declare('City', schemaOf());
  await database.openFiles(file, {
    fsync: 'always',
    lockTimeoutMs: 0,
    checkpointsCommits: false,
    idleMs: 1_000_000,
    isReadOnly: false,
    report: () => undefined,
    disk,
    ...options,
  });
  return database;
}

/** Rows as text, the next id, and for which columns the rows were written. */
export interface State {
  readonly rows: string;
  readonly next: number;
  readonly columns: string;
}

export function stateOf(database: Database): State {
  const rows = database.view(view => select(view, 'City', {order: ['id']}));
  const {kept, nextSequence: next} = findTable(database.head, 'City')!;
  return {rows: JSON.stringify(rows), next, columns: columnsOf(kept)};
}

function columnsOf(schema: TableSchema | undefined): string {
  return Object.keys(schema?.columns ?? {}).join();
}

/** What the files on a disk hold. Fails as {@link recover} does. */
export function recoveredState(disk: Disk, file = dataFile): State {
  const table = recover(file, disk).tables.get('City');
  const rows = [...(table?.rows() ?? [])].map(([, row]) => row as {id: number});
  rows.sort((a, b) => a.id - b.id);
  return {
    rows: JSON.stringify(rows),
    next: table?.nextSequence ?? 1,
    columns: columnsOf(table?.schema),
  };
}

/** Makes a commit; it is made when this returns, and safe when it resolves. */
export async function commit(
  database: Database,
  choose: Choose,
  mark: number,
): Promise<void> {
  const id = 1 + choose(Math.max(1, mark));
  const where = {id};
  switch (choose(6)) {
    case 5:
      return migrate(database, choose, mark);
    case 0:
      await database.write(to =>
        deleteWhere(to, 'City', {id: {lt: id, gt: id - 4}}),
      );
      return;
    case 1:
      await database.write(to => updateWhere(to, 'City', where, {mark}));
      return;
    case 2:
      return commitTransaction(database, choose, mark);
    default:
      await database.write(to =>
        insert(to, 'City', [{mark, text: 'x'.repeat(choose(700))}, {mark}]),
      );
  }
}

/** Gives all rows a column that they do not have, or takes it from them. */
async function migrate(
  database: Database,
  choose: Choose,
  mark: number,
): Promise<void> {
  const {id, name} = schemaOf().columns as {id: 'number'; name: 'string'};
  const added = `added${choose(3)}`;
  database.declare(
    'City',
    schemaOf({columns: {id, name, [added]: 'number'}}),
    undefined,
    {...noHints, defaults: {perRow: new Set(), make: () => ({[added]: mark})}},
  );
  await database.migrate(['City']);
}

/** A transaction of several statements. */
async function commitTransaction(
  database: Database,
  choose: Choose,
  mark: number,
): Promise<void> {
  const {transactions} = database;
  const transaction = transactions.begin('READ COMMITTED');
  const id = 1 + choose(Math.max(1, mark));
  void database.write(to => insert(to, 'City', [{mark}, {mark}]), {
    transaction,
  });
  void database.write(to => updateWhere(to, 'City', {id}, {mark}), {
    transaction,
  });
  void database.write(to => deleteWhere(to, 'City', {id: id + 1}), {
    transaction,
  });
  await transactions.commit(transaction);
}
