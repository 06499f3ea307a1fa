import {type ErrorDetails, InMemoryError} from '../base/errors';
import {type Sliced, someInSlices} from '../base/slices';
import type {Row} from '../value/copy';
import type {RowTest} from './statement';
import type {WriteSet} from './write-set';

/*
 * Serializable snapshot isolation
 *
 * Transactions that each see one snapshot and never write the same row at the
 * same time are almost serializable. What goes wrong always has one shape
 * (Fekete et al. 2005, Cahill et al. 2008; PostgreSQL works the same way):
 *
 *        reads what         reads what
 *   I ----------------> P ----------------> O
 *       P overwrites        O overwrites
 *
 * with all three running at the same time, and O the first of them to commit.
 * (I and O may be one.) So it is enough to note who reads what another one
 * overwrites, and to abort P, or I where P is committed, when such a shape
 * appears. Reads are noted as the conditions that rows were found by, so a row
 * that comes into being later, a phantom, is noticed, too.
 *
 * If I has only read it does harm only when its snapshot is younger than O.
 */

/** What a serializable transaction has read and written. */
export class SerialNode {
  /** The commit count when its snapshot was taken. */
  readonly snapshotAt: number;
  /** Its own number among commits, once it is committed. */
  committedAt = Infinity;
  /** Set when it must not commit: the row by which that was found. */
  doom: ErrorDetails | undefined;
  readonly reads = new Map<string, RowTest[]>();
  /** Who reads what this one overwrites, each with such a row. */
  readonly readers = new Map<SerialNode, ErrorDetails>();
  /** Who overwrites what this one reads. */
  readonly overwriters = new Set<SerialNode>();
  /** When the first of the overwriters committed, also of forgotten ones. */
  overwrittenAt = Infinity;

  constructor(
    snapshotAt: number,
    readonly writesOf: () => WriteSet,
  ) {
    this.snapshotAt = snapshotAt;
  }

  get isDoomed(): boolean {
    return this.doom !== undefined;
  }

  get isCommitted(): boolean {
    return this.committedAt !== Infinity;
  }

  /** Whether it is known never to write. */
  get isReadOnly(): boolean {
    return this.isCommitted && this.writesOf().size === 0;
  }

  /** Whether a condition that it has read by holds for a row. */
  hasRead(table: string, row: Row): boolean {
    return this.reads.get(table)?.some(test => test(row)) === true;
  }
}

/** The serializable transactions that run, or did while one that runs began. */
export class SerialOrder {
  private readonly nodes = new Set<SerialNode>();
  private commits = 0;

  /** Takes in a transaction whose snapshot is taken now. */
  begin(writesOf: () => WriteSet): SerialNode {
    const node = new SerialNode(this.commits, writesOf);
    this.nodes.add(node);
    return node;
  }

  /**
   * Notes what a transaction reads. Fails with SERIALIZATION_FAILURE when it
   * must not go on.
   */
  read(reader: SerialNode, table: string, test: RowTest): void {
    const tests = reader.reads.get(table);
    if (tests === undefined) reader.reads.set(table, [test]);
    else tests.push(test);
    for (const other of this.nodes) {
      if (other === reader || !overlap(other, reader)) continue;
      const found = other.writesOf().find(table, test);
      if (found === undefined) continue;
      this.conflict(reader, other, reader, {table, ...found});
    }
  }

  /**
   * Notes which rows a transaction writes, as they were and as they will be;
   * `idOf` tells their ids. Fails with SERIALIZATION_FAILURE when it must not go
   * on.
   */
  *write(
    writer: SerialNode,
    table: string,
    rows: readonly Row[],
    idOf: (row: Row) => unknown,
  ): Sliced<void> {
    for (const other of this.nodes) {
      if (other === writer || !overlap(other, writer)) continue;
      let read: Row | undefined;
      yield* someInSlices(rows, row => {
        if (other.hasRead(table, row)) read = row;
        return read !== undefined;
      });
      if (read === undefined || !this.nodes.has(other)) continue;
      this.conflict(other, writer, writer, {table, id: idOf(read)});
    }
  }

