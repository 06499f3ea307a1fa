import type {Change} from '../store/version';
import {type FileIdentity, requireReadable} from './data-file/reader';
import {writeDataFile, writeDataFileSync} from './data-file/writer';
import {CheckpointRun} from './checkpoint-run';
import {type Disk, type HeldLock, realDisk} from './lock/disk';
import {Era, type Mark} from './journal/era';
import {newStoreId} from './journal/format';
import {type JournalWriter, maxAddedBytes} from './journal/writer';
import {NextJournal} from './journal/next-journal';
import {Ownership} from './lock/ownership';
import {giveName, openRecovered, recoverBesideOwner} from './opening';
import type {Recovered} from './recovery';
import {requireDirectory} from './disk/failures';
import {atExitSuffix, temporarySuffix} from './disk/file-names';
import {readOnly} from './disk/read-only';
import {Schedule} from './schedule';
import {runBlocking, type Steps} from './disk/steps';
import type {DataStoreOptions, DataStoreSource} from './store-options';
import {atExit, notAtExit} from './disk/exit-hook';
import {type TableBefore, tableChanges} from './journal/table-changes';

/**
 * The files of a database: lock, data file and journal. Commits go to the
 * journal, at once and in order; the data file follows (a checkpoint) when
 * nothing was written for a while, when the journal outgrows it, and at the end.
 *
 * When the disk fails so that it is not certain what it holds, the store takes
 * nothing more, and with fsync 'always' the commits that nobody was promised are
 * taken back. It takes commits again after a checkpoint: a fresh data file, read
 * again to be sure, and a fresh journal.
 */
export class DataStore {
  private dataBytes: number;
  private readonly store: string;
  private running: Promise<void> | undefined;
  private failure: Error | undefined;
  private isDirty: boolean;
  /** The temporary file that the journal names, and that needs its name yet. */
  private owed: string | undefined;
  /** The checkpoint that was begun last, while it runs; no other may go on. */
  private run: CheckpointRun | undefined;
  private era: Era;
  /** Resolves when the journals that were replaced are closed. */
  private oldClosed: Promise<unknown> = Promise.resolve();
  private readonly schedule: Schedule;
  private readonly disk: Disk;
  /** The payloads of commits that were taken and not written. */
  private added: string[] = [];
  private readonly ownership: Ownership | undefined;
  private readonly options: DataStoreOptions;
  private readonly source: DataStoreSource;

  private constructor(
    private readonly lock: HeldLock | undefined,
    private writer: JournalWriter | undefined,
    /** What the files held when they were opened. */
    readonly recovered: Recovered,
    owner: {options: DataStoreOptions; source: DataStoreSource; store: string},
  ) {
    const {options, source, store} = owner;
    this.options = options;
    this.source = source;
    this.store = store;
    this.disk = options.disk ?? realDisk;
    this.ownership = lock && new Ownership(lock);
    this.dataBytes = recovered.identity?.bytes ?? 0;
    this.era = new Era(source.keep(), writer?.nextSequence ?? 0);
    this.isDirty =
      recovered.identity === undefined || (recovered.journal?.commits ?? 0) > 0;
    this.schedule = new Schedule(options, {
      sync: () => this.syncQuietly(),
      checkpoint: () => void this.tryCheckpoint(),
    });
  }

