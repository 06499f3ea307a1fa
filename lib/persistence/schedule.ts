import type {DataStoreOptions} from './store-options';

/** What is done when its time has come. */
export interface Tasks {
  sync(): void;
  checkpoint(): void;
}

/** So that within a second it is done, though timer and disk be late. */
const syncIntervalMs = 500;

/** A journal smaller than this does not outgrow any data file. */
const smallJournalBytes = 8 * 1024 * 1024;

/** So many times larger it grows only where checkpoints cannot go on. */
const starvedRatio = 4;

/** Commits in a row take no longer when a checkpoint is starved. */
const maxTurnMs = 1;

/** Kept from the start: a test's fake timers must not stop a commit. */
const atEndOfTurn = setImmediate;

/** After a failure the disk gets this long to get well. */
const retryMs = 1_000;
const maxRetryMs = 10_000;

/**
 * When commits are synced and checkpointed that nobody waits for. Nothing of it
 * keeps a process alive.
 */
export class Schedule {
  private idleTimer: NodeJS.Timeout | undefined;
  private soonTimer: NodeJS.Timeout | undefined;
  private syncTimer: NodeJS.Timeout | undefined;
  private isOver = false;
  /** Whether the checkpoint that is due does not come. */
  private isStarved = false;
  /** When the first commit of this turn of the event loop was made. */
  private turnBeganMs = Infinity;
  private turn: Promise<void> | undefined;
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

  /** Sees to what follows a commit, given the sizes of the files. */
  commit(journalBytes: number, dataBytes: number): void {
    const largeBytes = Math.max(smallJournalBytes, dataBytes);
    const hasOutgrown = journalBytes > largeBytes;
    this.isStarved = journalBytes > starvedRatio * largeBytes;
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

  /**
   * What a commit is to wait for while the journal is far larger than the data:
   * now and then for the event loop to turn. Else commits in a row that need
   * not wait for anything would let no checkpoint go on, and the journal grow
   * without end.
   */
  turnIfStarved(): Promise<void> | undefined {
    if (!this.isStarved) return undefined;
    const nowMs = performance.now();
    if (this.turnBeganMs === Infinity) {
      this.turnBeganMs = nowMs;
      this.turn = new Promise(resolve => {
        atEndOfTurn(() => {
          this.turnBeganMs = Infinity;
          resolve();
        });
      });
    }
    return nowMs - this.turnBeganMs < maxTurnMs ? undefined : this.turn;
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

  /** Notes that a checkpoint has failed: it is tried again, ever later. */
  noteFailure(): void {
    this.soonMs = Math.min(Math.max(retryMs, 2 * this.soonMs), maxRetryMs);
    this.checkpointSoon();
  }

  /** Notes that a checkpoint was made. */
  noteSuccess(): void {
    this.soonMs = 0;
  }

  /** Nothing is done any more. */
  end(): void {
    this.isOver = true;
    clearTimeout(this.idleTimer);
    clearTimeout(this.soonTimer);
    clearTimeout(this.syncTimer);
  }
}
