import type {FileIdentity} from './data-file/reader';
import type {DataFileContent} from './data-file/text';
import type {Era} from './journal/era';
import type {FileSystem} from './disk/file-system';
import type {JournalWriter} from './journal/writer';
import {NextJournal} from './journal/next-journal';

/** Where a journal is to be, and of which store it is. */
export interface JournalPlace {
  readonly files: FileSystem;
  /** The data file that it follows. */
  readonly dataFile: string;
  readonly store: string;
}

/** A checkpoint that is being written. */
export class CheckpointRun {
  /** The commits that it does not hold, as they are in the journal. */
  readonly since: string[] = [];
  /** Whether it puts files back that were deleted or moved away. */
  lacksFiles = false;
  /** Why it is not sure which of two journals a power cut would leave. */
  doubt: unknown;
  /** The first commit that it does not hold. */
  private readonly next: number;

  constructor(
    /** What it writes. */
    readonly content: DataFileContent,
    readonly era: Era,
    /** The journal whose commits so far it holds. */
    old: JournalWriter,
    /** The file that it writes, which takes the place of the data file. */
    readonly temporary: string,
  ) {
    this.next = old.nextSequence;
  }

  /**
   * A journal that follows what was written, without commits yet. Fails with
   * PERSISTENCE_FAILED.
   */
  nextJournal(
    {size: bytes, crc32}: FileIdentity,
    {dataFile, files, store}: JournalPlace,
  ): NextJournal {
    const checkpoint = {bytes, crc32};
    const header = {store, checkpoint, firstSequence: this.next};
    return new NextJournal(files, dataFile, header, this.temporary);
  }
}
