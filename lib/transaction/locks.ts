import {columnWords} from '../base/column-words';
import {type Sliced, stepsBetweenCuts} from '../base/slices';
import type {Index} from '../store/index-tree';
import type {Table} from '../store/table';
import type {Key} from '../store/tree/key-order';
import {LockPlace, LockTree} from './lock';
import type {LockUse, RowUse} from './lock-queue';
import {TablesPlace} from './tables-place';
import type {Transaction, Waiting} from './transaction';

interface TableLocks {
  readonly rows: LockTree;
  /** Keys of unique indexes that are taken by rows not yet committed. */
  readonly keys: Map<string, LockTree>;
}

/**
 * Which rows and unique keys are kept by which open transaction, and who waits
 * for them. Rows that are only read are not locked at all, apart from those that
 * foreign keys refer to.
 */
export class LockTable {
  private readonly tables = new Map<string, TableLocks>();
  /** Who waits for whole tables. */
  private readonly waitingForTables = new Set<TablesPlace>();

  /** Whether no transaction has locked anything, and none is about to. */
  get isEmpty(): boolean {
    return this.tables.size === 0;
  }

  /** Where a transaction has to wait before it can use a row, if it has to. */
  waitForRow(
    transaction: Transaction,
    table: Table,
    id: Key,
    use: LockUse,
  ): LockPlace | undefined {
    const {name, primaryKey} = table.schema;
    const lock = this.tables.get(name)?.rows.get(id);
    return lock?.isInTheWay(transaction, use) === true
      ? new LockPlace(lock, transaction, use, {
          table: name,
          ...(primaryKey.length > 0 && {id}),
        })
      : undefined;
  }

  /** Where a transaction has to wait for a unique key, if it has to. */
  waitForKey(
    transaction: Transaction,
    table: Table,
    index: Index,
    key: Key,
  ): LockPlace | undefined {
    const {name} = table.schema;
    const {definition} = index.keys;
    const lock = this.tables.get(name)?.keys.get(definition.name)?.get(key);
    return lock?.isInTheWay(transaction, 'change') === true
      ? new LockPlace(lock, transaction, 'change', {
          table: name,
          index: definition.name,
          constraint: definition.name,
          property: columnWords(
            name,
            definition.keys.map(({path}) => path),
          ),
          value: key,
        })
      : undefined;
  }

  /** Whether nobody has locked anything in some tables, or is about to. */
  areFree(names: readonly string[]): boolean {
    return !names.some(name => this.tables.has(name));
  }

  /** Where to wait until nobody has locked anything in some tables. */
  placeForTables(by: Transaction, names: readonly string[]): TablesPlace {
    const locked = names.find(name => this.tables.has(name)) ?? names[0]!;
    const rows = (): LockTree[] =>
      names.flatMap(name => this.tables.get(name)?.rows ?? []);
    return new TablesPlace(by, {table: locked}, this.waitingForTables, {
      get isHeld() {
        return rows().some(({isHeld}) => isHeld);
      },
      holders: () => this.holdersInTables(names),
      users: () => {
        const users = new Set<Transaction>();
        for (const tree of rows()) tree.addUsers(users);
        return users;
      },
      isGrantedBefore: number =>
        rows().some(tree => tree.isGrantedBefore(number)),
    });
  }

  /** The transactions that have locked something in one of the tables. */
  holdersInTables(names: readonly string[]): readonly Transaction[] {
    const holders = new Set<Transaction>();
    for (const name of names) this.tables.get(name)?.rows.addHolders(holders);
    return [...holders];
  }

  /** Locks a row that nobody is in the way of. */
  lockRow(transaction: Transaction, table: Table, id: Key, use: RowUse): void {
    this.locksOf(table).rows.acquire(transaction, id, use);
  }

  /** Locks a unique key that nobody is in the way of. */
  lockKey(
    transaction: Transaction,
    table: Table,
    index: Index,
    key: Key,
  ): void {
    const locks = this.locksOf(table);
    const {name} = index.keys.definition;
    let keys = locks.keys.get(name);
    if (keys === undefined) {
      keys = new LockTree(index.keys.order, () => {
        locks.keys.delete(name);
        this.dropIfEmpty(table.schema.name);
      });
      locks.keys.set(name, keys);
    }
    keys.acquire(transaction, key, 'change');
  }

  /**
   * Gives back what a transaction locked after its first `count` locks, the last
   * ones first, as work that can be cut. Those who wait for one of them go on
   * when all are given back.
   */
  *releasing(transaction: Transaction, count: number): Sliced<void> {
    const {locks} = transaction;
    const waiting: Waiting[] = [];
    while (locks.length > count) {
      const end = Math.max(count, locks.length - stepsBetweenCuts);
      while (locks.length > end) {
        const released = locks.pop()!.release();
        if (released !== undefined) waiting.push(released);
      }
      yield;
    }
    this.wakeForTables();
    const isCommit = transaction.state === 'committed';
    for (const lock of waiting) lock.wakeNext(isCommit);
  }

  private locksOf(table: Table): TableLocks {
    const {name} = table.schema;
    let locks = this.tables.get(name);
    if (locks === undefined) {
      const whenEmpty = (): void => this.dropIfEmpty(name);
      locks = {
        rows: new LockTree(table.ids.order, whenEmpty),
        keys: new Map(),
      };
      this.tables.set(name, locks);
    }
    return locks;
  }

  private dropIfEmpty(name: string): void {
    const locks = this.tables.get(name);
    if (locks?.rows.isEmpty !== true || locks.keys.size > 0) return;
    this.tables.delete(name);
    this.wakeForTables();
  }

  private wakeForTables(): void {
    for (const place of this.waitingForTables) place.wakeIfFree();
  }
}
