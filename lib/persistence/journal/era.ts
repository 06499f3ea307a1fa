import type {JournalWriter} from './writer';
import type {Version} from '../../store/version';

/**
 * The commits between two failures of the disk. A failure ends an era: those of
 * its commits that were not safe by then never will be.
 */
export class Era {
  private end: Error | undefined;

  constructor(
    /** The newest version that is known to be safe. */
    private safeVersion: Version,
    private safeSequence: number,
  ) {}

  /** The newest version that is known to be safe. */
  get version(): Version {
    return this.safeVersion;
  }

  /** The commits up to now, to ask later whether they are safe. */
  mark(version: Version, writer: JournalWriter): Mark {
    return {era: this, version, sequence: writer.nextSequence};
  }

  /** Notes that the commits up to a mark are safe. */
  noteSafe({version, sequence}: Omit<Mark, 'era'>): void {
    if (this.end !== undefined || sequence <= this.safeSequence) return;
    this.safeVersion = version;
    this.safeSequence = sequence;
  }

  /**
   * Whether the commits up to a mark of this era are safe. Fails with what has
   * ended the era when they never will be.
   */
  isSafe({sequence}: Mark): boolean {
    if (sequence <= this.safeSequence) return true;
    if (this.end !== undefined) throw this.end;
    return false;
  }

  /** Ends the era. */
  endWith(failure: Error): void {
    this.end ??= failure;
  }
}

/** All commits up to a moment of an era. */
export interface Mark {
  readonly era: Era;
  readonly version: Version;
  /** The sequence number of the first commit after them. */
  readonly sequence: number;
}
