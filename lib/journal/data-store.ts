import path from 'node:path';
import type {Change} from '../store/version';
import {placeOf} from './canonical-path';
import type {TableChange} from './commit-codec';
import {type FileIdentity, readDataFile} from './data-file-reader';
import type {DataFileContent} from './data-file-text';
import {writeDataFile, writeDataFileSync} from './data-file-writer';
import {type Disk, type HeldLock, realDisk} from './disk';
import {Era, type Mark} from './era';
import {journalSuffix, orFailed, persistenceFailed} from './failures';
import {newStoreId} from './format';
import {JournalWriter} from './journal-writer';
import {openRecovered, recoverBesideOwner} from './opening';
import type {Recovered} from './recovery';
import {replaceJournal} from './replace-journal';
import {readOnly} from './read-only';
import {Schedule} from './schedule';
import type {DataStoreOptions, DataStoreSource} from './store-options';
import {atExit, notAtExit} from './exit-hook';
import {tableChanges} from './table-changes';

/** A journal smaller than this does not outgrow any data file. */
const smallJournalBytes = 1024 * 1024;

/** A checkpoint that runs. */
interface Run {
  readonly content: DataFileContent;
  readonly era: Era;
  readonly old: JournalWriter;
  /** The first commit that it does not hold. */
  readonly next: number;
  /** Why it is not sure which of two journals a power cut would leave. */
  doubt: unknown;
}

