import {assert} from '../base/assert';
import type {RowChange} from '../store/table';
import {type Change, verify, type Version} from '../store/version';
import {Head} from './head';

/** Decided once: who does not ask for it pays nothing. */
const isAskedFor = process.env['INMEMORY_VERIFY'] === '1';

/**
 * A head of a database that begins with a version. With INMEMORY_VERIFY=1 in the
 * environment it is a {@link VerifiedHead}.
 */
export function headOf(version: Version): Head {
  return isAskedFor ? new VerifiedHead(version) : new Head(version);
}

/**
 * A head that verifies each version which becomes the newest: by a commit, by a
 * new definition of a table, or because commits are taken back. The step that has
 * led to a broken one fails with what is wrong with it; so it is found where it
 * comes from, and not where somebody reads it. Each commit costs O(rows and index
 * entries).
 */
export class VerifiedHead extends Head {
  override moveTo(version: Version): void {
    super.moveTo(version);
    this.requireSound();
  }

  override commit(version: Version, changes: readonly Change[]): void {
    super.commit(version, changes);
    this.requireSound();
  }

  override commitInPlace(table: string, change: RowChange): void {
    try {
      super.commitInPlace(table, change);
    } finally {
      // Also where it fails: then everything is as it was.
      this.requireSound();
    }
  }

  override settle(): Error | undefined {
    const failure = super.settle();
    if (failure !== undefined) this.requireSound();
    return failure;
  }

  private requireSound(): void {
    const {number} = this.unsettled;
    const problems = verify(this.unsettled);
    assert(
      problems.length === 0,
      `version ${number} of the database is sound, but ${problems.join('; ')}`,
    );
  }
}
