import {bytesOf} from '../journal/plain-files';

const barWidth = 30;
const drawIntervalMs = 100;
const quietMs = 300;

/**
 * How far long work is: a bar on standard error while it is a terminal, and
 * nothing elsewhere or when the work is short. It is wiped out at the end.
 */
export class Progress {
  private readonly startedAt = performance.now();
  private drawnAt = this.startedAt + quietMs;
  private isDrawn = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly isShown: boolean,
  ) {}

  /** Says how much is done. Costs next to nothing if called for each row. */
  at(done: number): void {
    if (!this.isShown || done % callsBetweenLooks !== 0) return;
    this.draw(done);
  }

  /** Watches a file that grows to about the total, in bytes. */
  watch(file: string): void {
    if (!this.isShown) return;
    this.timer = setInterval(
      () => this.draw(bytesOf(file) ?? 0),
      drawIntervalMs,
    );
    this.timer.unref();
  }

  private draw(done: number): void {
    const now = performance.now();
    if (now - this.drawnAt < drawIntervalMs) return;
    this.drawnAt = now;
    this.isDrawn = true;
    const share = Math.min(1, done / Math.max(1, this.total));
    const filled = Math.round(share * barWidth);
    const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
    const percent = String(Math.floor(share * 100)).padStart(3);
    process.stderr.write(`\r${this.what} [${bar}] ${percent} %`);
  }

  /** Ends the work and wipes the bar out. */
  end(): void {
    clearInterval(this.timer);
    if (this.isDrawn) process.stderr.write('\r\x1b[K');
  }
}

const callsBetweenLooks = 256;
