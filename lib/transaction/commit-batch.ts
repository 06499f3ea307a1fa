import type {RowChange, Table} from '../store/table';
import {applyInPlace, type Version} from '../store/version';
import type {CommitLog} from './commit-log';

/** What takes back one change that was made in place. */
interface Inverse {
  readonly table: string;
  readonly change: RowChange;
}

/** Commits that are written down together, and how they are taken back. */
export class CommitBatch {
  /** The oldest version that a commit has left as it was. */
  private whole: Version | undefined;
  /** Of the changes that were made in place before that version was there. */
  private readonly inverses: Inverse[] = [];
  private safe: Promise<void> | undefined;
  private settle: ((outcome: Promise<void> | undefined) => void) | undefined;

  constructor(readonly log: CommitLog) {}

  /** Notes a commit that has left the version before it as it was. */
  noteCopy(before: Version): void {
    this.whole ??= before;
  }

  /** Notes a commit that has used up the version before it. */
  noteInPlace(table: string, inverse: RowChange): void {
    if (this.whole === undefined) this.inverses.push({table, change: inverse});
  }

  /** The version before the batch, given the one after it, which is used up. */
  versionBefore(after: Version): Version {
    return this.inverses.reduceRight(
      (version, {table, change}) => applyInPlace(version, table, change),
      this.whole ?? after,
    );
  }

  /** Resolves when the commits are safe; rejects when they are taken back. */
  whenSafe(): Promise<void> {
    this.safe ??= new Promise(resolve => {
      this.settle = resolve;
    });
    return this.safe;
  }

  /** Tells those who wait that the commits are in the log. */
  noteWritten(): void {
    this.settle?.(this.log.acknowledged());
  }

  /** Tells those who wait why the commits are taken back. */
  noteFailure(error: unknown): void {
    this.settle?.(Promise.reject(error));
  }
}

/** The change that takes back another; `table` is the one before that. */
export function inverseOf(change: RowChange, {ids, rows}: Table): RowChange {
  if (change.kind === 'insert') {
    return {kind: 'delete', id: ids.keyOf(change.row)};
  }
  const row = rows.get(change.id)!;
  return change.kind === 'delete'
    ? {kind: 'insert', row}
    : {kind: 'update', id: ids.keyOf(change.row), row};
}
