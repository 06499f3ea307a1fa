import path from 'node:path';
import {assert} from '../base/assert';
import {encodeCommit, type TableChange} from './commit-codec';
import {orFailed, persistenceFailed} from './failures';
import type {FileSystem} from './file-system';
import {encodeHeader, encodeRecord, type JournalHeader} from './format';
import {GroupSync} from './group-sync';
import type {JournalEnd} from './journal-reader';

/**
 * Appends commits to a journal, of which it is the only writer.
 *
 * `append` is synchronous: when it returns, the record is with the operating
 * system and survives the end of this process; `sync` resolves when it is on the
 * disk and survives a power cut. An append that fails leaves the file as it
 * was. Where that, or what is on the disk, is not certain, the writer is broken:
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
  private readonly group = new GroupSync(() => this.syncOnce());

  private constructor(
    private readonly fileSystem: FileSystem,
    private filePath: string,
    private readonly descriptor: number,
    private end: JournalEnd,
  ) {
    this.syncedSequence = end.nextSequence;
  }

  /**
   * Makes a journal without records, on the disk when this returns; the file
   * must not be there yet. When it fails there is no file.
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
    const writer = new JournalWriter(fileSystem, file, descriptor, {
      offset: bytes.length,
      nextSequence: header.firstSequence,
      checksum,
    });
    try {
      writer.write(bytes, 0);
      fileSystem.fsync(descriptor);
      fileSystem.fsyncDirectory(path.dirname(file));
    } catch (error) {
      quietly(() => fileSystem.close(descriptor));
      quietly(() => fileSystem.unlink(file));
      throw persistenceFailed(file, 'cannot be created', error);
    }
    return writer;
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
      const size = fileSystem.size(descriptor);
      if (size < end.offset) throw new Error('it was cut shorter meanwhile');
      if (size > end.offset) fileSystem.truncate(descriptor, end.offset);
      fileSystem.fsync(descriptor);
    } catch (error) {
      quietly(() => fileSystem.close(descriptor));
      throw persistenceFailed(file, 'cannot be opened', error);
    }
    return new JournalWriter(fileSystem, file, descriptor, end);
  }

  /** Where the journal is. */
  get path(): string {
    return this.filePath;
  }

  /** The size of the journal. */
  get bytes(): number {
    return this.end.offset;
  }

  /** The sequence number of the next record. */
  get nextSequence(): number {
    return this.end.nextSequence;
  }

  /** Whether the writer refuses everything, see the class. */
  get isBroken(): boolean {
    return this.broken;
  }

  /** Appends a commit as one record and returns its sequence number. */
  append(changes: readonly TableChange[]): number {
    this.refuseIfUnusable();
    const {offset, nextSequence, checksum} = this.end;
    const record = orFailed(this.filePath, 'cannot hold a commit', () =>
      encodeRecord(nextSequence, encodeCommit(changes), checksum),
    );
    try {
      this.write(record.bytes, offset);
    } catch (error) {
      this.cutBack(error);
      throw persistenceFailed(this.filePath, 'cannot be written', error);
    }
    this.end = {
      offset: offset + record.bytes.length,
      nextSequence: nextSequence + 1,
      checksum: record.checksum,
    };
    return nextSequence;
  }

  /**
   * Resolves when all records that were appended before this call are on the
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
      this.fileSystem.fdatasync(this.descriptor);
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
        this.fileSystem.close(this.descriptor),
      );
    }
  }

  /** Ends the use of the file at once, synced or not. */
  abandon(): void {
    this.isClosed = true;
    quietly(() => this.fileSystem.close(this.descriptor));
  }

  /** Writes all bytes, however few of them each call takes. */
  private write(bytes: Uint8Array, position: number): void {
    let written = 0;
    while (written < bytes.length) {
      const rest = bytes.subarray(written);
      const count = this.fileSystem.write(
        this.descriptor,
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
      this.fileSystem.truncate(this.descriptor, this.end.offset);
      // Else a power cut could bring parts of it back, under the next record.
      this.fileSystem.fsync(this.descriptor);
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
      await this.fileSystem.later.fdatasync(this.descriptor);
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
