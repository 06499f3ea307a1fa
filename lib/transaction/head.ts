import type {Version} from '../store/version';

/** The one mutable cell: the pointer to the newest committed version. */
export class Head {
  /** Whether somebody may hold the newest version besides us. */
  private isKept = false;

  constructor(private version: Version) {}

  /** The newest version, to look at in one go, not to keep. */
  get current(): Version {
    return this.version;
  }

  /**
   * The newest version, to keep: it never changes, a later one takes its place.
   */
  keep(): Version {
    this.isKept = true;
    return this.version;
  }

  /** Whether nobody holds the newest version, so that it may be used up. */
  get mayBeUsedUp(): boolean {
    return !this.isKept;
  }

  /** Makes another version the newest. */
  moveTo(version: Version): void {
    if (version !== this.version) this.isKept = false;
    this.version = version;
  }
}
