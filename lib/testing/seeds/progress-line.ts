import {type Screen, standardError, wipe} from '../../base/screen';

const quietMs = 1000;
const barWidth = 30;

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
