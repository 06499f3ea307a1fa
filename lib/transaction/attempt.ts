import {InMemoryError, show} from '../base/errors';
import {type Cuttable, cutIf, inSlices} from '../base/cuttable';
import {eachInSlices, type Sliced} from '../base/slices';
import {
  isWhole,
  referencedRows,
  requireNewParents,
  wantedParent,
  withReferencesInSlices,
} from '../store/foreign-keys';
import type {Key} from '../store/tree/key-order';
import {isLimited} from '../store/index-tree';
import type {RowChange, Table} from '../store/table';
import {applying, type Change, findTable, type Version} from '../store/version';
import type {Row} from '../value/copy';
import type {LockTable, RowUse} from './locks';
import type {SerialOrder} from './serializable';
import {headMoved, type RowTest, type WriteView} from './statement';
import type {Transaction} from './transaction';

type RowsChange = Extract<Change, {kind: 'rows'}>;

/** Thrown by an attempt that must wait until one of `holders` has ended. */
export class Blocked {
  constructor(readonly holders: () => readonly Transaction[]) {}
}

/** Fails with {@link Blocked} if somebody is in the way. */
function waitUnlessNobody(holders: () => readonly Transaction[]): void {
  if (holders().length > 0) throw new Blocked(holders);
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
  readonly successor: () => Sliced<Version>;
  readonly isCut: boolean;
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

  get isCut(): boolean {
    return this.around.isCut;
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
    find: () => Cuttable<readonly Row[]>,
    test: RowTest,
  ): Cuttable<readonly Row[]> {
    return cutIf(this.isCut, this.finding(name, find, test));
  }

  private *finding(
    name: string,
    find: () => Cuttable<readonly Row[]>,
    test: RowTest,
  ): Sliced<readonly Row[]> {
    if (this.found.rows === undefined) {
      this.found.rows = yield* inSlices(find());
      return this.found.rows;
    }
    const {ids, rows} = findTable(this.version, name)!;
    const wanted: Row[] = [];
    yield* eachInSlices(this.found.rows, row => {
      const current = rows.get(ids.keyOf(row));
      const isWanted =
        current === row || (current !== undefined && test(current));
      if (isWanted) wanted.push(current);
    });
    return wanted;
  }

  change(name: string, changes: readonly RowChange[]): Cuttable<void> {
    return cutIf(this.isCut, this.changing(name, changes));
  }

  truncate(name: string): Cuttable<void> {
    return cutIf(this.isCut, this.truncating(name));
  }

  private *truncating(name: string): Sliced<void> {
    const {rows} = findTable(this.version, name)!;
    const changes: RowChange[] = [];
    for (const batch of rows.batches({}, false)) {
      for (const [id] of batch) changes.push({kind: 'delete', id});
      yield;
    }
    yield* this.changing(name, changes);
  }

  private *changing(name: string, changes: readonly RowChange[]): Sliced<void> {
    if (changes.length === 0) return;
    const {transaction} = this;
    const set: readonly RowsChange[] = [{kind: 'rows', table: name, changes}];
    yield* this.lockRows(set);
    const head = this.around.head();
    const successor = yield* this.around.successor();
    yield* this.refuseChangedRows(successor, set);
    const all = yield* this.withActions(successor, set);
    if (all !== set) {
      yield* this.lockRows(all);
      yield* this.refuseChangedRows(successor, all);
    }
    yield* this.noteWrites(all);
    yield* this.lockReferredRows(successor, all);
    for (const change of all) yield* this.lockKeys(change, successor);
    const next = yield* this.applied(successor, all);
    const working =
      this.version === successor ? next : yield* this.appliedToSnapshot(all);
    if (working !== next && transaction.hasSnapshot) {
      yield* this.requireWhole(successor, working, all);
    }
    if (this.around.head() !== head) throw headMoved;
    for (const {table, changes} of all) {
      yield* transaction.writes.note(successor, table, changes);
    }
    transaction.successor = {head, version: next};
    if (transaction.hasSnapshot) transaction.working = working;
    // Others may have read since; from here on they see what was written.
    if (this.isCut) yield* this.noteWrites(all);
  }

  /** Fails where foreign keys of the snapshot contradict the changes. */
  private *requireWhole(
    successor: Version,
    working: Version,
    all: readonly RowsChange[],
  ): Sliced<void> {
    yield* this.notingMissingParent(successor, () =>
      requireNewParents(this.version, working, all),
    );
    const isSafe = !this.notesReads || (yield* isWhole(this.version, all));
    if (isSafe) return;
    throw serializationFailure(
      'rows that refer to what it changes were changed after it began',
    );
  }

  /**
   * First updater wins: a row that is not the one of the snapshot was changed by
   * a transaction that has committed since.
   */
  private *refuseChangedRows(
    successor: Version,
    set: readonly RowsChange[],
  ): Sliced<void> {
    if (!this.transaction.hasSnapshot) return;
    for (const {table: name, changes} of set) {
      const viewed = findTable(this.version, name)!;
      const newest = findTable(successor, name)!;
      yield* eachInSlices(changes, each => {
        if (each.kind === 'insert') return;
        if (viewed.rows.get(each.id) === newest.rows.get(each.id)) return;
        throw serializationFailure(
          `the ${name} with id ${show(each.id)} was changed after it began`,
        );
      });
    }
  }

  /** The changes with those that foreign keys add. */
  private withActions(
    successor: Version,
    set: readonly RowsChange[],
  ): Sliced<readonly RowsChange[]> {
    return this.unlessLocked(successor, () =>
      this.notingMissingParent(successor, () => {
        const all = withReferencesInSlices(successor, set);
        return all as Sliced<readonly RowsChange[]>;
      }),
    );
  }

  /**
   * Runs a check that may fail because a row is not there to refer to. A
   * transaction goes on after that, so it is a read. Fails with
   * SERIALIZATION_FAILURE when the transaction's snapshot has the row.
   */
  private *notingMissingParent<T>(
    successor: Version,
    check: () => Sliced<T>,
  ): Sliced<T> {
    try {
      return yield* check();
    } catch (error) {
      const {hasSnapshot} = this.transaction;
      const wanted = hasSnapshot && wantedParent(this.version, error);
      if (!wanted) throw error;
      if (wanted.isIn(this.version) && !wanted.isIn(successor)) {
        throw serializationFailure(
          `a ${wanted.table} that it refers to is gone since it began`,
        );
      }
      this.noteRead(wanted.table, wanted.isIt);
      throw error;
    }
  }

  /** A table as the transaction sees it. */
  private tableOf({table}: RowsChange): Table {
    return findTable(this.version, table)!;
  }

  private *lockRows(set: readonly RowsChange[]): Sliced<void> {
    for (const change of set) {
      const table = this.tableOf(change);
      yield* eachInSlices(change.changes, each =>
        this.lockRow(table, idOf(each, table), useOf(each, table)),
      );
    }
  }

  /** Rows that are referred to from now on must stay. */
  private *lockReferredRows(
    successor: Version,
    all: readonly RowsChange[],
  ): Sliced<void> {
    const rows = yield* referencedRows(successor, all);
    yield* eachInSlices(rows, ({table, id}) =>
      this.lockRow(findTable(successor, table)!, id, 'share'),
    );
  }

  private lockRow(table: Table, id: Key, use: RowUse): void {
    const {locks} = this.around;
    waitUnlessNobody(() =>
      locks.holdersOfRow(this.transaction, table, id, use),
    );
    locks.lockRow(this.transaction, table, id, use);
  }

  private *noteWrites(set: readonly RowsChange[]): Sliced<void> {
    const {node} = this.transaction;
    if (node === undefined) return;
    for (const change of set) {
      const table = this.tableOf(change);
      const rows: Row[] = [];
      yield* eachInSlices(change.changes, each => {
        const old = table.rows.get(idOf(each, table));
        if (old !== undefined) rows.push(old);
        if (each.kind !== 'delete') rows.push(each.row);
      });
      yield* this.around.order.write(node, table.schema.name, rows);
    }
  }

  /** Others that want one of the keys must wait until it is clear who has it. */
  private *lockKeys(set: RowsChange, successor: Version): Sliced<void> {
    // Its indexes may be newer than those of the snapshot.
    const table = findTable(successor, set.table)!;
    const {locks} = this.around;
    const {dialect} = this.version;
    for (const index of table.indexes) {
      const {definition, keyOf} = index.keys;
      if (!definition.isUnique) continue;
      yield* eachInSlices(set.changes, change => {
        if (change.kind === 'delete') return;
        const key = keyOf(change.row);
        if (!isLimited(definition, key, dialect)) return;
        waitUnlessNobody(() =>
          locks.holdersOfKey(this.transaction, table, index, key),
        );
        if (isKeyNew(index.keys, change, table)) {
          locks.lockKey(this.transaction, table, index, key);
        }
      });
    }
  }

  private applied(
    version: Version,
    all: readonly RowsChange[],
  ): Sliced<Version> {
    return this.unlessLocked(version, () => applying(version, all, this.isCut));
  }

  /**
   * Runs a check that may fail because of a row that is in the way. If another
   * transaction has that row it may be about to go: that is waited for.
   */
  private *unlessLocked<T>(
    version: Version,
    check: () => Sliced<T>,
  ): Sliced<T> {
    try {
      return yield* check();
    } catch (error) {
      if (!(error instanceof InMemoryError)) throw error;
      const {id, table: name} = error.details;
      const table = name === undefined ? undefined : findTable(version, name);
      if (id === undefined || table === undefined) throw error;
      const {locks} = this.around;
      waitUnlessNobody(() =>
        locks.holdersOfRow(this.transaction, table, id, 'change'),
      );
      this.noteObstacle(table, id);
      throw error;
    }
  }

  /**
   * A transaction goes on after a statement that a row was in the way of, so
   * that is a read of the row. Fails with SERIALIZATION_FAILURE when it could
   * not see that row.
   */
  private noteObstacle({schema, ids, rows}: Table, id: Key): void {
    if (!this.notesReads) return;
    const {name} = schema;
    if (findTable(this.version, name)!.rows.get(id) !== rows.get(id)) {
      throw serializationFailure(
        `the ${name} with id ${show(id)} is in the way since it began`,
      );
    }
    this.noteRead(name, row => ids.order(ids.keyOf(row), id) === 0);
  }

  private *appliedToSnapshot(all: readonly RowsChange[]): Sliced<Version> {
    try {
      return yield* applying(this.version, all, this.isCut);
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

function serializationFailure(reason: string): InMemoryError {
  return new InMemoryError(
    'SERIALIZATION_FAILURE',
    `The transaction could not see what others have committed: ${reason}. ` +
      'Run it again.',
  );
}