  /**
   * Opens the files of a database, creating them if there are none, and owns
   * them until {@link close}. Fails with DATA_LOCKED, DATA_DAMAGED, DATA_TOO_NEW
   * or PERSISTENCE_FAILED, and nothing was changed.
   */
  static async open(
    file: string,
    options: DataStoreOptions,
    source: DataStoreSource,
  ): Promise<DataStore> {
    const {disk = realDisk, isReadOnly, lockTimeoutMs} = options;
    const store = newStoreId();
    if (isReadOnly) {
      const recovered = await recoverBesideOwner(file, disk);
      const owner = {options, source, store};
      return new DataStore(undefined, undefined, recovered, owner);
    }
    runBlocking(requireDirectory(file, disk.files));
    const lock = await disk.lock(file, lockTimeoutMs);
    try {
      const {recovered, writer} = openRecovered(lock.path, store, options);
      const {journal} = recovered;
      const owner = {options, source, store: journal?.store ?? store};
      const opened = new DataStore(lock, writer, recovered, owner);
      atExit(opened, () => opened.checkpointAtExit());
      return opened;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Whether what was recovered may be needed again, to take commits back. */
  get takesBack(): boolean {
    return this.options.fsync === 'always';
  }

  /** Gives the files back as they are, where the source cannot take them. */
  giveUp(): void {
    this.schedule.end();
    notAtExit(this);
    this.writer?.abandon();
    this.writer = undefined;
    this.lock?.release();
  }

  /** To be called once the source has taken what was recovered. */
  start(): void {
    if (this.isDirty && this.writer) this.schedule.commit(0, this.dataBytes);
  }

  /** See `CommitLog`. */
  get isFull(): boolean {
    return (this.writer?.addedBytes ?? 0) > maxAddedBytes;
  }

  /** Takes a commit; see `CommitLog`. */
  append(changes: readonly Change[], tableBefore: TableBefore): void {
    const {failure, lock, source, writer} = this;
    if (lock === undefined || writer === undefined) throw readOnly(lock?.path);
    if (failure !== undefined) {
      this.schedule.checkpointSoon();
      throw failure;
    }
    const commit = tableChanges(tableBefore, changes, source.sequences);
    if (commit.length === 0) return;
    this.added.push(writer.add(commit));
  }

  /** Writes down the commits that were taken; see `CommitLog`. */
  write(): void {
    const {added, failure, lock, writer} = this;
    if (added.length === 0) return;
    this.added = [];
    if (writer === undefined) throw readOnly(lock!.path);
    try {
      if (failure === undefined) this.flush(writer);
    } finally {
      writer.forget();
    }
    if (failure !== undefined) throw failure;
    this.run?.since.push(...added);
    this.isDirty = true;
    this.schedule.commit(writer.bytes, this.dataBytes);
  }

  private flush(writer: JournalWriter): void {
    this.ownership!.ensure();
    try {
      if (this.schedule.takeLateSync()) writer.syncNow();
      writer.flush();
    } catch (error) {
      throw writer.isBroken ? this.fail(error) : error;
    }
  }

  /** When what was written is safe; see `CommitLog`. */
  acknowledged(): Promise<void> | undefined {
    const {checkpointsCommits, fsync} = this.options;
    if (this.writer === undefined) return undefined;
    if (checkpointsCommits && this.isDirty) return this.upToDate();
    if (fsync !== 'always') return this.schedule.turnIfStarved();
    const mark = this.mark();
    return mark.era.isSafe(mark) ? undefined : this.synced(mark);
  }

  private mark(): Mark {
    return this.era.mark(this.source.keep(), this.writer!);
  }

  private async upToDate(): Promise<void> {
    const mark = this.mark();
    // Where it fails the journal has the commit, and the data file will.
    await this.tryCheckpoint();
    if (this.options.fsync === 'always') await this.synced(mark);
  }

  private async synced(mark: Mark): Promise<void> {
    const {era} = mark;
    const {writer} = this;
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

  private syncQuietly(): void {
    if (this.writer === undefined || this.failure !== undefined) return;
    // A failure is reported where it is noted.
    this.synced(this.mark()).catch(() => undefined);
  }

  /** Takes nothing more until the next checkpoint. */
  private fail(error: unknown): Error {
    const failure = error instanceof Error ? error : new Error(String(error));
    if (this.writer === undefined) return failure;
    if (this.failure === undefined) {
      this.options.report(`${this.lock!.path}: ${failure.message}`);
      this.schedule.checkpointNext();
    }
    this.failure = failure;
    this.isDirty = true;
    if (this.options.fsync === 'always') {
      const {era} = this;
      era.endWith(failure);
      this.source.takeBack(era.version, failure);
      this.era = new Era(this.source.keep(), this.writer.nextSequence);
    }
    return failure;
  }

  /** A checkpoint of which nobody need know whether it has failed. */
  private async tryCheckpoint(): Promise<void> {
    try {
      await this.checkpoint();
    } catch (error) {
      this.options.report(`no checkpoint: ${(error as Error).message}`);
      this.schedule.noteFailure();
    }
  }

  /** Has the next checkpoint written although no commit was appended. */
  noteChange(): void {
    this.isDirty = true;
  }

  /** Brings the data file up to date with all that is committed by now. */
  async checkpoint(): Promise<void> {
    this.source.settle();
    while (this.running !== undefined) {
      await this.running.catch(() => undefined);
    }
    if (!this.isDirty || this.writer === undefined) return;
    this.running = this.checkpointNow();
    try {
      await this.running;
    } finally {
      this.running = undefined;
    }
  }

  private async checkpointNow(): Promise<void> {
    const run = this.begin(temporarySuffix);
    const {files} = this.disk;
    try {
      await writeDataFile(this.lock!.path, run.content, files, identity =>
        this.changeJournal(run, identity),
      );
    } catch (error) {
      this.isDirty = true;
      throw run.doubt === undefined ? error : this.fail(run.doubt);
    } finally {
      if (this.run === run) this.run = undefined;
    }
    this.end(run);
    this.schedule.noteSuccess();
  }

  private begin(suffix: string): CheckpointRun {
    this.finishRename();
    const {era, lock, source, writer} = this;
    const content = source.content();
    this.isDirty = false;
    this.run = new CheckpointRun(content, era, writer!, lock!.path + suffix);
    return this.run;
  }

  private end(run: CheckpointRun): void {
    if (run.doubt !== undefined) throw this.fail(run.doubt);
    this.owed = undefined;
  }

  /** Gives the last checkpoint its name if that has failed. */
  private finishRename(): void {
    if (this.owed === undefined) return;
    giveName(this.owed, this.lock!.path, this.disk.files);
    this.owed = undefined;
  }

  /** As {@link switchJournal}, but most is done while others have their turn. */
  private *changeJournal(
    run: CheckpointRun,
    identity: FileIdentity,
  ): Steps<void> {
    const journal = this.nextJournal(run, identity);
    yield* journal.takeAhead(run.since);
    this.switchJournal(run, identity, journal);
  }

  private nextJournal(run: CheckpointRun, identity: FileIdentity): NextJournal {
    const {lock, store} = this;
    lock!.ensureHeld();
    const place = {files: this.disk.files, dataFile: lock!.path, store};
    return run.nextJournal(identity, place);
  }

  /** Lets a journal that follows the new data file take the place of the old. */
  private switchJournal(
    run: CheckpointRun,
    identity: FileIdentity,
    journal: NextJournal,
  ): void {
    this.source.settle();
    const {writer, doubt} = journal.replace(run.since, () =>
      this.requireCurrent(run, identity),
    );
    this.writer = writer;
    this.owed = run.temporary;
    this.dataBytes = identity.size;
    run.doubt = doubt;
    if (doubt === undefined) {
      this.era.noteSafe(this.mark());
      this.failure = undefined;
    }
    // Who waits for its sync is told what the era says.
    const closed = run.old.close().catch(() => undefined);
    this.oldClosed = Promise.all([this.oldClosed, closed]);
  }

  /** Fails unless what a checkpoint has written is good, and what we have. */
  private requireCurrent(run: CheckpointRun, identity: FileIdentity): void {
    if (run !== this.run) throw new Error('the end of the process came first');
    // What it holds has been taken back meanwhile.
    if (run.era !== this.era) throw this.failure!;
    this.lock!.ensureHeld();
    if (this.failure !== undefined) {
      requireReadable(run.temporary, identity, this.disk.files);
    }
  }

  private checkpointAtExit(): void {
    this.source.settle();
    const {disk, lock, owed, run: last} = this;
    if (lock === undefined || this.writer === undefined) return;
    try {
      this.finishRename();
      // One that runs will not go on; it may have got as far as the rename.
      const isCut = last !== undefined && owed === undefined;
      if (!this.isDirty && !isCut) return;
      const run = this.begin(atExitSuffix);
      writeDataFileSync(lock.path, run.content, disk.files, identity => {
        this.switchJournal(run, identity, this.nextJournal(run, identity));
        return undefined;
      });
      this.end(run);
      if (isCut) disk.files.unlink(last.temporary);
    } catch {
      // The journal has it all.
    }
  }

  /**
   * Brings the data file up to date, and gives the files back. Where the data
   * file cannot be, it fails with PERSISTENCE_FAILED, and the journal has it all.
   */
  async close(): Promise<void> {
    this.schedule.end();
    try {
      await this.checkpoint();
    } finally {
      notAtExit(this);
      try {
        await Promise.all([this.writer?.close(), this.oldClosed]);
      } finally {
        this.writer = undefined;
        this.lock?.release();
      }
    }
  }
}
