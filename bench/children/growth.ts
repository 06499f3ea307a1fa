import {setTimeout} from 'node:timers/promises';
import {cases} from '../cases';
import {enter} from '../enter';
import {generateItems, pickItems, type Fixture, type Item} from '../fixture';
import {race} from '../harness';
import {peers} from '../peers';
import {spreadOf} from '../statistics';
import type {Store} from '../store';

const restsPerWarmUp = 2;

/** Prints how many milliseconds each operation takes that has a target: of a peer, with so many rows. */
async function main(): Promise<void> {
  const [name, ...numbers] = process.argv.slice(2);
  const [rows, rounds, batchMs, warmUpMs] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const peer = peers.find(peer => peer.name === name)!;
  const store = await peer.open(rows);
  const fixture = await load(rows, store);
  const answers: Record<string, number> = {};
  for (const benchCase of cases) {
    if (!benchCase.hasTarget) continue;
    const entrant = await enter(benchCase, {peer, store, fixture});
    globalThis.gc!();
    // What was collected is swept on other threads, which the clock sees.
    await setTimeout(restsPerWarmUp * warmUpMs);
    const [times] = await race([entrant], {rounds, batchMs, warmUpMs});
    answers[benchCase.name] = spreadOf(times!).median;
  }
  await store.close();
  console.log(JSON.stringify(answers));
}

/**
 * Loads the items one after the other, so that only the store ever has all rows: in a heap with the holes that they leave
 * behind, each collection of young garbage walks over more pages than the store's.
 */
async function load(rows: number, store: Store): Promise<Fixture> {
  const picks = pickItems(rows, generateItems(rows));
  await store.load(generateItems(rows));
  return {picks, items: Array.from<Item>({length: rows}), itemByPrice: []};
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
