import assert from 'node:assert/strict';
import {copyFileSync, existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {laneCount, type Order, stepsIn} from '../support/persistence/lanes';
import {Stepper} from '../support/persistence/stepper';

const copies = 40;
const none = Array.from({length: laneCount}, () => 0);

/** How many steps of each lane a copy has; undefined when it is refused. */
function stepsOf(copy: string, atMost: number[]): number[] | undefined {
  try {
    return stepsIn(copy, atMost, none);
  } catch (error) {
    if ((error as {code?: string}).code !== 'DATA_DAMAGED') throw error;
    return undefined;
  }
}

/** After a third step all is as it was before the first of the round. */
function atLeast(steps: number): number {
  return steps % 4 === 3 ? steps - 3 : steps;
}

function copyIfThere(from: string, to: string): void {
  if (existsSync(from)) copyFileSync(from, to);
}

describe('Data file and journal that are copied while they are written', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'backups-'));
  });
  afterEach(() => rmSync(directory, {recursive: true, force: true}));

  async function copyOften(
    settings: Pick<Order, 'checkpoints' | 'idleMs'>,
  ): Promise<(number[] | undefined)[]> {
    const file = path.join(directory, 'data.json');
    const stepper = new Stepper({
      file,
      through: 'database',
      fsync: 'no',
      commitsCheckpoint: false,
      marks: 'number',
      seed: 1,
      steps: none,
      ...settings,
    });
    const names = Array.from({length: copies}, (_, i) => `copy-${i}.json`);
    const made = names.map(name => path.join(directory, name));
    try {
      await stepper.said('open\n');
      for (const copy of made) {
        await sleep(5);
        copyIfThere(file, copy);
        copyIfThere(`${file}.journal`, `${copy}.journal`);
      }
    } finally {
      await stepper.end();
    }
    const {steps} = stepper.words();
    return made.map(copy => stepsOf(copy, steps));
  }

  it('have a part of the history, from its beginning', async () => {
    const opened = await copyOften({checkpoints: false, idleMs: 1_000_000});
    let before = none;
    for (const steps of opened) {
      assert.ok(steps, 'a copy without checkpoints is sound');
      const isLater = steps.every((count, lane) => count >= before[lane]!);
      assert.ok(isLater, `${String(steps)} after ${String(before)}`);
      before = steps.map(atLeast);
    }
    assert.ok(Math.min(...before) > 0);
  });

  it('are refused when a checkpoint came between the two, and else have one', async () => {
    const opened = await copyOften({checkpoints: true, idleMs: 1});
    const sound = opened.filter(steps => steps !== undefined);
    assert.ok(sound.length > 0, 'no copy could be opened');
    assert.ok(Math.max(...sound.at(-1)!) > 0);
  });
});
