import {assert} from '../base/assert';
import {withReferences} from '../store/foreign-keys';
import type {RowChange} from '../store/table';
import {apply, type Change, type Version} from '../store/version';
import type {Row} from '../value/copy';
import type {Head} from './head';
import type {RowTest, WriteView} from './statement';

/**
 * What a statement writes to that is a transaction of its own and meets no lock:
 * its changes make the next version at once.
 */
export class DirectWrite implements WriteView {
  readonly notesReads = false;
  /** Whether the statement has changed anything. */
  isDone = false;

  constructor(private readonly head: Head) {
    head.makeRoom();
  }

  get version(): Version {
    return this.head.unsettled;
  }

  noteRead(): void {}

  candidates(
    _table: string,
    find: () => readonly Row[],
    _test: RowTest,
  ): readonly Row[] {
    return find();
  }

  /** A single change is made without copies where nobody keeps the version. */
  change(table: string, changes: readonly RowChange[]): void {
    const [change] = changes;
    if (change === undefined) return;
    const set: readonly Change[] = [{kind: 'rows', table, changes}];
    const all = withReferences(this.version, set);
    const isSingle = all === set && changes.length === 1;
    if (isSingle && this.head.mayBeUsedUp) {
      this.finish(() => this.head.commitInPlace(table, change));
    } else this.commit(all);
  }

  truncate(table: string): void {
    const change = {kind: 'truncate', table, restartsIds: false} as const;
    const all = withReferences(this.version, [change]);
    this.commit(all);
  }

  private commit(all: readonly Change[]): void {
    this.finish(() => this.head.commit(apply(this.version, all), all));
  }

  private finish(commit: () => void): void {
    assert(!this.isDone, 'a statement makes its changes once, at its end');
    commit();
    this.isDone = true;
  }
}
