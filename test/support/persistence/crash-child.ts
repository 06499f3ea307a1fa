/**
 * A process that writes until it is killed, for kills.test.ts. Its lanes write
 * at the same time; each makes one step after the other, see lanes.ts, and says
 * so on stdout once it is acknowledged: `<lane> <step> <id of the new row>`.
 */
import {writeSync} from 'node:fs';
import {chooser} from './kept';
import {laneCount, type LaneStore, makeStep, type Order} from './lanes';
import {openLanes} from './lane-stores';

function say(...words: readonly unknown[]): void {
  writeSync(1, `${words.join(' ')}\n`);
}

async function runLane(
  store: LaneStore,
  lane: number,
  start: number,
): Promise<never> {
  for (let step = start + 1; ; step++) {
    const id = await makeStep(store, lane, step);
    say(lane, step, id ?? '');
  }
}

async function main(order: Order): Promise<void> {
  const choose = chooser(order.seed);
  const store = await openLanes(order, () => say('opening'));
  say('open');
  const lanes = Array.from({length: laneCount}, (_, lane) =>
    runLane(store, lane, order.steps[lane]!),
  );
  for (;;) {
    await Promise.race([
      ...lanes,
      new Promise(resolve => setTimeout(resolve, choose(20))),
    ]);
    if (order.checkpoints) await store.checkpoint();
  }
}

main(JSON.parse(process.argv[2]!) as Order).catch((error: unknown) => {
  say('failed', (error as Error).stack?.replaceAll('\n', ' '));
  process.exit(1);
});
