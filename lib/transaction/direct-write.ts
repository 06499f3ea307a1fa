import {assert} from '../base/assert';
import type {RowChange} from '../store/table';
import {apply, applyInPlace, type Version} from '../store/version';
import type {Row} from '../value/copy';
import type {Head} from './head';
import type {RowTest, WriteView} from './statement';

/**
 * What a statement writes to that is a transaction of its own and meets no lock:
 * its changes make the next version at once.
 */
export class DirectWrite implements WriteView {
  readonly notesReads = false;
  private isDone = false;

  constructor(private readonly head: Head) {}

  get version(): Version {
    return this.head.current;
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
    this.finish(
      changes.length > 1 || !this.head.mayBeUsedUp
        ? apply(this.version, [{kind: 'rows', table, changes}])
        : applyInPlace(this.version, table, change),
    );
  }

  truncate(table: string): void {
    const change = {kind: 'truncate', table, restartsIds: false} as const;
    this.finish(apply(this.version, [change]));
  }

  private finish(version: Version): void {
    assert(!this.isDone, 'a statement makes its changes once, at its end');
    this.isDone = true;
    this.head.moveTo(version);
  }
}
