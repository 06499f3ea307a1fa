import assert from 'node:assert/strict';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {laneCount, type Order, stepsIn} from '../support/persistence/lanes';
import {Mount} from '../support/persistence/mounts';
import {ensureSound} from '../support/persistence/sound';
import {Stepper, type Words} from '../support/persistence/stepper';

const order: Omit<Order, 'file' | 'steps'> = {
  through: 'database',
  fsync: 'always',
  idleMs: 5,
  commitsCheckpoint: false,
  marks: 'number',
  checkpoints: true,
  seed: 1,
};

/** Writes for a while, cuts the power, and switches it on again. */
async function cutDuring(
  mount: Mount,
  order: Order,
  writesMs: number,
): Promise<{said: Words; longBefore: Words}> {
  const stepper = new Stepper(order);
  try {
    await stepper.said('open\n');
    await sleep(Math.max(writesMs - aSecondMs, 0));
    const longBefore = stepper.words();
    await sleep(Math.min(writesMs, aSecondMs));
    mount.cutPower(stepper.pid);
    return {said: await stepper.end(), longBefore};
  } finally {
    await stepper.end();
    mount.switchOn();
  }
}

const aSecondMs = 1_000;

const cuts = Number(process.env.POWER_CUTS ?? 4);

for (const kind of ['ext4', 'xfs'] as const) {
  describe(`A power cut on ${kind}`, function () {
    this.timeout(cuts * 10_000 + 60_000);
    let mount: Mount;
    let file = '';
    const none = Array.from({length: laneCount}, () => 0);

    beforeEach(function () {
      const made = Mount.make(kind);
      if (typeof made === 'string') {
        console.log(`      skipped: ${made}`);
        this.skip();
      }
      mount = made;
      file = path.join(mount.directory, 'data.json');
    });

    afterEach(() => mount?.remove());

    it(`takes nothing that was acknowledged at 'always', ${cuts} times`, async () => {
      let steps = none;
      let count = 0;
      for (let i = 0; i < cuts; i++) {
        const all = {...order, file, steps, seed: i};
        const {said} = await cutDuring(mount, all, 30 + ((i * 37) % 200));
        steps = stepsIn(file, said.steps);
        await ensureSound(file);
        count = steps.reduce((sum, n) => sum + n, 0);
      }
      assert.ok(count > 0);
      console.log(`      ${cuts} power cuts, ${count} acknowledged steps`);
    });

    it("takes at most the last second at 'everysec'", async () => {
      const rarely = {idleMs: 1_000_000, checkpoints: false};
      const lazy = {...order, ...rarely, fsync: 'everysec'} as const;
      const all = {...lazy, file, steps: none};
      const {said, longBefore} = await cutDuring(mount, all, 3_000);
      const steps = stepsIn(file, said.steps, longBefore.steps);
      assert.ok(Math.min(...longBefore.steps) > 0);
      await ensureSound(file);
      const lost = said.steps.reduce((sum, n, i) => sum + n - steps[i]!, 0);
      console.log(`      ${lost} of ${String(said.steps)} steps were lost`);
    });
  });
}
