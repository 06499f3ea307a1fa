import path from 'node:path';
import {assert} from '../../base/assert';
import {encodeCommit, type TableChange} from './commit-codec';
import {lookAt, orFailed, persistenceFailed} from '../disk/failures';
import type {FileStatus, FileSystem} from '../disk/file-system';
import {encodeHeader, type JournalHeader} from './format';
import {GroupSync} from './group-sync';
import type {JournalEnd} from './reader';
import {RecordBuffer} from './record-buffer';

/** What was added should be written when it is as large. */
export const maxAddedBytes = 1024 * 1024;

/** A journal that is open, and what tells its file from all others. */
interface OpenedJournal extends Pick<FileStatus, 'device' | 'inode'> {
  readonly descriptor: number;
}

/**
 * Appends commits to a journal, of which it is the only writer.
 *
 * `add` takes a commit; when `flush` returns, all records so far are with the
 * operating system and survive the end of this process; `sync` resolves when they
 * are on the disk and survive a power cut. A flush that fails leaves the file as
 * it was, and forgets what was added. Where that, or what is on the disk, is not certain, the writer is broken:
 * it refuses everything from then on, and what was waiting is not acknowledged.
 * A failed sync is never tried again on the same file: the kernel has forgotten
 * what it could not write, and would report success.
 *
 * All errors are PERSISTENCE_FAILED with their cause.
 */
export class JournalWriter {
  private broken = false;
  private cause: unknown;
  private isClosed = false;
  private syncedSequence: number;
  /** Records that were added and not written, and where they lead. */
  private readonly added = new RecordBuffer();
  private addedEnd: JournalEnd;
  private readonly group = new GroupSync(() => this.syncOnce());

  private constructor(
    private readonly fileSystem: FileSystem,
    private filePath: string,
    private readonly opened: OpenedJournal,
    private end: JournalEnd,
  ) {
    this.syncedSequence = end.nextSequence;
    this.addedEnd = end;
  }

  /**
   * Makes a journal without records; the file must not be there yet. It is on
   * the disk after the next sync, its name after {@link moveTo}. When it fails
   * there is no file.
   */
  static create(
    fileSystem: FileSystem,
    file: string,
    header: JournalHeader,
    permissions?: number,
  ): JournalWriter {
    const descriptor = orFailed(file, 'cannot be created', () =>
      fileSystem.open(file, 'wx+', permissions),
    );
    const {bytes, checksum} = encodeHeader(header);
    try {
      const opened = {descriptor, ...fileSystem.status(descriptor)};
      const writer = new JournalWriter(fileSystem, file, opened, {
        offset: bytes.length,
        nextSequence: header.firstSequence,
        checksum,
      });
      // Its header is not on the disk.
      writer.syncedSequence = header.firstSequence - 1;
      writer.write(bytes, 0);
      return writer;
    } catch (error) {
      quietly(() => fileSystem.close(descriptor));
      quietly(() => fileSystem.unlink(file));
      throw persistenceFailed(file, 'cannot be created', error);
    }
  }

  /**
   * Goes on after the last good record of a journal that was read to its end.
   * What is torn is cut away, and all that was read is on the disk then.
   */
  static openAtEnd(
    fileSystem: FileSystem,
    file: string,
    end: JournalEnd,
  ): JournalWriter {
    assert(end.offset > 0, 'a journal without a header is made anew');
    const descriptor = orFailed(file, 'cannot be opened', () =>
      fileSystem.open(file, 'r+'),
    );
    try {
      const status = fileSystem.status(descriptor);
      const {bytes: size} = status;
      if (size < end.offset) throw new Error('it was cut shorter meanwhile');
      if (size > end.offset) fileSystem.truncate(descriptor, end.offset);
      fileSystem.fsync(descriptor);
      return new JournalWriter(fileSystem, file, {descriptor, ...status}, end);
    } catch (error) {
      quietly(() => fileSystem.close(descriptor));
      throw persistenceFailed(file, 'cannot be opened', error);
    }
  }

  /** Where the journal is. */
  get path(): string {
    return this.filePath;
  }

  /** The size of the journal, without what was added and not written. */
  get bytes(): number {
    return this.end.offset;
  }

  /** The size of what was added and not written. */
  get addedBytes(): number {
    return this.added.bytes;
  }

  /** The sequence number of the first record that is not written. */
  get nextSequence(): number {
    return this.end.nextSequence;
  }

  /** Whether it is closed, or about to be. */
  get hasEnded(): boolean {
    return this.isClosed;
  }

  /** Whether the writer refuses everything, see the class. */
  get isBroken(): boolean {
    return this.broken;
  }

  /**
   * What is found where the journal should be: it, none, or another file, for
   * which counts a journal that somebody else has cut or written to. Fails with
   * PERSISTENCE_FAILED when that cannot be told.
   */
  look(): 'this' | 'none' | 'another' {
    const {end, filePath, opened} = this;
    const found = lookAt(filePath, this.fileSystem);
    if (found === undefined) return 'none';
    const isThis =
      found.inode === opened.inode && found.device === opened.device;
    // What a write that failed has left, nobody knows.
    const isWhole = this.broken || found.bytes === end.offset;
    return isThis && isWhole ? 'this' : 'another';
  }