  private conflict(
    reader: SerialNode,
    writer: SerialNode,
    actor: SerialNode,
    row: ErrorDetails,
  ): void {
    noteOverwrite(reader, writer, row);
    if (isDangerous(reader, writer, writer.overwrittenAt)) {
      abortOneOf(writer, reader, actor, row);
    }
    for (const first of reader.readers.keys()) {
      if (isDangerous(first, reader, writer.committedAt)) {
        abortOneOf(reader, first, actor, row);
      }
    }
  }

  /** Fails with SERIALIZATION_FAILURE when the transaction must not go on. */
  requireSafe(node: SerialNode): void {
    if (node.doom !== undefined) throw failure(node.doom);
  }

  /** Notes that a transaction, which must be safe, has committed. */
  commit(node: SerialNode): void {
    this.requireSafe(node);
    node.committedAt = ++this.commits;
    for (const [pivot, row] of node.readers) {
      noteOverwrite(pivot, node, row);
      if (pivot.isCommitted || pivot.isDoomed) continue;
      for (const first of pivot.readers.keys()) {
        if (isDangerous(first, pivot, node.committedAt)) pivot.doom = row;
      }
    }
    this.forgetOld();
  }

  /** Notes that a transaction was rolled back. */
  abort(node: SerialNode): void {
    this.drop(node);
    this.forgetOld();
  }

  /** Forgets those that committed before any that still runs began. */
  private forgetOld(): void {
    let oldest = Infinity;
    for (const node of this.nodes) {
      if (!node.isCommitted) oldest = Math.min(oldest, node.snapshotAt);
    }
    for (const node of this.nodes) {
      if (node.committedAt <= oldest) this.drop(node);
    }
  }

  private drop(node: SerialNode): void {
    this.nodes.delete(node);
    for (const reader of node.readers.keys()) reader.overwriters.delete(node);
    for (const writer of node.overwriters) writer.readers.delete(node);
  }

  /** The number of transactions kept in mind. */
  get size(): number {
    return this.nodes.size;
  }
}

/** Whether `other` is, or was, running while `node` does. */
function overlap(other: SerialNode, node: SerialNode): boolean {
  return other.committedAt > node.snapshotAt;
}

function noteOverwrite(
  reader: SerialNode,
  writer: SerialNode,
  row: ErrorDetails,
): void {
  reader.overwriters.add(writer);
  writer.readers.set(reader, row);
  reader.overwrittenAt = Math.min(reader.overwrittenAt, writer.committedAt);
}

/**
 * Whether three make the shape, given when the last one committed. The first
 * need not have run while the last did, which may be forgotten by then.
 */
function isDangerous(
  first: SerialNode,
  pivot: SerialNode,
  lastCommittedAt: number,
): boolean {
  if (lastCommittedAt === Infinity) return false;
  if (pivot.committedAt < lastCommittedAt) return false;
  if (first.committedAt < lastCommittedAt) return false;
  return !first.isReadOnly || lastCommittedAt <= first.snapshotAt;
}

/** The pivot must go, or the first one where the pivot is committed. */
function abortOneOf(
  pivot: SerialNode,
  first: SerialNode,
  actor: SerialNode,
  row: ErrorDetails,
): void {
  const victim = pivot.isCommitted ? first : pivot;
  if (victim === actor) throw failure(row);
  victim.doom = row;
}

/** `row` is one that one of them reads and another one writes. */
function failure(row: ErrorDetails): InMemoryError {
  return new InMemoryError(
    'SERIALIZATION_FAILURE',
    'The transaction cannot be put in one order with others that ran at the ' +
      'same time, of which one reads and another one writes a row of ' +
      `${row.table}; run it again.`,
    row,
  );
}
