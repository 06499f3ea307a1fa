import {assert} from '../base/assert';
import {type Deadline, inTime} from '../base/deadline';
import {
  andThen,
  atOnce,
  type Cuttable,
  cutIf,
  inSlices,
  Work,
} from '../base/cuttable';
import type {Sliced} from '../base/slices';
import {withReferencesCut} from '../store/foreign-keys';
import type {RowChange} from '../store/table';
import {applying, type Change, findTable, type Version} from '../store/version';
import type {Row} from '../value/copy';
import type {Head} from './head';
import {
  type GoOn,
  headMoved,
  isCut,
  type RowTest,
  type StatementOptions,
  type WriteView,
} from './statement';

/**
 * What a statement writes to that is a transaction of its own and meets no lock:
 * its changes make the next version at once. No other statement may write
 * meanwhile.
 *
 * Unless others have their turn between its slices it builds on commits that are not written down yet, which may be
 * taken back as soon as others run. Else it builds on
 * what is in the log, and fails with {@link headMoved} where there is another
 * version at its end: by a new definition of a table, or because commits were
 * taken back.
 */
export class DirectWrite implements WriteView {
  readonly notesReads = false;
  /** Whether the statement has changed anything. */
  private isDone = false;
  readonly isCut: boolean;
  /** What a statement began with between whose slices others have their turn. */
  private readonly begunOn: Version | undefined;
  private readonly deadline: Deadline | undefined;

  constructor(
    private readonly head: Head,
    options: StatementOptions,
  ) {
    this.isCut = isCut(options);
    this.deadline = options.deadline;
    if (options.slices !== undefined) this.begunOn = head.current;
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
    // A schema comes with the first rows, and goes where they are taken back.
    if (head.isLogged && this.isFirst(table)) return false;
    this.requireNext();
    head.commitInPlace(table, changes[0]!);
    this.finish();
    return true;
  }

  private isFirst(table: string): boolean {
    return findTable(this.head.unsettled, table)?.kept === undefined;
  }

  truncate(table: string): Cuttable<void> {
    const truncation: Change = {kind: 'truncate', table, restartsIds: false};
    return andThen(this.withReferences([truncation]), all => this.make(all));
  }

  private withReferences(set: readonly Change[]): Cuttable<readonly Change[]> {
    return withReferencesCut(this.version, set, this.isCut);
  }

  private make(changes: readonly Change[]): Cuttable<void> {
    const {isCut, version} = this;
    const applied = cutIf(isCut, applying(version, changes, isCut));
    return andThen(applied, next => this.commit(next, changes));
  }

  private commit(next: Version, changes: readonly Change[]): void {
    this.requireNext();
    this.head.commit(next, changes);
    this.finish();
  }

  private finish(): void {
    this.isDone = true;
    this.deadline?.lift();
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
  deadline?: Deadline,
): T | Promise<T> {
  const direct = new DirectWrite(head, {deadline});
  let result: T;
  try {
    const work = statement(direct);
    result =
      deadline !== undefined && work instanceof Work
        ? work.within(deadline)
        : atOnce(work);
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
  options: StatementOptions,
): GoOn<T> | Promise<GoOn<T>> {
  const {deadline, slices} = options;
  if (slices !== undefined) {
    return slices.run(writingDirectly(head, statement, options));
  }
  const written = writeAtOnce(head, statement, deadline);
  return () => written;
}

/** Works in slices, again where the newest version is another one at the end. */
function* writingDirectly<T>(
  head: Head,
  statement: (view: WriteView) => Cuttable<T>,
  options: StatementOptions,
): Sliced<GoOn<T>> {
  const {deadline} = options;
  for (;;) {
    const direct = new DirectWrite(head, options);
    try {
      const result = yield* inTime(deadline, inSlices(statement(direct)));
      // From now on: its commit may be taken back before anybody asks.
      const safe = direct.whenSafe(result);
      return () => safe;
    } catch (error) {
      if (error !== headMoved) throw error;
    }
  }
}
