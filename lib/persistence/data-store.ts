import type {Change} from '../store/version';
import {Checkpoints} from './checkpoints';
import {atExit, notAtExit} from './disk/exit-hook';
import {placeOf} from './disk/canonical-path';
import {requireDirectory} from './disk/failures';
import {readOnly} from './disk/read-only';
import {runBlocking} from './disk/steps';
import {FileWatch} from './file-watch';
import {newStoreId} from './journal/format';
import {type TableBefore, tableChanges} from './journal/table-changes';
import {type JournalWriter, maxAddedBytes} from './journal/writer';
import {LiveJournal} from './live-journal';
import {type HeldLock, realDisk} from './lock/disk';
import {openRecovered, recoverBesideOwner, requireFiles} from './opening';
import type {Recovered} from './recovery';
import {Schedule} from './schedule';
import type {DataStoreOptions, DataStoreSource} from './store-options';

/** What belongs to a store that may write its files. */
interface Writable {
  readonly lock: HeldLock;
  readonly journal: LiveJournal;
  readonly checkpoints: Checkpoints;
}

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
  /** Undefined where the files are only read. */
  private readonly writable: Writable | undefined;
  private readonly schedule: Schedule;

  private constructor(
    /** What the files held when they were opened. */
    readonly recovered: Recovered,
    private readonly options: DataStoreOptions,
    private readonly source: DataStoreSource,
    owned?: {lock: HeldLock; writer: JournalWriter; store: string},
  ) {
    this.schedule = new Schedule(options, {
      sync: () => this.writable?.journal.syncQuietly(),
      checkpoint: () => void this.writable?.checkpoints.makeQuietly(),
    });
    if (owned === undefined) return;
    const {lock, writer, store} = owned;
    const {files} = options.disk ?? realDisk;
    const {identity, journal: found} = recovered;
    const watch = new FileWatch(lock, files, identity, () =>
      this.schedule.checkpointSoon(),
    );
    const parts = {lock, options, source, schedule: this.schedule, watch};
    const isDirty = identity === undefined || (found?.commits ?? 0) > 0;
    const journal = new LiveJournal(writer, isDirty, parts);
    const place = {files, store, dataBytes: identity?.bytes ?? 0};
    const checkpoints = new Checkpoints(journal, parts, place);
    this.writable = {lock, journal, checkpoints};
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
    if (isReadOnly) {
      requireFiles(placeOf(file), disk.files);
      const recovered = await recoverBesideOwner(file, disk);
      return new DataStore(recovered, options, source);
    }
    runBlocking(requireDirectory(file, disk.files));
    requireFiles(placeOf(file), disk.files);
    const lock = await disk.lock(file, lockTimeoutMs);
    try {
      const fresh = newStoreId();
      const {recovered, writer} = openRecovered(lock.path, fresh, options);
      const store = recovered.journal?.store ?? fresh;
      const owned = {lock, writer, store};
      const opened = new DataStore(recovered, options, source, owned);
      atExit(opened, () => opened.checkpointAtExit());
      return opened;
    } catch (error) {
      lock.abandon();
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
    this.writable?.journal.abandon();
    this.writable?.lock.release();
  }

  /** To be called once the source has taken what was recovered. */
  start(): void {
    const {journal, checkpoints} = this.writable ?? {};
    if (journal?.isDirty !== true || journal.writer === undefined) return;
    this.schedule.commit(0, checkpoints!.dataBytes);
  }

  /** See `CommitLog`. */
  get isFull(): boolean {
    const addedBytes = this.writable?.journal.writer?.addedBytes ?? 0;
    return addedBytes > maxAddedBytes;
  }

  /** Takes a commit; see `CommitLog`. */
  append(changes: readonly Change[], tableBefore: TableBefore): void {
    const {source, writable} = this;
    if (writable === undefined) throw readOnly(undefined);
    const {journal} = writable;
    journal.requireTaking();
    const commit = tableChanges(tableBefore, changes, source.sequences);
    if (commit.length > 0) journal.add(commit);
  }

  /** Writes down the commits that were taken; see `CommitLog`. */
  write(): void {
    if (this.writable === undefined) return;
    const {journal, checkpoints} = this.writable;
    const written = journal.write();
    if (written.length === 0) return;
    checkpoints.noteCommits(written);
    if (journal.needsFiles) checkpoints.putBack();
    this.schedule.commit(journal.writer!.bytes, checkpoints.dataBytes);
  }

  /** When what was written is safe; see `CommitLog`. */
  acknowledged(): Promise<void> | undefined {
    const {checkpointsCommits, fsync} = this.options;
    const journal = this.writable?.journal;
    if (journal?.writer === undefined) return undefined;
    if (checkpointsCommits && journal.isDirty) return this.upToDate();
    if (fsync !== 'always') return this.schedule.turnIfStarved();
    const mark = journal.mark();
    return mark.era.isSafe(mark) ? undefined : journal.synced(mark);
  }

  private async upToDate(): Promise<void> {
    const {journal, checkpoints} = this.writable!;
    const mark = journal.mark();
    // Where it fails the journal has the commit, and the data file will.
    await checkpoints.makeQuietly();
    if (this.options.fsync === 'always') await journal.synced(mark);
  }

  /** Has the next checkpoint written although no commit was appended. */
  noteChange(): void {
    if (this.writable !== undefined) this.writable.journal.isDirty = true;
  }

  /** Brings the data file up to date with all that is committed by now. */
  async checkpoint(): Promise<void> {
    if (this.writable === undefined) this.source.settle();
    else await this.writable.checkpoints.make();
  }

  /** As {@link checkpoint}, at once, for the end of the process. Never fails. */
  checkpointAtExit(): void {
    this.writable?.checkpoints.makeAtExit();
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
        await this.writable?.journal.close();
      } finally {
        this.writable?.lock.release();
      }
    }
  }
}
