import {CheckpointRun} from './checkpoint-run';
import {type FileIdentity, requireReadable} from './data-file/reader';
import {writeDataFile, writeDataFileSync} from './data-file/writer';
import {atExitSuffix, temporarySuffix} from './disk/file-names';
import type {FileSystem} from './disk/file-system';
import type {Steps} from './disk/steps';
import type {NextJournal} from './journal/next-journal';
import type {LiveJournal, StoreParts} from './live-journal';
import {giveName} from './opening';

/**
 * Brings a data file up to date with what is committed: a new one takes the
 * place of the old one, and a new journal, which follows it, that of the old
 * journal. At most one runs at a time, and commits go on meanwhile; the end of the
 * process runs another one and lets none go on.
 */
export class Checkpoints {
  /** The size of the data file. */
  dataBytes: number;
  private running: Promise<void> | undefined;
  /** The temporary file that the journal names, and that needs its name yet. */
  private owed:
    {readonly temporary: string; readonly identity: FileIdentity} | undefined;
  /** The checkpoint that was begun last, while it runs; no other may go on. */
  private run: CheckpointRun | undefined;
  /** How many were begun. */
  private begun = 0;

  constructor(
    private readonly journal: LiveJournal,
    private readonly parts: StoreParts,
    private readonly place: {
      readonly files: FileSystem;
      /** The name of the store in its journals. */
      readonly store: string;
      readonly dataBytes: number;
    },
  ) {
    this.dataBytes = place.dataBytes;
  }

  /** Notes commits that were written while a checkpoint may run. */
  noteCommits(payloads: readonly string[]): void {
    this.run?.since.push(...payloads);
  }

  /** A checkpoint of which nobody need know whether it has failed. */
  async makeQuietly(): Promise<void> {
    const {options, schedule} = this.parts;
    try {
      await this.make();
    } catch (error) {
      options.report(`no checkpoint: ${(error as Error).message}`);
      schedule.noteFailure();
    }
  }

  /** Brings the data file up to date with all that is committed by now. */
  async make(): Promise<void> {
    const {journal} = this;
    this.parts.source.settle();
    while (this.running !== undefined) {
      await this.running.catch(() => undefined);
    }
    if (!journal.isDirty || journal.writer === undefined) return;
    this.running = this.makeNow();
    try {
      await this.running;
    } finally {
      this.running = undefined;
    }
  }

  private async makeNow(): Promise<void> {
    const {journal, parts, place} = this;
    const {lock, schedule} = parts;
    const run = this.begin(temporarySuffix);
    const number = this.begun;
    // One that was made at once has brought the data file further.
    const isOutdone = (): boolean =>
      this.begun > number && journal.failure === undefined;
    try {
      await writeDataFile(lock.path, run.content, place.files, identity =>
        this.changeJournal(run, identity),
      );
    } catch (error) {
      if (isOutdone()) return;
      journal.isDirty = true;
      throw run.doubt === undefined ? error : journal.fail(run.doubt);
    } finally {
      if (this.run === run) this.run = undefined;
    }
    if (isOutdone()) return;
    this.end(run);
    schedule.noteSuccess();
  }

  private begin(suffix: string): CheckpointRun {
    this.finishRename();
    const {journal, parts} = this;
    const {lock, source, watch} = parts;
    const lacksFiles = watch.requireOurs(journal.writer!);
    const content = source.content();
    journal.isDirty = false;
    this.begun++;
    const temporary = lock.path + suffix;
    const {era, writer} = journal;
    this.run = new CheckpointRun(content, era, writer!, temporary);
    this.run.lacksFiles = lacksFiles;
    return this.run;
  }

  private end(run: CheckpointRun): void {
    if (run.doubt !== undefined) throw this.journal.fail(run.doubt);
    this.noteNamed();
    if (!run.lacksFiles) return;
    const {lock, options} = this.parts;
    options.warn?.(
      `${lock.path}, its journal or both were deleted or moved away while this ` +
        'process had them open, and were written anew',
    );
  }

  /** Gives the last checkpoint its name if that has failed. */
  private finishRename(): void {
    if (this.owed === undefined) return;
    const {temporary} = this.owed;
    giveName(temporary, this.parts.lock.path, this.place.files);
    this.noteNamed();
  }

  private noteNamed(): void {
    const {identity} = this.owed!;
    this.owed = undefined;
    const {size: bytes, crc32} = identity;
    this.parts.watch.endChange({bytes, crc32});
  }

  /** As {@link switchJournal}, but most is done while others have their turn. */
  private *changeJournal(
    run: CheckpointRun,
    identity: FileIdentity,
  ): Steps<void> {
    this.requireLast(run);
    const next = this.nextJournal(run, identity);
    yield* next.takeAhead(run.since);
    this.switchJournal(run, identity, next);
  }

  private nextJournal(run: CheckpointRun, identity: FileIdentity): NextJournal {
    const {lock} = this.parts;
    const {files, store} = this.place;
    lock.ensureHeld();
    return run.nextJournal(identity, {files, dataFile: lock.path, store});
  }

  /** Lets a journal that follows the new data file take the place of the old. */
  private switchJournal(
    run: CheckpointRun,
    identity: FileIdentity,
    next: NextJournal,
  ): void {
    this.parts.source.settle();
    const {writer, doubt} = next.replace(run.since, () =>
      this.requireCurrent(run, identity),
    );
    this.owed = {temporary: run.temporary, identity};
    this.parts.watch.beginChange();
    this.dataBytes = identity.size;
    run.doubt = doubt;
    this.journal.changeTo(writer, doubt);
  }

  private requireLast(run: CheckpointRun): void {
    if (run !== this.run) throw new Error('another checkpoint came first');
  }

  /** Fails unless what a checkpoint has written is good, and what we have. */
  private requireCurrent(run: CheckpointRun, identity: FileIdentity): void {
    const {era, failure} = this.journal;
    this.requireLast(run);
    // What it holds has been taken back meanwhile.
    if (run.era !== era) throw failure!;
    this.parts.watch.requireOurs(this.journal.writer!);
    if (failure !== undefined) {
      requireReadable(run.temporary, identity, this.place.files);
    }
  }

  /**
   * Writes the files anew, at once, because they were deleted or moved away; with
   * them what was written last. When it fails, with PERSISTENCE_FAILED or
   * DATA_LOCKED, nothing is taken until they are there.
   */
  putBack(): void {
    try {
      this.makeAtOnce();
    } catch (error) {
      throw this.journal.fail(error);
    }
  }

  private makeAtOnce(): void {
    const run = this.begin(atExitSuffix);
    const {files} = this.place;
    const {path} = this.parts.lock;
    try {
      writeDataFileSync(path, run.content, files, identity => {
        this.switchJournal(run, identity, this.nextJournal(run, identity));
        return undefined;
      });
    } finally {
      this.run = undefined;
    }
    this.end(run);
  }

  /** The last checkpoint, at once; where it fails the journal has it all. */
  makeAtExit(): void {
    const {journal, parts, place} = this;
    parts.source.settle();
    const {owed, run: last} = this;
    if (journal.writer === undefined) return;
    try {
      this.finishRename();
      // One that runs will not go on; it may have got as far as the rename.
      const isCut = last !== undefined && owed === undefined;
      if (!journal.isDirty && !isCut) return;
      this.makeAtOnce();
      if (isCut) place.files.unlink(last.temporary);
    } catch {
      // The journal has it all.
    }
  }
}
