import {assert} from '../base/assert';
import {type Cuttable, cutIf, inSlices} from '../base/cuttable';
import {eachInSlices, type Sliced} from '../base/slices';
import {withReferencesInSlices} from '../store/foreign-keys';
import type {RowChange} from '../store/table';
import {applying, findTable, type Version} from '../store/version';
import type {Row} from '../value/copy';
import {notingMissingParent, notingObstacle} from './failed-checks';
import {idOf, lockKeys, lockParents, lockRows} from './locking';
import {applyToSnapshot, refuseChangedRows} from './snapshot-checks';
import {headMoved, type RowTest, type WriteView} from './statement';
import type {RowsChange, Surroundings} from './surroundings';

/** The rows that a statement found when it was first tried. */
export interface Candidates {
  rows: readonly Row[] | undefined;
}

/** The versions that a statement leads to. */
interface Outcome {
  /** The newest version, on which the others were worked out. */
  readonly head: Version;
  /** The newest version with the transaction's changes up to this statement. */
  readonly successor: Version;
  /** The same, with those of this statement. */
  readonly next: Version;
  /** What the transaction sees from now on. */
  readonly working: Version;
}

/**
 * One try of a statement that writes in a transaction. Either all of its changes
 * are in the transaction in the end, or it has failed or been {@link Blocked}
 * and none of them is.
 */
export class Attempt implements WriteView {
  /** Whether the statement has asked for its candidates. */
  private hasCandidates = false;

  constructor(
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
    return this.around.transaction.node !== undefined;
  }

  noteRead(table: string, test: RowTest): void {
    const {order, transaction} = this.around;
    const {node} = transaction;
    if (node !== undefined) order.read(node, table, test);
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
    // What was found is kept by the statement, not by what it asked for.
    assert(!this.hasCandidates, 'a statement asks for its candidates once');
    this.hasCandidates = true;
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
    const {around} = this;
    const own: readonly RowsChange[] = [{kind: 'rows', table: name, changes}];
    const head = around.head();
    const successor = yield* around.successor();
    yield* refuseChangedRows(around, successor, own);
    yield* lockRows(around, own);
    const all = yield* this.withActions(successor, own);
    yield* this.noteWrites(all);
    yield* lockParents(around, successor, all);
    yield* lockKeys(around, successor, all);
    const next = yield* this.applyToNewest(successor, all);
    const working =
      around.transaction.hasSnapshot && around.viewed !== successor
        ? yield* applyToSnapshot(around, successor, all)
        : next;
    yield* this.keep(all, {head, successor, next, working});
  }

  /** The changes with those that foreign keys add, of which the same is asked. */
  private *withActions(
    successor: Version,
    own: readonly RowsChange[],
  ): Sliced<readonly RowsChange[]> {
    const {around} = this;
    const all = (yield* notingObstacle(around, successor, () =>
      notingMissingParent(around, successor, () =>
        withReferencesInSlices(successor, own),
      ),
    )) as readonly RowsChange[];
    if (all !== own) {
      yield* refuseChangedRows(around, successor, all);
      yield* lockRows(around, all);
    }
    return all;
  }

  /** Tells who has read what is written; that one comes before. */
  private *noteWrites(all: readonly RowsChange[]): Sliced<void> {
    const {order, transaction, viewed} = this.around;
    const {node} = transaction;
    if (node === undefined) return;
    for (const {table: name, changes} of all) {
      const table = findTable(viewed, name)!;
      const rows: Row[] = [];
      yield* eachInSlices(changes, each => {
        const old = table.rows.get(idOf(each, table));
        if (old !== undefined) rows.push(old);
        if (each.kind !== 'delete') rows.push(each.row);
      });
      yield* order.write(node, name, rows);
    }
  }

  private applyToNewest(
    successor: Version,
    all: readonly RowsChange[],
  ): Sliced<Version> {
    return notingObstacle(this.around, successor, () =>
      applying(successor, all, this.isCut),
    );
  }

  /** Gives the transaction the changes: the only step that leaves a trace. */
  private *keep(
    all: readonly RowsChange[],
    {head, successor, next, working}: Outcome,
  ): Sliced<void> {
    const {transaction} = this.around;
    if (this.around.head() !== head) throw headMoved;
    for (const {table, changes} of all) {
      yield* transaction.writes.note(successor, table, changes);
    }
    transaction.successor = {head, version: next};
    if (transaction.hasSnapshot) transaction.working = working;
    // Others may have read since; from here on they see what was written.
    if (this.isCut) yield* this.noteWrites(all);
  }
}
