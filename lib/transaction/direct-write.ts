import {assert} from '../base/assert';
import type {SliceQueue} from '../base/slice-queue';
import {
  andThen,
  atOnce,
  type Cuttable,
  cutIf,
  inSlices,
} from '../base/cuttable';
import type {Sliced} from '../base/slices';
import {withReferences, withReferencesInSlices} from '../store/foreign-keys';
import type {RowChange} from '../store/table';
import {applying, type Change, type Version} from '../store/version';
import type {Row} from '../value/copy';
import type {Head} from './head';
import {type GoOn, headMoved, type RowTest, type WriteView} from './statement';

/**
 * What a statement writes to that is a transaction of its own and meets no lock:
 * its changes make the next version at once. No other statement may write
 * meanwhile.
 *
 * In one go it builds on commits that are not written down yet, which may be
 * taken back as soon as others run. Cut into slices it builds on
 * what is in the log, and fails with {@link headMoved} where there is another
 * version at its end: by a new definition of a table, or because commits were
 * taken back.
 */
export class DirectWrite implements WriteView {
  readonly notesReads = false;
  /** Whether the statement has changed anything. */
  private isDone = false;
  /** What a statement that is cut began with. */
  private readonly begunOn: Version | undefined;

  constructor(
    private readonly head: Head,
    readonly isCut: boolean,
  ) {
    if (isCut) this.begunOn = head.current;
    else head.makeRoom();
  }

  get version(): Version {
    return this.begunOn ?? this.head.unsettled;
  }

  noteRead(): void {}

  candidates(
    _table: string,
    find: () => Cuttable<readonly Row[]>,
    _test: RowTest,
  ): Cuttable<readonly Row[]> {
    return find();
  }

  change(table: string, changes: readonly RowChange[]): Cuttable<void> {
    if (changes.length === 0) return undefined;
    const set: readonly Change[] = [{kind: 'rows', table, changes}];
    return andThen(this.withReferences(set), all =>
      all === set && this.changeInPlace(table, changes)
        ? undefined
        : this.make(all),
    );
  }

  /**
   * Makes a single change without copies where nobody keeps the version. Tells
   * whether it was made.
   */
  private changeInPlace(table: string, changes: readonly RowChange[]): boolean {
    const {head} = this;
    if (changes.length > 1 || !head.mayBeUsedUp) return false;
    this.requireNext();
    head.commitInPlace(table, changes[0]!);
    this.isDone = true;
    return true;
  }

  truncate(table: string): Cuttable<void> {
    const truncation: Change = {kind: 'truncate', table, restartsIds: false};
    return andThen(this.withReferences([truncation]), all => this.make(all));
  }

  private withReferences(set: readonly Change[]): Cuttable<readonly Change[]> {
    const {isCut, version} = this;
    return isCut
      ? cutIf(isCut, withReferencesInSlices(version, set))
      : withReferences(version, set);
  }

  private make(changes: readonly Change[]): Cuttable<void> {
    const {isCut, version} = this;
    const applied = cutIf(isCut, applying(version, changes, isCut));
    return andThen(applied, next => this.commit(next, changes));
  }

  private commit(next: Version, changes: readonly Change[]): void {
    this.requireNext();
    this.head.commit(next, changes);
    this.isDone = true;
  }

  /** Fails with {@link headMoved} where the changes are not the next ones. */
  private requireNext(): void {
    const {begunOn, head} = this;
    assert(!this.isDone, 'a statement makes its changes once, at its end');
    if (begunOn !== undefined && head.current !== begunOn) throw headMoved;
  }

  /** The result of the statement, held back until what it rests on is safe. */
  whenSafe<T>(result: T): T | Promise<T> {
    const {head} = this;
    return this.isDone || head.isUnsettled ? head.whenSafe(result) : result;
  }
}

/**
 * Runs a statement that writes directly, in one go, for who holds the write
 * mutex. Fails also with what keeps commits that it has built on from being written down.
 */
export function writeAtOnce<T>(
  head: Head,
  statement: (view: WriteView) => Cuttable<T>,
): T | Promise<T> {
  const direct = new DirectWrite(head, false);
  let result: T;
  try {
    result = atOnce(statement(direct));
  } catch (error) {
    // Perhaps because of commits that cannot be written down.
    throw head.settle() ?? error;
  }
  return direct.whenSafe(result);
}

/**
 * Runs a statement that writes directly for who holds the write mutex. Returns how
 * to wait until its changes are safe, so that others need not wait for that.
 */
export function beginDirectly<T>(
  head: Head,
  statement: (view: WriteView) => Cuttable<T>,
  slices: SliceQueue | undefined,
): GoOn<T> | Promise<GoOn<T>> {
  if (slices !== undefined) return slices.run(writingDirectly(head, statement));
  const written = writeAtOnce(head, statement);
  return () => written;
}

/** Works in slices, again where the newest version is another one at the end. */
function* writingDirectly<T>(
  head: Head,
  statement: (view: WriteView) => Cuttable<T>,
): Sliced<GoOn<T>> {
  for (;;) {
    const direct = new DirectWrite(head, true);
    try {
      const result = yield* inSlices(statement(direct));
      // From now on: its commit may be taken back before anybody asks.
      const safe = direct.whenSafe(result);
      return () => safe;
    } catch (error) {
      if (error !== headMoved) throw error;
    }
  }
}
