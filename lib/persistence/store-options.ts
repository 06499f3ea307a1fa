import type {Version} from '../store/version';
import type {DataFileContent} from './data-file/text';
import type {Disk} from './lock/disk';
import type {Recovered} from './recovery';

/** When commits are acknowledged, in the words of Redis. */
export type FsyncPolicy = 'always' | 'everysec' | 'no';

/** How a data file is kept. */
export interface DataStoreOptions {
  readonly fsync: FsyncPolicy;
  /** How long to wait for another owner. */
  readonly lockTimeoutMs: number;
  /** Whether the data file is brought up to date before each acknowledgement. */
  readonly checkpointsCommits: boolean;
  /** How long nothing must be written before the data file is. */
  readonly idleMs: number;
  /** Reads beside an owner, and writes nothing. */
  readonly isReadOnly: boolean;
  /** Told what happened that nobody waits for. */
  readonly report: (text: string) => void;
  /** Told what the user should know. */
  readonly warn?: (text: string) => void;
  /**
   * Changes what the files held before anything is written; where it throws,
   * nothing is, and opening fails with its error.
   */
  readonly edit?: (recovered: Recovered) => void;
  /** Where the files are; the disk of this machine unless given. */
  readonly disk?: Disk;
}

/** The database whose commits are written down. */
export interface DataStoreSource {
  /** Has the commits written that were appended; they are taken back if not. */
  settle(): void;
  /** The newest version, to keep. */
  keep(): Version;
  /** The next sequence numbers of tables, where versions do not know them. */
  readonly sequences: ReadonlyMap<string, number>;
  /** What a data file is to hold; its version is kept. */
  content(): DataFileContent;
  /** Takes back the commits after a version, which cannot be made safe. */
  takeBack(version: Version, cause: Error): void;
}
