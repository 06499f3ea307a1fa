import {type Screen, standardError, wipe} from '../base/screen';
import {placeOf} from '../persistence/disk/canonical-path';
import {inspect, type Inspection, sizesOf} from '../persistence/inspection';
import {bytesOf} from '../persistence/data-file/plain-files';

const barWidth = 30;
const drawIntervalMs = 100;
const quietMs = 300;
const callsBetweenLooks = 256;
/** Less than this is read before anybody could read that it is read. */
const longReadBytes = 8_000_000;

/**
 * How far long work is: one line on standard error while that is a terminal, and
 * nothing elsewhere or when the work is short. It is wiped out at the end.
 */
export class Progress {
  private drawnAtMs: number;
  private isDrawn = false;
  private calls = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly isShown: boolean;

  constructor(
    isSilent: boolean,
    private readonly screen: Screen = standardError,
  ) {
    this.isShown = screen.isTerminal && !isSilent;
    this.drawnAtMs = screen.nowMs() + quietMs - drawIntervalMs;
  }

  /** Says what is done with so many bytes where it cannot be told how far it is. */
  say(what: string, bytes: number): void {
    if (!this.isShown || bytes < longReadBytes) return;
    this.draw(`${what} ...`);
  }

  /** Draws a bar. Costs next to nothing if called for each row. */
  bar(what: string, done: number, total: number): void {
    if (!this.isShown || this.calls++ % callsBetweenLooks !== 0) return;
    this.drawBar(what, done, total);
  }

  /** As {@link bar}, for work of which each part takes long. */
  part(what: string, done: number, total: number): void {
    if (this.isShown) this.drawBar(what, done, total);
  }

  /** Draws how much of a damaged file was searched for rows. */
  readonly savingRows = (doneBytes: number, totalBytes: number): void =>
    this.bar('Saving rows', doneBytes, totalBytes);

  /** Draws a bar by the size of a file that grows to about the total. */
  watch(what: string, file: string, totalBytes: number): void {
    if (!this.isShown) return;
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      this.drawBar(what, writtenOf(file), totalBytes);
    }, drawIntervalMs);
    this.timer.unref();
  }

  private drawBar(what: string, done: number, total: number): void {
    const nowMs = this.screen.nowMs();
    if (nowMs - this.drawnAtMs < drawIntervalMs) return;
    const share = Math.min(1, done / Math.max(1, total));
    const filled = Math.round(share * barWidth);
    const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
    const percent = String(Math.floor(share * 100)).padStart(3);
    this.draw(`${what} [${bar}] ${percent} %`);
  }

  private draw(text: string): void {
    this.drawnAtMs = this.screen.nowMs();
    this.isDrawn = true;
    this.screen.write(wipe + text);
  }

  /** Ends the work and wipes the line out. */
  end(): void {
    clearInterval(this.timer);
    if (this.isDrawn) this.screen.write(wipe);
    this.isDrawn = false;
  }
}

/** The work itself tells what is wrong with its files. */
function writtenOf(file: string): number {
  try {
    return bytesOf(file) ?? 0;
  } catch {
    return 0;
  }
}

/** Does work that says how far it is; wipes that out at the end. */
export async function withProgress<T>(
  isSilent: boolean,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = new Progress(isSilent);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

/** As {@link inspect}; shows that it goes on, and how far the saving of rows is. */
export function inspectShown(
  file: string,
  progress: Progress,
): Promise<Inspection> {
  const {dataBytes = 0, journalBytes = 0} = sizesOf(placeOf(file));
  progress.say('Reading', dataBytes + journalBytes);
  return inspect(file, {at: progress.savingRows});
}

/** Shows that the files are read, and then how far a new data file is written. */
export function withWriting<T>(
  file: string,
  isJson: boolean,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const {dataBytes = 0, journalBytes = 0} = sizesOf(file);
  return withProgress(isJson, progress => {
    progress.say('Reading', dataBytes + journalBytes);
    progress.watch('Writing', `${file}.tmp`, dataBytes + journalBytes);
    return work(progress);
  });
}
