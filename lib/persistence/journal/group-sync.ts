import {promisify} from 'node:util';

/** Kept from the start: a test's fake timers must not stop a commit. */
const endOfTurn = promisify(setImmediate);

/**
 * Lets all who wait for a sync share one. At most one runs at a time; whoever
 * comes while it runs shares the next one, since the one that runs may have
 * begun before their bytes were written. A sync begins at the end of a turn of
 * the event loop, so that all statements of that turn share it.
 */
export class GroupSync {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  /** `sync` must reject when it fails; it is run again for those who come then. */
  constructor(private readonly sync: () => Promise<void>) {}

  /** Resolves when a sync has ended well that began after this call. */
  wait(): Promise<void> {
    this.next ??= this.runNext();
    return this.next;
  }

  private async runNext(): Promise<void> {
    // Its failure is told to those who wait for it.
    await this.running?.catch(() => {});
    await endOfTurn();
    this.running = this.next;
    this.next = undefined;
    await this.sync();
  }
}
