/** Where progress is drawn, and the clock that it is drawn by. */
export interface Screen {
  readonly isTerminal: boolean;
  write(text: string): void;
  nowMs(): number;
}

const standardError: Screen = {
  get isTerminal() {
    // Undefined where it is no terminal.
    return process.stderr.isTTY;
  },
  write: text => void process.stderr.write(text),
  nowMs: () => performance.now(),
};

const quietMs = 1000;
const barWidth = 30;
const wipe = '\r\x1b[K';

/**
 * How many rows of a seed are written: a line on standard error while that is a
 * terminal, once it takes longer than a second. It is wiped out at the end.
 */
export class ProgressLine {
  private readonly begunAtMs: number;
  private done = 0;
  private isDrawn = false;

  constructor(
    private readonly total: number,
    private readonly isSilent = false,
    private readonly screen: Screen = standardError,
  ) {
    this.begunAtMs = screen.nowMs();
  }

  /** Notes that rows were written. */
  readonly add = (rows: number): void => {
    this.done += rows;
    const {begunAtMs, isSilent, screen, total} = this;
    if (isSilent || !screen.isTerminal) return;
    if (screen.nowMs() - begunAtMs < quietMs) return;
    const share = Math.min(1, this.done / Math.max(1, total));
    const filled = Math.round(share * barWidth);
    const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
    this.isDrawn = true;
    screen.write(`${wipe}Seeding [${bar}] ${this.done} of ${total} rows`);
  };

  /** Wipes the line out. */
  end(): void {
    if (this.isDrawn) this.screen.write(wipe);
    this.isDrawn = false;
  }
}
