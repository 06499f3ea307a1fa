import {existsSync, statSync} from 'node:fs';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import {setTimeout} from 'node:timers/promises';
import type {LoopBackStore} from '../peers/loopback-store';
import {openInmemory} from './writing-stores';

/** How long the event loop was kept at most, with and without a checkpoint. */
export interface Stall {
  /** While a checkpoint of all rows ran and a writer wrote. */
  readonly checkpointMs: number;
  /** While the same writer wrote for as long, and nothing else ran. */
  readonly otherwiseMs: number;
  /** How long the checkpoint took. */
  readonly lastedMs: number;
}

/** Between two writes; shorter than what makes a checkpoint begin. */
const writePauseMs = 5;
const idleMs = 250;

/** Watches checkpoints of a data file with the bench's items. */
export async function measureStalls(
  file: string,
  rounds: number,
): Promise<Stall[]> {
  const store = await openInmemory(file, {checkpoint: {idleMs}});
  const stalls: Stall[] = [];
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.({type: 'major', execution: 'sync'});
    stalls.push(await measureOne(store, file));
  }
  await store.close();
  return stalls;
}

async function measureOne(store: LoopBackStore, file: string): Promise<Stall> {
  const before = statSync(file).ino;
  const watch = monitorEventLoopDelay({resolution: 1});
  await store.updateStock(1, Math.round(performance.now()) % 1000);
  watch.enable();
  // The writer makes a pause, so a checkpoint begins.
  while (!existsSync(`${file}.tmp`)) await setTimeout(1);
  const start = performance.now();
  await writeWhile(store, () => statSync(file).ino === before);
  // What is to be done after the rename is part of it.
  await writeWhile(store, beforeNow(performance.now() + idleMs));
  watch.disable();
  const lastedMs = performance.now() - start - idleMs;
  const other = monitorEventLoopDelay({resolution: 1});
  other.enable();
  await writeWhile(store, beforeNow(performance.now() + lastedMs));
  other.disable();
  return {
    checkpointMs: watch.max / 1e6,
    otherwiseMs: other.max / 1e6,
    lastedMs,
  };
}

function beforeNow(end: number): () => boolean {
  return () => performance.now() < end;
}

async function writeWhile(
  store: LoopBackStore,
  goesOn: () => boolean,
): Promise<void> {
  for (let i = 0; goesOn(); i++) {
    await store.updateStock(1 + (i % 1000), i % 1000);
    await setTimeout(writePauseMs);
  }
}
