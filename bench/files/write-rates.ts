import {mkdtempSync, rmSync} from 'node:fs';
import path from 'node:path';
import {setImmediate, setTimeout} from 'node:timers/promises';
import {type Fixture, makeFixture} from '../fixture';
import type {WritingStore} from '../store';
import {seededRandom, shuffled} from '../random';
import {type Contender, contenders, writeItems} from './writing-stores';

/** How long the measurement takes. */
export interface RatePace {
  readonly rounds: number;
  /** How long a contender writes at a stretch. */
  readonly batchMs: number;
  /** How long nobody does anything after it, so that its checkpoint is done. */
  readonly quietMs: number;
}

/** Acknowledged writes per second, by round, of one contender. */
export interface WriteRates {
  readonly contender: Contender;
  readonly rows: number;
  readonly writers: number;
  readonly perSecond: readonly number[];
}

/** Numbers of statements that wait at the same time. */
export const writerCounts = [1, 64] as const;

/** After so many writes timers and input have their turn, as they have in a server. */
const writesPerTurn = 64;

interface Entered extends Opened {
  readonly writers: number;
  readonly perSecond: number[];
}

interface Opened {
  readonly contender: Contender;
  readonly fixture: Fixture;
  readonly store: WritingStore;
}

/**
 * Counts what each contender acknowledges, all of them at all sizes in turns,
 * in an order that is drawn for each round. Time is that on the clock, for
 * what is waited for is the disk.
 */
export async function measureWriteRates(
  folder: string,
  sizes: readonly number[],
  pace: RatePace,
): Promise<WriteRates[]> {
  const opened: Opened[] = [];
  for (const rows of sizes) {
    opened.push(...(await openAll(folder, makeFixture(rows))));
  }
  const entered = opened.flatMap(each =>
    writerCounts.map((writers): Entered => ({...each, writers, perSecond: []})),
  );
  for (const each of entered) await rateOf(each, pace);
  const random = seededRandom(pace.rounds);
  for (let round = 0; round < pace.rounds; round++) {
    for (const place of shuffled(entered.length, random)) {
      const each = entered[place]!;
      each.perSecond.push(await rateOf(each, pace));
    }
  }
  for (const {store} of opened) await store.close();
  return entered.map(({contender, fixture, writers, perSecond}) => ({
    contender,
    rows: fixture.items.length,
    writers,
    perSecond,
  }));
}

async function openAll(folder: string, fixture: Fixture): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const contender of contenders) {
    const file = path.join(mkdtempSync(path.join(folder, 'w-')), 'items.json');
    await writeItems(file, fixture.items);
    // Only the file is the built-in connector's; nothing else need be there.
    rmSync(`${file}.journal`);
    const store = await contender.open(file, fixture.items);
    opened.push({contender, fixture, store});
  }
  return opened;
}

async function rateOf(entered: Entered, pace: RatePace): Promise<number> {
  globalThis.gc?.({type: 'minor', execution: 'sync'});
  const {fixture, store, writers} = entered;
  const {picks} = fixture;
  const start = performance.now();
  const end = start + pace.batchMs;
  let begun = 0;
  let acknowledged = 0;
  const write = async (): Promise<void> => {
    while (performance.now() < end) {
      const {id} = picks[begun++ % picks.length]!;
      if ((await store.updateStock(id, begun % 1000)) !== 1) {
        throw new Error(`${entered.contender.name} did not find row ${id}`);
      }
      acknowledged++;
      if (acknowledged % writesPerTurn === 0) await setImmediate();
    }
  };
  await Promise.all(Array.from({length: writers}, write));
  const seconds = (performance.now() - start) / 1000;
  await setTimeout(pace.quietMs);
  return acknowledged / seconds;
}
