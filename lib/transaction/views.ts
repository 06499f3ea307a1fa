import {runAtOnce, type Sliced} from '../base/slices';
import {diff} from '../schema/diff';
import {apply, applying, type Change, type Version} from '../store/version';
import type {Head} from './head';
import type {SerialOrder} from './serializable';
import {
  isCut,
  readDirectly,
  type ReadView,
  type StatementOptions,
} from './statement';
import type {Transaction} from './transaction';

/** Which version the statements of a transaction see, and which they lead to. */
export class Views {
  constructor(
    private readonly head: Head,
    private readonly order: SerialOrder,
    /** All that have not ended. */
    private readonly open: Iterable<Transaction>,
  ) {}

  /** What a statement sees that reads. Fails with SERIALIZATION_FAILURE. */
  *forReading(
    transaction: Transaction,
    options: StatementOptions,
  ): Sliced<ReadView> {
    const isShared = options.slices !== undefined;
    const version = transaction.readsUncommitted
      ? yield* this.uncommitted(isShared)
      : yield* this.viewing(transaction, isShared);
    const {node} = transaction;
    return node === undefined
      ? readDirectly(version, isCut(options))
      : {
          version,
          isCut: isCut(options),
          notesReads: true,
          noteRead: (table, test) => this.order.read(node, table, test),
        };
  }

  /** What a statement sees that writes. Fails with SERIALIZATION_FAILURE. */
  forWriting(transaction: Transaction, isShared: boolean): Sliced<Version> {
    return transaction.hasSnapshot && !transaction.writesToSnapshot
      ? this.makeSuccessor(transaction, isShared)
      : this.viewing(transaction, isShared);
  }

  /**
   * The newest version with all that open transactions have written. It fits, for
   * each of them has locked what it has written.
   */
  private *uncommitted(isCut: boolean): Sliced<Version> {
    const head = this.head.keep();
    const all: Change[] = [];
    for (const {writes} of this.open) all.push(...(yield* writes.changes()));
    return all.length === 0 ? head : yield* applying(head, all, isCut);
  }

  /**
   * The version that a statement sees which begins now; the first one takes the
   * transaction's snapshot. Fails with SERIALIZATION_FAILURE.
   */
  versionFor(transaction: Transaction): Version {
    const {writes} = transaction;
    if (!transaction.hasSnapshot) {
      return writes.size === 0
        ? this.head.current
        : this.successorOf(transaction);
    }
    const snapshot = this.snapshotOf(transaction);
    if (snapshot.tables.size < this.head.current.tables.size) {
      return this.withNewTables(transaction, snapshot);
    }
    if (transaction.node !== undefined)
      this.order.requireSafe(transaction.node);
    if (writes.size === 0) return snapshot;
    // A rollback to a savepoint may have dropped the version made so far.
    return (transaction.working ??= runAtOnce(
      this.withWrites(transaction, snapshot, false),
    ));
  }

  /**
   * The version that a statement would see which begins now, to keep; without taking
   * the transaction's snapshot.
   */
  foreseen(transaction: Transaction): Version {
    const {hasSnapshot, readsUncommitted, snapshot, working, writes} =
      transaction;
    if (readsUncommitted) return runAtOnce(this.uncommitted(false));
    if (!hasSnapshot) return this.successorOf(transaction);
    const head = this.head.keep();
    const seen = snapshot ?? head;
    // Tables that were declared since are to be there.
    if (seen.tables.size < head.tables.size)
      return this.versionFor(transaction);
    if (writes.size === 0) return seen;
    return working ?? runAtOnce(this.withWrites(transaction, seen, false));
  }

  /** The snapshot of a transaction with what that has written. */
  private *withWrites(
    {writes, writesToSnapshot}: Transaction,
    snapshot: Version,
    isCut: boolean,
  ): Sliced<Version> {
    if (writesToSnapshot) {
      return yield* applying(snapshot, yield* writes.changes(), isCut);
    }
    // Rows of the snapshot may have keys that others have given up since.
    const changes = yield* writes.changesOf(snapshot);
    return yield* applying(snapshot, changes, isCut, true);
  }

  /** As {@link versionFor}, as work between whose slices others may write. */
  *viewing(transaction: Transaction, isShared: boolean): Sliced<Version> {
    const {hasSnapshot, snapshot, working, writes} = transaction;
    // It keeps the newest version: others may write between two slices.
    if (isShared && !hasSnapshot) {
      return yield* this.makeSuccessor(transaction, isShared);
    }
    const isToMake = snapshot !== undefined && working === undefined;
    if (isShared && writes.size > 0 && isToMake) {
      transaction.working = yield* this.withWrites(
        transaction,
        snapshot,
        isShared,
      );
    }
    return this.versionFor(transaction);
  }

  /** Models may be defined late: their tables are there, and empty. */
  private withNewTables(transaction: Transaction, snapshot: Version): Version {
    const changes: Change[] = [];
    this.head.current.tables.forEach(({schema}, name) => {
      if (snapshot.tables.has(name)) return;
      const steps = diff(undefined, schema);
      changes.push({kind: 'schema', table: schema.name, steps});
    });
    transaction.snapshot = apply(snapshot, changes);
    transaction.working = undefined;
    return this.versionFor(transaction);
  }

  private snapshotOf(transaction: Transaction): Version {
    if (transaction.snapshot === undefined) {
      transaction.snapshot = this.head.keep();
      if (transaction.level === 'SERIALIZABLE') {
        transaction.node = this.order.begin(() => transaction.writes);
      }
    }
    return transaction.snapshot;
  }

  /** The newest version with the transaction's changes: what a commit leads to. */
  successorOf(transaction: Transaction): Version {
    return runAtOnce(this.makeSuccessor(transaction, false));
  }

  /** As {@link successorOf}, as work that can be cut. */
  *makeSuccessor(transaction: Transaction, isCut: boolean): Sliced<Version> {
    const {successor, writes} = transaction;
    const head = this.head.keep();
    if (writes.size === 0) return head;
    if (successor?.head === head) return successor.version;
    const changes = yield* writes.changes();
    const version = yield* applying(head, changes, isCut);
    transaction.successor = {head, version};
    return version;
  }
}
