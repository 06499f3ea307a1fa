import type {DataStoreOptions} from './store-options';

/** What is done when its time has come. */
export interface Tasks {
  sync(): void;
  checkpoint(): void;
}

/** So that within a second it is done, though timer and disk be late. */
const syncIntervalMs = 500;

/** After a failure the disk gets this long to get well. */
const retryMs = 1_000;

/**
 * When commits are synced and checkpointed that nobody waits for. Nothing of it
 * keeps a process alive.
 */
export class Schedule {
  private idleTimer: NodeJS.Timeout | undefined;
  private soonTimer: NodeJS.Timeout | undefined;
  private syncTimer: NodeJS.Timeout | undefined;
  private isOver = false;
  private soonMs = 0;
  /** When the oldest commit that was not synced must be; Infinity if none. */
  private syncDueMs = Infinity;

  constructor(
    private readonly options: Pick<
      DataStoreOptions,
      'fsync' | 'idleMs' | 'checkpointsCommits'
    >,
    private readonly tasks: Tasks,
  ) {}

  /** Sees to what follows a commit. */
  commit(hasOutgrown: boolean): void {
    const {checkpointsCommits, fsync, idleMs} = this.options;
    if (fsync === 'everysec') this.syncSoon();
    if (checkpointsCommits || this.isOver) return;
    if (hasOutgrown) this.checkpointSoon();
    if (this.idleTimer !== undefined) this.idleTimer.refresh();
    else {
      this.idleTimer = setTimeout(() => this.tasks.checkpoint(), idleMs);
      this.idleTimer.unref();
    }
  }

  private syncSoon(): void {
    if (this.syncDueMs < Infinity || this.isOver) return;
    this.syncDueMs = performance.now() + syncIntervalMs;
    this.syncTimer = setTimeout(() => {
      this.syncDueMs = Infinity;
      this.tasks.sync();
    }, syncIntervalMs);
    this.syncTimer.unref();
  }

  /**
   * Takes over a sync that is late, because nobody has let the event loop turn:
   * statements in a row that need not wait for anything go on before any timer.
   */
  takeLateSync(): boolean {
    if (performance.now() < this.syncDueMs) return false;
    clearTimeout(this.syncTimer);
    this.syncDueMs = Infinity;
    return true;
  }

  /** A checkpoint as soon as may be: later when the last one has failed. */
  checkpointSoon(): void {
    if (this.soonTimer !== undefined || this.isOver) return;
    this.soonTimer = setTimeout(() => {
      this.soonTimer = undefined;
      this.soonMs = 0;
      this.tasks.checkpoint();
    }, this.soonMs);
    this.soonTimer.unref();
  }

  /** A checkpoint when what happens now is over. */
  checkpointNext(): void {
    setImmediate(() => {
      if (!this.isOver) this.tasks.checkpoint();
    });
  }

  /** Notes that a checkpoint has failed. */
  noteFailure(): void {
    this.soonMs = retryMs;
  }

  /** Nothing is done any more. */
  end(): void {
    this.isOver = true;
    clearTimeout(this.idleTimer);
    clearTimeout(this.soonTimer);
    clearTimeout(this.syncTimer);
  }
}
