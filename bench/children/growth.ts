import {setTimeout} from 'node:timers/promises';
import {cases} from '../cases';
import {enter} from '../enter';
import {makeFixture, type Fixture, type Item} from '../fixture';
import {race} from '../harness';
import {peers} from '../peers';
import {spreadOf} from '../statistics';

const restsPerWarmUp = 10;

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
  const fixture = await load(rows, items => store.load(items));
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

/** Loads the items; what is left of the fixture is what the cases look at, so that only the store has all rows. */
async function load(
  rows: number,
  into: (items: readonly Item[]) => Promise<void>,
): Promise<Fixture> {
  const {items, picks} = makeFixture(rows);
  await into(items);
  return {
    picks,
    items: Array.from<Item>({length: items.length}),
    itemByPrice: [],
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
