/**
 * Times contenders side by side.
 *
 * A shared machine is slower in one second than in the next, by more than what we want to see. So the contenders take
 * turns in short batches, and what is compared are the batches of one round, which ran next to each
 * other; the statistics are those of the rounds' ratios. The order of a round is drawn from a seed (A B C, C A B,
 * B A C ...), so that nobody always runs behind the same neighbour.
 *
 * Time is the processor time of this process, its garbage collection and compilation included. Nothing here waits for
 * anything but the processor, so on an idle machine that is the time on the clock; on a busy one it leaves out the time
 * in which other programs ran.
 */

import {seededRandom, shuffled} from './random';

/** Something to be timed against others. */
export interface Contender {
  /** One operation, awaited if it is a promise; `index` counts up over the whole race. */
  perform(index: number): unknown;
  /** Takes back what a batch has changed; not timed. */
  undo?(): unknown;
  /** The most operations between two calls of `undo`. */
  maxBatch: number;
}

/** How long a race takes. */
export interface Pace {
  rounds: number;
  /** How long a batch should take; a slow operation takes as long as it takes. */
  batchMs: number;
  /** How long each contender runs before anything is timed. */
  warmUpMs: number;
}

/** What one contender did: milliseconds per operation by round, undefined in rounds that it sat out. */
export type Times = readonly (number | undefined)[];

/** A contender this slow (one operation, in batches) takes part in only a few of the rounds. */
const slowBatches = 4;
const slowRounds = 5;
const trialMs = 5;

/** Races the contenders; answers the times of each, in their order. */
export async function race(
  contenders: readonly Contender[],
  pace: Pace,
): Promise<Times[]> {
  const runners = contenders.map(contender => new Runner(contender));
  for (const runner of runners) await runner.warmUp(pace);
  const times = runners.map(() => Array<number | undefined>(pace.rounds));
  const random = seededRandom(pace.rounds);
  for (let round = 0; round < pace.rounds; round++) {
    for (const place of shuffled(runners.length, random)) {
      const runner = runners[place]!;
      if (runner.sitsOut(round, pace)) continue;
      times[place]![round] = await runner.timeBatch();
    }
  }
  return times;
}

/** Performs a contender's operations one after the other for `seconds`; answers milliseconds per operation. */
export async function soak(
  contender: Contender,
  seconds: number,
): Promise<number> {
  const runner = new Runner(contender);
  return await runner.runFor(seconds * 1000);
}

/** A contender with its batch size and the number of operations performed. */
class Runner {
  private performed = 0;
  private batch = 1;
  private operationMs = 0;

  constructor(private readonly contender: Contender) {}

  async warmUp(pace: Pace): Promise<void> {
    this.operationMs = await this.runFor(pace.warmUpMs);
    this.batch = Math.max(1, Math.round(pace.batchMs / this.operationMs));
  }

  sitsOut(round: number, pace: Pace): boolean {
    if (this.operationMs < slowBatches * pace.batchMs) return false;
    return round % Math.ceil(pace.rounds / slowRounds) !== 0;
  }

  async timeBatch(): Promise<number> {
    collectGarbage(this.operationMs > trialMs);
    const tookMs = await this.run(this.batch);
    return tookMs / this.batch;
  }

  /** Runs until `totalMs` are spent; answers milliseconds per operation. */
  async runFor(totalMs: number): Promise<number> {
    let spentMs = 0;
    let operations = 0;
    while (spentMs < totalMs) {
      const operationMs = spentMs / operations || trialMs;
      const count = Math.ceil(trialMs / operationMs);
      spentMs += await this.run(count);
      operations += count;
    }
    return spentMs / operations;
  }

  /** Answers the milliseconds that `count` operations took, without those of `undo`. */
  private async run(count: number): Promise<number> {
    const {maxBatch} = this.contender;
    let tookMs = 0;
    for (let left = count; left > 0; left -= maxBatch) {
      tookMs += await this.runPart(Math.min(left, maxBatch));
    }
    return tookMs;
  }

  private async runPart(count: number): Promise<number> {
    const {contender} = this;
    const first = this.performed;
    const last = first + count;
    const start = process.cpuUsage();
    for (let index = first; index < last; index++) {
      await contender.perform(index);
    }
    const {user, system} = process.cpuUsage(start);
    this.performed = last;
    if (contender.undo) await contender.undo();
    return (user + system) / 1000;
  }
}

/** Starts a batch without the garbage of the one before it. The garbage of its own is collected on its own time. */
function collectGarbage(wasMuch: boolean): void {
  globalThis.gc?.({type: wasMuch ? 'major' : 'minor', execution: 'sync'});
}
