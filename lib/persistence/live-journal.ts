import {readOnly} from './disk/read-only';
import type {FileWatch} from './file-watch';
import type {TableChange} from './journal/commit-codec';
import {Era, type Mark} from './journal/era';
import type {JournalWriter} from './journal/writer';
import type {HeldLock} from './lock/disk';
import type {Schedule} from './schedule';
import type {DataStoreOptions, DataStoreSource} from './store-options';

/** What the parts of a store that is open to be written share. */
export interface StoreParts {
  readonly lock: HeldLock;
  readonly options: DataStoreOptions;
  readonly source: DataStoreSource;
  readonly schedule: Schedule;
  readonly watch: FileWatch;
}

/**
 * The journal that takes commits, whichever file that is by now, and what is
 * known of them: which are safe, and why none is taken after a failure of the
 * disk. With fsync 'always' a failure takes the others back and ends their era.
 */
export class LiveJournal {
  /** Whether there is anything that the data file does not hold. */
  isDirty: boolean;
  private lastFailure: Error | undefined;
  private currentEra: Era;
  /** The payloads of commits that were taken and not written. */
  private added: string[] = [];
  /** Resolves when the journals that were replaced are closed. */
  private oldClosed: Promise<unknown> = Promise.resolve();
  /** Whether the last commits have reached no file that will be found again. */
  private isAstray = false;

  constructor(
    /** Undefined once it is closed. */
    private open: JournalWriter | undefined,
    isDirty: boolean,
    private readonly parts: StoreParts,
  ) {
    this.isDirty = isDirty;
    this.currentEra = new Era(parts.source.keep(), open!.nextSequence);
  }

  /** Writes the journal; undefined once that is closed. */
  get writer(): JournalWriter | undefined {
    return this.open;
  }

  /** The commits since the last failure. */
  get era(): Era {
    return this.currentEra;
  }

  /**
   * Whether what was written last is astray, because files were deleted or moved
   * away: then it counts only once all were written anew.
   */
  get needsFiles(): boolean {
    return this.isAstray;
  }

  /** Why no commit is taken; undefined where they are. */
  get failure(): Error | undefined {
    return this.lastFailure;
  }

  /** Fails when no commit is taken; then a checkpoint is due that mends it. */
  requireTaking(): void {
    const {lock, schedule} = this.parts;
    if (this.open === undefined) throw readOnly(lock.path);
    if (this.lastFailure === undefined) return;
    schedule.checkpointSoon();
    throw this.lastFailure;
  }

  /** Takes a commit, for {@link write} to write. */
  add(commit: readonly TableChange[]): void {
    this.added.push(this.open!.add(commit));
  }

  /**
   * Writes the commits that were taken; their payloads. When it fails they are
   * not written, and forgotten.
   */
  write(): readonly string[] {
    const {added, open: writer, lastFailure} = this;
    if (added.length === 0) return added;
    this.added = [];
    if (writer === undefined) throw readOnly(this.parts.lock.path);
    try {
      if (lastFailure === undefined) this.flush(writer);
    } finally {
      writer.forget();
    }
    if (lastFailure !== undefined) throw lastFailure;
    this.isDirty = true;
    return added;
  }

  private flush(writer: JournalWriter): void {
    const {schedule, watch} = this.parts;
    this.isAstray = !writer.isBroken && watch.lacksFiles(writer);
    try {
      if (schedule.takeLateSync()) writer.syncNow();
      writer.flush();
    } catch (error) {
      throw writer.isBroken ? this.fail(error) : error;
    }
  }

  /** The commits up to now, to ask later whether they are safe. */
  mark(): Mark {
    return this.currentEra.mark(this.parts.source.keep(), this.open!);
  }

  /** Resolves when the commits up to a mark are safe. */
  async synced(mark: Mark): Promise<void> {
    const {era} = mark;
    const {open: writer} = this;
    if (era.isSafe(mark)) return;
    let failure: unknown;
    try {
      await writer!.sync();
    } catch (error) {
      failure = error;
    }
    // A checkpoint may have made it safe, or a failure taken it back.
    if (era.isSafe(mark)) return;
    if (failure !== undefined) throw this.fail(failure);
    era.noteSafe(mark);
  }

  /** Syncs what was written, for nobody who waits. */
  syncQuietly(): void {
    if (this.open === undefined || this.lastFailure !== undefined) return;
    // A failure is reported where it is noted.
    this.synced(this.mark()).catch(() => undefined);
  }

  /** Takes nothing more until the next checkpoint; the error to fail with. */
  fail(error: unknown): Error {
    const {lock, options, schedule, source} = this.parts;
    const failure = error instanceof Error ? error : new Error(String(error));
    if (this.open === undefined) return failure;
    if (this.lastFailure === undefined) {
      options.report(`${lock.path}: ${failure.message}`);
      schedule.checkpointNext();
    }
    this.lastFailure = failure;
    this.isDirty = true;
    if (options.fsync === 'always') {
      const era = this.currentEra;
      era.endWith(failure);
      source.takeBack(era.version, failure);
      this.currentEra = new Era(source.keep(), this.open.nextSequence);
    }
    return failure;
  }

  /**
   * Goes on with a journal that has taken the place of the old one. All that is
   * in it is safe, unless there is a doubt that it would be there after a power
   * cut.
   */
  changeTo(writer: JournalWriter, doubt: unknown): void {
    const old = this.open!;
    this.open = writer;
    this.isAstray = false;
    if (doubt === undefined) {
      this.currentEra.noteSafe(this.mark());
      this.lastFailure = undefined;
    }
    // Who waits for its sync is told what the era says.
    const closed = old.close().catch(() => undefined);
    this.oldClosed = Promise.all([this.oldClosed, closed]);
  }

  /** Syncs and closes the journal; nothing is taken then. */
  async close(): Promise<void> {
    try {
      await Promise.all([this.open?.close(), this.oldClosed]);
    } finally {
      this.open = undefined;
    }
  }

  /** Closes the journal as it is. */
  abandon(): void {
    this.open?.abandon();
    this.open = undefined;
  }
}
