import {type Sliced, stepsBetweenCuts} from '../base/slices';
import type {Key} from '../store/tree/key-order';
import type {Index} from '../store/index-tree';
import type {Table} from '../store/table';
import {Tree} from '../store/tree/tree';
import type {Transaction} from './transaction';

/**
 * What is done to a row. To `change` it leaves alone what refers to it, to
 * `remove` it (or to change a unique key) does not; `share` keeps it from being
 * removed. PostgreSQL: FOR NO KEY UPDATE, FOR UPDATE, FOR KEY SHARE.
 */
export type RowUse = 'share' | 'change' | 'remove';

interface RowLock {
  owner: Transaction | undefined;
  isRemoved: boolean;
  readonly sharers: Set<Transaction>;
}

interface TableLocks {
  readonly rows: Tree<RowLock>;
  /** Keys of unique indexes that are taken by rows not yet committed. */
  readonly keys: Map<string, Tree<Transaction>>;
}

const nobody: readonly Transaction[] = [];

/**
 * Which rows and unique keys are kept by which open transaction. Rows that are
 * only read are not locked at all, apart from those that foreign keys refer to.
 */
export class LockTable {
  private readonly tables = new Map<string, TableLocks>();

  /** Whether no transaction has locked anything. */
  get isEmpty(): boolean {
    return this.tables.size === 0;
  }

  /** The transactions other than `transaction` that are in the way of a use. */
  holdersOfRow(
    transaction: Transaction,
    table: Table,
    id: Key,
    use: RowUse,
  ): readonly Transaction[] {
    const lock = this.tables.get(table.schema.name)?.rows.get(id);
    if (lock === undefined) return nobody;
    const {owner, isRemoved, sharers} = lock;
    const isOwned = owner !== undefined && owner !== transaction;
    const holders = isOwned && (use !== 'share' || isRemoved) ? [owner] : [];
    if (use === 'remove') {
      for (const sharer of sharers) {
        if (sharer !== transaction && sharer !== owner) holders.push(sharer);
      }
    }
    return holders;
  }

  /** The other transaction that has put a row under a unique key, if any. */
  holdersOfKey(
    transaction: Transaction,
    table: Table,
    index: Index,
    key: Key,
  ): readonly Transaction[] {
    const holder = this.tables
      .get(table.schema.name)
      ?.keys.get(index.keys.definition.name)
      ?.get(key);
    return holder === undefined || holder === transaction ? nobody : [holder];
  }

  /** The transactions that have locked something in one of the tables. */
  holdersInTables(names: readonly string[]): readonly Transaction[] {
    const holders = new Set<Transaction>();
    for (const name of names) {
      this.tables.get(name)?.rows.forEach(({owner, sharers}) => {
        if (owner !== undefined) holders.add(owner);
        for (const sharer of sharers) holders.add(sharer);
      });
    }
    return [...holders];
  }

  /** Locks a row that nobody holds. */
  lockRow(transaction: Transaction, table: Table, id: Key, use: RowUse): void {
    const {rows} = this.locksOf(table);
    let lock = rows.get(id);
    if (lock === undefined) {
      lock = {owner: undefined, isRemoved: false, sharers: new Set()};
      rows.set(id, lock);
    }
    const {owner, isRemoved, sharers} = lock;
    if (use === 'share') {
      if (owner === transaction || sharers.has(transaction)) return;
      sharers.add(transaction);
    } else {
      if (owner === transaction && (isRemoved || use === 'change')) return;
      lock.owner = transaction;
      lock.isRemoved = use === 'remove';
    }
    const held = lock;
    transaction.locks.push({
      release: () => {
        if (use === 'share') sharers.delete(transaction);
        else Object.assign(held, {owner, isRemoved});
        if (held.owner === undefined && sharers.size === 0) rows.delete(id);
        this.dropIfEmpty(table.schema.name);
      },
    });
  }

  /** Locks a unique key that nobody holds. */
  lockKey(
    transaction: Transaction,
    table: Table,
    index: Index,
    key: Key,
  ): void {
    const {keys} = this.locksOf(table);
    const {name} = index.keys.definition;
    let holders = keys.get(name);
    if (holders === undefined) {
      holders = Tree.create<Transaction>(index.keys.order);
      keys.set(name, holders);
    }
    const held = holders;
    if (!held.insert(key, transaction)) return;
    transaction.locks.push({
      release: () => {
        held.delete(key);
        if (held.size === 0) keys.delete(name);
        this.dropIfEmpty(table.schema.name);
      },
    });
  }

  /** Gives back what a transaction locked after its first `count` locks. */
  release(transaction: Transaction, count: number): void {
    const {locks} = transaction;
    while (locks.length > count) locks.pop()!.release();
  }

  /** As {@link release}, as work that can be cut; the last locks go first. */
  *releasing(transaction: Transaction, count: number): Sliced<void> {
    const {locks} = transaction;
    while (locks.length > count) {
      this.release(
        transaction,
        Math.max(count, locks.length - stepsBetweenCuts),
      );
      yield;
    }
  }

  private locksOf(table: Table): TableLocks {
    const {name} = table.schema;
    let locks = this.tables.get(name);
    if (locks === undefined) {
      locks = {rows: Tree.create(table.ids.order), keys: new Map()};
      this.tables.set(name, locks);
    }
    return locks;
  }

  private dropIfEmpty(name: string): void {
    const locks = this.tables.get(name);
    if (locks?.rows.size === 0 && locks.keys.size === 0) {
      this.tables.delete(name);
    }
  }
}
