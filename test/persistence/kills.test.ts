import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Choose} from '../support/persistence/memory-files';
import {chooser} from '../support/persistence/kept';
import {
  laneCount,
  marksIn,
  type Order,
  stepsIn,
} from '../support/persistence/lanes';
import {ensureSound} from '../support/persistence/sound';
import {Stepper} from '../support/persistence/stepper';
import {seed} from '../support/random';

interface Tally {
  kills: number;
  whileOpening: number;
  steps: number;
}

/** Kills one child after another that go on with the same files. */
async function killOften(
  count: number,
  choose: Choose,
  tally: Tally,
): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'kills-'));
  const file = path.join(directory, 'data.json');
  let steps: number[] = Array.from({length: laneCount}, () => 0);
  let lastId = 0;
  try {
    for (let i = 0; i < count; i++) {
      const order: Order = {
        file,
        through: choose(16) === 0 ? 'connector' : 'database',
        fsync: (['always', 'everysec', 'no'] as const)[choose(3)]!,
        idleMs: choose(10),
        commitsCheckpoint: choose(4) === 0,
        checkpoints: true,
        marks: choose(2) === 0 ? 'number' : 'string',
        seed: choose(1e9),
        steps,
      };
      const stepper = new Stepper(order);
      // Some are killed while they open their files.
      const isEarly = choose(4) === 0;
      if (isEarly) await stepper.said('opening');
      else await stepper.made(1 + choose(30));
      await sleep(choose(isEarly ? 40 : 5));
      const words = await stepper.kill();
      const before = steps;
      steps = stepsIn(file, words.steps);
      await ensureSound(file);
      if (words.isOpen) assert.equal(marksIn(file) ?? order.marks, order.marks);
      for (const id of words.ids) {
        assert.ok(id > lastId, `the id ${id} came again after ${lastId}`);
      }
      lastId = Math.max(lastId, ...words.ids);
      tally.kills++;
      if (!words.isOpen) tally.whileOpening++;
      tally.steps += words.steps.reduce((sum, n, i) => sum + n - before[i]!, 0);
    }
  } finally {
    rmSync(directory, {recursive: true, force: true});
  }
}

describe('A process that is killed', () => {
  const kills = Number(process.env.KILLS ?? 32);
  const parallel = 8;

  it(`has kept what it acknowledged, and its files are sound, ${kills} times`, async function () {
    this.timeout(kills * 1_000 + 60_000);
    const tally: Tally = {kills: 0, whileOpening: 0, steps: 0};
    const runs = Array.from({length: parallel}, (_, i) => {
      const choose = chooser(seed + i);
      return killOften(Math.ceil(kills / parallel), choose, tally);
    });
    const ends = await Promise.allSettled(runs);
    for (const end of ends) {
      if (end.status === 'fulfilled') continue;
      const {message} = end.reason as Error;
      throw new Error(`FC_SEED=${seed}: ${message}`, {cause: end.reason});
    }
    console.log(
      `      ${tally.kills} kills, ${tally.whileOpening} while opening, ` +
        `${tally.steps} acknowledged steps`,
    );
    assert.ok(tally.steps > tally.kills);
  });
});
