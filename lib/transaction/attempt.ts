import {assert} from '../base/assert';
import {type Cuttable, cutIf, inSlices} from '../base/cuttable';
import {eachInSlices, type Sliced} from '../base/slices';
import {withReferencesInSlices} from '../store/foreign-keys';
import type {RowChange} from '../store/table';
import {applying, findTable, type Version} from '../store/version';
import type {Row} from '../value/copy';
import {noteConstraintReads} from './constraint-reads';
import {notingMissingParent, notingObstacle} from './failed-checks';
import {idOf, lockKeys, lockParents, lockRows} from './locking';
import {applyToSnapshot, refuseChangedRows} from './snapshot-checks';
import {headMoved, type RowTest, type WriteView} from './statement';
import type {RowsChange, Surroundings} from './surroundings';

/*
 * How a statement of a transaction writes
 *
 * A statement works out its changes on the version that it sees. Meanwhile others
 * hold some of the rows, or have committed since. So `change` takes the changes
 * through eleven phases, which work with the `successor`: the newest version with
 * what the transaction has written before.
 *
 *    1  take the successor
 *    2  refuse rows that are not as in the snapshot    where there is one
 *    3  lock the rows                                  may wait
 *    4  add what foreign keys add, which goes
 *       through 2 and 3 as well                        may wait
 *    5  tell the serial order what is written          if SERIALIZABLE
 *    6  lock the rows that are referred to from now on may wait
 *    7  lock the new unique keys                       may wait
 *    8  apply the changes to the successor             may wait
 *    9  apply them to what the transaction sees        if that is another version
 *   10  tell it what the constraints have read        if SERIALIZABLE
 *   11  keep what has come of them
 *
 * To wait is to throw `Blocked`: the locks are kept, the rest is forgotten, and
 * the statement is tried again from its beginning when the holder of the lock has
 * ended. An error gives back the locks, too. While it is tried nobody else writes,
 * and before phase 11 the transaction is what it was.
 *
 * Worked example: two transactions of REPEATABLE READ whose snapshot is version 7
 * want to change City 1.
 *
 *   T1 sets its name   1: the newest version is 7, and T1 has written nothing.
 *                      2: City 1 is the same object in both. 3: locked by T1.
 *                      4-7: nothing to do. 8: version 8, made of 7. 9: T1 sees 7,
 *                      so that is the same. 11: T1 sees 8; City 1 is written.
 *   T2 sets its name   1, 2: as before, for T1 has not committed. 3: T1 holds the
 *                      row, so T2 is Blocked.
 *   T1 commits         Version 8 is the newest one. T1 gives back its lock, and T2
 *                      is tried again. It still sees its snapshot, version 7.
 *   T2                 1: the newest version is 8. 2: its City 1 is not that of 7:
 *                      T2 fails with SERIALIZATION_FAILURE.
 *
 * Had T1 rolled back, the newest version would still be 7, and T2 would go on as
 * T1 did. In READ COMMITTED the second try sees version 8: `candidates` takes City
 * 1 as it is there, if it still meets the condition, and 2 asks nothing.
 *
 * The order decides which answer a statement gives that could give several, and
 * what a phase may take for granted (phases.test.ts fails where it is another one,
 * but for the places of 6 and 7):
 *
 *   2 before 3   Who must fail does not wait for that.
 *   2 before 4   Actions of foreign keys, and 8, take it that the rows to change
 *                are there.
 *   3 before 4   Only who has locked a row knows whether there is one to change.
 *   and 8        If there is none, no foreign key and no unique key is broken.
 *   4 before 5   Rows that are changed by a cascade are written, too; so they are
 *                for 6 to 11.
 *   5 before 6   Who must fail does not wait for a row or a key.
 *   and 7
 *   6, 7         These could change places, or come after 8, and no answer would
 *   before 8     be wrong. But 8 costs most: who has to wait has spared it.
 *   8 before 9   What fits neither version is an error of the statement, and the
 *                transaction goes on. An error in 9 is taken for one by which the
 *                snapshot is too old.
 *   10 after 8   Only what has passed is taken for granted. What has not is told by
 *   and 9        the phase that failed.
 *   11 last      It begins by asking whether the newest version is that of 1. When
 *                the statement is cut, a table may have been declared since; what
 *                the other phases have found need not be so any more. Were it
 *                asked after the writes are noted, the next try would meet them.
 *
 * A statement that is cut tells the serial order twice, in 5 and at the end of 11:
 * whoever reads between the two does not see what is written, and is not known in 5.
 */

/** The rows that a statement found when it was first tried. */
export interface Candidates {
  rows: readonly Row[] | undefined;
}

/** The newest version when a statement comes to change something. */
interface Newest {
  readonly head: Version;
  /** The same, with what the transaction has written before. */
  readonly successor: Version;
}

/** What a statement leads to. */
interface Outcome {
  /** The successor with the changes. */
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
    // 1
    const newest = yield* this.takeNewest();
    const {successor} = newest;
    // 2
    yield* refuseChangedRows(around, successor, own);
    // 3
    yield* lockRows(around, own);
    // 4
    const all = yield* this.withActions(successor, own);
    // 5
    yield* this.noteWrites(all);
    // 6
    const parents = yield* lockParents(around, successor, all);
    // 7
    yield* lockKeys(around, successor, all);
    // 8
    const next = yield* this.applyToNewest(successor, all);
    // 9
    const working = this.seesAnother(successor)
      ? yield* applyToSnapshot(around, successor, all)
      : next;
    // 10
    yield* noteConstraintReads(around, successor, all, parents);
    // 11
    yield* this.keep(all, newest, {next, working});
  }

  private *takeNewest(): Sliced<Newest> {
    // Asked first: while the other is made a table may be declared.
    const head = this.around.head();
    return {head, successor: yield* this.around.successor()};
  }

  /** Whether what the transaction sees is not the newest version. */
  private seesAnother(successor: Version): boolean {
    const {transaction, viewed} = this.around;
    return transaction.writesToSnapshot && viewed !== successor;
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
      yield* order.write(node, name, rows, table.ids.keyOf);
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

  /** Makes the changes those of the transaction. */
  private *keep(
    all: readonly RowsChange[],
    {head, successor}: Newest,
    {next, working}: Outcome,
  ): Sliced<void> {
    const {transaction} = this.around;
    if (this.around.head() !== head) throw headMoved;
    // What is noted from here on is not taken back.
    this.around.deadline?.lift();
    for (const {table, changes} of all) {
      yield* transaction.writes.note(successor, table, changes);
    }
    transaction.successor = {head, version: next};
    transaction.working = transaction.writesToSnapshot ? working : undefined;
    // Others may have read since; from here on they see what was written.
    if (this.isCut) yield* this.noteWrites(all);
  }
}