  /**
   * Adds a commit as one record, for {@link flush} to write, and returns its
   * payload.
   */
  add(changes: readonly TableChange[]): string {
    const payload = orFailed(this.filePath, 'cannot hold a commit', () =>
      encodeCommit(changes),
    );
    this.addEncoded(payload);
    return payload;
  }

  /** As {@link add} for a payload that was made before. */
  addEncoded(payload: string): void {
    this.refuseIfUnusable();
    const {offset, nextSequence, checksum} = this.addedEnd;
    const {added} = this;
    const before = added.bytes;
    const next = orFailed(this.filePath, 'cannot hold a commit', () =>
      added.add(nextSequence, payload, checksum),
    );
    this.addedEnd = {
      offset: offset + added.bytes - before,
      nextSequence: nextSequence + 1,
      checksum: next,
    };
  }

  /** Writes all that was added, in one go. */
  flush(): void {
    if (this.added.bytes === 0) return;
    try {
      this.refuseIfUnusable();
      this.writeAdded();
      this.end = this.addedEnd;
    } finally {
      this.forget();
    }
  }

  /** Forgets all that was added and not written. */
  forget(): void {
    this.added.clear();
    this.addedEnd = this.end;
  }

  private writeAdded(): void {
    try {
      this.write(this.added.content, this.end.offset);
    } catch (error) {
      this.cutBack(error);
      throw persistenceFailed(this.filePath, 'cannot be written', error);
    }
  }

  /** Writes a commit as one record and returns its sequence number. */
  append(changes: readonly TableChange[]): number {
    this.add(changes);
    this.flush();
    return this.end.nextSequence - 1;
  }

  /**
   * Resolves when all records that were written before this call are on the
   * disk. All who wait at the same time share one sync.
   */
  async sync(): Promise<void> {
    this.refuseIfUnusable();
    return this.group.wait();
  }

  /** As {@link sync}, but returns when the records are on the disk. */
  syncNow(): void {
    this.refuseIfUnusable();
    if (this.isSynced()) return;
    const {nextSequence} = this.end;
    try {
      this.fileSystem.fdatasync(this.opened.descriptor);
    } catch (error) {
      throw this.break('cannot be synced', error);
    }
    this.syncedSequence = nextSequence;
  }

  /**
   * Gives the journal another name, replacing what has that name; on the disk
   * when this returns. So a new journal takes the place of an old one at once.
   */
  moveTo(file: string): void {
    this.syncNow();
    const {fileSystem} = this;
    orFailed(this.filePath, `cannot be renamed to ${file}`, () =>
      fileSystem.rename(this.filePath, file),
    );
    this.filePath = file;
    try {
      fileSystem.fsyncDirectory(path.dirname(file));
    } catch (error) {
      throw this.break('cannot be synced after it was renamed', error);
    }
  }

  /**
   * Syncs what is not yet on the disk and ends the use of the file; the writer
   * takes nothing more from the moment of the call.
   */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const wasBroken = this.broken;
    try {
      // Also when broken: while a sync runs the descriptor must stay ours.
      await this.group.wait();
    } catch (error) {
      if (!wasBroken) throw error;
    } finally {
      orFailed(this.filePath, 'cannot be closed', () =>
        this.fileSystem.close(this.opened.descriptor),
      );
    }
  }

  /** Ends the use of the file at once, synced or not. */
  abandon(): void {
    this.isClosed = true;
    quietly(() => this.fileSystem.close(this.opened.descriptor));
  }

  /** Writes all bytes, however few of them each call takes. */
  private write(bytes: Uint8Array, position: number): void {
    let written = 0;
    while (written < bytes.length) {
      const rest = written === 0 ? bytes : bytes.subarray(written);
      const count = this.fileSystem.write(
        this.opened.descriptor,
        rest,
        position + written,
      );
      if (count === 0) throw new Error('no byte was written');
      written += count;
    }
  }

  /** Takes back what a failed append has written. */
  private cutBack(cause: unknown): void {
    try {
      this.fileSystem.truncate(this.opened.descriptor, this.end.offset);
      // Else a power cut could bring parts of it back, under the next record.
      this.fileSystem.fsync(this.opened.descriptor);
    } catch {
      throw this.break('cannot be cut back after a failed write', cause);
    }
  }

  private isSynced(): boolean {
    return this.syncedSequence === this.end.nextSequence;
  }

  private async syncOnce(): Promise<void> {
    this.refuseIfBroken();
    if (this.isSynced()) return;
    const {nextSequence} = this.end;
    try {
      await this.fileSystem.later.fdatasync(this.opened.descriptor);
    } catch (error) {
      throw this.break('cannot be synced', error);
    }
    this.refuseIfBroken();
    this.syncedSequence = Math.max(this.syncedSequence, nextSequence);
  }

  private break(what: string, cause?: unknown): Error {
    this.broken = true;
    this.cause ??= cause;
    return persistenceFailed(this.filePath, what, cause);
  }

  private refuseIfBroken(): void {
    if (!this.broken) return;
    const what = 'takes nothing more, since it has failed';
    throw persistenceFailed(this.filePath, what, this.cause);
  }

  private refuseIfUnusable(): void {
    this.refuseIfBroken();
    if (this.isClosed) throw persistenceFailed(this.filePath, 'is closed');
  }
}

/** Tries to tidy up after an error that is more important. */
function quietly(tidy: () => void): void {
  try {
    tidy();
  } catch {
    // The error that led here is reported.
  }
}