/** Kept from the start: a test's fake timers must not make a lock look held. */
const atEndOfTurn = setImmediate;

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
  /** Commits since the running checkpoint began; undefined when none runs. */
  private since: (readonly TableChange[])[] | undefined;
  private running: Promise<void> | undefined;
  private failure: Error | undefined;
  private isDirty: boolean;
  /** Whether the journal names the temporary file, which needs its name yet. */
  private isRenameOwed = false;
  private era: Era;
  /** Resolves when the journals that were replaced are closed. */
  private oldClosed: Promise<unknown> = Promise.resolve();
  private readonly schedule: Schedule;
  private readonly disk: Disk;
  /** Whether the lock was looked at in this turn of the event loop. */
  private isOwned = false;
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
    this.dataBytes = recovered.identity?.bytes ?? 0;
    this.era = new Era(source.keep(), writer?.nextSequence ?? 0);
    this.isDirty =
      recovered.identity === undefined || (recovered.journal?.commits ?? 0) > 0;
    this.schedule = new Schedule(options, {
      sync: () => this.syncQuietly(),
      checkpoint: () => this.checkpointQuietly(),
    });
  }

  /**
   * Opens the files of a database, creating them if there are none, and owns
   * them until {@link close}. Fails with DATA_LOCKED, DATA_DAMAGED or
   * PERSISTENCE_FAILED, and nothing was changed.
   */
  static async open(
    file: string,
    options: DataStoreOptions,
    source: DataStoreSource,
  ): Promise<DataStore> {
    const {disk = realDisk, isReadOnly, lockTimeoutMs} = options;
    const store = newStoreId();
    if (isReadOnly) {
      const recovered = await recoverBesideOwner(placeOf(file), disk);
      const owner = {options, source, store};
      return new DataStore(undefined, undefined, recovered, owner);
    }
    requireDirectoryOf(file, disk);
    const lock = await disk.lock(file, lockTimeoutMs);
    try {
      const {recovered, writer} = openRecovered(lock.path, store, options);
      const owner = {
        options,
        source,
        store: recovered.journal?.store ?? store,
      };
      const opened = new DataStore(lock, writer, recovered, owner);
      atExit(opened, () => opened.checkpointAtExit());
      return opened;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Whether commits may be taken back, up to what was recovered: then that is
   * needed as long as the store is open.
   */
  get takesBack(): boolean {
    return this.options.fsync === 'always';
  }

  /** To be called once the source has taken what was recovered. */
  start(): void {
    if (this.isDirty && this.writer !== undefined) this.schedule.commit(false);
  }

  /** Writes down a commit; see `CommitLog`. */
  append(changes: readonly Change[]): void {
    const {failure, lock, writer} = this;
    if (lock === undefined || writer === undefined) throw readOnly(lock?.path);
    if (failure !== undefined) {
      this.schedule.checkpointSoon();
      throw failure;
    }
    const {sequences} = this.source;
    const commit = tableChanges(this.source.current(), changes, sequences);
    if (commit.length === 0) return;
    this.ensureOwned(lock);
    try {
      if (this.schedule.takeLateSync()) writer.syncNow();
      writer.append(commit);
    } catch (error) {
      throw writer.isBroken ? this.fail(error) : error;
    }
    this.since?.push(commit);
    this.isDirty = true;
    // Not at once: the version with this commit is not the newest one yet.
    this.schedule.commit(
      writer.bytes > Math.max(smallJournalBytes, this.dataBytes),
    );
  }

  /** Once in a turn of the event loop, for it asks the system twice. */
  private ensureOwned(lock: HeldLock): void {
    if (this.isOwned) return;
    lock.ensureHeld();
    this.isOwned = true;
    atEndOfTurn(() => {
      this.isOwned = false;
    });
  }

  /** When what was appended is safe; see `CommitLog`. */
  acknowledged(): Promise<void> | undefined {
    const {checkpointsCommits, fsync} = this.options;
    if (this.writer === undefined) return undefined;
    if (checkpointsCommits && this.isDirty) return this.upToDate();
    if (fsync !== 'always') return undefined;
    const mark = this.mark();
    return mark.era.isSafe(mark) ? undefined : this.synced(mark);
  }

  private mark(): Mark {
    return this.era.mark(this.source.keep(), this.writer!);
  }

  private async upToDate(): Promise<void> {
    const mark = this.mark();
    try {
      await this.checkpoint();
    } catch (error) {
      // The journal has the commit, and the data file will.
      this.options.report(`no checkpoint: ${(error as Error).message}`);
    }
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

  private checkpointQuietly(): void {
    this.checkpoint().catch((error: unknown) => {
      this.options.report(`no checkpoint: ${(error as Error).message}`);
      this.schedule.noteFailure();
    });
  }

  /** Has the next checkpoint written although no commit was appended. */
  noteChange(): void {
    this.isDirty = true;
  }

  /** Brings the data file up to date with all that is committed by now. */
  async checkpoint(): Promise<void> {
    while (this.running !== undefined) {
      // Its failure is told to those who began it.
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
    const run = this.begin();
    const {disk, lock} = this;
    try {
      await writeDataFile(lock!.path, run.content, disk.files, identity =>
        this.switchJournal(run, identity),
      );
    } catch (error) {
      this.isDirty = true;
      throw run.doubt === undefined ? error : this.fail(run.doubt);
    } finally {
      this.since = undefined;
    }
    this.end(run);
  }

  private begin(): Run {
    this.finishRename();
    const {era, writer} = this;
    const content = this.source.content();
    const next = writer!.nextSequence;
    this.isDirty = false;
    this.since = [];
    return {content, era, old: writer!, next, doubt: undefined};
  }

  private end(run: Run): void {
    if (run.doubt !== undefined) throw this.fail(run.doubt);
    this.isRenameOwed = false;
  }

  /** Gives the last checkpoint its name if that has failed. */
  private finishRename(): void {
    if (!this.isRenameOwed) return;
    const {files} = this.disk;
    const {path: file} = this.lock!;
    const temporary = `${file}.tmp`;
    orFailed(file, 'cannot be replaced', () => {
      if (files.stat(temporary) !== undefined) files.rename(temporary, file);
      files.fsyncDirectory(path.dirname(file));
    });
    this.isRenameOwed = false;
  }

  /** Lets a journal that follows the new data file take the place of the old. */
  private switchJournal(run: Run, {size, crc32}: FileIdentity): void {
    const {disk, lock, since, store} = this;
    // What it holds has been taken back meanwhile.
    if (run.era !== this.era) throw this.failure!;
    lock!.ensureHeld();
    if (this.failure !== undefined) this.requireReadable(size, crc32);
    const header = {
      store,
      checkpoint: {bytes: size, crc32},
      firstSequence: run.next,
    };
    const {path: file} = lock!;
    const {permissions} = disk.files.stat(`${file}.tmp`)!;
    const {writer, doubt} = replaceJournal(
      disk.files,
      file + journalSuffix,
      header,
      {commits: since!, permissions},
    );
    this.writer = writer;
    this.isRenameOwed = true;
    this.dataBytes = size;
    run.doubt = doubt;
    if (doubt === undefined) {
      this.era.noteSafe(this.mark());
      this.failure = undefined;
    }
    // Who waits for its sync is told what the era says.
    const closed = run.old.close().catch(() => undefined);
    this.oldClosed = Promise.all([this.oldClosed, closed]);
  }

  /** After a failure of the disk nothing is believed that was not read. */
  private requireReadable(size: number, crc32: number): void {
    const temporary = `${this.lock!.path}.tmp`;
    const read = readDataFile(temporary, this.disk.files)?.identity;
    if (read?.size === size && read.crc32 === crc32) return;
    throw persistenceFailed(temporary, 'reads otherwise than it was written');
  }

  private checkpointAtExit(): void {
    // One that runs has begun to write to the same temporary file.
    if (!this.isDirty || this.writer === undefined || this.running) return;
    try {
      const run = this.begin();
      const {disk, lock} = this;
      writeDataFileSync(lock!.path, run.content, disk.files, identity =>
        this.switchJournal(run, identity),
      );
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
    notAtExit(this);
    try {
      await this.checkpoint();
    } finally {
      try {
        await Promise.all([this.writer?.close(), this.oldClosed]);
      } finally {
        this.writer = undefined;
        this.lock?.release();
      }
    }
  }
}

function requireDirectoryOf(file: string, {files}: Disk): void {
  const directory = path.dirname(path.resolve(file));
  if (files.stat(directory) !== undefined) return;
  throw persistenceFailed(
    file,
    `cannot be created: its directory ${directory} does not exist; create it`,
  );
}
