import {InMemoryError, show} from '../base/errors';
import type {Key} from '../store/key-order';
import {isLimited} from '../store/index-tree';
import type {RowChange, Table} from '../store/table';
import {apply, type Change, findTable, type Version} from '../store/version';
import type {Row} from '../value/copy';
import type {LockTable, RowUse} from './locks';
import type {SerialOrder} from './serializable';
import type {RowTest, WriteView} from './statement';
import type {Transaction} from './transaction';

/** Thrown by an attempt that must wait until `holder` has ended. */
export class Blocked {
  constructor(readonly holder: Transaction) {}
}

/** The rows that a statement found when it was first tried. */
export interface Candidates {
  rows: readonly Row[] | undefined;
}

/** What an attempt needs of the transactions around it. */
export interface Surroundings {
  readonly locks: LockTable;
  readonly order: SerialOrder;
  /** The version that the statement sees. */
  readonly viewed: Version;
  /** The newest committed version, to keep. */
  readonly head: () => Version;
  /** The newest committed version with the transaction's changes. */
  readonly successor: () => Version;
}

/**
 * One try of a statement that writes in a transaction. Either all of its changes
 * are in the transaction in the end, or it has failed or been {@link Blocked}
 * and none of them is.
 */
export class Attempt implements WriteView {
  constructor(
    private readonly transaction: Transaction,
    private readonly found: Candidates,
    private readonly around: Surroundings,
  ) {}

  get version(): Version {
    return this.around.viewed;
  }

  get notesReads(): boolean {
    return this.transaction.node !== undefined;
  }

  noteRead(table: string, test: RowTest): void {
    const {node} = this.transaction;
    if (node !== undefined) this.around.order.read(node, table, test);
  }

  candidates(
    name: string,
    find: () => readonly Row[],
    test: RowTest,
  ): readonly Row[] {
    if (this.found.rows === undefined) {
      this.found.rows = find();
      return this.found.rows;
    }
    const {ids, rows} = findTable(this.version, name)!;
    return this.found.rows.flatMap(row => {
      const current = rows.get(ids.keyOf(row));
      const isWanted =
        current === row || (current !== undefined && test(current));
      return isWanted ? [current] : [];
    });
  }

  truncate(name: string): void {
    const {ids, rows} = findTable(this.version, name)!;
    const changes: RowChange[] = [];
    rows.forEach(row => {
      changes.push({kind: 'delete', id: ids.keyOf(row)});
    });
    this.change(name, changes);
  }

  change(name: string, changes: readonly RowChange[]): void {
    if (changes.length === 0) return;
    const {transaction} = this;
    const table = findTable(this.version, name)!;
    this.lockRows(table, changes);
    const successor = this.around.successor();
    if (transaction.hasSnapshot) {
      refuseChangedRows(table, findTable(successor, name)!, changes);
    }
    this.noteWrites(table, changes);
    this.lockKeys(table, changes);
    const change: Change = {kind: 'rows', table: name, changes};
    const next = this.applied(successor, change);
    const working =
      this.version === successor ? next : this.appliedToSnapshot(change);
    transaction.writes.note(successor, name, changes);
    transaction.successor = {head: this.around.head(), version: next};
    if (transaction.hasSnapshot) transaction.working = working;
  }

  private lockRows(table: Table, changes: readonly RowChange[]): void {
    for (const change of changes) {
      const id = idOf(change, table);
      const use = useOf(change, table);
      const {locks} = this.around;
      const holder = locks.holderOfRow(this.transaction, table, id, use);
      if (holder !== undefined) throw new Blocked(holder);
      locks.lockRow(this.transaction, table, id, use);
    }
  }

  private noteWrites(table: Table, changes: readonly RowChange[]): void {
    const {node} = this.transaction;
    if (node === undefined) return;
    const rows = changes.flatMap(change => {
      const old = table.rows.get(idOf(change, table));
      return [
        ...(old === undefined ? [] : [old]),
        ...(change.kind === 'delete' ? [] : [change.row]),
      ];
    });
    this.around.order.write(node, table.schema.name, rows);
  }

  /** Others that want one of the keys must wait until it is clear who has it. */
  private lockKeys(table: Table, changes: readonly RowChange[]): void {
    const {locks} = this.around;
    const {dialect} = this.version;
    for (const index of table.indexes) {
      const {definition, keyOf} = index.keys;
      if (!definition.isUnique) continue;
      for (const change of changes) {
        if (change.kind === 'delete') continue;
        const key = keyOf(change.row);
        if (!isLimited(definition, key, dialect)) continue;
        const holder = locks.holderOfKey(this.transaction, table, index, key);
        if (holder !== undefined) throw new Blocked(holder);
        if (isKeyNew(index.keys, change, table)) {
          locks.lockKey(this.transaction, table, index, key);
        }
      }
    }
  }

  /** A row that is in the way may be about to go: that is waited for. */
  private applied(version: Version, change: Change): Version {
    try {
      return apply(version, [change]);
    } catch (error) {
      if (error instanceof InMemoryError && error.code === 'DUPLICATE_KEY') {
        const table = findTable(version, change.table)!;
        const {id} = error.details;
        const holder = this.around.locks.holderOfRow(
          this.transaction,
          table,
          id,
          'change',
        );
        if (holder !== undefined) throw new Blocked(holder);
      }
      throw error;
    }
  }

  private appliedToSnapshot(change: Change): Version {
    try {
      return apply(this.version, [change]);
    } catch (error) {
      if (!(error instanceof InMemoryError)) throw error;
      throw serializationFailure(
        `its snapshot has a row that is gone since (${error.message})`,
      );
    }
  }
}

function idOf(change: RowChange, table: Table): Key {
  return change.kind === 'insert' ? table.ids.keyOf(change.row) : change.id;
}

/** A change of a unique key takes away what foreign keys may refer to. */
function useOf(change: RowChange, table: Table): RowUse {
  if (change.kind === 'delete') return 'remove';
  if (change.kind === 'insert') return 'change';
  const movesKey = table.indexes.some(
    ({keys}) => keys.definition.isUnique && isKeyNew(keys, change, table),
  );
  return movesKey ? 'remove' : 'change';
}

function isKeyNew(
  {keyOf, order}: Table['indexes'][number]['keys'],
  change: Exclude<RowChange, {kind: 'delete'}>,
  table: Table,
): boolean {
  if (change.kind === 'insert') return true;
  const old = table.rows.get(change.id);
  return old === undefined || order(keyOf(old), keyOf(change.row)) !== 0;
}

/**
 * First updater wins: a row that is not the one of the snapshot was changed by
 * a transaction that has committed since.
 */
function refuseChangedRows(
  viewed: Table,
  newest: Table,
  changes: readonly RowChange[],
): void {
  for (const change of changes) {
    if (change.kind === 'insert') continue;
    if (viewed.rows.get(change.id) === newest.rows.get(change.id)) continue;
    throw serializationFailure(
      `the ${viewed.schema.name} with id ${show(change.id)} was changed ` +
        'after it began',
    );
  }
}

function serializationFailure(reason: string): InMemoryError {
  return new InMemoryError(
    'SERIALIZATION_FAILURE',
    `The transaction could not see what others have committed: ${reason}. ` +
      'Run it again.',
  );
}
